// What a month must come to, decided minute by minute from the plan and its events alone. Shares no code with what it
// judges: neither intervals, nor books, nor calendars.
import { DAY_MS, HOUR_MS, MINUTE_MS, type Instant, type Span } from '../../../src/core/time.ts';
import type { MonthEvent } from './events.ts';
import {
  BACK_OFF_MS,
  DROPPED_USERS,
  HEARTBEAT_MS,
  isIn,
  type MonthPlan,
  type PlannedHunt,
  type PlannedJob,
  stepsOf,
  workersAt,
} from './plan.ts';
import { slotsByMinute } from './slots.ts';

/** What is told of a minute: examined, or why not. */
export type Told =
  | 'examined'
  | {
      readonly reason: 'failed' | 'blind' | 'paused' | 'beyond_catch_up';
      readonly attempts: number;
      readonly nextAttemptAt: Instant | null;
      readonly backfill: boolean;
    };

interface ModelRun {
  readonly jobId: string;
  readonly huntId: string;
  readonly tile: Span;
  readonly attempt: number;
  readonly at: Instant;
  readonly outcome: 'examined' | 'failed' | 'blind';
}

export interface ModelSighting {
  readonly huntId: string;
  readonly user: string;
  readonly tile: Span;
  readonly firstSeen: Instant;
  readonly lastSeen: Instant;
  readonly count: number;
  readonly hosts: readonly string[];
}

export interface MonthModel {
  /** The first of the minutes told of. */
  readonly from: Instant;
  /** By `<job> <hunt>`: when its time begins to count, and what is told of each minute since `from`. */
  readonly ledgers: ReadonlyMap<
    string,
    { readonly activatedAt: Instant; readonly told: readonly (Told | undefined)[] }
  >;
  readonly runs: readonly ModelRun[];
  /** By hunt, user and tile: the same one is written once. */
  readonly sightings: ReadonlyMap<string, ModelSighting>;
}

interface Pair {
  readonly job: PlannedJob;
  readonly hunt: PlannedHunt;
  readonly activatedAt: Instant;
  readonly told: (Told | undefined)[];
  /** All minutes before are told of, or never due. */
  open: number;
  /** Minutes that wait for another attempt. */
  readonly waiting: Set<number>;
}

/** A week and more before the month, for the tile under way when it begins. */
const BEFORE_MS = 10 * DAY_MS;

export function modelOf(plan: MonthPlan, events: readonly MonthEvent[]): MonthModel {
  return new Model(plan, events).run();
}

class Model {
  readonly #plan: MonthPlan;
  readonly #span: Span;
  readonly #events: ReadonlyMap<string | null, readonly MonthEvent[]>;
  readonly #beats: readonly Instant[];
  readonly #slots = new Map<string, Float64Array>();
  readonly #pairs = new Map<string, Pair>();
  readonly #runs: ModelRun[] = [];
  readonly #sightings = new Map<string, ModelSighting>();

  constructor(plan: MonthPlan, events: readonly MonthEvent[]) {
    this.#plan = plan;
    this.#span = { start: plan.span.start - BEFORE_MS, end: plan.span.end };
    this.#events = Map.groupBy(events, ({ huntId }) => huntId);
    this.#beats = events.filter(({ source }) => source === 'beat').map(({ arrived }) => arrived);
    for (const job of plan.jobs) this.#slots.set(job.id, slotsByMinute(job, job.schedule, this.#span));
  }

