import { CronExpressionParser } from 'cron-parser';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Schedule } from '../../src/core/job.ts';
import { DAY_MS, HOUR_MS, isoTime, MINUTE_MS } from '../../src/core/time.ts';
import { cronProblem, lastSlot, nextSlot, slotsBetween } from '../../src/schedule/slots.ts';

const cron = (expression: string, timezone: string): Schedule => ({ type: 'cron', cron: expression, timezone });
const every = (everyMs: number): Schedule => ({ type: 'every', everyMs });
const minutes = (schedule: Schedule, from: string, to: string) =>
  slotsBetween(schedule, Date.parse(from), Date.parse(to)).map((slot) => isoTime(slot).slice(0, 16));

const COPENHAGEN = 'Europe/Copenhagen';
const NEW_YORK = 'America/New_York';
const LORD_HOWE = 'Australia/Lord_Howe';
const RUNS = { seed: 3, numRuns: 150 };

describe('every', () => {
  it('aligns to the epoch in UTC', () => {
    expect(minutes(every(6 * HOUR_MS), '2026-03-29T00:00Z', '2026-03-30T00:00Z')).toEqual([
      '2026-03-29T00:00',
      '2026-03-29T06:00',
      '2026-03-29T12:00',
      '2026-03-29T18:00',
    ]);
    expect(nextSlot(every(7 * MINUTE_MS), 0)).toBe(7 * MINUTE_MS);
    expect(lastSlot(every(7 * MINUTE_MS), -1)).toBe(-7 * MINUTE_MS);
  });

  it.each([0, -1, 0.5, Number.NaN])('refuses a step of %d ms instead of never ending', (everyMs) => {
    expect(() => nextSlot(every(everyMs), 0)).toThrow(/cannot be due every/);
    expect(() => lastSlot(every(everyMs), 0)).toThrow(/cannot be due every/);
  });
});

describe('a cron expression that names its hour has a slot a day', () => {
  it('moves a time that clocks jump over later by as much as they jump', () => {
    expect(minutes(cron('30 2 * * *', COPENHAGEN), '2026-03-28T00:00Z', '2026-03-31T00:00Z')).toEqual([
      '2026-03-28T01:30',
      '2026-03-29T01:30', // 03:30 of summer
      '2026-03-30T00:30',
    ]);
    expect(minutes(cron('30 2 * * *', NEW_YORK), '2026-03-07T00:00Z', '2026-03-10T00:00Z')).toEqual([
      '2026-03-07T07:30',
      '2026-03-08T07:30',
      '2026-03-09T06:30',
    ]);
    expect(minutes(cron('15 2 * * *', LORD_HOWE), '2026-10-02T00:00Z', '2026-10-05T00:00Z')).toEqual([
      '2026-10-02T15:45',
      '2026-10-03T15:45', // clocks jump from 02:00 by half an hour
      '2026-10-04T15:15',
    ]);
  });

  it('takes the first of two instants with the same time', () => {
    expect(minutes(cron('30 2 * * *', COPENHAGEN), '2026-10-24T00:00Z', '2026-10-27T00:00Z')).toEqual([
      '2026-10-24T00:30',
      '2026-10-25T00:30',
      '2026-10-26T01:30',
    ]);
    expect(minutes(cron('30 1 * * *', NEW_YORK), '2026-10-31T00:00Z', '2026-11-03T00:00Z')).toEqual([
      '2026-10-31T05:30',
      '2026-11-01T05:30',
      '2026-11-02T06:30',
    ]);
    expect(minutes(cron('45 1 * * *', LORD_HOWE), '2026-04-03T00:00Z', '2026-04-06T00:00Z')).toEqual([
      '2026-04-03T14:45',
      '2026-04-04T14:45',
      '2026-04-05T15:15',
    ]);
  });

  it('joins a moved time with the one it falls on', () => {
    expect(minutes(cron('15 2,3 * * *', COPENHAGEN), '2026-03-29T00:00Z', '2026-03-30T00:00Z')).toEqual([
      '2026-03-29T01:15',
    ]);
  });

  it('has its slots on a clock that changes at midnight, and where a whole day was left out', () => {
    expect(minutes(cron('0 0 * * *', 'America/Santiago'), '2026-09-05T00:00Z', '2026-09-08T00:00Z')).toEqual([
      '2026-09-05T04:00',
      '2026-09-06T04:00', // 01:00: midnight does not exist
      '2026-09-07T03:00',
    ]);
    expect(minutes(cron('0 12 * * *', 'Pacific/Apia'), '2011-12-29T00:00Z', '2012-01-01T00:00Z')).toEqual([
      '2011-12-29T22:00',
      '2011-12-30T22:00',
      '2011-12-31T22:00',
    ]);
  });
});

