import { isoTime } from '../../core/time.ts';
import type { Connection, Happening, Lookup } from '../happening.ts';
import type { Instance } from '../instances.ts';
import type { Host, User } from '../office.ts';
import { fileName } from '../programs.ts';
import { defendAgent } from './defend-agent.ts';
import { counters, members, type Moment, NAMESPACE, remembered, type Shape } from './shape.ts';
import { defendEntity, defendStart } from './shape-process.ts';

const DATASET = 'endpoint.events.network';
const INGEST_LAG_MS = 4_000;

/** Elastic Defend: an event when a connection begins, one with bytes when it ends, one for the answer to a lookup. */
export function defendShape(): Shape {
  const numberOf = counters();
  return {
    index: `logs-${DATASET}-${NAMESPACE}`,
    moments,
    line: (moment) => lineOf(moment, numberOf(moment.of.process.host.name)),
  };
}

/** Of the starts of processes, connections and lookups; the rest is in logs of Windows. */
function moments(of: Happening): readonly Moment[] {
  const { at } = of;
  if (of.kind === 'lookup') return [{ at, phase: 'ended', of }];
  if (of.kind === 'start') return [{ at, phase: 'began', of }];
  if (of.kind !== 'connection') return [];
  return [
    { at, phase: 'began', of },
    { at: at + of.durationMs, phase: 'ended', of },
  ];
}

function lineOf({ at, phase, of }: Moment, sequence: number): string {
  const { process } = of;
  if (of.kind === 'start') return defendStart(of, sequence);
  if (of.kind !== 'connection' && of.kind !== 'lookup') throw new RangeError(`Defend does not tell of a ${of.kind}`);
  const rest = of.kind === 'lookup' ? lookupPart(of) : connectionPart(of, phase);
  return (
    `{"@timestamp":"${isoTime(at)}",${hostPart(process.host)},${processPart(process)},${userPart(process.user)},` +
    `"event":{${eventPart(at, sequence, process.host)},${rest}}`
  );
}

function eventPart(at: number, sequence: number, host: Host): string {
  return (
    `"kind":"event","module":"endpoint","dataset":"${DATASET}","category":["network"],"outcome":"unknown",` +
    `"id":"${host.name}+${sequence.toString(36).padStart(8, '0')}","sequence":${sequence},` +
    `"created":"${isoTime(at)}","ingested":"${isoTime(at + INGEST_LAG_MS)}"`
  );
}

/** From inside the event object to the end of the document. Bytes come only with the end of a connection. */
function connectionPart(of: Connection, phase: Moment['phase']): string {
  const { remote, localPort, process, direction, transport, bytesSent, bytesReceived } = of;
  const ended = phase === 'ended';
  const here = `{"address":"${process.host.ip}","ip":"${process.host.ip}","port":${localPort}${ended ? `,"bytes":${bytesSent}` : ''}}`;
  const there = `{"address":"${remote.ip}","ip":"${remote.ip}","port":${remote.port}${ended ? `,"bytes":${bytesReceived}` : ''}}`;
  const [source, destination] = direction === 'egress' ? [here, there] : [there, here];
  const began = direction === 'egress' ? 'connection_attempted' : 'connection_accepted';
  return (
    `"action":"${ended ? 'disconnect_received' : began}","type":["${ended ? 'end' : 'start'}"]},` +
    `"network":{"direction":"${direction}","transport":"${transport}","type":"ipv4"},` +
    `"source":${source},"destination":${destination},"message":"Endpoint network event"`
  );
}

function lookupPart({ name, addresses, type = 'A' }: Lookup): string {
  return (
    `"action":"lookup_result","type":["info","protocol"]},"network":{"protocol":"dns"},` +
    `"dns":${JSON.stringify({ question: { name, type }, resolved_ip: addresses })},` +
    `"message":${JSON.stringify(`DNS query is completed for the name ${name}, type ${type === 'TXT' ? 16 : 1}`)}`
  );
}

const hostPart = remembered((host: Host) => members(defendAgent(host, DATASET)));

const processPart = remembered((instance: Instance) => {
  const { executable, signer, pid } = instance;
  const name = executable === null ? 'System' : fileName(executable);
  const signature =
    signer === null ? { exists: false } : { exists: true, trusted: true, status: 'trusted', subject_name: signer };
  return members({
    process: {
      name,
      executable: executable ?? undefined,
      pid: executable === null ? 4 : pid,
      entity_id: defendEntity(instance),
      ...(executable === null ? {} : { code_signature: signature }),
    },
  });
});

const userPart = remembered(({ name, domain, id }: User) => members({ user: { name, domain, id } }));
