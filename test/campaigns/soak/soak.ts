// Kills schedulers and workers, takes servers away and cuts connections, and looks what is left in the end.
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { MINUTE_MS } from '../../../src/core/time.ts';
import { connect } from '../../../src/elastic/client.ts';
import { elasticsearchStore } from '../../../src/store/elasticsearch.ts';
import type { Store } from '../../../src/store/port.ts';
import { sqliteStore } from '../../../src/store/sqlite.ts';
import { ELASTICSEARCH_8 } from '../../rig/assemble.ts';
import type { HuntRig } from '../../rig/hunt.ts';
import { startProxy } from '../../rig/proxy.ts';
import { random } from '../../rig/random.ts';
import { restartableElasticsearch, restartableRedis } from '../../rig/servers.ts';
import { beginLedgers, bulkBodies, type Estate, estateOf, keysOf, loadEvents, soakSite } from './estate.ts';
import { type SoakServers, strikeAll } from './faults.ts';
import { Fleet, type Role } from './fleet.ts';
import { type Contents, contents, examinedTiles, missing } from './outcome.ts';

export interface SoakPlan {
  /** `production`: Elasticsearch and Redis, several processes; `embedded`: two of `hunt start` over the same files. */
  readonly stack: 'production' | 'embedded';
  readonly kills: number;
  /** Time to be caught up, in tiles of a minute. */
  readonly hours: number;
  readonly hunts: number;
  readonly seed: number;
}

export interface SoakReport {
  readonly kills: number;
  readonly faults: ReadonlyMap<string, number>;
  /** Tiles there were to examine, and those still open when the last fault had struck. */
  readonly tiles: number;
  readonly openAtLastFault: number;
  /** What is not examined in the end; empty in a sound run. */
  readonly missing: readonly string[];
  readonly disturbed: Contents;
  readonly undisturbed: Contents;
  /** What processes said that ended by themselves or would not stop. */
  readonly unexpected: readonly string[];
  readonly exitCodes: readonly (number | null)[];
}

type Say = (words: string) => void;

/** A site with its store, in which nothing has been examined yet. */
interface Ground extends AsyncDisposable {
  readonly rig: HuntRig;
  readonly store: Store;
}

interface Stand {
  readonly estate: Estate;
  /** Makes a site of its own each time; `disturbed`: so that its requests can be cut. */
  readonly ground: (name: string, disturbed: boolean) => Promise<Ground>;
  readonly servers: SoakServers | null;
  readonly fleet: readonly Role[];
  readonly calmFleet: readonly Role[];
}

/** Longest wait for the rest of the work, once nothing goes wrong any more. */
const REST_MS = 15 * MINUTE_MS;
const { signal } = new AbortController();

/** One disturbed run and one undisturbed one over the same events, on servers of its own, since it stops them. */
export async function soak(plan: SoakPlan, say: Say): Promise<SoakReport> {
  await using parts = new AsyncDisposableStack();
  const { hours, hunts, seed } = plan;
  const estate = estateOf(Date.now(), hours, hunts, 'soak');
  const stand = await (plan.stack === 'embedded' ? embedded(estate, seed) : production(estate, seed, parts));
  say(`${tilesOf(estate)} tiles of ${hunts} hunts`);
  const disturbed = await examineAll(stand, true, (fleet) => disturb(stand, plan, fleet, say), say);
  const undisturbed = await examineAll(stand, false, async () => new Map<string, number>(), say);
  return {
    kills: disturbed.kills,
    faults: disturbed.faults,
    tiles: tilesOf(estate),
    openAtLastFault: disturbed.open,
    missing: [...disturbed.missing, ...undisturbed.missing.map((each) => `undisturbed: ${each}`)],
    disturbed: disturbed.contents,
    undisturbed: undisturbed.contents,
    unexpected: disturbed.unexpected,
    exitCodes: disturbed.exitCodes,
  };
}

function disturb({ servers }: Stand, { kills, seed }: SoakPlan, fleet: Fleet, say: Say) {
  return strikeAll({ fleet, servers, next: random(seed), say }, kills);
}