describe('a cron expression of all hours goes by what clocks show', () => {
  it('comes in both hours that show the same, and not in the one that is left out', () => {
    expect(minutes(cron('*/30 * * * *', COPENHAGEN), '2026-10-25T00:00Z', '2026-10-25T02:00Z')).toHaveLength(4);
    expect(minutes(cron('0 * * * *', NEW_YORK), '2026-11-01T04:00Z', '2026-11-01T08:00Z')).toHaveLength(4);
    expect(minutes(cron('*/30 * * * *', COPENHAGEN), '2026-03-29T00:00Z', '2026-03-29T02:00Z')).toHaveLength(4);
    expect(minutes(cron('15 * * * *', LORD_HOWE), '2026-10-03T14:00Z', '2026-10-03T17:00Z')).toEqual([
      '2026-10-03T14:45', // 01:15, then 02:15 is left out
      '2026-10-03T16:15', // 03:15
    ]);
  });

  it.each([COPENHAGEN, NEW_YORK, LORD_HOWE, 'America/Santiago', 'UTC', 'Asia/Kathmandu'])(
    'is, in %s, each instant whose wall clock matches, through a year',
    (zone) => {
      const wall = new Intl.DateTimeFormat('en-GB', { timeZone: zone, minute: '2-digit' });
      const from = Date.UTC(2026, 0, 1);
      const slots = new Set(slotsBetween(cron('*/20 * * * *', zone), from, from + 365 * DAY_MS));
      const shown = new Set<number>();
      for (let at = from; at < from + 365 * DAY_MS; at += 5 * MINUTE_MS)
        if (Number(wall.format(at)) % 20 === 0) shown.add(at);
      expect(slots).toEqual(shown);
    },
  );
});

