// What goes wrong during a soak, drawn from a seed.
import { setTimeout } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { Proxy } from '../../rig/proxy.ts';
import type { ElasticsearchInfo, RedisInfo, Restartable } from '../../rig/servers.ts';
import type { Fleet } from './fleet.ts';

export interface Faults {
  readonly fleet: Fleet;
  readonly elasticsearch: Restartable<ElasticsearchInfo>;
  readonly redis: Restartable<RedisInfo> | null;
  /** Before Elasticsearch. */
  readonly proxy: Proxy;
  /** At least 0, below 1. */
  readonly next: () => number;
  readonly say: (words: string) => void;
}

interface Fault {
  readonly name: string;
  /** How often it is drawn, beside 100 kills. */
  readonly weight: number;
  readonly strike: (faults: Faults) => Promise<void>;
}

const FAULTS: readonly Fault[] = [
  { name: 'kill -9', weight: 100, strike: ({ fleet, next }) => fleet.kill(Math.floor(next() * fleet.size)) },
  { name: 'requests cut', weight: 12, strike: cutRequests },
  {
    name: 'connections to Redis closed',
    weight: 6,
    strike: (faults) => command(faults, 'CLIENT', 'KILL', 'TYPE', 'normal'),
  },
  { name: 'FLUSHALL', weight: 6, strike: (faults) => command(faults, 'FLUSHALL') },
  { name: 'Redis away', weight: 3, strike: redisAway },
  { name: 'Elasticsearch away', weight: 1.5, strike: elasticsearchAway },
];

/** Draws faults, each a moment after the one before, until so many processes were killed; each kind at least once. */
export async function strikeAll(faults: Faults, kills: number): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  const usable = FAULTS.filter(({ name }) => faults.redis !== null || !/Redis|FLUSHALL/.test(name));
  const due = [...usable];
  while (faults.fleet.kills < kills || due.length > 0) {
    await setTimeout(300 + faults.next() * 1_700);
    const fault = faults.fleet.kills < kills && !isTime(faults.next, due, kills) ? draw(usable, faults.next) : due[0];
    if (fault === undefined) continue;
    if (due.includes(fault)) due.splice(due.indexOf(fault), 1);
    await fault.strike(faults);
    counts.set(fault.name, (counts.get(fault.name) ?? 0) + 1);
    if (fault.name !== 'kill -9') faults.say(`${fault.name}; ${faults.fleet.kills} killed so far`);
  }
  return counts;
}

/** Now and then one that has not been drawn yet, so that a short soak has every kind too. */
function isTime(next: () => number, due: readonly Fault[], kills: number): boolean {
  return due.length > 0 && next() < (2 * FAULTS.length) / Math.max(kills, 1);
}

function draw(faults: readonly Fault[], next: () => number): Fault | undefined {
  let at = next() * faults.reduce((sum, { weight }) => sum + weight, 0);
  return faults.find(({ weight }) => (at -= weight) < 0);
}

/** The next requests are cut before, during or after the server's work. */
async function cutRequests({ proxy, next }: Faults): Promise<void> {
  const moments = ['before', 'during', 'after'] as const;
  const when = moments[Math.floor(next() * moments.length)] ?? 'before';
  const rule = proxy.when({}, { kind: 'cut', when });
  await setTimeout(200 + next() * 1_500);
  rule[Symbol.dispose]();
}

async function command({ redis }: Faults, name: string, ...args: readonly string[]): Promise<void> {
  if (redis === null) return;
  const client = new Redis(redis.info.url, { maxRetriesPerRequest: 1 });
  client.on('error', () => undefined); // CLIENT KILL closes this connection too
  await client.call(name, ...args).catch(() => undefined);
  client.disconnect();
}

async function redisAway({ redis, next }: Faults): Promise<void> {
  await redis?.stop();
  await setTimeout(500 + next() * 4_000);
  await redis?.start();
}

async function elasticsearchAway({ elasticsearch, next }: Faults): Promise<void> {
  await elasticsearch.stop();
  await setTimeout(500 + next() * 3_000);
  await elasticsearch.start();
}
