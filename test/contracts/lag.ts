// The measured lag of a source, the same on every engine.
import { expect, it } from 'vitest';
import { DAY_MS, isoTime, SECOND_MS } from '../../src/core/time.ts';
import type { CheckedSource } from '../../src/pipeline/checked.ts';
import { lookAtSources } from '../../src/pipeline/sources.ts';
import type { EngineUnderTest, Estate } from './engine.ts';

const TILE = { start: Date.parse('2026-11-20T00:00:00Z'), end: Date.parse('2026-11-21T00:00:00Z') };
const NOON = TILE.start + DAY_MS / 2;
const FORTY_DAYS_MS = 40 * DAY_MS;

/** An event that arrived at `arrived`, so long after it happened; `by`: the field that says so. */
function event(arrived: number, lagMs: number, by = 'event.ingested') {
  return { '@timestamp': isoTime(arrived - lagMs), [by]: isoTime(arrived) };
}

const ESTATE: Estate = {
  lag: {
    fields: { '@timestamp': 'date', 'event.ingested': 'date', 'event.created': 'date' },
    documents: [
      ...Array.from({ length: 50 }, (_, at) => event(NOON, (2 * at + 1) * SECOND_MS)),
      ...Array.from({ length: 50 }, (_, at) => event(NOON + 1, (2 * at + 2) * SECOND_MS, 'event.created')),
      // Its lag in ms is no 32-bit integer.
      event(NOON, FORTY_DAYS_MS),
      // Nobody says when these arrived: no lag, and not one of 0.
      ...Array.from({ length: 200 }, () => ({ '@timestamp': isoTime(NOON) })),
      // Of the span over which silence is judged, but not of the tile.
      ...Array.from({ length: 200 }, () => event(TILE.start - 1, 5 * DAY_MS)),
      // After the tile.
      event(TILE.end, 90 * DAY_MS),
    ],
  },
};

/** `make` lays the estate out; `name` gives the index of one of its parts. */
export function lagContract(make: (estate: Estate) => Promise<EngineUnderTest>): void {
  it('is measured over the events of the tile that say when they arrived', async () => {
    await using ground = await make(ESTATE);
    const source: CheckedSource = {
      where: null,
      source: {
        name: 'late',
        description: 'Late events',
        index: [ground.name('lag')],
        where: null,
        clock: ['event.ingested', 'event.created', '@timestamp'],
        heartbeatMs: 3 * DAY_MS,
        enable: 'Nothing',
        fields: null,
        absent: false,
        place: { file: 'sources.yml', line: 1, column: 1 },
      },
    };
    const { signal } = new AbortController();
    const caps = await ground.engine.fields(source.source.index, signal);
    const ask = { caps, tile: TILE, clock: 'ingest', deadlineMs: 30_000, absent: [], sources: [source] } as const;
    const look = (measureLag: boolean) =>
      lookAtSources({ ...ask, measureLag, ask: (question) => ground.engine.query(question, signal) });
    const [seen] = await look(true);
    expect(seen).toMatchObject({ state: 'sent', documents: 501, newest: NOON + 1 });
    expect(seen?.lag?.maxMs).toBe(FORTY_DAYS_MS);
    expect(seen?.lag?.p50Ms).toBeGreaterThanOrEqual(50 * SECOND_MS);
    expect(seen?.lag?.p50Ms).toBeLessThanOrEqual(52 * SECOND_MS);
    // The 100th of 101; an estimate may lean towards the one beside it.
    expect(seen?.lag?.p99Ms).toBeGreaterThanOrEqual(98 * SECOND_MS);
    expect((await look(false))[0]).toEqual({ ...seen, lag: null });
  });
}
