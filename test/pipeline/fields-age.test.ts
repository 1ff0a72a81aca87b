import { describe, expect, it } from 'vitest';
import { runHunt } from '../../src/pipeline/run-hunt.ts';
import { answerOf, capsOf, checkedHunt, effectsOf, fakeEngine, requestOf, TILE } from './fakes.ts';

const FILES = {
  '/site/hunts/sources.yml': `net:
  { index: [logs-*], clock: ["@timestamp"], heartbeat: sporadic, description: N, enable: E }
`,
  '/site/hunts/a/one.yml': `name: A hunt
hypothesis: Something is there.
status: stable
severity: low
sources: { any_of: [net] }
window: 1d
esql: FROM logs-* | WHERE user.name == "x" | KEEP user.name
finding: { title: "{user.name}", key: [user.name], drilldown: "FROM logs-* | WHERE user.name == ?user_name" }
`,
};
const JOB = { id: 'nightly', attempt: 1 };
const DELAY_MS = 300_000;

/** How old the fields may be for a run that begins so long after the end of its tile, ms. */
async function ageAllowed(sinceTileMs: number, scheduled: boolean): Promise<number | undefined> {
  const caps = capsOf({ '@timestamp': 'date', 'user.name': 'keyword' });
  const ages: (number | undefined)[] = [];
  const engine = {
    ...fakeEngine(caps, () => answerOf([])),
    fields: async (_patterns: readonly string[], _signal: AbortSignal, maxAgeMs?: number) => {
      ages.push(maxAgeMs);
      return caps;
    },
  };
  const request = requestOf(scheduled ? { job: JOB, queryDelayMs: DELAY_MS } : {});
  const effects = effectsOf(engine, null, { now: () => TILE.end + sinceTileMs });
  await runHunt(await checkedHunt(FILES), request, effects);
  expect(ages).toHaveLength(1);
  return ages[0];
}

describe('fields that a run goes by', () => {
  it.each([
    [DELAY_MS, 0],
    [DELAY_MS + 400, 400],
    [DELAY_MS + 60_000, 1_000],
    [DELAY_MS - 1, 0],
  ])('of a job, %d ms after its tile: of its slot or later, at most %d ms old', async (sinceTileMs, age) => {
    expect(await ageAllowed(sinceTileMs, true)).toBe(age);
  });

  it('of a person are as they are now', async () => {
    expect(await ageAllowed(DELAY_MS + 60_000, false)).toBe(0);
  });
});
