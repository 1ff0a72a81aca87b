import { describe, expect, it } from 'vitest';
import type { RunRecord } from '../../src/core/run.ts';
import { DAY_MS } from '../../src/core/time.ts';
import { comparedStarts, judgePopulation } from '../../src/pipeline/population.ts';
import { TILE } from './fakes.ts';

/** A run whose tile began so many days before, with so many hosts; `longer` makes its tile another length. */
function run(days: number, hosts: number | null, longer = 0): RunRecord {
  const tile = { start: TILE.start - days * DAY_MS, end: TILE.end - days * DAY_MS + longer };
  return { tile, tilePopulation: hosts } as RunRecord;
}

describe('a population that fell', () => {
  it('below half of the median of the weeks before is degraded', () => {
    const earlier = [run(7, 800), run(14, 824), run(21, 2_000), run(28, 10)];
    expect(judgePopulation(405, TILE, earlier)?.text).toBe(
      'Population fell from 812 to 405; it was last as usual in the tile of 2026-11-13T00:00:00.000Z, 7 d before',
    );
    expect(judgePopulation(406, TILE, earlier)).toBeNull();
    expect(judgePopulation(0, TILE, [run(7, 3), run(14, 1), run(21, 2)])?.text).toMatch(
      /^Population fell from 2 to 0;/,
    );
  });

  it('says since when: the newest of the tiles compared that had as many hosts as usual', () => {
    const earlier = [run(7, 100), run(14, 90), run(21, 812), run(28, 800)];
    expect(judgePopulation(10, TILE, earlier)?.text).toContain('the tile of 2026-10-30T00:00:00.000Z, 21 d before');
  });

  it.each<[what: string, earlier: RunRecord[]]>([
    ['fewer than three', [run(7, 800), run(14, 800)]],
    ['other weekdays', [run(1, 800), run(7, 800), run(8, 800), run(14, 800)]],
    ['more than four weeks ago', [run(7, 800), run(14, 800), run(35, 800)]],
    ['tiles of another length', [run(7, 800), run(14, 800), run(21, 800, 1)]],
    ['runs that counted no population', [run(7, 800), run(14, 800), run(21, null)]],
    ['three runs of one tile', [run(7, 800), run(7, 800), run(7, 800)]],
    ['the tile itself and later ones', [run(0, 800), run(-7, 800), run(7, 800), run(14, 800)]],
  ])('is not judged by %s', (_what, earlier) => expect(judgePopulation(1, TILE, earlier)).toBeNull());

  it('takes the newest of several runs of one tile', () => {
    const earlier = [run(7, 4), run(7, 800), run(14, 4), run(21, 4)];
    expect(judgePopulation(2, TILE, earlier)).toBeNull();
  });

  it('is compared with four tiles', () => {
    expect(comparedStarts(TILE)).toEqual([7, 14, 21, 28].map((days) => TILE.start - days * DAY_MS));
  });
});
