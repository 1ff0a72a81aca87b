import { DAY_MS } from '../../../core/time.ts';
import { EXACT_MS, inWeeks } from '../../../query/values/dates.ts';
import type { Duration } from '../../../query/values/dates.ts';
import { unitMs, unitMonths } from '../../../query/functions/date-functions.ts';
import type { RefValue } from '../../../query/values/values.ts';
import { constantText, ofPlain } from './fallback.ts';
import type { ScalarSql } from './port.ts';

/** The longest bucket in µs that DuckDB computes with; longer ones are left to the reference. */
const LONG_MAX = 9_223_372_036_854_775_807n;

/** Buckets of exact durations start at 1970-01-01, one week on the Monday before; calendar units by the calendar. */
function truncated(date: string, duration: Duration): string | null {
  const { amount, unit } = inWeeks(duration);
  if (amount < 1) return null;
  const exact = EXACT_MS.get(unit);
  if (exact === undefined) return amount === 1 ? `date_trunc('${unit}', ${date})` : null;
  const size = BigInt(amount) * BigInt(exact) * 1000n;
  const origin = unit === 'week' && amount === 1 ? -3n * BigInt(DAY_MS) * 1000n : 0n;
  if (size > LONG_MAX) return null;
  const since = `(epoch_us(${date}) - (${origin}))`;
  return `TRY(make_timestamp(epoch_us(${date}) - ((${since} % ${size} + ${size}) % ${size})))`;
}

function durationOf(value: RefValue | undefined): Duration | null {
  return typeof value === 'object' && value !== null && 'unit' in value ? value : null;
}

const dateTrunc: ScalarSql = ofPlain(([, date], { result }, [interval]) => {
  const duration = durationOf(interval?.constant);
  return duration === null || date === undefined || result !== 'date' ? null : truncated(date, duration);
});

/** With a duration as size; numbers and buckets whose size the engine chooses are left to the reference. */
const bucket: ScalarSql = ofPlain(([date], { result }, values) => {
  const duration = durationOf(values[1]?.constant);
  return duration === null || date === undefined || values.length !== 2 || result !== 'date'
    ? null
    : truncated(date, duration);
});

/** Whole units that have passed, towards zero; `date_diff` of DuckDB counts borders that were crossed. */
const dateDiff: ScalarSql = ofPlain(([, from, to], { takes }, values) => {
  const unit = constantText(values[0])?.toLowerCase();
  if (unit === undefined || takes[1] !== 'date' || takes[2] !== 'date') return null;
  const ms = unitMs(unit);
  const months = unitMonths(unit);
  if (ms !== null && ms >= 1) return `TRY_CAST((epoch_ms(${to}) - epoch_ms(${from})) // ${ms} AS INTEGER)`;
  if (months === null || from === undefined || to === undefined) return null;
  const time = (date: string): string => `(epoch_us(${date}) - epoch_us(date_trunc('day', ${date})))`;
  const day = (date: string): string => `((year(${date}) * 12 + month(${date})) * 32 + day(${date}))`;
  // As `monthsBetween` counts: the last day counts when its time of day has come.
  const passed = (moved: string): string => `((${day(moved)} - ${day(from)}) // 32)`;
  const early = `${to} > ${from} AND ${time(to)} < ${time(from)}`;
  const late = `${to} < ${from} AND ${time(to)} > ${time(from)}`;
  const whole = `(CASE WHEN ${early} THEN ${passed(`(${to} - INTERVAL 1 DAY)`)} WHEN ${late} THEN ${passed(`(${to} + INTERVAL 1 DAY)`)} ELSE ${passed(to)} END)`;
  return `TRY_CAST(${whole} // ${months} AS INTEGER)`;
});

const PARTS: ReadonlyMap<string, (date: string) => string> = new Map([
  ['year', (date) => `year(${date})`],
  ['month_of_year', (date) => `month(${date})`],
  ['day_of_month', (date) => `day(${date})`],
  ['day_of_week', (date) => `isodow(${date})`],
  ['day_of_year', (date) => `dayofyear(${date})`],
  ['hour_of_day', (date) => `hour(${date})`],
  ['minute_of_hour', (date) => `minute(${date})`],
  ['minute_of_day', (date) => `hour(${date}) * 60 + minute(${date})`],
  ['second_of_minute', (date) => `second(${date})`],
  ['second_of_day', (date) => `(hour(${date}) * 60 + minute(${date})) * 60 + second(${date})`],
]);

const dateExtract: ScalarSql = ofPlain(([, date], { takes }, [part]) => {
  const write = PARTS.get(constantText(part)?.toLowerCase() ?? '');
  return write === undefined || date === undefined || takes[1] !== 'date' ? null : `CAST(${write(date)} AS BIGINT)`;
});

/** One instant throughout a query. */
const now: ScalarSql = (_args, { result }, context) => context.constant(context.now, result);

export const DATE_FORMS: ReadonlyMap<string, ScalarSql> = new Map([
  ['NOW', now],
  ['DATE_TRUNC', dateTrunc],
  ['BUCKET', bucket],
  ['DATE_DIFF', dateDiff],
  ['DATE_EXTRACT', dateExtract],
]);
