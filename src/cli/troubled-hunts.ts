import type { RunRecord } from '../core/run.ts';
import type { Instant } from '../core/time.ts';
import type { Reason } from '../core/verdict.ts';

/** A scheduled hunt whose newest tile saw less than it should, or nothing. */
export interface TroubledHunt {
  readonly huntId: string;
  readonly jobId: string;
  /** Why, by its newest run. */
  readonly text: string;
  /** Start of the first of the tiles in a row that had the same trouble, as far as runs are known. */
  readonly since: Instant;
  readonly tiles: number;
}

/** Reasons of a degraded run by which a source, or its hosts, fell away. */
const FADING: ReadonlySet<string> = new Set(['source_silent', 'population_fell']);

/** Hunts of jobs that are blind, failed or see their sources shrink, and since when; from runs, newest first. */
export function troubledHunts(runs: readonly RunRecord[]): TroubledHunt[] {
  const scheduled = runs.filter(({ job }) => job !== null);
  const byWork = Map.groupBy(scheduled, ({ job, huntId }) => `${job?.id} ${huntId}`);
  return [...byWork.values()].flatMap((own) => troubleOf(newestOfEachTile(own)));
}

/** One run for each tile, the last attempt at it; the newest tile first, whenever it was examined. */
function newestOfEachTile(runs: readonly RunRecord[]): RunRecord[] {
  const byTile = new Map(runs.toReversed().map((run) => [`${run.tile.start} ${run.tile.end}`, run]));
  return [...byTile.values()].sort((a, b) => b.tile.end - a.tile.end);
}

function troubleOf(tiles: readonly RunRecord[]): TroubledHunt[] {
  const [newest] = tiles;
  const reason = newest === undefined ? null : worstOf(newest);
  if (newest === undefined || reason === null) return [];
  const well = tiles.findIndex((run) => worstOf(run)?.verdict !== reason.verdict);
  const inTrouble = well < 0 ? tiles : tiles.slice(0, well);
  const since = inTrouble.at(-1)?.tile.start ?? newest.tile.start;
  const { huntId, job } = newest;
  return [{ huntId, jobId: job?.id ?? '', text: reason.text, since, tiles: inTrouble.length }];
}

/** What stands in the way of trusting a run: a failure, then blindness, then something that fades. */
function worstOf({ reasons }: RunRecord): Reason | null {
  const of = (verdict: Reason['verdict']) => reasons.find((reason) => reason.verdict === verdict);
  return of('failed') ?? of('blind') ?? reasons.find(({ code }) => FADING.has(code)) ?? null;
}
