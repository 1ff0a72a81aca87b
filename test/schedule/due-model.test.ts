// `due` and the books against a model that decides for each minute by itself, through any sequence of what may happen.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { activated, askBackfill, cancelBackfill, examine, recordGap } from '../../src/core/books.ts';
import { normalise, subtract } from '../../src/core/interval.ts';
import type { Job, Schedule } from '../../src/core/job.ts';
import type { Gap, GapReason, Ledger, Pause } from '../../src/core/ledger.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, type Instant, type Span } from '../../src/core/time.ts';
import { URGENCIES, type Urgency } from '../../src/core/work-item.ts';
import { type Assignment, type Due, due } from '../../src/schedule/due.ts';
import { lastSlot, slotsBetween } from '../../src/schedule/slots.ts';
import { sampleJob } from '../rig/sample-jobs.ts';

/** Minutes of the world around a change of clocks. */
const [BEFORE, AFTER] = [-2 * 1440, 3 * 1440];

/** What the ledger says of a minute. */
type Told = 'examined' | Pick<Gap, 'reason' | 'attempts' | 'nextAttemptAt' | 'backfill'>;

/** What `due` must say of a minute, as text, since millions of them are compared. */
type Said = string;
const saidOfTile = (urgency: Urgency, attempt: number, dueAt: Instant): Said => `${urgency} ${attempt} ${dueAt}`;
const saidOfGap = (reason: GapReason): Said => `gap ${reason}`;

interface World {
  readonly origin: Instant;
  readonly activatedAt: Instant;
  job: Job;
  /** By minute. */
  slots: ReadonlyMap<number, Instant>;
  now: Instant;
  pauses: readonly Pause[];
  ledger: Ledger;
  /** The model, by minute. */
  readonly told: Map<number, Told>;
}

type Happening =
  | { readonly type: 'clock'; readonly minutes: number }
  /** A look: gaps are recorded, and of the tiles that are due each comes out as the list says, over and over. */
  | { readonly type: 'work'; readonly outcomes: readonly ('examined' | 'failed' | 'given up' | 'lost')[] }
  | { readonly type: 'pause'; readonly from: number; readonly minutes: number | null }
  | { readonly type: 'resume' }
  | { readonly type: 'backfill' | 'cancel' | 'stray'; readonly from: number; readonly minutes: number }
  | { readonly type: 'job'; readonly job: Job };

const every = (minutes: number): Schedule => ({ type: 'every', everyMs: minutes * MINUTE_MS });
const cron = (expression: string, timezone: string): Schedule => ({ type: 'cron', cron: expression, timezone });

const anyJob: fc.Arbitrary<Job> = fc
  .record({
    schedule: fc.constantFrom(
      every(25),
      every(180),
      cron('30 2 * * *', 'Europe/Copenhagen'),
      cron('*/20 1-3,12 * * *', 'America/New_York'),
      cron('10,40 * * * *', 'Australia/Lord_Howe'),
    ),
    queryDelayMs: fc.constantFrom(0, 5 * MINUTE_MS, 100 * MINUTE_MS),
    calendar: fc.option(
      fc.constantFrom({ starts: '0 1,13 * * *', ends: '30 2,16 * * *' }, { starts: '0 6 * * *', ends: '0 */2 * * *' }),
      { freq: 4 },
    ),
    catchUp: fc.record({
      atMostMs: fc.constantFrom(HOUR_MS, 20 * HOUR_MS, 14 * DAY_MS),
      order: fc.constantFrom('oldest_first', 'newest_first'),
    }),
  })
  .map((differs) => sampleJob({ id: 'job', ...differs }));

const minute = fc.integer({ min: BEFORE, max: AFTER });
const length = fc.integer({ min: 0, max: 1_500 });
const outcome = fc.constantFrom('examined', 'examined', 'failed', 'given up', 'lost');

const anyHappening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.integer({ min: -300, max: 2_000 }).map((minutes) => ({ type: 'clock', minutes }) as const),
  },
  {
    weight: 4,
    arbitrary: fc.record({ type: fc.constant('work'), outcomes: fc.array(outcome, { minLength: 1, maxLength: 5 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('pause'),
      from: fc.integer({ min: -200, max: 200 }),
      minutes: fc.option(length),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ type: 'resume' } as const) },
  {
    weight: 2,
    arbitrary: fc.record({ type: fc.constantFrom('backfill', 'cancel', 'stray'), from: minute, minutes: length }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('job'), job: anyJob }) },
);