describe('slots', { timeout: 60_000 }, () => {
  const expressions = [
    '30 2 * * *',
    '*/20 1-3 * * *',
    '*/15 * * * *',
    '0 0 * * 0',
    '15,45 0,1,2,23 * * *',
    '5 4 1 * *',
  ];
  const anySchedule = fc
    .tuple(fc.constantFrom(...expressions), fc.constantFrom(COPENHAGEN, NEW_YORK, LORD_HOWE, 'America/Santiago'))
    .map(([expression, zone]) => cron(expression, zone));
  /** Near a change of clocks, since elsewhere there is little to get wrong. */
  const anyInstant = fc
    .tuple(
      fc.constantFrom(
        '2026-03-08T07:00Z',
        '2026-03-29T01:00Z',
        '2026-04-04T15:00Z',
        '2026-09-06T04:00Z',
        '2026-10-25T01:00Z',
        '2026-11-01T06:00Z',
      ),
      fc.integer({ min: -3_000, max: 3_000 }),
    )
    .map(([change, offset]) => Date.parse(change) + offset * MINUTE_MS);

  it('are the same from wherever and in whichever direction they are looked for', () => {
    fc.assert(
      fc.property(anySchedule, anyInstant, fc.integer({ min: 0, max: 4_000 }), (schedule, from, length) => {
        const to = from + length * MINUTE_MS;
        const forward = slotsBetween(schedule, from, to);
        const backward: number[] = [];
        for (let slot = lastSlot(schedule, to - 1); slot !== null && slot >= from; slot = lastSlot(schedule, slot - 1))
          backward.unshift(slot);
        expect(forward).toEqual(backward);
        const middle = from + Math.floor(length / 2) * MINUTE_MS;
        expect([...slotsBetween(schedule, from, middle), ...slotsBetween(schedule, middle, to)]).toEqual(forward);
      }),
      RUNS,
    );
  });

  it('next is the first after, last the last up to, with nothing between', () => {
    fc.assert(
      fc.property(anySchedule, anyInstant, (schedule, at) => {
        const next = nextSlot(schedule, at);
        const last = lastSlot(schedule, at) ?? Number.NaN;
        expect(last).toBeLessThanOrEqual(at);
        expect(next).toBeGreaterThan(at);
        expect(nextSlot(schedule, last)).toBe(next);
        expect(lastSlot(schedule, next - 1)).toBe(last);
        expect(lastSlot(schedule, next)).toBe(next);
      }),
      RUNS,
    );
  });

  it('are closed-open: the start belongs to them, the end does not', () => {
    const hourly = cron('0 * * * *', 'UTC');
    expect(minutes(hourly, '2026-05-01T10:00Z', '2026-05-01T12:00Z')).toEqual(['2026-05-01T10:00', '2026-05-01T11:00']);
    expect(minutes(hourly, '2026-05-01T10:00Z', '2026-05-01T10:00Z')).toEqual([]);
    expect(minutes(hourly, '2026-05-01T12:00Z', '2026-05-01T10:00Z')).toEqual([]);
  });

  it('agree with stepping by cron-parser where no clock changes', () => {
    const part = (min: number, max: number) =>
      fc.oneof(
        fc.constant('*'),
        fc.integer({ min, max }).map(String),
        fc.integer({ min: 2, max: 9 }).map((step) => `*/${step}`),
        fc
          .tuple(fc.integer({ min, max }), fc.integer({ min, max }))
          .map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`),
      );
    const anyCron = fc
      .tuple(
        part(0, 59),
        part(0, 23),
        fc.oneof(part(1, 28), fc.constant('L')),
        part(1, 12),
        fc.oneof(part(0, 6), fc.constantFrom('1#2', '5L', 'MON-FRI')),
      )
      .map((parts) => parts.join(' '));
    fc.assert(
      fc.property(anyCron, fc.integer({ min: 0, max: 3_000 }), (expression, day) => {
        const at = Date.UTC(2024, 0, 1) + day * DAY_MS;
        const reference = CronExpressionParser.parse(expression, { tz: 'UTC', currentDate: new Date(at) });
        let slot = at;
        for (const expected of reference.take(5))
          expect((slot = nextSlot(cron(expression, 'UTC'), slot))).toBe(expected.getTime());
      }),
      { ...RUNS, numRuns: 300 },
    );
  });

  it('come on leap days only, across a century without one', () => {
    expect(minutes(cron('0 6 29 2 *', 'UTC'), '2088-01-01T00:00Z', '2109-01-01T00:00Z')).toEqual([
      '2088-02-29T06:00',
      '2092-02-29T06:00',
      '2096-02-29T06:00',
      '2104-02-29T06:00',
      '2108-02-29T06:00',
    ]);
    expect(isoTime(lastSlot(cron('0 6 29 2 *', COPENHAGEN), Date.UTC(2027, 5, 1)) ?? 0)).toBe(
      '2024-02-29T05:00:00.000Z',
    );
    expect(isoTime(nextSlot(cron('0 0 * 2 1#5', 'UTC'), Date.UTC(2044, 2, 1)))).toBe('2072-02-29T00:00:00.000Z');
  });

  it('may have seconds, and nicknames', () => {
    expect(slotsBetween(cron('*/20 0 0 * * *', 'UTC'), 0, DAY_MS)).toEqual([0, 20_000, 40_000]);
    expect(slotsBetween(cron('@weekly', 'UTC'), 0, 14 * DAY_MS)).toEqual([3 * DAY_MS, 10 * DAY_MS]);
  });
});

describe('cronProblem', () => {
  it.each([
    '0 2 * * *',
    '*/5 * * * *',
    '0 0 2 * * MON-FRI',
    '@daily',
    '0 0 29 2 *',
    '0 0 L * *',
    '0 0 * * 1#2',
    '  0 2 * * * ',
  ])('has nothing against %s', (expression) => {
    expect(cronProblem(expression, COPENHAGEN)).toBeNull();
  });

  it.each([
    ['', COPENHAGEN, /has 0$/],
    ['* * * *', COPENHAGEN, /5 fields, or 6 with seconds in front, and this one has 4$/],
    ['* * * * * * *', COPENHAGEN, /has 7$/],
    ['H 2 * * *', COPENHAGEN, /^H stands for a time at random/],
    ['0 H(1-4) * * *', COPENHAGEN, /^H stands for/],
    ['0 25 * * *', COPENHAGEN, /25/],
    ['0 0 31 4 *', COPENHAGEN, /day of month/],
    ['0 0 * 3 1#6', COPENHAGEN, /occurrence/],
    ['@often', COPENHAGEN, /./],
    ['nightly please at two o', COPENHAGEN, /./],
    ['0 2 * * *', 'Mars/Olympus', /Mars\/Olympus/],
    ['0 2 * * *', '', /./],
    [`${'1,'.repeat(100_000)}1 * * * *`, COPENHAGEN, /./],
  ])('names what is wrong with %j in %j', (expression, zone, message) => {
    expect(cronProblem(expression, zone)).toMatch(message);
  });

  it('names the name of a day as no H', () => {
    expect(cronProblem('0 2 * * THU', 'UTC')).toBeNull();
    expect(cronProblem('0 2 * MARCH *', 'UTC')).not.toBeNull();
  });
});
