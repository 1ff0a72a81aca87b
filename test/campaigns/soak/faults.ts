// What goes wrong during a soak, drawn from a seed.
import { setTimeout } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { Proxy } from '../../rig/proxy.ts';
import type { ElasticsearchInfo, RedisInfo, Restartable } from '../../rig/servers.ts';
import type { Fleet } from './fleet.ts';

export interface Faults {
  readonly fleet: Fleet;
  /** Null: there is no server, and processes are all that can fail. */
  readonly servers: SoakServers | null;
  /** At least 0, below 1. */
  readonly next: () => number;
  readonly say: (words: string) => void;
}

export interface SoakServers {
  readonly elasticsearch: Restartable<ElasticsearchInfo>;
  readonly redis: Restartable<RedisInfo>;
  /** Before Elasticsearch. */
  readonly proxy: Proxy;
}

interface Fault {
  readonly name: string;
  /** How often it is drawn, beside 100 kills. */
  readonly weight: number;
  readonly strike: (servers: SoakServers, next: () => number) => Promise<void>;
}

const KILL: Fault = { name: 'kill -9', weight: 100, strike: async () => undefined };
const FAULTS: readonly Fault[] = [
  { name: 'requests cut', weight: 12, strike: cutRequests },
  {
    name: 'connections to Redis closed',
    weight: 6,
    strike: ({ redis }) => command(redis, 'CLIENT', 'KILL', 'TYPE', 'normal'),
  },
  { name: 'FLUSHALL', weight: 6, strike: ({ redis }) => command(redis, 'FLUSHALL') },
  { name: 'Redis away', weight: 3, strike: ({ redis }, next) => away(redis, 500 + next() * 4_000) },
  {
    name: 'Elasticsearch away',
    weight: 1.5,
    strike: ({ elasticsearch }, next) => away(elasticsearch, 500 + next() * 3_000),
  },
];

/** Draws faults, each a moment after the one before, until so many processes were killed; each kind at least once. */
export async function strikeAll(faults: Faults, kills: number): Promise<ReadonlyMap<string, number>> {
  const { fleet, servers, next, say } = faults;
  const counts = new Map<string, number>();
  const usable = servers === null ? [KILL] : [KILL, ...FAULTS];
  const unseen = usable.filter((fault) => fault !== KILL);
  while (fleet.kills < kills || unseen.length > 0) {
    await setTimeout(300 + next() * 1_700);
    const isTime = unseen.length > 0 && (fleet.kills >= kills || next() < (2 * FAULTS.length) / Math.max(kills, 1));
    const fault = (isTime ? unseen[0] : draw(usable, next)) ?? KILL;
    if (unseen.includes(fault)) unseen.splice(unseen.indexOf(fault), 1);
    if (servers === null || fault === KILL) await fleet.kill(Math.floor(next() * fleet.size));
    else await fault.strike(servers, next);
    counts.set(fault.name, (counts.get(fault.name) ?? 0) + 1);
    if (fault !== KILL || fleet.kills % 25 === 0) say(`${fault.name}; ${fleet.kills} killed so far`);
  }
  return counts;
}

function draw(faults: readonly Fault[], next: () => number): Fault | undefined {
  let at = next() * faults.reduce((sum, { weight }) => sum + weight, 0);
  return faults.find(({ weight }) => (at -= weight) < 0);
}

/** For a moment, requests are cut before, during or after the server's work. */
async function cutRequests({ proxy }: SoakServers, next: () => number): Promise<void> {
  const moments = ['before', 'during', 'after'] as const;
  const when = moments[Math.floor(next() * moments.length)] ?? 'before';
  const rule = proxy.when({}, { kind: 'cut', when });
  await setTimeout(200 + next() * 1_500);
  rule[Symbol.dispose]();
}

async function command(redis: Restartable<RedisInfo>, name: string, ...args: readonly string[]): Promise<void> {
  const client = new Redis(redis.info.url, { maxRetriesPerRequest: 1 });
  client.on('error', () => undefined); // CLIENT KILL closes this connection too
  await client.call(name, ...args).catch(() => undefined);
  client.disconnect();
}

async function away(server: Restartable<unknown>, ms: number): Promise<void> {
  await server.stop();
  await setTimeout(ms);
  await server.start();
}
