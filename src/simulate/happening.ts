import type { Instant } from '../core/time.ts';
import type { Instance } from './instances.ts';
import type { Host, User } from './office.ts';

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
  /** `A` where nothing is said. */
  readonly type?: 'A' | 'TXT';
  readonly plant?: string;
}

/** A process starts. */
export interface Start {
  readonly kind: 'start';
  readonly at: Instant;
  readonly process: Instance;
  readonly parent: Instance;
  readonly commandLine: string;
  /** The name that the file carries inside, where it differs from the file's own. */
  readonly originalName: string | null;
  /** What was planted and this is part of; null for the everyday. */
  readonly plant: string | null;
}

/** Somebody logs on to the host of the process (its lsass). */
export interface Logon {
  readonly kind: 'logon';
  readonly at: Instant;
  readonly process: Instance;
  readonly account: User;
  /** As Windows counts them: 3 over the network, 10 to the desktop. */
  readonly type: 3 | 10;
  readonly from: Host;
  readonly plant: string | null;
}

/** A block of script that the process, a PowerShell, is about to run. */
export interface Script {
  readonly kind: 'script';
  readonly at: Instant;
  readonly process: Instance;
  readonly text: string;
  readonly plant: string | null;
}

/** The process (services.exe) takes in a new service. */
export interface Installed {
  readonly kind: 'service';
  readonly at: Instant;
  readonly process: Instance;
  readonly name: string;
  readonly path: string;
  readonly account: User;
  readonly plant: string | null;
}

export type Happening = Connection | Lookup | Start | Logon | Script | Installed;
