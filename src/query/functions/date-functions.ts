import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../core/time.ts';
import { addDuration, formatDate, monthsBetween, truncateDate } from '../values/dates.ts';
import type { Duration } from '../values/dates.ts';
import { doubleOrNull, integerOrNull } from '../values/bounds.ts';
import { castsTo, isDate, isFault, isNumeric, isWhole } from '../values/types.ts';
import type { Operand, Signature, Typing } from '../values/types.ts';
import { textIn } from '../values/values.ts';
import type { RefScalar, RefValue } from '../values/values.ts';
import { constant, DATE, DURATION, INTEGER, queryOnly, scalar, single, STRING, takes } from './define.ts';
import type { Accepts, ScalarFunction } from './define.ts';
import { javaDateFormat } from './java-date.ts';

/** Functions of dates. NOW has no value on rows: a run may be repeated, so nothing may depend on the wall clock. */
export const DATE_FUNCTIONS: readonly ScalarFunction[] = [
  queryOnly('NOW', 'NOW()', takes({ takes: [] }, 'date')),
  scalar(
    'DATE_TRUNC',
    'DATE_TRUNC(interval, date)',
    takes({ takes: [constant(DURATION), DATE] }, (types) => types[1] ?? 'date'),
    single(([interval, date], { result }) => inMs(date, result, (ms) => truncateDate(ms, interval as Duration))),
  ),
  scalar(
    'DATE_DIFF',
    'DATE_DIFF(unit, from, to)',
    known('a unit', isUnit, takes({ takes: [STRING, DATE, DATE] }, 'integer')),
    single(([unit, from, to], { takes: [, fromType, toType] }) =>
      fromType === 'date_nanos' || toType === 'date_nanos'
        ? differenceOfNanos(textIn(unit), nanosOf(from, fromType), nanosOf(to, toType))
        : difference(textIn(unit), msOf(from, fromType), msOf(to, toType)),
    ),
  ),
  scalar(
    'DATE_EXTRACT',
    'DATE_EXTRACT(part, date)',
    known('a part', (part) => PARTS.has(part), takes({ takes: [STRING, DATE] }, 'long')),
    single(([part, date], { takes: [, type] }) => extract(textIn(part), msOf(date, type))),
  ),
  scalar(
    'BUCKET',
    'BUCKET(value, size) or BUCKET(value, count, from, to)',
    bucketTyping,
    single((args, { result }) => bucket(args, result === 'date')),
  ),
  {
    ...scalar('DATE_FORMAT', 'DATE_FORMAT(format, date)', formatTyping, single(formatted)),
    refusedOnRows: refusedFormat,
  },
  queryOnly('DATE_PARSE', 'DATE_PARSE(format, string)', takes({ takes: [STRING, STRING], optional: 1 }, 'date')),
];

/** The format may be left out. */
function formatTyping(operands: readonly Operand[]): Typing {
  return takes({ takes: operands.length === 1 ? [DATE] : [STRING, DATE] }, 'keyword')(operands);
}

function formatted(args: readonly RefScalar[], { takes }: Signature): string | null {
  const ms = msOf(args.at(-1), takes.at(-1));
  const write = args.length === 1 ? formatDate : javaDateFormat(textIn(args[0]));
  return typeof write === 'string' || formatDate(ms) === null ? null : write(ms);
}

function refusedFormat(operands: readonly Operand[]): string | null {
  const pattern = operands.length === 1 ? undefined : operands[0]?.constant?.value;
  const read = typeof pattern === 'string' ? javaDateFormat(pattern) : null;
  return typeof read === 'string' ? `DATE_FORMAT: ${read}` : null;
}

const MS_UNITS: readonly (readonly [spellings: string, ms: number])[] = [
  ['week weeks wk ww', 7 * DAY_MS],
  ['day days dd d dayofyear dy y weekday weekdays dw', DAY_MS],
  ['hour hours hh', HOUR_MS],
  ['minute minutes mi n', MINUTE_MS],
  ['second seconds ss s', SECOND_MS],
  ['millisecond milliseconds ms', 1],
  ['microsecond microseconds mcs', 1e-3],
  ['nanosecond nanoseconds ns', 1e-6],
];
const MONTH_UNITS: readonly (readonly [spellings: string, months: number])[] = [
  ['year years yyyy yy', 12],
  ['quarter quarters qq q', 3],
  ['month months mm m', 1],
];

