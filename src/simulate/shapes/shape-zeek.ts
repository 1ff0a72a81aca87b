import { SECOND_MS } from '../../core/time.ts';
import type { Connection, Lookup } from '../happening.ts';
import { Draws } from '../random.ts';
import type { Moment, Shape } from './shape.ts';

/** Fields of conn.log that are told, with Zeek's types. */
const FIELDS: readonly (readonly [name: string, type: string])[] = [
  ['ts', 'time'],
  ['uid', 'string'],
  ['id.orig_h', 'addr'],
  ['id.orig_p', 'port'],
  ['id.resp_h', 'addr'],
  ['id.resp_p', 'port'],
  ['proto', 'enum'],
  ['service', 'string'],
  ['duration', 'interval'],
  ['orig_bytes', 'count'],
  ['resp_bytes', 'count'],
  ['conn_state', 'string'],
  ['local_orig', 'bool'],
  ['local_resp', 'bool'],
  ['orig_pkts', 'count'],
  ['orig_ip_bytes', 'count'],
  ['resp_pkts', 'count'],
  ['resp_ip_bytes', 'count'],
];
const HEAD = [
  '#separator \\x09',
  '#set_separator\t,',
  '#empty_field\t(empty)',
  '#unset_field\t-',
  '#path\tconn',
  `#fields\t${FIELDS.map(([name]) => name).join('\t')}`,
  `#types\t${FIELDS.map(([, type]) => type).join('\t')}`,
  '',
].join('\n');
const PACKET = 1_400;
const HEADERS = 40;
const SERVICES: Readonly<Record<number, string>> = { 53: 'dns', 80: 'http', 443: 'ssl', 22: 'ssh', 88: 'krb_tcp' };
const RESOLVER = '10.20.0.10';

/**
 * A Zeek sensor: each connection once, when it ended, as the host that began it has it; `zeek` writes conn.log as text,
 * `zeek-json` conn and dns with `_path`, a record a line.
 */
export function zeekShape(form: 'zeek' | 'zeek-json'): Shape {
  const isJson = form === 'zeek-json';
  return {
    index: 'logs-zeek.connection-default',
    moments(of) {
      // The other end's own account of a connection between hosts is the same flow on the wire.
      if (of.kind === 'connection') return of.direction === 'egress' || !isOffice(of.remote.ip) ? [ended(of)] : [];
      return of.kind === 'lookup' && isJson ? [{ at: of.at, phase: 'ended', of }] : [];
    },
    line: ({ of }: Moment) => {
      if (of.kind === 'lookup') return JSON.stringify(lookupRecord(of));
      const record = connectionRecord(of as Connection);
      return isJson
        ? JSON.stringify({ _path: 'conn', ...record })
        : FIELDS.map(([name]) => text(record[name])).join('\t');
    },
    ...(isJson ? {} : { file: { extension: 'log', head: HEAD, tail: '#close\t-\n' } }),
  };
}

function ended(of: Connection): Moment {
  return { at: of.at + of.durationMs, phase: 'ended', of };
}

function isOffice(ip: string): boolean {
  return ip.startsWith('10.');
}

function connectionRecord(of: Connection): Readonly<Record<string, string | number | boolean>> {
  const { process, remote, localPort, direction, transport, durationMs, bytesSent, bytesReceived } = of;
  const here = { h: process.host.ip, p: localPort, bytes: bytesSent };
  const there = { h: remote.ip, p: remote.port, bytes: bytesReceived };
  const [from, to] = direction === 'egress' ? [here, there] : [there, here];
  const packets = (bytes: number) => Math.ceil(bytes / PACKET) + 3;
  const service = SERVICES[to.p];
  return {
    ...flow(of.at, from.h, from.p, to.h, to.p, transport),
    ...(service === undefined ? {} : { service }),
    duration: durationMs / SECOND_MS,
    orig_bytes: from.bytes,
    resp_bytes: to.bytes,
    conn_state: 'SF',
    local_orig: isOffice(from.h),
    local_resp: isOffice(to.h),
    orig_pkts: packets(from.bytes),
    orig_ip_bytes: from.bytes + HEADERS * packets(from.bytes),
    resp_pkts: packets(to.bytes),
    resp_ip_bytes: to.bytes + HEADERS * packets(to.bytes),
  };
}

function lookupRecord({ at, process, name, addresses, type = 'A' }: Lookup): Readonly<Record<string, unknown>> {
  const port = new Draws('lookup', process.host.name, at, name).whole(49_152, 65_535);
  return {
    _path: 'dns',
    ...flow(at, process.host.ip, port, RESOLVER, 53, 'udp'),
    trans_id: port,
    query: name,
    qclass: 1,
    qclass_name: 'C_INTERNET',
    qtype: type === 'TXT' ? 16 : 1,
    qtype_name: type,
    rcode: 0,
    rcode_name: 'NOERROR',
    rejected: false,
    answers: addresses,
    TTLs: addresses.map(() => 300),
  };
}

function flow(at: number, from: string, fromPort: number, to: string, toPort: number, transport: string) {
  return {
    ts: at / SECOND_MS,
    uid: `C${new Draws('flow', at, from, fromPort, to, toPort).hex(16)}`,
    'id.orig_h': from,
    'id.orig_p': fromPort,
    'id.resp_h': to,
    'id.resp_p': toPort,
    proto: transport,
  };
}

function text(value: string | number | boolean | undefined): string {
  if (typeof value === 'boolean') return value ? 'T' : 'F';
  return value === undefined ? '-' : `${value}`;
}
