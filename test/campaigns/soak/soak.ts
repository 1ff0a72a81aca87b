// Kills schedulers and workers, takes servers away and cuts connections, and shows that every tile is examined in the end
// and that the store holds what an undisturbed run leaves: node test/campaigns/soak/soak.ts [--kills 200] [--hours 20]
// [--hunts 6] [--seed 1]
import { setTimeout } from 'node:timers/promises';
import { connect } from '../../../src/elastic/client.ts';
import { elasticsearchStore } from '../../../src/store/elasticsearch.ts';
import type { Store } from '../../../src/store/port.ts';
import { ELASTICSEARCH_8 } from '../../rig/assemble.ts';
import { startProxy } from '../../rig/proxy.ts';
import { random } from '../../rig/random.ts';
import { restartableElasticsearch, restartableRedis } from '../../rig/servers.ts';
import { beginLedgers, type Estate, estateOf, keysOf, loadEvents, soakSite } from './estate.ts';
import { strikeAll } from './faults.ts';
import { Fleet, type Role } from './fleet.ts';
import { type Contents, contents, examinedTiles, missing } from './outcome.ts';

export interface SoakPlan {
  readonly kills: number;
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

interface Stand {
  readonly url: string;
  readonly redis: string;
  readonly estate: Estate;
  readonly signal: AbortSignal;
}

/** Longest wait for the rest of the work, once nothing goes wrong any more. */
const REST_MS = 15 * 60_000;

/** Makes servers of its own, since it stops them. */
export async function soak({ kills, hours, hunts, seed }: SoakPlan, say: (words: string) => void): Promise<SoakReport> {
  await using elasticsearch = await restartableElasticsearch(ELASTICSEARCH_8);
  await using redis = await restartableRedis();
  await using proxy = await startProxy(elasticsearch.info.url);
  const estate = estateOf(Date.now(), hours, hunts, 'soak');
  const { signal } = new AbortController();
  say(`${await loadEvents(elasticsearch.info, estate, seed)} events, ${hours * 60 * hunts} tiles`);
  const stand = { url: elasticsearch.info.url, redis: redis.info.url, estate, signal };
  const servers = { elasticsearch, redis, proxy };

  const disturbed = await examineAll(
    { ...stand, url: proxy.url },
    'hard',
    FLEET,
    async (fleet, store) => {
      const faults = await strikeAll({ fleet, ...servers, next: random(seed), say }, kills);
      const open = await openTiles(store, estate, signal);
      return { faults, kills: fleet.kills, open };
    },
    say,
  );
  const undisturbed = await examineAll(stand, 'calm', ['scheduler', 'worker'], async () => null, say);
  return {
    kills: disturbed.during.kills,
    faults: disturbed.during.faults,
    tiles: hours * 60 * hunts,
    openAtLastFault: disturbed.during.open,
    missing: [...disturbed.missing, ...undisturbed.missing.map((each) => `undisturbed: ${each}`)],
    disturbed: disturbed.contents,
    undisturbed: undisturbed.contents,
    unexpected: disturbed.unexpected,
    exitCodes: disturbed.exitCodes,
  };
}

const FLEET: readonly Role[] = ['scheduler', 'scheduler', 'worker', 'worker', 'worker'];

/** Lets processes examine the estate while `during` goes on, and then until nothing is missing. */
async function examineAll<T>(
  { url, redis, estate, signal }: Stand,
  prefix: string,
  roles: readonly Role[],
  during: (fleet: Fleet, store: Store) => Promise<T>,
  say: (words: string) => void,
) {
  await using client = connect({
    nodes: [url],
    auth: { type: 'none' },
    ca: null,
    caFingerprint: null,
    compatibility: 8,
    requestTimeoutMs: 60_000,
  });
  await using store = elasticsearchStore(client, { prefix });
  await store.setup({ dryRun: false }, signal);
  await beginLedgers(store, estate, signal);
  await using rig = await soakSite({ estate, url, redis, prefix });
  const checked = await rig.hunt('check');
  if (checked.exitCode !== 0) throw new Error(`The hunts of the soak have errors: ${checked.stdout}${checked.stderr}`);
  const fleet = new Fleet(rig, roles);
  const result = await during(fleet, store);
  await untilExamined(store, estate, signal, say);
  const exitCodes = await fleet.stop();
  return {
    during: result,
    exitCodes,
    unexpected: fleet.unexpected,
    missing: await missing(store, estate, signal),
    contents: await contents(store, signal),
  };
}

async function untilExamined(
  store: Store,
  estate: Estate,
  signal: AbortSignal,
  say: (words: string) => void,
): Promise<void> {
  for (const end = Date.now() + REST_MS; Date.now() < end;) {
    const open = await openTiles(store, estate, signal);
    if (open === 0) return;
    say(`${open} tiles to go`);
    await setTimeout(2_000);
  }
}

async function openTiles(store: Store, estate: Estate, signal: AbortSignal): Promise<number> {
  const all = (keysOf(estate).length * (estate.past.end - estate.past.start)) / 60_000;
  return all - (await examinedTiles(store, estate, signal));
}