const anyStart = fc.record({
  origin: fc
    .constantFrom('2026-03-29T01:00Z', '2026-10-25T01:00Z', '2026-11-01T06:00Z', '2026-04-04T15:00Z', '2028-02-29')
    .map(Date.parse),
  job: anyJob,
  activated: fc.integer({ min: BEFORE + 600, max: 0 }),
});

function worldOf({ origin, job, activated: from }: { origin: Instant; job: Job; activated: number }): World {
  const activatedAt = origin + from * MINUTE_MS;
  const ledger = activated({ jobId: job.id, huntId: 'a/b' }, activatedAt);
  return {
    origin,
    activatedAt,
    job,
    slots: slotsByMinute({ job, origin }),
    now: activatedAt,
    pauses: [],
    ledger,
    told: new Map(),
  };
}

const spanOf = (world: World, from: number, minutes: number): Span => ({
  start: world.origin + from * MINUTE_MS,
  end: world.origin + (from + minutes) * MINUTE_MS,
});
const assignmentOf = ({ job, ledger, pauses }: World): Assignment => ({ job, ledger, pauses });
const look = (world: World): Due => due([assignmentOf(world)], world.now);

function minutesOf({ origin }: Pick<World, 'origin'>, { start, end }: Span): number[] {
  const first = Math.max(BEFORE, Math.ceil((start - origin) / MINUTE_MS));
  const last = Math.min(AFTER, Math.ceil((end - origin) / MINUTE_MS));
  return Array.from({ length: Math.max(0, last - first) }, (_, at) => first + at);
}

/** Lets something happen, to the ledger as spans and to the model minute by minute. */
function happen(world: World, happening: Happening): void {
  if (happening.type === 'clock')
    world.now = Math.min(world.now + happening.minutes * MINUTE_MS, world.origin + AFTER * MINUTE_MS);
  else if (happening.type === 'job')
    Object.assign(world, { job: happening.job, slots: slotsByMinute({ ...world, job: happening.job }) });
  else if (happening.type === 'pause') world.pauses = [...world.pauses, pauseOf(world, happening)];
  else if (happening.type === 'resume')
    world.pauses = world.pauses.map((pause) => ({ ...pause, until: Math.min(pause.until ?? world.now, world.now) }));
  else if (happening.type === 'work') work(world, happening.outcomes);
  else onSpan(world, happening.type, spanOf(world, happening.from, happening.minutes));
}

function pauseOf({ now }: World, { from, minutes }: Extract<Happening, { type: 'pause' }>): Pause {
  const start = now + from * MINUTE_MS;
  return { reason: 'upgrade', by: 'kim', from: start, until: minutes === null ? null : start + minutes * MINUTE_MS };
}

function onSpan(world: World, type: 'backfill' | 'cancel' | 'stray', span: Span): void {
  const { ledger, now, told } = world;
  if (type === 'stray') return note(world, span, 'examined');
  world.ledger = type === 'backfill' ? askBackfill(ledger, span, now) : cancelBackfill(ledger, span);
  for (const at of minutesOf(world, span)) {
    const before = told.get(at);
    const early = world.origin + at * MINUTE_MS < world.activatedAt;
    if (before === 'examined') continue;
    if (type === 'backfill' && (before !== undefined || early))
      told.set(at, { reason: before?.reason ?? 'requested', attempts: 0, nextAttemptAt: now, backfill: true });
    else if (type === 'cancel' && before?.backfill === true) {
      if (before.reason === 'requested') told.delete(at);
      else told.set(at, { ...before, nextAttemptAt: null, backfill: false });
    }
  }
}

const toldOf = ({ reason, attempts, nextAttemptAt, backfill }: Gap): Told => ({
  reason,
  attempts,
  nextAttemptAt,
  backfill,
});

/** Writes an outcome down in both. */
function note(world: World, span: Span, outcome: Told): void {
  world.ledger =
    outcome === 'examined'
      ? examine(world.ledger, span)
      : recordGap(world.ledger, { span, text: outcome.reason, since: world.now, runId: null, ...outcome });
  for (const at of minutesOf(world, span)) if (world.told.get(at) !== 'examined') world.told.set(at, outcome);
}

function work(world: World, outcomes: readonly string[]): void {
  const { tiles, gaps } = look(world);
  for (const { gap } of gaps) note(world, gap.span, toldOf(gap));
  for (const [at, { tile, attempt, urgency }] of tiles.entries()) {
    const outcome = outcomes[at % outcomes.length];
    const backfill = urgency === 'backfill';
    if (outcome === 'examined') note(world, tile, 'examined');
    if (outcome === 'failed')
      note(world, tile, { reason: 'failed', attempts: attempt, nextAttemptAt: world.now + HOUR_MS, backfill });
    if (outcome === 'given up')
      note(world, tile, { reason: 'blind', attempts: attempt, nextAttemptAt: null, backfill });
  }
}

