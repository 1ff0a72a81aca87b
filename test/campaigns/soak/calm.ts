// Two schedulers and four workers side by side, with nothing going wrong: no tile may be run twice.
import { setTimeout } from 'node:timers/promises';
import { isoTime, MINUTE_MS } from '../../../src/core/time.ts';
import { esql } from '../../rig/elasticsearch.ts';
import { estateOf } from './estate.ts';
import { Fleet } from './fleet.ts';
import { missing } from './outcome.ts';
import { type SoakPlan, tilesOf, untilExamined } from './soak.ts';
import { begun, production } from './stands.ts';

export interface CalmReport {
  readonly tiles: number;
  /** Runs of the estate's tiles, and those of them beyond the first of a tile. */
  readonly runs: number;
  readonly overlaps: number;
  readonly missing: readonly string[];
  readonly unexpected: readonly string[];
  readonly exitCodes: readonly (number | null)[];
}

export async function calm(
  { hours, hunts, seed }: Pick<SoakPlan, 'hours' | 'hunts' | 'seed'>,
  minutes: number,
  say: (words: string) => void,
): Promise<CalmReport> {
  await using parts = new AsyncDisposableStack();
  const { signal } = new AbortController();
  const estate = estateOf(Date.now(), hours, hunts, 'calm');
  const stand = await production(estate, seed, parts);
  await using ground = await begun(stand, false, signal);
  const fleet = new Fleet(ground.rig, ['scheduler', 'scheduler', 'worker', 'worker', 'worker', 'worker']);
  await setTimeout(minutes * MINUTE_MS);
  await untilExamined(ground.store, estate, say);
  const exitCodes = await fleet.stop();
  await ground.store.refresh(signal);
  const perTile = await esql(
    { url: stand.servers?.elasticsearch.info.url ?? '' },
    `FROM calm-runs | WHERE hunt.tile_end <= "${isoTime(estate.past.end)}"
     | STATS runs = COUNT(*) BY hunt.id, hunt.tile_start | STATS runs = SUM(runs), tiles = COUNT(*)`,
  );
  const [counted] = perTile;
  return {
    tiles: tilesOf(estate),
    runs: Number(counted?.['runs']),
    overlaps: Number(counted?.['runs']) - Number(counted?.['tiles']),
    missing: await missing(ground.store, estate, signal),
    unexpected: fleet.unexpected,
    exitCodes,
  };
}
