// Kills schedulers and workers, takes servers away and cuts connections, and looks what is left in the end.
import { setTimeout } from 'node:timers/promises';
import { MINUTE_MS } from '../../../src/core/time.ts';
import type { Store } from '../../../src/store/port.ts';
import { random } from '../../rig/random.ts';
import { type Estate, estateOf, keysOf } from './estate.ts';
import { strikeAll } from './faults.ts';
import { Fleet } from './fleet.ts';
import { type Contents, contents, examinedTiles, missing } from './outcome.ts';
import { begun, embedded, production, type Stand } from './stands.ts';

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

/** Lets processes examine the estate while `during` goes on, and then until nothing is missing. */
async function examineAll(
  stand: Stand,
  disturbed: boolean,
  during: (fleet: Fleet) => Promise<ReadonlyMap<string, number>>,
  say: Say,
) {
  const { estate } = stand;
  await using ground = await begun(stand, disturbed, signal);
  const { rig, store } = ground;
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

/** Waits until all of the estate's past is examined, a quarter of an hour at the most. */
export async function untilExamined(store: Store, estate: Estate, say: Say): Promise<void> {
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

export function tilesOf(estate: Estate): number {
  return (keysOf(estate).length * (estate.past.end - estate.past.start)) / MINUTE_MS;
}