const bySpelling = (units: readonly (readonly [string, number])[]): ReadonlyMap<string, number> =>
  new Map(units.flatMap(([spellings, size]) => spellings.split(' ').map((spelling) => [spelling, size] as const)));
const MS_OF = bySpelling(MS_UNITS);
const MONTHS_OF = bySpelling(MONTH_UNITS);

/** The length of a unit of DATE_DIFF in ms, by any of its spellings in lower case; null for months and what is none. */
export function unitMs(unit: string): number | null {
  return MS_OF.get(unit) ?? null;
}

/** The same of units that are whole months. */
export function unitMonths(unit: string): number | null {
  return MONTHS_OF.get(unit) ?? null;
}

function isUnit(unit: string): boolean {
  return MONTHS_OF.has(unit) || MS_OF.has(unit);
}

/** A typing that also refuses a constant first argument that is not known: Elasticsearch answers 400. */
function known(what: string, has: (name: string) => boolean, typing: (operands: readonly Operand[]) => Typing) {
  return (operands: readonly Operand[]): Typing => {
    const name = operands[0]?.constant?.value;
    const bad = typeof name === 'string' && !has(name.toLowerCase());
    return bad ? { fault: `"${name.slice(0, 40)}" is not ${what}` } : typing(operands);
  };
}

/** Whole units that have passed from one instant to another, towards zero; an integer, or null beyond one. */
function difference(unit: string, from: number, to: number): number | null {
  const months = MONTHS_OF.get(unit.toLowerCase());
  if (months !== undefined) return integerOrNull(Math.trunc(monthsBetween(from, to) / months));
  const ms = MS_OF.get(unit.toLowerCase());
  return ms === undefined ? null : integerOrNull(Math.trunc((to - from) / ms));
}

/** The same of instants in ns: a nanosecond less is a second less. */
function differenceOfNanos(unit: string, from: bigint, to: bigint): number | null {
  const ms = MS_OF.get(unit.toLowerCase());
  if (ms !== undefined) return integerOrNull(Number((to - from) / BigInt(Math.round(ms * 1e6))));
  return difference(unit, Number(from / 1_000_000n), Number(to / 1_000_000n));
}

function nanosOf(value: RefScalar | undefined, type: unknown): bigint {
  return type === 'date_nanos' && typeof value === 'bigint' ? value : BigInt(Number(value)) * 1_000_000n;
}

/** Parts by the names of java.time's ChronoField that hunts use, UTC. */
const PARTS: ReadonlyMap<string, (date: Date) => number> = new Map([
  ['year', (date: Date) => date.getUTCFullYear()],
  ['month_of_year', (date: Date) => date.getUTCMonth() + 1],
  ['day_of_month', (date: Date) => date.getUTCDate()],
  ['day_of_week', (date: Date) => ((date.getUTCDay() + 6) % 7) + 1],
  ['day_of_year', (date: Date) => Math.floor((date.getTime() - new Date(date).setUTCMonth(0, 1)) / DAY_MS) + 1],
  ['hour_of_day', (date: Date) => date.getUTCHours()],
  ['minute_of_hour', (date: Date) => date.getUTCMinutes()],
  ['minute_of_day', (date: Date) => date.getUTCHours() * 60 + date.getUTCMinutes()],
  ['second_of_minute', (date: Date) => date.getUTCSeconds()],
  ['second_of_day', (date: Date) => (date.getUTCHours() * 60 + date.getUTCMinutes()) * 60 + date.getUTCSeconds()],
  ['epoch_day', (date: Date) => Math.floor(date.getTime() / DAY_MS)],
]);

