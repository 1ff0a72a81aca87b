import { describe, expect, it } from 'vitest';
import { activated, askBackfill, examine, recordGap } from '../../src/core/books.ts';
import { lengthOf } from '../../src/core/interval.ts';
import type { Job, Schedule } from '../../src/core/job.ts';
import type { Gap, Ledger, Pause } from '../../src/core/ledger.ts';
import { DAY_MS, HOUR_MS, isoTime, MINUTE_MS, type Instant } from '../../src/core/time.ts';
import { type Due, due, type DueTile, workItemOf } from '../../src/schedule/due.ts';
import { activationOf } from '../../src/schedule/tiles.ts';
import { sampleJob } from '../rig/sample-jobs.ts';

const at = (text: string) => Date.parse(text);
const cron = (expression: string, timezone = 'Europe/Copenhagen'): Schedule => ({
  type: 'cron',
  cron: expression,
  timezone,
});
const ledgerOf = (job: Job, from: Instant, huntId = 'network/rare-egress') =>
  activated({ jobId: job.id, huntId }, from);
const dueFor = (job: Job, ledger: Ledger, now: Instant, pauses: readonly Pause[] = []) =>
  due([{ job, ledger, pauses }], now);
const shown = ({ urgency, tile, attempt }: DueTile) =>
  `${urgency} ${isoTime(tile.start).slice(5, 16)} ${isoTime(tile.end).slice(5, 16)} ${attempt}`;
const recorded = (ledger: Ledger, { gaps }: Due) => gaps.reduce((to, { gap }) => recordGap(to, gap), ledger);
const examined = (ledger: Ledger, { tiles }: Due) => tiles.reduce((to, { tile }) => examine(to, tile), ledger);
const pause = (from: string, until: string | null): Pause => ({
  reason: 'the cluster is upgraded',
  by: 'kim',
  from: at(from),
  until: until === null ? null : at(until),
});
const failed = (tile: DueTile['tile'], nextAttemptAt: Instant | null, attempts = 1): Gap => ({
  span: tile,
  reason: 'failed',
  text: 'The server is gone',
  since: tile.end,
  attempts,
  nextAttemptAt,
  backfill: false,
  runId: 'run-1',
});

describe('a hunt that is new in a job', () => {
  it('is first due at the next slot, with a whole tile', () => {
    const job = sampleJob({ schedule: cron('0 2 * * *'), queryDelayMs: 5 * MINUTE_MS });
    const now = at('2026-05-06T09:17Z');
    const ledger = ledgerOf(job, activationOf(job, now));
    expect(dueFor(job, ledger, now).tiles).toEqual([]);
    const slot = dueFor(job, ledger, now).nextAt;
    expect(isoTime(slot)).toBe('2026-05-07T00:00:00.000Z');
    expect(dueFor(job, ledger, slot - 1).tiles).toEqual([]);
    expect(dueFor(job, ledger, slot).tiles).toEqual([
      {
        jobId: 'hourly',
        huntId: 'network/rare-egress',
        tile: { start: at('2026-05-05T23:55Z'), end: at('2026-05-06T23:55Z') },
        attempt: 1,
        urgency: 'present',
        dueAt: slot,
      },
    ]);
  });

  it('does not wait for, or change, what the job owes others', () => {
    const job = sampleJob();
    const now = at('2026-05-06T09:00Z');
    const [old, added] = [ledgerOf(job, now - 2 * HOUR_MS, 'a'), ledgerOf(job, now, 'b')];
    const tiles = (when: Instant) =>
      due(
        [
          { job, ledger: old, pauses: [] },
          { job, ledger: added, pauses: [] },
        ],
        when,
      ).tiles.map(({ huntId, tile }) => [huntId, tile.start - now]);
    expect(tiles(now)).toEqual([
      ['a', -HOUR_MS],
      ['a', -2 * HOUR_MS],
    ]);
    expect(tiles(now + HOUR_MS)).toEqual([
      ['a', 0],
      ['b', 0],
      ['a', -2 * HOUR_MS],
      ['a', -HOUR_MS],
    ]);
  });
});

