import { setQuestion } from '../domain-parts.ts';
import { EcsDocument, type EcsValue } from '../ecs-document.ts';
import { setEnds } from '../network-fields.ts';
import { readAddress } from '../read-values.ts';
import { Malformed } from '../scan.ts';
import { ZeekReader, type ZeekRecord } from './zeek-record.ts';
import { mapHttp, mapSsl } from './zeek-web.ts';

interface Log {
  readonly dataset: string;
  /** Fields that only this log has, to know it by where nothing names it. */
  readonly marks: readonly string[];
  readonly transport?: string;
  readonly map?: (record: ZeekReader, document: EcsDocument) => void;
}

const LOGS: Readonly<Record<string, Log>> = {
  conn: { dataset: 'connection', marks: ['conn_state'], map: mapConnection },
  dns: { dataset: 'dns', marks: ['trans_id', 'rejected'], map: mapDns },
  http: { dataset: 'http', marks: ['trans_depth'], transport: 'tcp', map: mapHttp },
  ssl: { dataset: 'ssl', marks: ['established', 'resumed'], transport: 'tcp', map: mapSsl },
};

/** Whether the keys of a JSON object are those of a log of Zeek. */
export function isZeekJson(keys: readonly string[]): boolean {
  return keys.includes('ts') && (keys.includes('id.orig_h') || keys.includes('_path') || keys.includes('uid'));
}

/** The document of a record of a line of JSON. Throws Malformed. */
export function readZeekJson(text: string): EcsDocument {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw error instanceof SyntaxError ? new Malformed('the line is no JSON', 0) : error;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Malformed('a record is a JSON object', 0);
  }
  const record = new Map(Object.entries(value).filter(([, each]) => each !== null));
  const path = record.get('_path');
  return zeekDocument(record, typeof path === 'string' ? path : null);
}

/** The document of a record, as Elastic's zeek integration has it; `path` is the name of its log, null for unknown. */
export function zeekDocument(record: ZeekRecord, path: string | null): EcsDocument {
  const name = path ?? Object.entries(LOGS).find(([, { marks }]) => marks.every((mark) => record.has(mark)))?.[0];
  if (name === undefined) throw new Malformed('nothing tells which log of Zeek it is of: "_path" is missing', 0);
  const log = Object.hasOwn(LOGS, name) ? LOGS[name] : undefined;
  const dataset = `zeek.${log?.dataset ?? name.replace(/[^a-z0-9_]/g, '_')}`;
  const reader = new ZeekReader(record);
  const document = new EcsDocument()
    .time('@timestamp', timeOf(record.get('ts')))
    .set('data_stream', { type: 'logs', dataset, namespace: 'default' })
    .set('ecs.version', '8.11.0')
    .set('event.kind', 'event')
    .set('event.module', 'zeek')
    .set('event.dataset', dataset)
    .set('event.category', ['network'])
    .set('event.id', reader.text('uid'))
    .set('zeek.session_id', reader.text('uid'));
  setFlow(reader, log?.transport ?? null, document);
  log?.map?.(reader, document);
  for (const [field, value] of reader.rest()) document.set(`${dataset}.${field}`, value as EcsValue);
  return document;
}

/** Seconds since 1970 with a fraction, or a time in ISO 8601 where Zeek was told to write such. */
function timeOf(value: unknown): number {
  const ms = typeof value === 'number' ? Math.floor(value * 1_000 + 1e-4) : Date.parse(String(value));
  if (!Number.isFinite(ms) || Math.abs(ms) > 8.64e15) throw new Malformed('the record has no time', 0);
  return ms;
}

