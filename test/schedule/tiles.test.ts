import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Job, Schedule } from '../../src/core/job.ts';
import { DAY_MS, HOUR_MS, isoTime, MINUTE_MS, type Span } from '../../src/core/time.ts';
import { lastSlot, nextSlot, slotsBetween } from '../../src/schedule/slots.ts';
import { activationOf, longestStepMs, newestFirst, type SlotTile, tilesOf } from '../../src/schedule/tiles.ts';
import { sampleJob } from '../rig/sample-jobs.ts';

const cron = (expression: string, timezone = 'Europe/Copenhagen'): Schedule => ({
  type: 'cron',
  cron: expression,
  timezone,
});
const every = (everyMs: number): Schedule => ({ type: 'every', everyMs });
const at = (text: string) => Date.parse(text);
const span = (start: string, end: string): Span => ({ start: at(start), end: at(end) });
const shown = ({ tile, slot }: SlotTile) =>
  [tile.start, tile.end, slot].map((instant) => isoTime(instant).slice(5, 16)).join(' ');
const LATER = at('2030-01-01');

describe('tilesOf', () => {
  it('runs from slot to slot, each moved by the query delay', () => {
    const job = sampleJob({ schedule: every(6 * HOUR_MS), queryDelayMs: 5 * MINUTE_MS });
    expect(tilesOf(job, span('2026-05-01T05:55Z', '2026-05-01T17:55Z'), LATER).map(shown)).toEqual([
      '05-01T05:55 05-01T11:55 05-01T12:00',
      '05-01T11:55 05-01T17:55 05-01T18:00',
    ]);
  });

  it('is a day of 23 and of 25 hours where clocks change', () => {
    const job = sampleJob({ schedule: cron('0 4 * * *') });
    const hours = (from: string, to: string) =>
      tilesOf(job, span(from, to), LATER).map(({ tile }) => (tile.end - tile.start) / HOUR_MS);
    expect(hours('2026-03-27T03:00Z', '2026-03-30T02:00Z')).toEqual([24, 23, 24]);
    expect(hours('2026-10-23T02:00Z', '2026-10-26T03:00Z')).toEqual([24, 25, 24]);
  });

  it('cuts the first and the last at the ends of the span', () => {
    const job = sampleJob({ schedule: every(HOUR_MS) });
    expect(tilesOf(job, span('2026-05-01T10:20Z', '2026-05-01T11:10Z'), LATER).map(shown)).toEqual([
      '05-01T10:20 05-01T11:00 05-01T11:00',
      '05-01T11:00 05-01T11:10 05-01T12:00',
    ]);
  });

  it('leaves out tiles whose slot has not come, however far their time lies back', () => {
    const job = sampleJob({ schedule: every(HOUR_MS), queryDelayMs: 30 * MINUTE_MS });
    expect(tilesOf(job, span('2026-05-01T10:30Z', '2026-05-01T13:30Z'), at('2026-05-01T12:59Z')).map(shown)).toEqual([
      '05-01T10:30 05-01T11:30 05-01T12:00',
    ]);
    expect(tilesOf(job, span('2026-05-01T13:30Z', '2026-05-01T10:30Z'), LATER)).toEqual([]);
  });

  it('may have a query delay longer than its step', () => {
    const job = sampleJob({ schedule: every(15 * MINUTE_MS), queryDelayMs: 40 * MINUTE_MS });
    expect(tilesOf(job, span('2026-05-01T10:05Z', '2026-05-01T10:35Z'), LATER).map(shown)).toEqual([
      '05-01T10:05 05-01T10:20 05-01T11:00',
      '05-01T10:20 05-01T10:35 05-01T11:15',
    ]);
  });
});

