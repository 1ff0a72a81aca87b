import { hash } from 'node:crypto';
import { isV4, parseIp, V4_FIRST } from '../core/ip.ts';

/** Numbers of protocols (IANA, Assigned Internet Protocol Numbers) that logs name. */
export const PROTOCOL_NUMBERS: Readonly<Record<string, number>> = {
  icmp: 1,
  igmp: 2,
  tcp: 6,
  udp: 17,
  gre: 47,
  esp: 50,
  ah: 51,
  'ipv6-icmp': 58,
  sctp: 132,
};

export interface Flow {
  readonly transport: string;
  readonly source: string;
  readonly destination: string;
  readonly sourcePort: number | null;
  readonly destinationPort: number | null;
}

/**
 * Community ID v1 of a flow with seed 0 (github.com/corelight/community-id-spec): the same for both directions and for
 * every tool that sees it. Null for what is no flow between ports: ICMP would need types and codes.
 */
export function communityId({ transport, source, destination, sourcePort, destinationPort }: Flow): string | null {
  const protocol = PROTOCOL_NUMBERS[transport];
  if (protocol === undefined || ![6, 17, 132].includes(protocol)) return null;
  if (sourcePort === null || destinationPort === null) return null;
  const [from, to] = [addressBytes(source), addressBytes(destination)];
  if (from === null || to === null || from.length !== to.length) return null;
  const order = Buffer.compare(from, to) || sourcePort - destinationPort;
  const [first, second] = order <= 0 ? [from, to] : [to, from];
  const ports = Buffer.alloc(4);
  ports.writeUInt16BE(order <= 0 ? sourcePort : destinationPort, 0);
  ports.writeUInt16BE(order <= 0 ? destinationPort : sourcePort, 2);
  const flow = Buffer.concat([Buffer.from([0, 0]), first, second, Buffer.from([protocol, 0]), ports]);
  return `1:${hash('sha1', flow, 'base64')}`;
}

function addressBytes(text: string): Buffer | null {
  const value = parseIp(text);
  if (value === null) return null;
  const hex = isV4(value) ? (value - V4_FIRST).toString(16).padStart(8, '0') : value.toString(16).padStart(32, '0');
  return Buffer.from(hex, 'hex');
}