function setFlow(record: ZeekReader, transport: string | null, document: EcsDocument): void {
  const [source, destination] = [record.text('id.orig_h'), record.text('id.resp_h')];
  for (const address of [source, destination]) {
    if (address !== null && readAddress(address) === null) {
      throw new Malformed(`"${address.slice(0, 60)}" is no address`, 0);
    }
  }
  setEnds(document, {
    transport: record.text('proto') ?? transport,
    source: readAddress(source),
    destination: readAddress(destination),
    sourcePort: record.number('id.orig_p'),
    destinationPort: record.number('id.resp_p'),
  });
  document
    .set('source.address', source)
    .set('destination.address', destination)
    .set('network.community_id', record.text('community_id') ?? document.get('network.community_id'));
}

/** What the states of a connection mean (docs.zeek.org, base/protocols/conn), and the types of the event with it. */
const STATES: Readonly<Record<string, readonly [message: string, ...types: readonly string[]]>> = {
  S0: ['Connection attempt seen, no reply.', 'connection', 'start'],
  S1: ['Connection established, not terminated.', 'connection', 'start'],
  SF: ['Normal establishment and termination.', 'connection', 'start', 'end'],
  REJ: ['Connection attempt rejected.', 'connection', 'start', 'denied'],
};

function mapConnection(record: ZeekReader, document: EcsDocument): void {
  const state = record.text('conn_state');
  const [message, ...types] = STATES[state ?? ''] ?? [null, 'connection', 'info'];
  const duration = record.number('duration');
  const total = (a: string, b: string) =>
    record.number(a) === null && record.number(b) === null ? null : (record.number(a) ?? 0) + (record.number(b) ?? 0);
  document
    .set('event.type', types)
    .set('event.duration', duration === null ? null : Math.round(duration * 1e9))
    .set('zeek.connection.state', state)
    .set('zeek.connection.state_message', message)
    .set('source.bytes', record.number('orig_ip_bytes'))
    .set('source.packets', record.number('orig_pkts'))
    .set('source.mac', record.text('orig_l2_addr'))
    .set('destination.bytes', record.number('resp_ip_bytes'))
    .set('destination.packets', record.number('resp_pkts'))
    .set('destination.mac', record.text('resp_l2_addr'))
    .set('network.bytes', total('orig_ip_bytes', 'resp_ip_bytes'))
    .set('network.packets', total('orig_pkts', 'resp_pkts'))
    .set('network.protocol', record.text('service'))
    .set('network.direction', directionOf(record.flag('local_orig'), record.flag('local_resp')));
  if (record.text('proto') === 'icmp') {
    document
      .set('zeek.connection.icmp.type', record.number('id.orig_p'))
      .set('zeek.connection.icmp.code', record.number('id.resp_p'));
  }
  record.taken('conn_state', 'duration', 'service', 'orig_pkts', 'resp_pkts', 'orig_ip_bytes', 'resp_ip_bytes');
  record.taken('orig_l2_addr', 'resp_l2_addr');
}

function directionOf(fromHere: boolean | null, toHere: boolean | null): string | null {
  if (fromHere === null || toHere === null) return null;
  if (fromHere) return toHere ? 'internal' : 'outbound';
  return toHere ? 'inbound' : 'external';
}

function mapDns(record: ZeekReader, document: EcsDocument): void {
  const name = record.text('query');
  const code = record.text('rcode_name');
  const answers = record.list('answers').filter((answer) => typeof answer === 'string');
  const lives = record.list('TTLs');
  if (name !== null) setQuestion(document, name);
  document
    .set('event.type', ['connection', 'protocol', 'info'])
    .set('event.outcome', code === null ? null : code === 'NOERROR' ? 'success' : 'failure')
    .set('network.protocol', 'dns')
    .set('dns.question.type', record.text('qtype_name'))
    .set('dns.response_code', code)
    .set('dns.type', code === null && answers.length === 0 ? 'query' : 'answer')
    .set('dns.id', record.text('trans_id'))
    .set(
      'dns.resolved_ip',
      answers.flatMap((answer) => readAddress(answer) ?? []),
    )
    .set(
      'dns.answers',
      answers.map((data, at) => ({ data, ...(typeof lives[at] === 'number' ? { ttl: Math.round(lives[at]) } : {}) })),
    );
}