/** The slot a minute belongs to, or undefined where it lies outside the calendar or its slot is further than the world. */
function slotsByMinute({ job, origin }: Pick<World, 'job' | 'origin'>): ReadonlyMap<number, Instant> {
  const { schedule, calendar, queryDelayMs } = job;
  const timezone = schedule.type === 'cron' ? schedule.timezone : 'UTC';
  const at = new Map<number, Instant>();
  let previous = Number.NEGATIVE_INFINITY;
  for (const slot of slotsBetween(
    schedule,
    origin + BEFORE * MINUTE_MS - 2 * DAY_MS,
    origin + AFTER * MINUTE_MS + 8 * DAY_MS,
  )) {
    const ended = slot - queryDelayMs;
    const end = calendar === null ? ended : (lastSlot(cron(calendar.ends, timezone), ended) ?? 0);
    if (end === previous) continue;
    const start = calendar === null ? previous : (lastSlot(cron(calendar.starts, timezone), end - 1) ?? 0);
    for (const minute of minutesOf({ origin }, { start, end })) if (!at.has(minute)) at.set(minute, slot);
    previous = end;
  }
  return at;
}

/** design.md, "Time", for one minute. */
function sayOf(world: World, minute: number, slot: Instant | undefined, newest: Instant): Said | null {
  const { now, pauses, job } = world;
  const told = world.told.get(minute);
  if (told === 'examined' || slot === undefined || slot > now) return null;
  const held = pauses.some(({ from, until }) => from <= now && now < (until ?? Infinity));
  if (told !== undefined) {
    if (told.nextAttemptAt === null || told.nextAttemptAt > now || (held && !told.backfill)) return null;
    return saidOfTile(told.backfill ? 'backfill' : 'retry', told.attempts + 1, slot);
  }
  if (world.origin + minute * MINUTE_MS < world.activatedAt) return null;
  if (pauses.some(({ from, until }) => from <= slot && slot < (until ?? Infinity))) return saidOfGap('paused');
  if (now - slot > job.catchUp.atMostMs) return saidOfGap('beyond_catch_up');
  return held ? null : saidOfTile(slot === newest ? 'present' : 'catch_up', 1, slot);
}

function saidByModel(world: World): Map<number, Said> {
  const { slots } = world;
  const newest = Math.max(...[...slots.values()].filter((slot) => slot <= world.now));
  const said = new Map<number, Said>();
  for (let minute = BEFORE; minute < AFTER; minute++) {
    const saying = sayOf(world, minute, slots.get(minute), newest);
    if (saying !== null) said.set(minute, saying);
  }
  return said;
}

function saidByDue(world: World, { tiles, gaps }: Due): Map<number, Said> {
  const said = new Map<number, Said>();
  const add = (span: Span, saying: Said) => {
    for (const minute of minutesOf(world, span)) {
      if (said.has(minute)) throw new Error(`Minute ${minute} is said twice`);
      said.set(minute, saying);
    }
  };
  for (const { tile, attempt, urgency, dueAt } of tiles) add(tile, saidOfTile(urgency, attempt, dueAt));
  for (const { gap } of gaps) add(gap.span, saidOfGap(gap.reason));
  return said;
}

function toldByLedger(world: World): Map<number, Told> {
  const told = new Map<number, Told>();
  const { examined, gaps } = world.ledger;
  for (const span of examined) for (const minute of minutesOf(world, span)) told.set(minute, 'examined');
  for (const gap of gaps)
    for (const minute of minutesOf(world, gap.span)) {
      if (told.has(minute)) throw new Error(`Minute ${minute} is told twice`);
      told.set(minute, toldOf(gap));
    }
  return told;
}

/** Minutes of which two maps say different things. */
function differing<T>(a: ReadonlyMap<number, T>, b: ReadonlyMap<number, T>, same: (a: T, b: T) => boolean): string[] {
  const minutes = [...new Set([...a.keys(), ...b.keys()])].filter((minute) => {
    const [inA, inB] = [a.get(minute), b.get(minute)];
    return inA === undefined || inB === undefined || !same(inA, inB);
  });
  return minutes.map((minute) => `${minute}: ${JSON.stringify(a.get(minute))} / ${JSON.stringify(b.get(minute))}`);
}

