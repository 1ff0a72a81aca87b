// schedule: what is due, from jobs and ledgers. In: a job, a span. Out: its tiles, cut at slots.
import { HuntError } from '../core/error.ts';
import type { Job, Schedule } from '../core/job.ts';
import { DAY_MS, SECOND_MS, type Instant, type Span } from '../core/time.ts';
import type { CronClock } from './cron.ts';
import { clockOf, lastSlot, nextSlot } from './slots.ts';

/** A tile, or a piece of one, with the slot at which it is due. */
export interface SlotTile {
  readonly tile: Span;
  readonly slot: Instant;
}

/**
 * The tiles of a job whose slot has come by `now`, oldest first, cut at the ends of `span`: `[previous slot - delay,
 * slot - delay)`; with a calendar [last `starts`, last `ends`) before slot - delay, less what an earlier slot's tile has.
 */
export function tilesOf(job: Job, span: Span, now: Instant): SlotTile[] {
  return [...oldestFirst(job, span, now)];
}

/** `tilesOf`, one at a time. */
export function* oldestFirst(job: Job, span: Span, now: Instant): Generator<SlotTile> {
  for (let at = span.start; at < span.end;) {
    const next = tileAfter(job, at);
    if (next.slot > now || next.tile.start >= span.end) return;
    yield clipped(next, span);
    at = next.tile.end;
  }
}

/** `tilesOf`, one at a time, newest first. */
export function* newestFirst(job: Job, span: Span, now: Instant): Generator<SlotTile> {
  for (let at = Math.min(span.end, endAt(job, slotUpTo(job.schedule, now))); at > span.start;) {
    const last = tileBefore(job, at);
    if (last.tile.end <= span.start) return;
    yield clipped(last, span);
    at = last.tile.start;
  }
}

/** The end of what is accounted for when a slot has come. */
export function endAt({ schedule, calendar, queryDelayMs }: Job, slot: Instant): Instant {
  const end = slot - queryDelayMs;
  return calendar === null ? end : slotUpTo(onCalendar(schedule, calendar.ends), end);
}

/** The first tile that ends after an instant. */
export function tileAfter(job: Job, at: Instant): SlotTile {
  const { schedule, calendar, queryDelayMs } = job;
  const ended = calendar === null ? at + 1 : nextSlot(onCalendar(schedule, calendar.ends), at);
  const slot = nextSlot(schedule, ended + queryDelayMs - 1);
  const end = endAt(job, slot);
  const previous = endAt(job, slotUpTo(schedule, slot - 1));
  if (calendar === null) return { slot, tile: { start: previous, end } };
  return { slot, tile: { start: Math.max(previous, slotUpTo(onCalendar(schedule, calendar.starts), end - 1)), end } };
}

/** The last tile that starts before an instant. */
function tileBefore(job: Job, at: Instant): SlotTile {
  const later = tileAfter(job, at - 1);
  if (later.tile.start < at) return later;
  return tileAfter(job, endAt(job, slotUpTo(job.schedule, later.slot - 1)) - 1);
}

/**
 * From when on a job accounts for a hunt that is new to it at `now`: the start of the tile under way, so that it first
 * runs at the next slot; between two windows of a calendar `now` itself, so that a later schedule leaves nothing out.
 */
export function activationOf(job: Job, now: Instant): Instant {
  const underWay = tileAfter(job, endAt(job, slotUpTo(job.schedule, now)));
  return Math.min(underWay.tile.start, Math.floor(now / SECOND_MS) * SECOND_MS);
}

/** The longest time from one slot to the next in days of 24 hours, as a wall clock without changes has it, ms. */
export function longestStepMs(schedule: Schedule): number {
  if (schedule.type === 'every') return schedule.everyMs;
  const known = longestSteps.get(schedule.cron);
  if (known !== undefined) return known;
  const clock = clockOf({ type: 'cron', cron: schedule.cron, timezone: 'UTC' });
  const { timesOfDay } = clock;
  const within = timesOfDay.slice(1).map((time, at) => time - (timesOfDay[at] ?? 0));
  const overnight = DAY_MS - (timesOfDay.at(-1) ?? 0) + (timesOfDay[0] ?? 0);
  const longest = Math.max(...within, (longestRest(clock) - 1) * DAY_MS + overnight);
  longestSteps.set(schedule.cron, longest);
  return longest;
}

/** The most days from one matching day to the next. */
function longestRest({ matches, cycleDays }: CronClock): number {
  const days = Array.from({ length: cycleDays }, (_, at) => CYCLE_FROM + at).filter(matches);
  return Math.max(...days.map((day, at) => (days[at + 1] ?? (days[0] ?? 0) + cycleDays) - day));
}

/** A calendar is read in the zone of the job's cron expression, else in UTC, to which `every` aligns. */
function onCalendar(schedule: Schedule, cron: string): Schedule {
  return { type: 'cron', cron, timezone: schedule.type === 'cron' ? schedule.timezone : 'UTC' };
}

/** The last slot up to an instant. */
export function slotUpTo(schedule: Schedule, at: Instant): Instant {
  const slot = lastSlot(schedule, at);
  if (slot === null) throw new HuntError('DEFINITION', 'A schedule has no slot in the 41 years before a tile');
  return slot;
}

function clipped({ tile, slot }: SlotTile, span: Span): SlotTile {
  return { slot, tile: { start: Math.max(tile.start, span.start), end: Math.min(tile.end, span.end) } };
}

const longestSteps = new Map<string, number>();
/** 2000-01-01 in days: 28 years from it on hold each pair of date and weekday as often as any other 28 in this century. */
const CYCLE_FROM = Date.UTC(2000, 0, 1) / DAY_MS;
