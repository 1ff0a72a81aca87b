import { HuntError, messageOf } from '../core/error.ts';
import type { Schedule } from '../core/job.ts';
import { DAY_MS, type Instant } from '../core/time.ts';
import { cronClock, type CronClock } from './cron.ts';

/** The first slot later than `after`. Throws DEFINITION for a schedule without slots, which `cronProblem` names before. */
export function nextSlot(schedule: Schedule, after: Instant): Instant {
  if (schedule.type === 'every') return (Math.floor(after / stepOf(schedule.everyMs)) + 1) * schedule.everyMs;
  const clock = clockOf(schedule);
  const today = Math.floor(after / DAY_MS);
  for (let day = today; day <= today + SEARCH_DAYS; day++) {
    const slots = clock.slotsOn(day);
    const slot = slots[day === today ? countUpTo(slots, after) : 0];
    if (slot !== undefined) return slot;
  }
  throw new HuntError('DEFINITION', `Cron expression "${schedule.cron}" has no slot in 41 years`);
}

/** The last slot at or before an instant; null when there is none in the 41 years before. */
export function lastSlot(schedule: Schedule, atOrBefore: Instant): Instant | null {
  if (schedule.type === 'every') return Math.floor(atOrBefore / stepOf(schedule.everyMs)) * schedule.everyMs;
  const clock = clockOf(schedule);
  const today = Math.floor(atOrBefore / DAY_MS);
  for (let day = today; day >= today - SEARCH_DAYS; day--) {
    const slots = clock.slotsOn(day);
    const slot = slots[(day === today ? countUpTo(slots, atOrBefore) : slots.length) - 1];
    if (slot !== undefined) return slot;
  }
  return null;
}

/** The slots in `[from, to)`, in order. */
export function slotsBetween(schedule: Schedule, from: Instant, to: Instant): Instant[] {
  const slots: Instant[] = [];
  for (let slot = nextSlot(schedule, from - 1); slot < to; slot = nextSlot(schedule, slot)) slots.push(slot);
  return slots;
}

/** What is wrong with a cron expression or its zone, in one sentence without a full stop; null when nothing is. */
export function cronProblem(expression: string, timezone: string): string | null {
  const fields = expression.split(/\s+/).filter((field) => field !== '').length;
  if (!expression.startsWith('@') && fields !== 5 && fields !== 6) {
    return `A cron expression has 5 fields, or 6 with seconds in front, and this one has ${fields}`;
  }
  if (/(^|[\s,])H/.test(expression)) return 'H stands for a time at random, so a slot would not stay where it is';
  try {
    nextSlot({ type: 'cron', cron: expression, timezone }, SEARCH_FROM);
    return null;
  } catch (error) {
    return messageOf(error);
  }
}

/** The expression as a clock. The schedule itself finds it again at once; others that say the same share it. */
export function clockOf(schedule: CronSchedule): CronClock {
  const known = bySchedule.get(schedule);
  if (known !== undefined) return known;
  const clock = byText(schedule);
  bySchedule.set(schedule, clock);
  return clock;
}

function byText({ cron, timezone }: CronSchedule): CronClock {
  const text = `${timezone} ${cron}`;
  const known = clocks.get(text);
  if (known !== undefined) return known;
  if (clocks.size >= CLOCKS_KEPT) clocks.clear();
  const clock = cronClock(cron, timezone);
  clocks.set(text, clock);
  return clock;
}

type CronSchedule = Extract<Schedule, { type: 'cron' }>;

const bySchedule = new WeakMap<CronSchedule, CronClock>();
/** One for each expression and zone, however many hunts go by it: reading one takes 0.1 ms, a day of it 10 µs. */
const clocks = new Map<string, CronClock>();
const CLOCKS_KEPT = 500;
/** A fifth Monday in February comes once in 28 years, or in 40 where a year like 2100 is no leap year. */
const SEARCH_DAYS = 41 * 366;
const SEARCH_FROM = Date.UTC(2025, 0, 1);

/** How many of the sorted slots are at or before an instant. */
function countUpTo(slots: readonly Instant[], instant: Instant): number {
  let [low, high] = [0, slots.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((slots[middle] ?? Number.POSITIVE_INFINITY) <= instant) low = middle + 1;
    else high = middle;
  }
  return low;
}

function stepOf(everyMs: number): number {
  if (Number.isSafeInteger(everyMs) && everyMs > 0) return everyMs;
  throw new HuntError('DEFINITION', `A schedule cannot be due every ${everyMs} ms`);
}
