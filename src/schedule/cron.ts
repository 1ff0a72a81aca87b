import { CronExpressionParser, type CronExpression } from 'cron-parser';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, type Instant } from '../core/time.ts';
import { offsetsOf, type OffsetAt } from '../core/zone.ts';
import { instantsOf } from './zone.ts';

/**
 * What a cron expression means on the wall clock of a zone. cron-parser reads the expression and says which days match;
 * instants are made here, because its own stepping over a change of clocks depends on where it starts and which way it
 * goes [measured, 5.10.5: 02:30 in Copenhagen on 2026-10-25 is 00:30Z, 01:30Z or skipped, and on 2026-03-29 missing
 * backwards; 02:15 on Lord Howe ends in "loop limit exceeded"]. Here a slot is the same from wherever it is looked for.
 */
export interface CronClock {
  /** Slots of a UTC day (days since 1970-01-01), sorted; one may stand twice where a moved time falls on another. */
  readonly slotsOn: (utcDay: number) => readonly Instant[];
  /** ms of day, as the wall clock shows them, on each matching day; sorted. */
  readonly timesOfDay: readonly number[];
  /** Whether a day of the wall clock (days since 1970-01-01) matches. */
  readonly matches: (day: number) => boolean;
  /** After how many days the matching days repeat: a week, or 28 years, the century's leap days apart. */
  readonly cycleDays: number;
}

/** Throws an Error with the parser's words, or a RangeError for the zone. */
export function cronClock(expression: string, timezone: string): CronClock {
  const parsed = CronExpressionParser.parse(expression, { tz: 'UTC' });
  const offsetAt = offsetsOf(timezone);
  const timesOfDay = timesOf(parsed);
  const first = timesOfDay[0] ?? 0;
  const matches = remembered((day: number) => parsed.includesDate(new Date(day * DAY_MS + first)));
  // An expression of all hours goes by what clocks show; one that names hours has each of its times once a day.
  const showing = parsed.fields.hour.values.length === HOURS;
  const slotsOn = remembered((utcDay: number) => slotsOfDay(utcDay, { matches, timesOfDay, offsetAt, showing }));
  return { slotsOn, timesOfDay, matches, cycleDays: isWeekly(parsed) ? 7 : 28 * 365.25 };
}

interface Reading {
  readonly matches: (day: number) => boolean;
  readonly timesOfDay: readonly number[];
  readonly offsetAt: OffsetAt;
  readonly showing: boolean;
}

/** A UTC day meets the wall clock's day of the same date and its two neighbours. */
function slotsOfDay(utcDay: number, { matches, timesOfDay, offsetAt, showing }: Reading): readonly Instant[] {
  const [from, to] = [utcDay * DAY_MS, (utcDay + 1) * DAY_MS];
  const slots = [utcDay - 1, utcDay, utcDay + 1].filter(matches).flatMap((day) => {
    const walls = timesOfDay.map((time) => day * DAY_MS + time);
    return instantsOf(day * DAY_MS, walls, offsetAt, showing).filter((slot) => slot >= from && slot < to);
  });
  return slots.length === 0 ? NONE : slots.sort((a, b) => a - b);
}

function isWeekly({ fields }: CronExpression): boolean {
  const { dayOfMonth, month, dayOfWeek } = fields;
  return dayOfMonth.isWildcard && month.isWildcard && !dayOfWeek.hasLastChar && dayOfWeek.nthDay <= 0;
}

function timesOf({ fields }: CronExpression): number[] {
  const { hour, minute, second } = fields;
  return hour.values
    .flatMap((h) => minute.values.flatMap((m) => second.values.map((s) => h * HOUR_MS + m * MINUTE_MS + s * SECOND_MS)))
    .sort((a, b) => a - b);
}

/** The same function, which keeps its answers, and forgets all of them when they become too many. */
function remembered<T>(answer: (day: number) => T): (day: number) => T {
  const known = new Map<number, T>();
  return (day) => {
    const found = known.get(day);
    if (found !== undefined) return found;
    if (known.size >= DAYS_KEPT) known.clear();
    const made = answer(day);
    known.set(day, made);
    return made;
  };
}

const HOURS = 24;
const NONE: readonly Instant[] = [];
/** Two leap cycles each way; a day of a slot each minute takes 12 kB. */
const DAYS_KEPT = 3_000;
