import type { RunRecord } from '../core/run.ts';
import { DAY_MS, type Instant, isoTime, roughly } from '../core/time.ts';
import type { Tile } from '../core/tile.ts';
import type { Reason } from '../core/verdict.ts';

const WEEK_MS = 7 * DAY_MS;
/** Runs of so many weeks before are compared, and so many of them are needed to judge (design.md, "Population"). */
const WEEKS_COMPARED = 4;
const RUNS_NEEDED = 3;

/**
 * Whether far fewer hosts than usual sent anything in the tile: below half of the median of the same weekday and time in
 * the last four weeks. With fewer than three such tiles nothing is said. `earlier` is newest first: of several runs of
 * one tile the newest counts.
 */
export function judgePopulation(hosts: number, tile: Tile, earlier: readonly RunRecord[]): Reason | null {
  const same = earlier.filter((run) => isSameTime(run.tile, tile) && run.tilePopulation !== null);
  const byTile = new Map(same.toReversed().map((run) => [run.tile.start, run.tilePopulation ?? 0]));
  const comparable = [...byTile.values()];
  if (comparable.length < RUNS_NEEDED) return null;
  const usual = median(comparable);
  if (!isFallen(hosts, usual)) return null;
  const since = Math.max(...[...byTile].filter(([, before]) => !isFallen(before, usual)).map(([start]) => start));
  const text = `Population fell from ${usual} to ${hosts}; it was last as usual in the tile of ${isoTime(since)}, ${roughly(tile.start - since)} before`;
  return { verdict: 'degraded', code: 'population_fell', text };
}

/** Below half of what is usual; of the tiles that make the median some never are. */
function isFallen(hosts: number, usual: number): boolean {
  return hosts * 2 < usual;
}

/** When the tiles begin that a tile is compared with. */
export function comparedStarts(tile: Tile): Instant[] {
  return Array.from({ length: WEEKS_COMPARED }, (_, week) => tile.start - (week + 1) * WEEK_MS);
}

/** Same length, and a whole number of weeks before. */
function isSameTime(before: Tile, tile: Tile): boolean {
  const age = tile.start - before.start;
  const sameLength = before.end - before.start === tile.end - tile.start;
  return sameLength && age > 0 && age % WEEK_MS === 0 && age <= WEEKS_COMPARED * WEEK_MS;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}
