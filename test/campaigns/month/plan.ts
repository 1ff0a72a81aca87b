// What a month holds, as data: jobs, hunts, and what happens when. The site is written from it, and the model reads it.
import { DAY_MS, HOUR_MS, MINUTE_MS, type Instant, type Span } from '../../../src/core/time.ts';

export type PlannedSchedule =
  { readonly every: string; readonly minutes: number } | { readonly cron: string; readonly timezone: string };

export interface PlannedJob {
  readonly id: string;
  readonly schedule: PlannedSchedule;
  /** Minutes. */
  readonly delay: number;
  readonly lookBack: number;
  /** Hours. */
  readonly atMost: number;
  readonly order: 'oldest_first' | 'newest_first';
  readonly calendar: { readonly starts: string; readonly ends: string } | null;
  /** First ids of its hunts; `<job>/h0` and so on, and those of others that it shares. */
  readonly hunts: readonly string[];
}

export interface PlannedHunt {
  /** The first id it had. */
  readonly id: string;
  /** Hours. */
  readonly window: number;
  readonly source: 'app' | 'beat';
}

export interface MonthPlan {
  readonly span: Span;
  readonly stepMs: number;
  readonly jobs: readonly PlannedJob[];
  readonly hunts: readonly PlannedHunt[];
  /** How many workers there are from when on. */
  readonly workers: readonly { readonly from: Instant; readonly count: number }[];
  /** The engine answers nobody. */
  readonly engineDown: Span;
  /** No process of ours runs. */
  readonly dark: Span;
  /** The queue loses all it holds. */
  readonly flush: Instant;
  /** A source sends nothing. */
  readonly silence: Span;
  readonly pause: { readonly jobId: string; readonly span: Span };
  readonly backfill: { readonly at: Instant; readonly jobId: string; readonly span: Span };
  readonly edit: {
    readonly at: Instant;
    /** Looks no more at some users from then on. */
    readonly changed: string;
    readonly added: string;
    readonly renamed: string;
    readonly job: { readonly id: string; readonly schedule: PlannedSchedule };
  };
}

/** Of a source that is not sporadic: how long its silence is normal. */
export const HEARTBEAT_MS = 2 * HOUR_MS;
export const BACK_OFF_MS: readonly number[] = [HOUR_MS, 6 * HOUR_MS, 24 * HOUR_MS];
/** Users that an edited hunt looks at no more. */
export const DROPPED_USERS: readonly string[] = ['user-0', 'user-1', 'user-2'];

/** A job, the window of its hunts in hours, and how many hunts it has in a month and in a slice of one. */
type Draft = Omit<PlannedJob, 'hunts'> & { readonly window: number; readonly month: number; readonly slice: number };

const every = (text: string, minutes: number): PlannedSchedule => ({ every: text, minutes });
const cron = (expression: string, timezone: string): PlannedSchedule => ({ cron: expression, timezone });
const usual = { lookBack: 10, atMost: 14 * 24, order: 'oldest_first', calendar: null } as const;

const DRAFTS: readonly Draft[] = [
  { ...usual, id: 'hourly', schedule: every('1h', 60), delay: 5, window: 2, month: 2, slice: 1 },
  { ...usual, id: 'brief', schedule: every('2h', 120), delay: 0, atMost: 6, window: 4, month: 4, slice: 2 },
  { ...usual, id: 'edited', schedule: every('6h', 360), delay: 60, lookBack: 0, window: 12, month: 6, slice: 2 },
  {
    ...usual,
    id: 'nightly',
    schedule: cron('30 2 * * *', 'Europe/Copenhagen'),
    delay: 5,
    window: 48,
    month: 6,
    slice: 1,
  },
  { ...usual, id: 'york', schedule: cron('0 */3 * * *', 'America/New_York'), delay: 20, window: 8, month: 5, slice: 1 },
  {
    ...usual,
    id: 'howe',
    schedule: cron('15 2,14 * * *', 'Australia/Lord_Howe'),
    delay: 0,
    window: 26,
    month: 4,
    slice: 0,
  },
  {
    ...usual,
    id: 'weekend',
    schedule: cron('0 6 * * 1', 'Europe/Copenhagen'),
    delay: 5,
    calendar: { starts: '0 18 * * 5', ends: '0 2 * * 1' },
    window: 8 * 24,
    month: 4,
    slice: 0,
  },
  {
    ...usual,
    id: 'nights',
    schedule: cron('0 7 * * *', 'UTC'),
    delay: 30,
    calendar: { starts: '0 18 * * *', ends: '0 6 * * *' },
    window: 48,
    month: 4,
    slice: 1,
  },
  { ...usual, id: 'beat', schedule: every('3h', 180), delay: 10, lookBack: 60, window: 6, month: 3, slice: 1 },
  { ...usual, id: 'kolkata', schedule: cron('0 * * * *', 'Asia/Kolkata'), delay: 10, window: 3, month: 2, slice: 1 },
  {
    ...usual,
    id: 'newest',
    schedule: every('12h', 720),
    delay: 0,
    atMost: 48,
    order: 'newest_first',
    window: 24,
    month: 5,
    slice: 0,
  },
  {
    ...usual,
    id: 'sunday',
    schedule: cron('0 3 * * 0', 'America/New_York'),
    delay: 5,
    window: 8 * 24,
    month: 5,
    slice: 0,
  },
];

