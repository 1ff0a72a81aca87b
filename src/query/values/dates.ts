import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../core/time.ts';
import type { DurationLiteral } from '../syntax/ast.ts';
import { doubleOrNull } from './bounds.ts';

type DurationUnit = DurationLiteral['unit'];

/** A length of time; a day and above is a calendar period in UTC. */
export interface Duration {
  readonly amount: number;
  readonly unit: DurationUnit;
}

/** The length of the units that are exact; a day is 24 hours, in UTC. */
export const EXACT_MS: ReadonlyMap<DurationUnit, number> = new Map([
  ['millisecond', 1],
  ['second', SECOND_MS],
  ['minute', MINUTE_MS],
  ['hour', HOUR_MS],
  ['day', DAY_MS],
  ['week', 7 * DAY_MS],
]);
const MONTHS: ReadonlyMap<DurationUnit, number> = new Map([
  ['month', 1],
  ['quarter', 3],
  ['year', 12],
]);

/** Every way to write a unit in a duration (`7 days`, `90m`), by canonical name. */
const UNIT_SPELLINGS: Readonly<Record<DurationUnit, string>> = {
  millisecond: 'millisecond milliseconds ms',
  second: 'second seconds sec s',
  minute: 'minute minutes min m',
  hour: 'hour hours h',
  day: 'day days d',
  week: 'week weeks w',
  month: 'month months mo',
  quarter: 'quarter quarters q',
  year: 'year years yr y',
};
const UNIT_OF: ReadonlyMap<string, DurationUnit> = new Map(
  (Object.keys(UNIT_SPELLINGS) as DurationUnit[]).flatMap((unit) =>
    UNIT_SPELLINGS[unit].split(' ').map((spelling) => [spelling, unit] as const),
  ),
);