describe('what was missed', () => {
  const job = sampleJob({ catchUp: { atMostMs: 5 * HOUR_MS, order: 'oldest_first' } });
  const now = at('2026-05-06T12:10Z');

  it('is caught up behind the present, oldest first; what lies too far back becomes a gap', () => {
    const found = dueFor(job, ledgerOf(job, at('2026-05-06T02:00Z')), now);
    expect(found.tiles.map(shown)).toEqual([
      'present 05-06T11:00 05-06T12:00 1',
      'catch_up 05-06T07:00 05-06T08:00 1',
      'catch_up 05-06T08:00 05-06T09:00 1',
      'catch_up 05-06T09:00 05-06T10:00 1',
      'catch_up 05-06T10:00 05-06T11:00 1',
    ]);
    expect(found.gaps).toEqual([
      {
        key: { jobId: 'hourly', huntId: 'network/rare-egress' },
        gap: {
          span: { start: at('2026-05-06T02:00Z'), end: at('2026-05-06T07:00Z') },
          reason: 'beyond_catch_up',
          text: 'Missed for longer than 5h, the most that is caught up',
          since: now,
          attempts: 0,
          nextAttemptAt: null,
          backfill: false,
          runId: null,
        },
      },
    ]);
  });

  it('is caught up newest first where the job says so', () => {
    const backwards = { ...job, catchUp: { atMostMs: 3.5 * HOUR_MS, order: 'newest_first' } as const };
    expect(dueFor(backwards, ledgerOf(job, at('2026-05-06T02:00Z')), now).tiles.map(shown)).toEqual([
      'present 05-06T11:00 05-06T12:00 1',
      'catch_up 05-06T10:00 05-06T11:00 1',
      'catch_up 05-06T09:00 05-06T10:00 1',
      'catch_up 05-06T08:00 05-06T09:00 1',
    ]);
  });

  it('is measured from the slot: exactly as far back as is caught up is not beyond it', () => {
    const slot = at('2026-05-06T07:00Z');
    const ledger = ledgerOf(job, at('2026-05-06T06:00Z'));
    expect(dueFor(job, ledger, slot + 5 * HOUR_MS).gaps).toEqual([]);
    expect(dueFor(job, ledger, slot + 5 * HOUR_MS + 1).gaps.map(({ gap }) => gap.span.end)).toEqual([slot]);
  });

  it('is the same for whoever asks again: nothing depends on what was handed out', () => {
    const ledger = ledgerOf(job, at('2026-05-06T02:00Z'));
    const ids = () => dueFor(job, ledger, now).tiles.map((tile) => workItemOf(tile).id);
    expect(ids()).toEqual(ids());
    expect(ids()[0]).toBe(
      `hourly.network~rare-egress.${at('2026-05-06T11:00Z') / 1000}.${at('2026-05-06T12:00Z') / 1000}.1`,
    );
  });

  it('is handed out in parts where there is much, each ledger in turn, and all of it in the end', () => {
    const from = at('2026-05-06T02:00Z');
    let ledgers = ['a', 'b'].map((huntId) => ledgerOf(job, from, huntId));
    const hunts: string[] = [];
    for (let round = 0; round < 3; round++) {
      const found = due(
        ledgers.map((ledger) => ({ job, ledger, pauses: [] })),
        now,
        { limitPerLedger: 2 },
      );
      hunts.push(found.tiles.map(({ huntId }) => huntId).join(''));
      ledgers = ledgers.map((ledger) =>
        examined(ledger, { ...found, tiles: found.tiles.filter(({ huntId }) => huntId === ledger.huntId) }),
      );
    }
    expect(hunts).toEqual(['ababab', 'abab', '']);
  });
});

describe('a year of downtime', () => {
  it('is one big gap and the time that is caught up, quickly, at a slot each minute', () => {
    const job = sampleJob({ schedule: { type: 'every', everyMs: MINUTE_MS } });
    const ledger = examine(ledgerOf(job, at('2025-01-01')), { start: at('2025-01-01'), end: at('2025-05-06') });
    const now = at('2026-05-06T12:00Z');
    const before = performance.now();
    const found = due([{ job, ledger, pauses: [] }], now, { limitPerLedger: 100 });
    const took = performance.now() - before;
    expect(found.tiles).toHaveLength(101);
    expect(found.gaps.map(({ gap }) => gap.span)).toEqual([
      { start: at('2025-05-06'), end: now - 14 * DAY_MS - MINUTE_MS },
    ]);
    expect(took).toBeLessThan(1_000);
    expect(dueFor(job, recorded(ledger, found), now).tiles).toHaveLength(14 * 1440 + 1);
  });

  it('is as quick for a cron expression, with a pause in it', () => {
    const job = sampleJob({ schedule: cron('* * * * *') });
    const ledger = ledgerOf(job, at('2025-05-06'));
    const before = performance.now();
    const found = due([{ job, ledger, pauses: [pause('2025-08-01', '2025-09-01')] }], at('2026-05-06'), {
      limitPerLedger: 100,
    });
    expect(performance.now() - before).toBeLessThan(2_000);
    expect(found.gaps.map(({ gap }) => [gap.reason, isoTime(gap.span.start).slice(0, 16)])).toEqual([
      ['paused', '2025-07-31T23:59'],
      ['beyond_catch_up', '2025-05-06T00:00'],
      ['beyond_catch_up', '2025-08-31T23:59'],
    ]);
  });
});