async function production(estate: Estate, seed: number, parts: AsyncDisposableStack): Promise<Stand> {
  const elasticsearch = parts.use(await restartableElasticsearch(ELASTICSEARCH_8));
  const redis = parts.use(await restartableRedis());
  const proxy = parts.use(await startProxy(elasticsearch.info.url));
  await loadEvents(elasticsearch.info, estate, seed);
  return {
    estate,
    servers: { elasticsearch, redis, proxy },
    fleet: ['scheduler', 'scheduler', 'worker', 'worker', 'worker'],
    calmFleet: ['scheduler', 'worker'],
    async ground(name, disturbed) {
      const made = new AsyncDisposableStack();
      const settings = { auth: { type: 'none' }, ca: null, caFingerprint: null, compatibility: 8 } as const;
      const nodes = [elasticsearch.info.url];
      const client = made.use(connect({ nodes, ...settings, requestTimeoutMs: MINUTE_MS }));
      const store = made.use(elasticsearchStore(client, { prefix: name }));
      const url = disturbed ? proxy.url : elasticsearch.info.url;
      const rig = made.use(await soakSite({ estate, url, redis: redis.info.url, prefix: name }));
      return { rig, store, [Symbol.asyncDispose]: () => made.disposeAsync() };
    },
  };
}

async function embedded(estate: Estate, seed: number): Promise<Stand> {
  return {
    estate,
    servers: null,
    fleet: ['start', 'start'],
    calmFleet: ['start'],
    async ground(name) {
      const made = new AsyncDisposableStack();
      const rig = made.use(await soakSite({ estate, url: null, redis: null, prefix: name }));
      await rig.write('events.ndjson', bulkBodies(estate, seed).join(''));
      await mustEnd(rig, 'ingest', 'events.ndjson');
      const store = made.use(sqliteStore(join(rig.folder, '.tracehound', 'findings.sqlite')));
      return { rig, store, [Symbol.asyncDispose]: () => made.disposeAsync() };
    },
  };
}

/** Lets processes examine the estate while `during` goes on, and then until nothing is missing. */
async function examineAll(
  stand: Stand,
  disturbed: boolean,
  during: (fleet: Fleet) => Promise<ReadonlyMap<string, number>>,
  say: Say,
) {
  const { estate } = stand;
  await using ground = await stand.ground(disturbed ? 'hard' : 'calm', disturbed);
  const { rig, store } = ground;
  await store.setup({ dryRun: false }, signal);
  await beginLedgers(store, estate, signal);
  await mustEnd(rig, 'check');
  const fleet = new Fleet(rig, disturbed ? stand.fleet : stand.calmFleet);
  const faults = await during(fleet);
  const open = await openTiles(store, estate);
  await untilExamined(store, estate, say);
  const exitCodes = await fleet.stop();
  return {
    faults,
    open,
    exitCodes,
    kills: fleet.kills,
    unexpected: fleet.unexpected,
    missing: await missing(store, estate, signal),
    contents: await contents(store, signal),
  };
}

async function mustEnd(rig: HuntRig, ...args: readonly string[]): Promise<void> {
  const { exitCode, stdout, stderr } = await rig.hunt(...args);
  if (exitCode !== 0) throw new Error(`hunt ${args.join(' ')} ended with ${exitCode}: ${stdout}${stderr}`);
}

async function untilExamined(store: Store, estate: Estate, say: Say): Promise<void> {
  for (const end = Date.now() + REST_MS; Date.now() < end;) {
    const open = await openTiles(store, estate);
    if (open === 0) return;
    say(`${open} tiles to go`);
    await setTimeout(2_000);
  }
}

async function openTiles(store: Store, estate: Estate): Promise<number> {
  return tilesOf(estate) - (await examinedTiles(store, estate, signal));
}

function tilesOf(estate: Estate): number {
  return (keysOf(estate).length * (estate.past.end - estate.past.start)) / MINUTE_MS;
}