/** The largest instant of JavaScript and of a formatted Elasticsearch date alike: ±275,760 years. */
const INSTANT_MAX = 8.64e15;
const DATE =
  /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?(?:T(?:(\d{2})(?::(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?)?(Z|[+-]\d{2}(?::?\d{2})?)?)?$/;

/** A duration written as text (`"1 hour"`), as DATE_TRUNC and BUCKET take it; null where it is none. */
export function parseDurationText(text: string): Duration | null {
  const match = /^\s*(\d{1,15})\s*([a-z]+)\s*$/i.exec(text);
  const unit = match?.[2] === undefined ? undefined : UNIT_OF.get(match[2].toLowerCase());
  return match === null || unit === undefined ? null : { amount: Number(match[1]), unit };
}

/** Epoch ms of a text in `strict_date_optional_time` (`2026-11`, `2026-11-01T10:00Z`); null for anything else. */
export function parseDateMs(text: string): number | null {
  const parts = dateParts(text);
  return parts === null ? null : parts.seconds * SECOND_MS + Math.trunc(parts.nanos / 1e6);
}

/** A time of day that ends before its seconds: Elasticsearch reads it as a date, not as a date_nanos [measured on 8.19.21]. */
const WITHOUT_SECONDS = /T(?:\d{2}(?::\d{2})?)?(?:Z|[+-].*)?$/;

/** Epoch ns of the same text, which must name the seconds if it names an hour. */
export function parseDateNanos(text: string): bigint | null {
  const parts = WITHOUT_SECONDS.test(text) ? null : dateParts(text);
  return parts === null ? null : nanosOrNull(BigInt(parts.seconds) * 1_000_000_000n + BigInt(parts.nanos));
}

const NANOS_MAX = 2n ** 63n - 1n;

/** What a date_nanos can hold, 1970 to 2262, else null [measured on 8.19.21]. */
export function nanosOrNull(nanos: bigint): bigint | null {
  return nanos >= 0n && nanos <= NANOS_MAX ? nanos : null;
}

/**
 * `yyyy-MM-ddTHH:mm:ss.SSSZ`, years beyond four digits with a sign and as many digits as they need; null beyond what a
 * date can hold.
 */
export function formatDate(ms: number): string | null {
  if (Math.abs(ms) > INSTANT_MAX) return null;
  const text = new Date(ms).toISOString();
  return text.startsWith('+') || text.startsWith('-') ? text.replace(/^([+-])0{1,2}(?=\d{4})/, '$1') : text;
}

/** As `formatDate`, with nine digits of a second where the last six are not all zero. */
export function formatNanos(nanos: bigint): string | null {
  const rest = ((nanos % 1_000_000n) + 1_000_000n) % 1_000_000n;
  const text = formatDate(Number((nanos - rest) / 1_000_000n));
  return text === null || rest === 0n ? text : `${text.slice(0, -1)}${rest.toString().padStart(6, '0')}Z`;
}

/** `date + duration`; months keep the day of the month, cut to the month's last. Null beyond what a date can hold. */
export function addDuration(ms: number, { amount, unit }: Duration): number | null {
  const exact = EXACT_MS.get(unit);
  const moved = exact === undefined ? addMonths(ms, amount * (MONTHS.get(unit) ?? 0)) : ms + amount * exact;
  return Math.abs(moved) <= INSTANT_MAX ? moved : null;
}

/** 7 days are a week, as in Java's Period. */
export function inWeeks(duration: Duration): Duration {
  return duration.unit === 'day' && duration.amount === 7 ? { amount: 1, unit: 'week' } : duration;
}

/**
 * The start of the bucket that holds an instant: exact durations are aligned to 1970-01-01, one week starts on Monday,
 * months, quarters and years follow the calendar. Null for a duration below 1 ms.
 */
export function truncateDate(ms: number, duration: Duration): number | null {
  const { amount, unit } = inWeeks(duration);
  if (amount < 1) return null;
  const months = MONTHS.get(unit);
  // The first month JavaScript can name has no first day.
  if (months !== undefined) return doubleOrNull(truncateMonths(ms, amount * months));
  const size = amount * (EXACT_MS.get(unit) ?? 1);
  // 1970-01-01 was a Thursday: single weeks start on the Monday before, several count from the day itself [measured].
  const origin = unit === 'week' && amount === 1 ? -3 * DAY_MS : 0;
  return Math.floor((ms - origin) / size) * size + origin;
}

/**
 * Whole months from `from` to `to`, towards zero, as Java's LocalDateTime counts: the last day counts when its time of day
 * has come, and then days of the month are compared as they are (from 31 January to 28 February no month has passed).
 */
export function monthsBetween(from: number, to: number): number {
  const [first, last] = [from, to].map((ms) => Math.floor(ms / DAY_MS)) as [number, number];
  const timePassed = to - last * DAY_MS - (from - first * DAY_MS);
  const reached = last > first && timePassed < 0 ? last - 1 : last < first && timePassed > 0 ? last + 1 : last;
  return Math.trunc((packedDay(reached * DAY_MS) - packedDay(first * DAY_MS)) / 32);
}

function packedDay(ms: number): number {
  const date = new Date(ms);
  return (date.getUTCFullYear() * 12 + date.getUTCMonth()) * 32 + date.getUTCDate();
}

function addMonths(ms: number, months: number): number {
  const date = new Date(ms);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth() + months];
  const lastDay = new Date(startOfDay(year, month + 1, 0)).getUTCDate();
  const timeOfDay = ((ms % DAY_MS) + DAY_MS) % DAY_MS;
  return startOfDay(year, month, Math.min(date.getUTCDate(), lastDay)) + timeOfDay;
}

function truncateMonths(ms: number, months: number): number {
  const date = new Date(ms);
  // Counted from year 1, as Elasticsearch does: 5-year buckets start in 2021 and 2026.
  const index = (date.getUTCFullYear() - 1) * 12 + date.getUTCMonth();
  return startOfDay(1, Math.floor(index / months) * months, 1);
}

/** Midnight UTC; months and days may run over. `Date.UTC` would take the years 0 to 99 for 1900 to 1999. */
function startOfDay(year: number, month: number, day: number): number {
  return new Date(0).setUTCFullYear(year, month, day);
}

function dateParts(text: string): { seconds: number; nanos: number } | null {
  const match = DATE.exec(text);
  if (match === null) return null;
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map((part) => (part === undefined ? undefined : Number(part)));
  const midnight = startOfDay(year, month - 1, day);
  const date = new Date(midnight);
  const real = date.getUTCMonth() === month - 1 && date.getUTCDate() === day && hour < 24 && minute < 60 && second < 60;
  if (!real) return null;
  const seconds = midnight / SECOND_MS + (hour * 60 + minute) * 60 + second - offsetSeconds(match[8]);
  return { seconds, nanos: Number((match[7] ?? '').padEnd(9, '0')) };
}

function offsetSeconds(zone: string | undefined): number {
  const match = /^([+-])(\d{2}):?(\d{2})?$/.exec(zone ?? 'Z');
  if (match === null) return 0;
  return (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3] ?? 0)) * 60;
}
