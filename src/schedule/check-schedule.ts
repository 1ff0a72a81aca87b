import { placeOf } from '../core/hunt.ts';
import type { Job, Schedule } from '../core/job.ts';
import type { Problem } from '../core/problem.ts';
import { DAY_MS, formatDuration, type Instant, MINUTE_MS } from '../core/time.ts';
import { cronProblem, lastSlot, nextSlot } from './slots.ts';
import { longestStepMs } from './tiles.ts';

/** How a job goes through time, in days of 24 hours: as a wall clock without changes has it. */
export interface Pace {
  /** The shortest time from one slot to the next, ms. */
  readonly shortestStepMs: number;
  /** The longest tile: a step, or the longest window of a calendar, ms. */
  readonly longestTileMs: number;
}

/** A shorter step asks more often than events become searchable. */
const STEP_MIN_MS = MINUTE_MS;
/** Slots that are looked at, of so long a time from a fixed day on: with each leap day, and more than a day of minutes. */
const SLOTS_MAX = 2_000;
const LOOK_MS = 4 * 366 * DAY_MS;
const LOOK_FROM = Date.UTC(2024, 0, 1);

/** The pace of a job; null, with the problems, where its expressions say nothing. */
export function checkSchedule(job: Job): { readonly pace: Pace | null; readonly problems: readonly Problem[] } {
  const problems = expressionsOf(job).flatMap(([path, expression]): Problem[] => {
    const fault = cronProblem(expression, 'UTC');
    return fault === null
      ? []
      : [wrong(job, path, 'cron', fault, 'Write minute, hour, day of month, month and day of week')];
  });
  if (problems.length > 0) return { pace: null, problems };
  const pace = paceOf(job);
  if (pace.shortestStepMs >= STEP_MIN_MS) return { pace, problems };
  const message = `The job would be due each ${formatDuration(pace.shortestStepMs)}`;
  return { pace: null, problems: [wrong(job, 'schedule', 'every-too-short', message, 'Write 1m or more')] };
}

function expressionsOf({ schedule, calendar }: Job): (readonly [path: string, expression: string])[] {
  return [
    ...(schedule.type === 'cron' ? [['schedule.cron', schedule.cron] as const] : []),
    ...(calendar === null
      ? []
      : [['calendar.starts', calendar.starts] as const, ['calendar.ends', calendar.ends] as const]),
  ];
}

function paceOf({ schedule, calendar }: Job): Pace {
  return {
    shortestStepMs: schedule.type === 'every' ? schedule.everyMs : shortest(slotsOf(schedule.cron)),
    longestTileMs: calendar === null ? longestStepMs(schedule) : longestWindow(calendar),
  };
}

function longestWindow({ starts, ends }: NonNullable<Job['calendar']>): number {
  const lengths = slotsOf(ends).map((end) => end - (lastSlot(nominal(starts), end - 1) ?? end));
  return Math.max(...lengths);
}

function shortest(slots: readonly Instant[]): number {
  return Math.min(...slots.slice(1).map((slot, index) => slot - (slots[index] ?? slot)));
}

/** Slots of an expression, two at least. */
function slotsOf(cron: string): Instant[] {
  const slots: Instant[] = [];
  for (let at = LOOK_FROM; slots.length < 2 || (slots.length < SLOTS_MAX && at < LOOK_FROM + LOOK_MS);) {
    at = nextSlot(nominal(cron), at);
    slots.push(at);
  }
  return slots;
}

/** The same expression on a clock that nobody changes. */
function nominal(cron: string): Schedule {
  return { type: 'cron', cron, timezone: 'UTC' };
}

function wrong(job: Job, path: string, rule: string, message: string, hint: string): Problem {
  return { rule, severity: 'error', place: placeOf(job, path), message, hint };
}