function extract(part: string, ms: number): bigint | null {
  const read = PARTS.get(part.toLowerCase());
  const value = read?.(new Date(ms));
  return value === undefined || Number.isNaN(value) ? null : BigInt(value);
}

/** With a duration or a number as size; or with a number of buckets and bounds, whose size the engine chooses. */
function bucketTyping(operands: readonly Operand[]): Typing {
  const [value, size] = operands;
  if (operands.length === 4 && value !== undefined)
    return takes(
      {
        takes: [{ ...DATE, fits: (t) => isDate(t) || isNumeric(t) }, constant(INTEGER), boundOf(value), boundOf(value)],
      },
      isDate(value.type) ? 'date' : 'double',
    )(operands);
  if (operands.length !== 2 || value === undefined || size === undefined)
    return { fault: `it takes 2 or 4 arguments, not ${operands.length}` };
  if (isDate(value.type)) return takes({ takes: [DATE, constant(DURATION)] }, 'date')(operands);
  if (!isNumeric(value.type)) return { fault: `argument 1 must be a date or a number, not ${value.type}` };
  const typing = takes(
    { takes: [{ label: 'a number', fits: isNumeric }, constant({ label: 'a number', fits: isNumeric })] },
    'double',
  )(operands);
  return isFault(typing) || !castsTo(size, 'duration') ? typing : { fault: 'a number cannot be cut by a duration' };
}

function boundOf(value: Operand): Accepts {
  return isDate(value.type) ? DATE : { label: 'a number', fits: (type) => isWhole(type) || type === 'double' };
}

function bucket(args: readonly RefScalar[], date: boolean): RefValue {
  const [value, size, from, to] = args;
  if (from !== undefined && to !== undefined)
    return autoBucket(Number(value), Number(size), Number(from), Number(to), date);
  if (typeof size === 'object') return truncateDate(Number(value), size);
  return floorTo(Number(value), Number(size));
}

/** The steps Elasticsearch chooses from, smallest first (its BUCKET page: the largest number of buckets not above the one asked for). */
const DATE_STEPS: readonly Duration[] = [
  ...([1, 10, 50, 100] as const).map((amount) => ({ amount, unit: 'millisecond' }) as const),
  ...([1, 5, 10, 30] as const).map((amount) => ({ amount, unit: 'second' }) as const),
  ...([1, 5, 10, 30] as const).map((amount) => ({ amount, unit: 'minute' }) as const),
  ...([1, 3, 12] as const).map((amount) => ({ amount, unit: 'hour' }) as const),
  { amount: 1, unit: 'day' },
  { amount: 1, unit: 'week' },
  { amount: 1, unit: 'month' },
  { amount: 1, unit: 'year' },
];

function autoBucket(value: number, count: number, from: number, to: number, date: boolean): RefValue {
  if (count < 1 || to < from) return null;
  if (!date) return floorTo(value, roundWidth((to - from) / count));
  const step = DATE_STEPS.find((step) => bucketsBetween(from, to, step, count) <= count) ?? DATE_STEPS.at(-1);
  return step === undefined ? null : truncateDate(value, step);
}

function bucketsBetween(from: number, to: number, step: Duration, most: number): number {
  let buckets = 0;
  for (let at = truncateDate(from, step); at !== null && at < to && buckets <= most; at = addDuration(at, step))
    buckets++;
  return buckets;
}

function floorTo(value: number, width: number): number | null {
  return width > 0 ? doubleOrNull(Math.floor(value / width) * width) : null;
}

/** The power of ten at or above a width, or half of it where that is enough. */
function roundWidth(width: number): number {
  const power = 10 ** Math.ceil(Math.log10(width));
  return width < power / 2 ? power / 2 : power;
}

function msOf(value: RefScalar | undefined, type: unknown): number {
  return type === 'date_nanos' && typeof value === 'bigint' ? Number(value / 1_000_000n) : Number(value);
}

function inMs(value: RefScalar | undefined, type: string, compute: (ms: number) => number | null): RefValue {
  const ms = compute(msOf(value, type));
  return ms === null ? null : type === 'date_nanos' ? BigInt(ms) * 1_000_000n : ms;
}
