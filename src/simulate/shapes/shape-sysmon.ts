import { isoTime } from '../../core/time.ts';
import { ALL_SEEN, type Unseen } from '../blind.ts';
import type { Connection, Happening, Lookup, Start } from '../happening.ts';
import type { Instance } from '../instances.ts';
import { DNS_DOMAIN, type Host, type User } from '../office.ts';
import { fileName } from '../programs.ts';
import { counters, members, type Moment, NAMESPACE, remembered, type Shape } from './shape.ts';
import { sysmonStart } from './shape-process.ts';

const DATASET = 'windows.sysmon_operational';
const CHANNEL = 'Microsoft-Windows-Sysmon/Operational';
const PROVIDER = 'Microsoft-Windows-Sysmon';
const PROVIDER_GUID = '{5770385F-C22A-43E0-BF4C-06F5698FFBD9}'; // of Sysmon, the same on every machine
const RECORDED_MS = 1_200; // Sysmon writes an event down a moment after it took place
const INGEST_LAG_MS = 6_000;

/** By whom Sysmon's channel is collected: their documents differ in index, host name and words. */
type Collector = 'agent' | 'winlogbeat';

/** Sysmon: event 3 when a connection begins, event 22 when a name was looked up. No bytes, no end, no signature. */
export function sysmonShape(collector: Collector, unseen: Unseen = ALL_SEEN): Shape {
  const numberOf = counters();
  const linesOf = parts(collector);
  return {
    index: collector === 'agent' ? `logs-${DATASET}-${NAMESPACE}` : `winlogbeat-${NAMESPACE}`,
    moments: (of) => (isTold(of) && !unseen(of) ? [{ at: of.at, phase: 'began', of }] : []),
    line: (moment) => linesOf(moment, numberOf(moment.of.process.host.name)),
  };
}

function parts(collector: Collector): (moment: Moment, record: number) => string {
  const hostPart = remembered((host: Host) => members(hostFields(host, collector)));
  const dataset = collector === 'agent' ? `"module":"windows","dataset":"${DATASET}"` : `"module":"sysmon"`;
  const actions = ACTIONS[collector];
  return ({ at, of }, record) => {
    const { process } = of;
    if (!isTold(of)) throw new RangeError(`Sysmon does not tell of a ${of.kind}`);
    const code = CODES[of.kind];
    const category = of.kind === 'start' ? 'process' : 'network';
    const programPart = of.kind === 'start' ? members({ process: sysmonStart(of) }) : processPart(process);
    return (
      `{"@timestamp":"${isoTime(at)}",${hostPart(process.host)},${programPart},` +
      `"event":{"kind":"event","code":"${code}","provider":"${PROVIDER}",${dataset},"category":["${category}"],` +
      `"created":"${isoTime(at + RECORDED_MS)}","ingested":"${isoTime(at + INGEST_LAG_MS)}",` +
      `"action":"${actions[of.kind]}",${restPart(of)},` +
      `"winlog":{"channel":"${CHANNEL}","event_id":"${code}","record_id":"${record}",${winlogPart(process.host)}}}`
    );
  };
}

type Told = Connection | Lookup | Start;

function isTold(of: Happening): of is Told {
  return of.kind === 'connection' || of.kind === 'lookup' || of.kind === 'start';
}

function restPart(of: Told): string {
  if (of.kind === 'lookup') return lookupPart(of);
  return of.kind === 'start' ? `"type":["start"]},${userPart(of.process.user)}` : connectionPart(of);
}

const CODES = { start: '1', connection: '3', lookup: '22' } as const;
const ACTIONS: Readonly<Record<Collector, Readonly<Record<Told['kind'], string>>>> = {
  agent: { start: 'Process creation', connection: 'Network connection', lookup: 'DNSEvent (DNS query)' },
  winlogbeat: {
    start: 'Process Create (rule: ProcessCreate)',
    connection: 'Network connection detected (rule: NetworkConnect)',
    lookup: 'Dns query (rule: DnsQuery)',
  },
};

/** Elastic Agent names a host by its short name, Winlogbeat as Windows does: in full. */
function hostFields({ name, id }: Host, collector: Collector): Readonly<Record<string, unknown>> {
  const os = { family: 'windows', type: 'windows', platform: 'windows' };
  if (collector === 'winlogbeat') {
    const full = fullName(name);
    return {
      agent: { id, type: 'winlogbeat', version: '8.19.0' },
      ecs: { version: '8.0.0' },
      host: { name: full, hostname: name.toUpperCase(), id, os },
    };
  }
  return {
    agent: { id, type: 'filebeat', version: '8.19.0' },
    data_stream: { type: 'logs', dataset: DATASET, namespace: NAMESPACE },
    ecs: { version: '8.11.0' },
    host: { name, hostname: name.toUpperCase(), id, os },
  };
}

function fullName(name: string): string {
  return `${name.toUpperCase()}.${DNS_DOMAIN}`;
}

/** From inside the event object to before `winlog`. */
function connectionPart({ process, remote, localPort, direction, transport }: Connection): string {
  const here = `{"ip":"${process.host.ip}","port":${localPort},"domain":"${fullName(process.host.name)}"}`;
  const there = `{"ip":"${remote.ip}","port":${remote.port}}`;
  const [source, destination] = direction === 'egress' ? [here, there] : [there, here];
  return (
    `"type":["start","connection","protocol"]},${userPart(process.user)},` +
    `"network":{"direction":"${direction}","transport":"${transport}","type":"ipv4"},` +
    `"source":${source},"destination":${destination},` +
    `"related":{"ip":["${process.host.ip}","${remote.ip}"],"user":[${JSON.stringify(process.user.name)}]}`
  );
}

function lookupPart({ process, name, addresses }: Lookup): string {
  const labels = name.split('.');
  const question = {
    name,
    registered_domain: labels.slice(-2).join('.'),
    subdomain: labels.slice(0, -2).join('.'),
    top_level_domain: labels.at(-1),
  };
  const rest = members({
    network: { protocol: 'dns' },
    dns: { question, answers: addresses.map((data) => ({ type: 'A', data })), resolved_ip: addresses },
    sysmon: { dns: { status: 'SUCCESS' } },
    related: { hosts: [name], ip: addresses },
  });
  return `"type":["connection","protocol","info"]},${userPart(process.user)},${rest}`;
}

/** The kernel has no file: Sysmon names it "System" in the place of a path, and no name comes of it. */
const processPart = remembered(({ executable, pid, uuid }: Instance) =>
  members({
    process: {
      name: executable === null ? undefined : fileName(executable),
      executable: executable ?? 'System',
      pid: executable === null ? 4 : pid,
      entity_id: `{${uuid}}`,
    },
  }),
);

const userPart = remembered(({ name, domain, id }: User) => members({ user: { name, domain, id } }));

const winlogPart = remembered((host: Host) =>
  members({
    computer_name: fullName(host.name),
    provider_name: PROVIDER,
    provider_guid: PROVIDER_GUID,
    api: 'wineventlog',
    process: { pid: 2_644 },
  }),
);
