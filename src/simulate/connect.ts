import type { Instant } from '../core/time.ts';
import type { Connection, Lookup } from './happening.ts';
import type { Instance } from './instances.ts';
import type { Host } from './office.ts';
import type { Draws } from './random.ts';
import type { Service } from './services.ts';

const LOCAL_PORT_FIRST = 49_152; // the dynamic ports of Windows and of IANA
const LOCAL_PORT_LAST = 65_535;

/** Where to, and how much: means of bytes and of the time a connection stays open. */
export interface Traffic {
  readonly port: number;
  readonly transport?: 'tcp' | 'udp';
  readonly sent: number;
  readonly received: number;
  readonly lastsMs: number;
}

/** A connection from a process to a service; one of its addresses answers. */
export function toService(
  { domain, addresses }: Service,
  at: Instant,
  process: Instance,
  traffic: Traffic,
  draws: Draws,
): Connection {
  return connection({ ip: draws.pick(addresses), port: traffic.port, domain }, at, process, traffic, draws);
}

/** A connection from a process to another host of the office. */
export function toHost(host: Host, at: Instant, process: Instance, traffic: Traffic, draws: Draws): Connection {
  return connection({ ip: host.ip, port: traffic.port, domain: null }, at, process, traffic, draws);
}

/** A connection from a process to any address. */
export function connection(
  remote: Connection['remote'],
  at: Instant,
  process: Instance,
  { transport = 'tcp', sent, received, lastsMs }: Omit<Traffic, 'port'>,
  draws: Draws,
): Connection {
  return {
    kind: 'connection',
    at,
    process,
    direction: 'egress',
    transport,
    remote,
    localPort: draws.whole(LOCAL_PORT_FIRST, LOCAL_PORT_LAST),
    durationMs: around(lastsMs, draws),
    bytesSent: around(sent, draws),
    bytesReceived: around(received, draws),
    plant: null,
  };
}

export function lookup({ domain, addresses }: Service, at: Instant, process: Instance): Lookup {
  return { kind: 'lookup', at, process, name: domain, addresses };
}

/** A whole number from a fifth of the mean to nearly twice the mean, at least 1. */
function around(mean: number, draws: Draws): number {
  return Math.max(1, Math.floor(mean * (0.2 + 1.6 * draws.unit())));
}