describe('a change of clocks', () => {
  it.each([
    ['Europe/Copenhagen', '2026-03-26', '30 2 * * *', 23],
    ['Europe/Copenhagen', '2026-10-22', '30 2 * * *', 25],
    ['America/New_York', '2026-03-05', '30 2 * * *', 23],
    ['America/New_York', '2026-10-29', '30 1 * * *', 25],
    ['Australia/Lord_Howe', '2026-10-01', '15 2 * * *', 23.5],
    ['Australia/Lord_Howe', '2026-04-02', '45 1 * * *', 24.5],
    ['Europe/Copenhagen', '2028-02-27', '0 0 * * *', 24],
  ])('in %s from %s leaves no instant out and takes none twice', (zone, day, expression, oddHours) => {
    const job = sampleJob({ schedule: cron(expression, zone), queryDelayMs: 5 * MINUTE_MS });
    const from = activationOf(job, at(day));
    let ledger = ledgerOf(job, from);
    const tiles: DueTile[] = [];
    let now = at(day);
    for (let slot = 0; slot < 6; slot++) {
      now = dueFor(job, ledger, now).nextAt;
      const found = dueFor(job, ledger, now);
      expect(found.tiles.map(({ urgency, dueAt }) => [urgency, dueAt])).toEqual([['present', now]]);
      tiles.push(...found.tiles);
      ledger = examined(ledger, found);
    }
    expect(ledger.examined).toEqual([{ start: from, end: now - 5 * MINUTE_MS }]);
    expect(lengthOf(tiles.map(({ tile }) => tile))).toBe(lengthOf(ledger.examined));
    expect(new Set(tiles.map(({ tile }) => (tile.end - tile.start) / HOUR_MS))).toEqual(new Set([24, oddHours]));
  });

  it('in one outage over it is caught up in the same tiles as without the outage', () => {
    const job = sampleJob({ schedule: cron('30 2 * * *') });
    const ledger = ledgerOf(job, at('2026-10-24T00:30Z'));
    expect(dueFor(job, ledger, at('2026-10-27T12:00Z')).tiles.map(shown)).toEqual([
      'present 10-26T01:30 10-27T01:30 1',
      'catch_up 10-24T00:30 10-25T00:30 1',
      'catch_up 10-25T00:30 10-26T01:30 1',
    ]);
  });
});

describe('a changed job', () => {
  const nightly = sampleJob({ id: 'job', schedule: cron('0 2 * * *') });
  const ledger = examine(ledgerOf(nightly, at('2026-05-04T00:00Z')), {
    start: at('2026-05-04T00:00Z'),
    end: at('2026-05-06T00:00Z'),
  });

  it('cuts what is left at its new slots, and opens nothing again', () => {
    const hourly = { ...nightly, schedule: cron('0 * * * *') };
    expect(dueFor(hourly, ledger, at('2026-05-06T02:30Z')).tiles.map(shown)).toEqual([
      'present 05-06T01:00 05-06T02:00 1',
      'catch_up 05-06T00:00 05-06T01:00 1',
    ]);
  });

  it('with another delay has one shorter or longer piece, and no seam', () => {
    const delayed = { ...nightly, queryDelayMs: HOUR_MS };
    expect(dueFor(delayed, ledger, at('2026-05-07T00:00Z')).tiles.map(shown)).toEqual([
      'present 05-06T00:00 05-06T23:00 1',
    ]);
    const earlier = examine(ledger, { start: at('2026-05-06T00:00Z'), end: at('2026-05-06T23:00Z') });
    expect(dueFor(nightly, earlier, at('2026-05-07T00:00Z')).tiles.map(shown)).toEqual([
      'present 05-06T23:00 05-07T00:00 1',
    ]);
    expect(dueFor({ ...nightly, queryDelayMs: 2 * HOUR_MS }, earlier, at('2026-05-07T00:00Z')).tiles).toEqual([]);
  });

  it('cuts an open gap at its new slots too', () => {
    const gone = recordGap(
      ledger,
      failed({ start: at('2026-05-06T00:00Z'), end: at('2026-05-07T00:00Z') }, at('2026-05-07T01:00Z')),
    );
    const found = dueFor({ ...nightly, schedule: cron('0 2,14 * * *') }, gone, at('2026-05-07T01:00Z'));
    expect(found.tiles.map(shown)).toEqual(['retry 05-06T00:00 05-06T12:00 2', 'retry 05-06T12:00 05-07T00:00 2']);
  });
});

