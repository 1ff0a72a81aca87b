import { expect, it } from 'vitest';
import { month, type MonthReport } from '../campaigns/month/month.ts';
import { planOf } from '../campaigns/month/plan.ts';
import { embeddedMonth, productionMonth } from '../campaigns/month/stands.ts';
import { describeLive } from '../rig/live.ts';

/** The short slice of `npm run month`: three days over a change of clocks. */
const PLAN = planOf(3);
const SEED = 20_261_121;

function expectAgreement({ troubles, differences, gaps, counts }: MonthReport): void {
  expect(troubles).toEqual([]);
  expect(differences).toEqual([]);
  // Each of what the plan does has left its mark.
  expect([...new Set([...gaps.keys()].map((name) => name.replace(/,.*/, '')))].sort()).toEqual([
    'beyond_catch_up',
    'blind',
    'paused',
  ]);
  expect(counts.tiles).toBeGreaterThan(250);
  expect(counts.runs).toBeGreaterThan(counts.tiles); // some were tried more than once
  expect(counts.findings).toBeGreaterThan(30);
}

describeLive('three days in compressed time', ['elasticsearch8', 'redis'], ({ elasticsearch8, redis }) => {
  it('leave on Elasticsearch and Redis the tiles, gaps and findings of the model', async () => {
    await using stand = await productionMonth(PLAN, { elasticsearch: elasticsearch8.url, redis: redis.url });
    expectAgreement(await month(PLAN, stand, SEED, () => undefined));
  }, 300_000);
});

describeLive('three days in compressed time, without a server', [], () => {
  it('leave on DuckDB and SQLite the tiles, gaps and findings of the model', async () => {
    await using stand = await embeddedMonth(PLAN);
    expectAgreement(await month(PLAN, stand, SEED, () => undefined));
  }, 300_000);
});