describe('tilesOf with a calendar', () => {
  const weekend = { starts: '0 18 * * 5', ends: '0 2 * * 1' };

  it('is the last window before the slot, once, and no time outside of it', () => {
    const job = sampleJob({ schedule: cron('0 3 * * *'), calendar: weekend });
    expect(tilesOf(job, span('2026-05-04T00:00Z', '2026-05-20T00:00Z'), LATER).map(shown)).toEqual([
      '05-08T16:00 05-11T00:00 05-11T01:00',
      '05-15T16:00 05-18T00:00 05-18T01:00',
    ]);
  });

  it('waits for the slot that comes a query delay after the window', () => {
    const job = sampleJob({ schedule: cron('0 3 * * *'), calendar: weekend, queryDelayMs: 90 * MINUTE_MS });
    expect(tilesOf(job, span('2026-05-04T00:00Z', '2026-05-12T00:00Z'), at('2026-05-11T12:00Z'))).toEqual([]);
    expect(tilesOf(job, span('2026-05-04T00:00Z', '2026-05-12T00:00Z'), LATER).map(shown)).toEqual([
      '05-08T16:00 05-11T00:00 05-12T01:00',
    ]);
  });

  it('leaves out windows that a later one follows before the slot', () => {
    const nights = { starts: '0 20 * * *', ends: '0 6 * * *' };
    const job = sampleJob({ schedule: cron('0 12 * * 1'), calendar: nights });
    expect(tilesOf(job, span('2026-05-01T00:00Z', '2026-05-19T00:00Z'), LATER).map(shown)).toEqual([
      '05-03T18:00 05-04T04:00 05-04T10:00',
      '05-10T18:00 05-11T04:00 05-11T10:00',
      '05-17T18:00 05-18T04:00 05-18T10:00',
    ]);
  });

  it('gives to each slot only what an earlier one has not, where windows overlap', () => {
    const job = sampleJob({ schedule: every(HOUR_MS), calendar: { starts: '0 8 * * *', ends: '0 12,16 * * *' } });
    expect(tilesOf(job, span('2026-05-01T00:00Z', '2026-05-02T00:00Z'), LATER).map(shown)).toEqual([
      '05-01T08:00 05-01T12:00 05-01T12:00',
      '05-01T12:00 05-01T16:00 05-01T16:00',
    ]);
  });

  it('reads its times in the zone of the schedule, through a change of clocks', () => {
    const job = sampleJob({ schedule: cron('0 3 * * *'), calendar: weekend });
    expect(tilesOf(job, span('2026-10-20T00:00Z', '2026-10-27T00:00Z'), LATER).map(shown)).toEqual([
      '10-23T16:00 10-26T01:00 10-26T02:00',
    ]);
  });
});

describe('activationOf', () => {
  it('is the start of the tile under way, so that the first run is at the next slot', () => {
    const job = sampleJob({ schedule: cron('0 2 * * *'), queryDelayMs: 5 * MINUTE_MS });
    const now = at('2026-05-06T09:17:31.5Z');
    const activation = activationOf(job, now);
    expect(isoTime(activation)).toBe('2026-05-05T23:55:00.000Z');
    expect(tilesOf(job, { start: activation, end: LATER }, now)).toEqual([]);
    const slot = nextSlot(job.schedule, now);
    expect(tilesOf(job, { start: activation, end: LATER }, slot).map((tile) => tile.slot)).toEqual([slot]);
  });

  it('at a slot begins with the tile after it', () => {
    const job = sampleJob({ schedule: every(HOUR_MS) });
    expect(isoTime(activationOf(job, at('2026-05-06T09:00Z')))).toBe('2026-05-06T09:00:00.000Z');
  });

  it('within a calendar is the start of the window, between two of them now', () => {
    const job = sampleJob({ schedule: cron('0 3 * * 1'), calendar: { starts: '0 18 * * 5', ends: '0 2 * * 1' } });
    expect(isoTime(activationOf(job, at('2026-05-09T12:00:00.7Z')))).toBe('2026-05-08T16:00:00.000Z');
    expect(isoTime(activationOf(job, at('2026-05-06T12:00:00.7Z')))).toBe('2026-05-06T12:00:00.000Z');
  });
});