  run(): MonthModel {
    const { edit, backfill, dark } = this.#plan;
    for (const now of stepsOf(this.#plan)) {
      if (now === edit.at) this.#editSchedule();
      if (now === backfill.at) this.#askBackfill(now);
      if (!isIn(dark, now)) this.#look(now);
    }
    return { from: this.#span.start, ledgers: this.#pairs, runs: this.#runs, sightings: this.#sightings };
  }

  #editSchedule(): void {
    const { id, schedule } = this.#plan.edit.job;
    const job = this.#plan.jobs.find((each) => each.id === id);
    if (job !== undefined) this.#slots.set(id, slotsByMinute(job, schedule, this.#span));
  }

  #askBackfill(now: Instant): void {
    const { jobId, span } = this.#plan.backfill;
    for (const { job, told, waiting } of this.#pairs.values()) {
      if (job.id !== jobId) continue;
      for (const [minute, what] of told.entries()) {
        if (what === undefined || what === 'examined' || !isIn(span, this.#at(minute))) continue;
        told[minute] = { ...what, attempts: 0, nextAttemptAt: now, backfill: true };
        waiting.add(minute);
      }
    }
  }

  #look(now: Instant): void {
    for (const { job, hunt } of this.#assigned(now)) {
      const pair = this.#pairOf(job, hunt, now);
      const slots = this.#slots.get(job.id) ?? new Float64Array();
      const fresh = this.#fresh(pair, slots, now);
      for (const minute of fresh.paused) pair.told[minute] = gap('paused');
      for (const minute of fresh.beyond) pair.told[minute] = gap('beyond_catch_up');
      if (workersAt(this.#plan, now) === 0) continue;
      for (const tile of tilesOf(fresh.due, slots, () => null)) this.#examine(pair, tile, 1, now);
      this.#retry(pair, slots, now);
    }
  }

  #assigned(now: Instant): { readonly job: PlannedJob; readonly hunt: PlannedHunt }[] {
    const { jobs, hunts, edit } = this.#plan;
    return jobs.flatMap((job) =>
      hunts
        .filter(({ id }) => job.hunts.includes(id) && (id !== edit.added || now >= edit.at))
        .map((hunt) => ({ job, hunt })),
    );
  }

  /** A hunt that a job sees for the first time counts from the start of the tile under way. */
  #pairOf(job: PlannedJob, hunt: PlannedHunt, now: Instant): Pair {
    const key = `${job.id} ${hunt.id}`;
    const known = this.#pairs.get(key);
    if (known !== undefined) return known;
    const underWay = this.#slots.get(job.id)?.findIndex((slot) => slot > now) ?? 0;
    const activatedAt = Math.min(this.#at(underWay), now);
    const open = (activatedAt - this.#span.start) / MINUTE_MS;
    const pair: Pair = { job, hunt, activatedAt, told: [], open, waiting: new Set() };
    this.#pairs.set(key, pair);
    return pair;
  }

  /** Minutes whose slot has come and of which nothing is told. */
  #fresh(pair: Pair, slots: Float64Array, now: Instant) {
    const { pause } = this.#plan;
    const [paused, beyond, due]: [number[], number[], number[]] = [[], [], []];
    const isHeld = pause.jobId === pair.job.id && isIn(pause.span, now);
    while (pair.told[pair.open] !== undefined || slots[pair.open] === 0) pair.open++;
    for (let minute = pair.open; minute < slots.length; minute++) {
      const slot = slots[minute] ?? 0;
      if (slot > now) break;
      if (slot === 0 || pair.told[minute] !== undefined) continue;
      if (pause.jobId === pair.job.id && isIn(pause.span, slot)) paused.push(minute);
      else if (now - slot > pair.job.atMost * HOUR_MS) beyond.push(minute);
      else if (!isHeld) due.push(minute);
    }
    return { paused, beyond, due };
  }

  #retry(pair: Pair, slots: Float64Array, now: Instant): void {
    const { pause } = this.#plan;
    const isHeld = pause.jobId === pair.job.id && isIn(pause.span, now);
    const toldOf = (minute: number) => pair.told[minute];
    const ready = [...pair.waiting]
      .sort((a, b) => a - b)
      .filter((minute) => {
        const told = toldOf(minute);
        if (told === undefined || told === 'examined') return false;
        const hasCome = told.nextAttemptAt !== null && told.nextAttemptAt <= now && (slots[minute] ?? 0) <= now;
        return hasCome && (!isHeld || told.backfill);
      });
    // A gap of an attempt is one object; what was asked for is cut at slots only.
    for (const tile of tilesOf(ready, slots, (minute) => (isBackfill(toldOf(minute)) ? null : toldOf(minute)))) {
      const told = toldOf(tile[0] ?? 0);
      this.#examine(pair, tile, typeof told === 'object' ? told.attempts + 1 : 1, now);
    }
  }

  #examine(pair: Pair, minutes: readonly number[], attempt: number, now: Instant): void {
    const { job, hunt, told, waiting } = pair;
    const [first = 0, last = 0] = [minutes[0], minutes.at(-1)];
    const tile = { start: this.#at(first), end: this.#at(last + 1) };
    const outcome = this.#outcomeOf(hunt, tile, now);
    this.#runs.push({ jobId: job.id, huntId: hunt.id, tile, attempt, at: now, outcome });
    if (outcome !== 'failed') this.#find(pair, tile, now);
    const before = told[first];
    const nextAttemptAt = outcome === 'examined' ? null : nextAttempt(attempt, now);
    const left: Told =
      outcome === 'examined'
        ? 'examined'
        : { reason: outcome, attempts: attempt, nextAttemptAt, backfill: isBackfill(before) };
    for (const minute of minutes) {
      told[minute] = left;
      if (nextAttemptAt === null) waiting.delete(minute);
      else waiting.add(minute);
    }
  }

  #outcomeOf({ source }: PlannedHunt, tile: Span, now: Instant): ModelRun['outcome'] {
    if (isIn(this.#plan.engineDown, now)) return 'failed';
    if (source === 'app') return 'examined';
    const judged = { start: Math.min(tile.start, tile.end - HEARTBEAT_MS), end: tile.end };
    return this.#beats.some((at) => isIn(judged, at)) ? 'examined' : 'blind';
  }

  /** Users with an event in the reading range, the last of them not before the tile and the look-back. */
  #find({ job, hunt }: Pair, tile: Span, now: Instant): void {
    const lookBackMs = job.lookBack * MINUTE_MS;
    const range = { start: Math.min(tile.start, tile.end - hunt.window * HOUR_MS) - lookBackMs, end: tile.end };
    const dropped = hunt.id === this.#plan.edit.changed && now >= this.#plan.edit.at ? DROPPED_USERS : [];
    const read = (this.#events.get(hunt.id) ?? []).filter(
      ({ arrived, user }) => isIn(range, arrived) && !dropped.includes(user),
    );
    for (const [user, events] of Map.groupBy(read, (event) => event.user)) {
      const times = events.map(({ arrived }) => arrived);
      const [firstSeen, lastSeen] = [Math.min(...times), Math.max(...times)];
      if (lastSeen < tile.start - lookBackMs) continue;
      const hosts = [...new Set(events.map(({ host }) => host))].sort();
      const key = [hunt.id, user, tile.start, tile.end].join(' ');
      this.#sightings.set(key, { huntId: hunt.id, user, tile, firstSeen, lastSeen, count: events.length, hosts });
    }
  }

  #at(minute: number): Instant {
    return this.#span.start + minute * MINUTE_MS;
  }
}

function gap(reason: 'paused' | 'beyond_catch_up'): Told {
  return { reason, attempts: 0, nextAttemptAt: null, backfill: false };
}

function isBackfill(told: Told | undefined): boolean {
  return typeof told === 'object' && told.backfill;
}

/** When what was attempted so many times is attempted once more. */
function nextAttempt(attempt: number, now: Instant): Instant | null {
  const wait = BACK_OFF_MS[attempt - 1];
  return wait === undefined ? null : now + wait;
}

/** Minutes in a row with one slot and of one gap, as tiles. */
function tilesOf(minutes: readonly number[], slots: Float64Array, gapOf: (minute: number) => unknown): number[][] {
  const tiles: number[][] = [];
  for (const minute of minutes) {
    const tile = tiles.at(-1);
    const last = tile?.at(-1) ?? -1;
    if (last + 1 === minute && slots[last] === slots[minute] && gapOf(last) === gapOf(minute)) tile?.push(minute);
    else tiles.push([minute]);
  }
  return tiles;
}