/** Thirty days with 50 hunts in 12 jobs and three changes of clocks, or any other number with fewer and one change. */
export function planOf(days: number): MonthPlan {
  const whole = days >= 30;
  const start = Date.parse(whole ? '2026-10-03T00:00Z' : '2026-10-24T00:00Z');
  const drafts = DRAFTS.map((draft) => ({ draft, count: whole ? draft.month : draft.slice })).filter(
    ({ count }) => count > 0,
  );
  // Whole hours at a part of the month.
  const at = (part: number) => start + Math.round(part * days * 24) * HOUR_MS;
  const most = (hours: number, part: number) => Math.min(hours, Math.round(part * days * 24)) * HOUR_MS;
  const during = (part: number, lengthMs: number): Span => ({ start: at(part), end: at(part) + lengthMs });
  const dark = during(0.72, most(20, 0.12));
  const pause = during(0.1, most(18, 0.1));
  return {
    span: { start, end: start + days * DAY_MS },
    stepMs: 30 * MINUTE_MS,
    jobs: drafts.map(({ draft, count }) => jobOf(draft, count, whole)),
    hunts: drafts.flatMap(({ draft, count }) => huntsOf(draft, count)),
    workers: [
      { from: start, count: 1 },
      { from: at(0.15), count: 2 },
      { from: at(0.35), count: 4 },
      { from: dark.start - 2 * HOUR_MS, count: 0 },
      { from: dark.end, count: 4 },
      { from: at(0.9), count: 1 },
    ],
    engineDown: during(0.25, most(34, 0.15)),
    dark,
    flush: dark.start,
    silence: during(0.55, most(40, 0.12)),
    pause: { jobId: 'kolkata', span: pause },
    backfill: {
      at: at(0.93),
      jobId: 'kolkata',
      span: { start: pause.start, end: (pause.start + pause.end) / 2 },
    },
    edit: {
      at: at(0.47) + 30 * MINUTE_MS,
      changed: 'hourly/h0',
      added: 'brief/h1',
      renamed: 'edited/h1',
      job: { id: 'edited', schedule: every('4h', 240) },
    },
  };
}

function jobOf(
  { window: _window, month: _month, slice: _slice, ...job }: Draft,
  count: number,
  whole: boolean,
): PlannedJob {
  const own = Array.from({ length: count }, (_, at) => `${job.id}/h${at}`);
  return { ...job, hunts: whole && job.id === 'sunday' ? [...own, 'nightly/h0'] : own };
}

function huntsOf({ id, window }: Draft, count: number): PlannedHunt[] {
  const source = id === 'beat' ? 'beat' : 'app';
  // A hunt that two jobs share reads as far back as the longer one needs.
  return Array.from({ length: count }, (_, at) => ({
    id: `${id}/h${at}`,
    window: `${id}/h${at}` === 'nightly/h0' ? 8 * 24 : window,
    source,
  }));
}

/** The hunt's id from an instant on: one is renamed. */
export function idAt(plan: MonthPlan, firstId: string, at: Instant): string {
  return firstId === plan.edit.renamed && at >= plan.edit.at ? `${firstId}-renamed` : firstId;
}

/** The instants at which somebody looks at the calendar. */
export function stepsOf({ span, stepMs }: MonthPlan): Instant[] {
  return Array.from({ length: Math.floor((span.end - span.start) / stepMs) + 1 }, (_, at) => span.start + at * stepMs);
}

export function isIn({ start, end }: Span, at: Instant): boolean {
  return at >= start && at < end;
}

export function workersAt({ workers }: MonthPlan, at: Instant): number {
  return workers.findLast(({ from }) => from <= at)?.count ?? 0;
}