describe('longestStepMs', () => {
  it.each([
    ['0 2 * * *', 1],
    ['*/15 * * * *', 15 / 1440],
    ['0 9-17 * * *', 16 / 24],
    ['0 9-17 * * 1-5', 2 + 16 / 24],
    ['0 2 * * 1', 7],
    ['0 2 1 * *', 31],
    ['0 2 31 * *', 61],
    ['0 2 L * *', 31],
    ['0 2 1,15 * *', 17],
    ['0 2 * * 1#1', 35],
    ['0 2 * 6-8 *', 275],
    ['0 2 29 2 *', 1461],
    ['0 0 * 2 1#5', 28 * 365.25],
  ])('of %s is %d days', (expression, days) => {
    expect(longestStepMs(cron(expression)) / DAY_MS).toBe(days);
    expect(longestStepMs(cron(expression)) / DAY_MS).toBe(days);
  });

  it('is in nominal days: a night of 25 hours is one', () => {
    expect(longestStepMs(cron('30 2 * * *'))).toBe(DAY_MS);
    expect(longestStepMs(every(90 * MINUTE_MS))).toBe(90 * MINUTE_MS);
  });
});

describe('tiles', { timeout: 60_000 }, () => {
  const anyJob: fc.Arbitrary<Job> = fc
    .record({
      schedule: fc.constantFrom<Schedule>(
        every(25 * MINUTE_MS),
        cron('30 2 * * *'),
        cron('*/20 * * * *', 'Australia/Lord_Howe'),
        cron('0 0,1,2,3 * * *', 'America/New_York'),
        cron('0 4 * * 2'),
      ),
      queryDelayMs: fc.constantFrom(0, 5 * MINUTE_MS, 3 * HOUR_MS),
      calendar: fc.constantFrom(
        null,
        { starts: '0 18 * * 5', ends: '0 2 * * 1' },
        { starts: '0 1,2,3 * * *', ends: '30 2,5 * * *' },
        { starts: '0 6 * * *', ends: '*/40 * * * *' },
      ),
    })
    .map(sampleJob);
  const anySpan = fc
    .tuple(fc.constantFrom('2026-03-29', '2026-10-25', '2026-04-05', '2026-03-08'), fc.nat(6_000), fc.nat(6_000))
    .map(([day, a, b]) => ({
      start: at(day) + (Math.min(a, b) - 3_000) * MINUTE_MS,
      end: at(day) + (Math.max(a, b) - 3_000) * MINUTE_MS,
    }));

  it('hold each instant once, in the tile of the first slot that covers it', () => {
    fc.assert(
      fc.property(anyJob, anySpan, (job, within) => {
        const tiles = tilesOf(job, within, LATER);
        for (let minute = within.start; minute < within.end; minute += MINUTE_MS * 7) {
          const holding = tiles.filter(({ tile }) => tile.start <= minute && minute < tile.end);
          expect(holding.map(({ slot }) => slot)).toEqual(firstSlotCovering(job, minute));
        }
        for (const { tile } of tiles) expect(tile.end).toBeGreaterThan(tile.start);
      }),
      { seed: 8, numRuns: 25 },
    );
  });

  it('are the same newest first', () => {
    fc.assert(
      fc.property(anyJob, anySpan, fc.boolean(), (job, within, early) => {
        const now = early ? Math.floor((within.start + within.end) / 2) : LATER;
        const tiles = tilesOf(job, within, now);
        expect([...newestFirst(job, within, now)].toReversed()).toEqual(tiles);
      }),
      { seed: 8, numRuns: 200 },
    );
  });
});

/** design.md, word by word: each slot's tile by itself, and of all that hold the instant the first; none outside a calendar. */
function firstSlotCovering(job: Job, instant: number): number[] {
  const { schedule, calendar, queryDelayMs } = job;
  const zone = schedule.type === 'cron' ? schedule.timezone : 'UTC';
  const slots = slotsBetween(schedule, instant + queryDelayMs, instant + queryDelayMs + 15 * DAY_MS);
  const first = slots.find((slot) => {
    if (calendar === null) return slot - queryDelayMs > instant;
    const end = lastSlot(cron(calendar.ends, zone), slot - queryDelayMs) ?? 0;
    return instant < end && (lastSlot(cron(calendar.starts, zone), end - 1) ?? 0) <= instant;
  });
  return first === undefined ? [] : [first];
}