describe('a clock that is set', () => {
  const job = sampleJob();
  const now = at('2026-05-06T12:00Z');
  const ledger = examine(ledgerOf(job, now - 3 * HOUR_MS), { start: now - 3 * HOUR_MS, end: now });

  it('back makes nothing due, forgets nothing, and goes on where it was', () => {
    const early = dueFor(job, ledger, now - DAY_MS);
    expect(early).toEqual({ tiles: [], gaps: [], nextAt: now - DAY_MS + HOUR_MS });
    expect(dueFor(job, ledger, now + HOUR_MS).tiles.map(shown)).toEqual(['present 05-06T12:00 05-06T13:00 1']);
  });

  it('back leaves a retry of a tile whose slot lies ahead until that slot', () => {
    const gone = recordGap(ledger, failed({ start: now, end: now + HOUR_MS }, now - DAY_MS));
    expect(dueFor(job, gone, now).tiles).toEqual([]);
    expect(dueFor(job, gone, now + HOUR_MS).tiles.map(shown)).toEqual(['retry 05-06T12:00 05-06T13:00 2']);
  });

  it('ahead and back again has left gaps that a backfill fills, and nothing examined twice', () => {
    const leap = dueFor(job, ledger, now + 100 * DAY_MS);
    const after = recorded(ledger, leap);
    expect(dueFor(job, after, now + HOUR_MS).tiles).toEqual([]);
    expect(after.gaps.map(({ reason, span }) => [reason, span.start])).toEqual([['beyond_catch_up', now]]);
    const asked = askBackfill(after, { start: now, end: now + 2 * HOUR_MS }, now);
    expect(dueFor(job, asked, now + HOUR_MS).tiles.map(shown)).toEqual(['backfill 05-06T12:00 05-06T13:00 1']);
  });
});

describe('gaps', () => {
  const job = sampleJob();
  const now = at('2026-05-06T12:00Z');
  const tile = (hour: number) => ({ start: now + hour * HOUR_MS, end: now + (hour + 1) * HOUR_MS });
  const ledger = [failed(tile(-4), now), failed(tile(-3), now + 5, 2), failed(tile(-2), null, 4)].reduce(
    recordGap,
    examine(ledgerOf(job, now - 4 * HOUR_MS), tile(-1)),
  );

  it('are due again when their next attempt has come, before anything is caught up', () => {
    expect(dueFor(job, ledger, now).tiles.map(shown)).toEqual(['retry 05-06T08:00 05-06T09:00 2']);
    expect(dueFor(job, ledger, now).nextAt).toBe(now + 5);
    expect(dueFor(job, ledger, now + 5).tiles.map(shown)).toEqual([
      'retry 05-06T08:00 05-06T09:00 2',
      'retry 05-06T09:00 05-06T10:00 3',
    ]);
  });

  it('that somebody asks for are due below everything else, cut at slots, also before the job knew the hunt', () => {
    const asked = askBackfill(ledger, { start: now - 6 * HOUR_MS, end: now - HOUR_MS }, now);
    expect(dueFor(job, asked, now + HOUR_MS).tiles.map(shown)).toEqual([
      'present 05-06T12:00 05-06T13:00 1',
      'backfill 05-06T06:00 05-06T07:00 1',
      'backfill 05-06T07:00 05-06T08:00 1',
      'backfill 05-06T08:00 05-06T09:00 1',
      'backfill 05-06T09:00 05-06T10:00 1',
      'backfill 05-06T10:00 05-06T11:00 1',
    ]);
  });
});