const sameSaid = (a: Said, b: Said) => a === b;

function sameTold(a: Told, b: Told): boolean {
  if (a === 'examined' || b === 'examined') return a === b;
  return (
    a.reason === b.reason &&
    a.attempts === b.attempts &&
    a.nextAttemptAt === b.nextAttemptAt &&
    a.backfill === b.backfill
  );
}

/** How many tiles the model's untried minutes make: neighbours of one slot are one. */
function untriedRuns(said: ReadonlyMap<number, Said>): number {
  return [...said].filter(([at, what]) => /^(present|catch_up)/.test(what) && said.get(at - 1) !== what).length;
}

describe('due and the books', { timeout: 60_000 }, () => {
  it('say of each minute what the model says, whatever has happened', () => {
    let tiles = 0;
    const kinds = new Set<string>();
    fc.assert(
      fc.property(anyStart, fc.array(anyHappening, { minLength: 8, maxLength: 16 }), (start, happenings) => {
        const world = worldOf(start);
        for (const happening of happenings) {
          happen(world, happening);
          const found = look(world);
          const expected = saidByModel(world);
          expect(differing(saidByDue(world, found), expected, sameSaid)).toEqual([]);
          expect(differing(toldByLedger(world), world.told, sameTold)).toEqual([]);
          expect(found.tiles.filter(({ urgency }) => urgency === 'present' || urgency === 'catch_up')).toHaveLength(
            untriedRuns(expected),
          );
          for (const what of expected.values()) kinds.add(what.replace('gap ', '').replace(/ .*/, ''));
          tiles += found.tiles.length;
        }
      }),
      { seed: 29, numRuns: 80 },
    );
    expect(tiles).toBeGreaterThan(3_000);
    expect([...kinds].sort()).toEqual(['backfill', 'beyond_catch_up', 'catch_up', 'paused', 'present', 'retry']);
  });

  it('are done when all that is due is examined and all gaps are recorded', () => {
    fc.assert(
      fc.property(anyStart, fc.array(anyHappening, { minLength: 4, maxLength: 14 }), (start, happenings) => {
        const world = worldOf(start);
        for (const happening of happenings) happen(world, happening);
        happen(world, { type: 'work', outcomes: ['examined'] });
        expect(look(world)).toMatchObject({ tiles: [], gaps: [] });
      }),
      { seed: 31, numRuns: 150 },
    );
  });

  it('hand out the same in parts as at once', () => {
    fc.assert(
      fc.property(
        anyStart,
        fc.array(anyHappening, { minLength: 4, maxLength: 14 }),
        fc.integer({ min: 1, max: 5 }),
        (start, happenings, limitPerLedger) => {
          const world = worldOf(start);
          for (const happening of happenings) happen(world, happening);
          for (const { gap } of look(world).gaps) note(world, gap.span, toldOf(gap));
          const all = look(world).tiles.map(({ tile }) => tile);
          const parts: Span[] = [];
          for (;;) {
            const found = due([assignmentOf(world)], world.now, { limitPerLedger }).tiles;
            for (const urgency of URGENCIES) {
              const of = found.filter((tile) => tile.urgency === urgency).length;
              if (urgency !== 'present') expect(of).toBeLessThanOrEqual(limitPerLedger);
            }
            if (found.length === 0) break;
            parts.push(...found.map(({ tile }) => tile));
            for (const { tile } of found) note(world, tile, 'examined');
          }
          expect(parts.toSorted(byStart)).toEqual(all.toSorted(byStart));
        },
      ),
      { seed: 37, numRuns: 100 },
    );
  });

  it('have nothing new before the next instant that they name', () => {
    let waited = 0;
    fc.assert(
      fc.property(anyStart, fc.array(anyHappening, { minLength: 4, maxLength: 14 }), (start, happenings) => {
        const world = worldOf(start);
        for (const happening of happenings) happen(world, happening);
        const found = look(world);
        expect(found.nextAt).toBeGreaterThan(world.now);
        const later = due([assignmentOf(world)], found.nextAt - 1);
        const tilesOf = ({ tiles }: Due) => normalise(tiles.map(({ tile }) => tile));
        expect(subtract(tilesOf(later), tilesOf(found))).toEqual([]);
        if (subtract(tilesOf(due([assignmentOf(world)], found.nextAt)), tilesOf(found)).length > 0) waited++;
      }),
      { seed: 41, numRuns: 150 },
    );
    expect(waited).toBeGreaterThan(50);
  });
});

const byStart = (a: Span, b: Span) => a.start - b.start;
