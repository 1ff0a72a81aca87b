import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isoTime, MINUTE_MS } from '../../src/core/time.ts';
import { offsetsOf } from '../../src/core/zone.ts';
import { readTime, WallClock } from '../../src/ingest/wall-clock.ts';

describe('readTime', () => {
  it.each([
    ['2026-11-01 3:17:39', { wall: Date.UTC(2026, 10, 1, 3, 17, 39) }],
    ['2026-11-01 03:17:39.4', { wall: Date.UTC(2026, 10, 1, 3, 17, 39, 400) }],
    ['2026-11-01T03:17:39.1239999Z', { instant: Date.UTC(2026, 10, 1, 3, 17, 39, 123) }],
    ['2026-11-01T03:17:39+0130', { instant: Date.UTC(2026, 10, 1, 1, 47, 39) }],
    ['2026-11-01T03:17:39-05:00', { instant: Date.UTC(2026, 10, 1, 8, 17, 39) }],
    ['2026-02-29 00:00:00', null],
    ['2026-13-01 00:00:00', null],
    ['2026-00-10 00:00:00', null],
    ['2026-01-01 24:00:00', null],
    ['2026-01-01 00:60:00', null],
    ['2026-01-01', null],
    ['', null],
  ])('of %j', (text, expected) => {
    expect(readTime(text)).toEqual(expected);
  });
});

describe('WallClock', () => {
  const zones = [
    'UTC',
    'Europe/Copenhagen',
    'America/New_York',
    'Asia/Kolkata',
    'Australia/Lord_Howe',
    'Asia/Kathmandu',
  ];

  it.each(zones)('gives the instants of a log in order of time, through changes of clocks, in %s', (zone) => {
    const offsetAt = offsetsOf(zone);
    const begin = fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2027, 0, 1) }).map((at) => at - (at % 1_000));
    const steps = fc.array(fc.integer({ min: 0, max: 50 * MINUTE_MS }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(begin, steps, (start, gaps) => {
        const clock = new WallClock(zone);
        let at = start;
        for (const gap of [0, ...gaps]) {
          at += gap;
          const got = clock.instant(at + offsetAt(at));
          // In the hour that is shown twice the first one may be meant until a line goes back.
          expect([at, at - 60 * MINUTE_MS, at - 30 * MINUTE_MS]).toContain(got);
          expect(got + offsetAt(got)).toBe(at + offsetAt(at));
        }
      }),
      { seed: 6, numRuns: 60 },
    );
  });

  it('takes an hour that is shown twice for the second one once the log has passed the first', () => {
    const clock = new WallClock('Europe/Copenhagen');
    const at = (hour: number, minute: number) => isoTime(clock.instant(Date.UTC(2026, 9, 25, hour, minute)));
    expect([at(2, 30), at(2, 50), at(2, 10), at(2, 55), at(3, 0)]).toEqual([
      '2026-10-25T00:30:00.000Z',
      '2026-10-25T00:50:00.000Z',
      '2026-10-25T01:10:00.000Z',
      '2026-10-25T01:55:00.000Z',
      '2026-10-25T02:00:00.000Z',
    ]);
  });

  it('takes a time that clocks jump over with the offset from before', () => {
    const clock = new WallClock('Europe/Copenhagen');
    expect(isoTime(clock.instant(Date.UTC(2026, 2, 29, 2, 30)))).toBe('2026-03-29T01:30:00.000Z');
  });
});