describe('a pause', () => {
  const job = sampleJob();
  const now = at('2026-05-06T12:30Z');
  const ledger = examine(ledgerOf(job, at('2026-05-06T07:00Z')), {
    start: at('2026-05-06T07:00Z'),
    end: at('2026-05-06T09:00Z'),
  });

  it('makes a gap of the tiles whose slots lie in it, and of no other', () => {
    const found = dueFor(job, ledger, now, [pause('2026-05-06T11:00Z', '2026-05-06T12:00Z')]);
    expect(found.gaps.map(({ gap }) => [gap.reason, gap.text, gap.nextAttemptAt])).toEqual([
      ['paused', 'Paused by kim: the cluster is upgraded', null],
    ]);
    expect(found.gaps.map(({ gap }) => gap.span)).toEqual([
      { start: at('2026-05-06T10:00Z'), end: at('2026-05-06T11:00Z') },
    ]);
    expect(found.tiles.map(shown)).toEqual(['present 05-06T11:00 05-06T12:00 1', 'catch_up 05-06T09:00 05-06T10:00 1']);
  });

  it('holds everything back while it lasts but what somebody asks for', () => {
    const gone = recordGap(ledger, failed({ start: at('2026-05-06T09:00Z'), end: at('2026-05-06T10:00Z') }, now - 1));
    const lasting = [pause('2026-05-06T11:30Z', '2026-05-06T12:45Z')];
    const found = dueFor(job, gone, now, lasting);
    expect(found.tiles).toEqual([]);
    expect(found.nextAt).toBe(at('2026-05-06T12:45Z'));
    const asked = askBackfill(recorded(gone, found), { start: at('2026-05-06T09:00Z'), end: now }, now);
    expect(dueFor(job, asked, now, lasting).tiles.map(shown)).toEqual([
      'backfill 05-06T09:00 05-06T10:00 1',
      'backfill 05-06T11:00 05-06T12:00 1',
    ]);
    expect(dueFor(job, recorded(gone, found), at('2026-05-06T12:45Z'), lasting).tiles.map(shown)).toEqual([
      'retry 05-06T09:00 05-06T10:00 2',
      'catch_up 05-06T10:00 05-06T11:00 1',
    ]);
  });

  it('without an end grows into one gap, look by look', () => {
    const forever = [pause('2026-05-06T10:30Z', null)];
    let paused = ledger;
    for (const hour of [11, 12, 13, 14]) {
      const when = at(`2026-05-06T${hour}:00Z`);
      paused = recorded(paused, dueFor(job, paused, when, forever));
      expect(dueFor(job, paused, when, forever)).toMatchObject({ tiles: [], gaps: [], nextAt: when + HOUR_MS });
    }
    expect(paused.gaps.map(({ span, since }) => [span.start, span.end, since])).toEqual([
      [at('2026-05-06T10:00Z'), at('2026-05-06T14:00Z'), at('2026-05-06T11:00Z')],
    ]);
  });

  it('that ends before it begins, or holds no slot, pauses nothing', () => {
    const empty = [pause('2026-05-06T12:00Z', '2026-05-06T11:00Z'), pause('2026-05-06T11:10Z', '2026-05-06T11:50Z')];
    expect(dueFor(job, ledger, now, empty)).toEqual(dueFor(job, ledger, now));
  });
});

describe('a calendar', () => {
  const job = sampleJob({ schedule: cron('0 3 * * *'), calendar: { starts: '0 18 * * 5', ends: '0 2 * * 1' } });

  it('makes nothing due outside of its windows, and nothing missing of what lies between', () => {
    const ledger = ledgerOf(job, at('2026-05-04T00:00Z'));
    const found = dueFor(job, ledger, at('2026-05-20T12:00Z'));
    expect(found.tiles.map(shown)).toEqual(['present 05-15T16:00 05-18T00:00 1', 'catch_up 05-08T16:00 05-11T00:00 1']);
    expect(dueFor(job, examined(ledger, found), at('2026-05-20T12:00Z')).tiles).toEqual([]);
    const late = dueFor(job, ledger, at('2026-05-28T12:00Z'));
    expect(late.gaps.map(({ gap }) => gap.span)).toEqual([
      { start: at('2026-05-08T16:00Z'), end: at('2026-05-11T00:00Z') },
    ]);
  });

  it('makes a gap of each window whose slot is paused', () => {
    const found = dueFor(job, ledgerOf(job, at('2026-05-04T00:00Z')), at('2026-05-20T12:00Z'), [
      pause('2026-05-10T12:00Z', '2026-05-19T00:00Z'),
    ]);
    expect(found.gaps.map(({ gap }) => [gap.reason, isoTime(gap.span.start).slice(5, 16)])).toEqual([
      ['paused', '05-08T16:00'],
      ['paused', '05-15T16:00'],
    ]);
    expect(found.tiles).toEqual([]);
  });
});

describe('due of nothing', () => {
  it('is nothing, and never anything', () => {
    expect(due([], 0)).toEqual({ tiles: [], gaps: [], nextAt: Number.POSITIVE_INFINITY });
  });
});
