import type { Instant } from '../core/time.ts';
import type { Instance } from './instances.ts';

/** A connection as the process on one of the office's hosts sees it. */
export interface Connection {
  readonly kind: 'connection';
  readonly at: Instant;
  readonly process: Instance;
  readonly direction: 'egress' | 'ingress';
  readonly transport: 'tcp' | 'udp';
  /** The other end: `port` is its port when it is connected to, and an arbitrary one when it connects. */
  readonly remote: { readonly ip: string; readonly port: number; readonly domain: string | null };
  readonly localPort: number;
  readonly durationMs: number;
  readonly bytesSent: number;
  readonly bytesReceived: number;
  /** What was planted and this is part of; null for the everyday. */
  readonly plant: string | null;
}

/** A name looked up by a process, with what came back. */
export interface Lookup {
  readonly kind: 'lookup';
  readonly at: Instant;
  readonly process: Instance;
  readonly name: string;
  /** Empty: there is no such name. */
  readonly addresses: readonly string[];
}

export type Happening = Connection | Lookup;
