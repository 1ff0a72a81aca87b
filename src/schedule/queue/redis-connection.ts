import { isIP } from 'node:net';
import { Redis, type RedisOptions } from 'ioredis';

/** How to reach Redis. Built by `config`; the secrets are plain text here and go to the server only. */
export interface RedisSettings {
  readonly at: RedisAddress;
  /** ACL user; null: the default user. */
  readonly username: string | null;
  readonly password: string | null;
  /** PEM text of the certificate authority, null for the system's. */
  readonly ca: string | null;
  /** First part of every key: `tracehound` gives `tracehound:tiles:…`. */
  readonly prefix: string;
}

/** `redis://host:6379/0`, or `rediss://` for TLS. Sentinels all have the same scheme, and the master has it too. */
type RedisAddress =
  | { readonly type: 'server'; readonly url: string }
  | {
      readonly type: 'sentinel';
      readonly nodes: readonly string[];
      readonly master: string;
      readonly password: string | null;
    };

const PORT = 6379;
const SENTINEL_PORT = 26379;
const CONNECT_TIMEOUT_MS = 5_000;
const BACK_OFF_FIRST_MS = 100;
/** A Redis that was restarted is found again within this time; a cluster of workers asks it a few times a second. */
const BACK_OFF_MOST_MS = 5_000;
const BACK_OFF_DOUBLINGS = 10;

/** Jittered, doubling, and never the end: Redis may be away for as long as it likes. */
export function backOffMs(attempt: number, random: () => number): number {
  const most = Math.min(BACK_OFF_MOST_MS, BACK_OFF_FIRST_MS * 2 ** Math.min(attempt, BACK_OFF_DOUBLINGS));
  return Math.round(most * (0.5 + random() / 2));
}

/** A connection that comes back by itself; commands wait for it, so whoever asks sets a deadline. */
export function openConnection(settings: RedisSettings, random: () => number): Redis {
  const backOff = (attempt: number): number => backOffMs(attempt, random);
  const options: RedisOptions = {
    ...addressOf(settings, backOff),
    ...(settings.username === null ? {} : { username: settings.username }),
    ...(settings.password === null ? {} : { password: settings.password }),
    protocol: 2,
    connectTimeout: CONNECT_TIMEOUT_MS,
    maxRetriesPerRequest: null,
    retryStrategy: backOff,
    // A master that became a replica refuses to write until the connection is made anew; 2: and ask again.
    reconnectOnError: (error) => (error.message.startsWith('READONLY') ? 2 : false),
  };
  return new Redis({ ...options, replyMapping: 'legacy' });
}

function addressOf({ at, ca }: RedisSettings, backOff: (attempt: number) => number): RedisOptions {
  if (at.type === 'server') {
    const { tls, host, port, db } = partsOf(at.url, PORT);
    return { host, port, db, ...(tls ? { tls: { ...trust(ca), ...serverName(host) } } : {}) };
  }
  const nodes = at.nodes.map((node) => partsOf(node, SENTINEL_PORT));
  const tls = nodes.some((node) => node.tls);
  return {
    name: at.master,
    sentinels: nodes.map(({ host, port }) => ({ host, port })),
    sentinelRetryStrategy: backOff,
    sentinelCommandTimeout: CONNECT_TIMEOUT_MS,
    ...(at.password === null ? {} : { sentinelPassword: at.password }),
    ...(tls ? { tls: trust(ca), sentinelTLS: trust(ca), enableTLSForSentinelMode: true } : {}),
  };
}

function partsOf(url: string, port: number) {
  const parsed = new URL(url);
  return {
    tls: parsed.protocol === 'rediss:',
    host: parsed.hostname.replace(/^\[|\]$/g, ''),
    port: Number(parsed.port || port),
    db: Number(parsed.pathname.slice(1) || 0),
  };
}

function trust(ca: string | null): { ca?: string } {
  return ca === null ? {} : { ca };
}

/** An address has no server name (RFC 6066). */
function serverName(host: string): { servername?: string } {
  return isIP(host) === 0 ? { servername: host } : {};
}
