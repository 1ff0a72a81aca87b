// Slots as a clock on the wall shows them, found by looking at every minute: for the model, which shares no code with
// what it judges.
import { DAY_MS, MINUTE_MS, type Instant, type Span } from '../../../src/core/time.ts';
import type { PlannedJob, PlannedSchedule } from './plan.ts';

const QUARTER_MS = 15 * MINUTE_MS;

/** The slots of a schedule in a span, which lies on full minutes. */
function slotsIn(schedule: PlannedSchedule, span: Span): Instant[] {
  if ('cron' in schedule) return wallSlots(schedule.cron, schedule.timezone, span);
  return minutesOf(span).filter((at) => at % (schedule.minutes * MINUTE_MS) === 0);
}

function wallSlots(expression: string, timezone: string, span: Span): Instant[] {
  const means = matcherOf(expression);
  const offsetAt = offsets(timezone);
  const everyHour = expression.split(' ')[1] === '*';
  const seen = new Set<Instant>();
  return minutesOf(span).filter((at) => {
    const walls = everyHour ? [at + offsetAt(at)] : wallsAt(at, offsetAt);
    const fresh = walls.filter((wall) => means(new Date(wall)) && (everyHour || !seen.has(wall)));
    for (const wall of walls) seen.add(wall);
    return fresh.length > 0;
  });
}

/** What clocks show, and, for as long after they were put forward as they jumped, what they would have shown. */
function wallsAt(at: Instant, offsetAt: (at: Instant) => number): Instant[] {
  const [now, intoQuarter] = [offsetAt(at), at % QUARTER_MS];
  const before = [1, 2, 3, 4].map((quarters) => offsetAt(at - quarters * QUARTER_MS));
  const quarters = before.findIndex((offset) => offset < now);
  const jumped = before[quarters];
  if (jumped === undefined || quarters * QUARTER_MS + intoQuarter >= now - jumped) return [at + now];
  return [at + jumped, at + now];
}

/** Minute, hour and day of week; lists, steps and stars. */
function matcherOf(expression: string): (wall: Date) => boolean {
  const [minute = '*', hour = '*', , , weekday = '*'] = expression.split(' ');
  const fits = (field: string, value: number) =>
    field === '*' ||
    (field.startsWith('*/') ? value % Number(field.slice(2)) === 0 : field.split(',').map(Number).includes(value));
  return (wall) =>
    fits(minute, wall.getUTCMinutes()) && fits(hour, wall.getUTCHours()) && fits(weekday, wall.getUTCDay());
}

/** How far the clocks of a zone are ahead of UTC; asked for each quarter of an hour, at which alone they change. */
function offsets(timezone: string): (at: Instant) => number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: timezone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  });
  const known = new Map<Instant, number>();
  return (at) => {
    const quarter = at - (at % QUARTER_MS);
    const found = known.get(quarter);
    if (found !== undefined) return found;
    const parts = Object.fromEntries(format.formatToParts(quarter).map(({ type, value }) => [type, Number(value)]));
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0 } = parts;
    const offset = Date.UTC(year, month - 1, day, hour, minute) - quarter;
    known.set(quarter, offset);
    return offset;
  };
}

/** Each minute of a span. */
function minutesOf({ start, end }: Span): Instant[] {
  return Array.from({ length: Math.max(0, Math.ceil((end - start) / MINUTE_MS)) }, (_, at) => start + at * MINUTE_MS);
}

/**
 * The slot at which each minute of a span is due, by its number; 0 for those outside of a calendar. The span is looked at
 * ten days further, so that the last minutes have theirs.
 */
export function slotsByMinute(job: PlannedJob, schedule: PlannedSchedule, span: Span): Float64Array {
  const wide = { start: span.start - 10 * DAY_MS, end: span.end + 10 * DAY_MS };
  const slots = slotsIn(schedule, wide);
  const by = new Float64Array((span.end - span.start) / MINUTE_MS);
  const number = (at: Instant) => Math.min(by.length, Math.max(0, (at - span.start) / MINUTE_MS));
  const delayMs = job.delay * MINUTE_MS;
  if (job.calendar === null) {
    for (const [at, slot] of slots.entries()) {
      by.fill(slot, number((slots[at - 1] ?? wide.start) - delayMs), number(slot - delayMs));
    }
    return by;
  }
  const timezone = 'cron' in schedule ? schedule.timezone : 'UTC';
  const starts = slotsIn({ cron: job.calendar.starts, timezone }, wide);
  for (const end of slotsIn({ cron: job.calendar.ends, timezone }, wide)) {
    const start = starts.findLast((each) => each < end);
    const slot = slots.find((each) => each >= end + delayMs);
    if (start !== undefined && slot !== undefined) by.fill(slot, number(start), number(end));
  }
  return by;
}
