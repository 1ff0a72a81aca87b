import { formatIp, parseIp } from '../../core/ip.ts';
import { formatDate, formatNanos, nanosOrNull, parseDateMs, parseDateNanos, parseDurationText } from './dates.ts';
import { doubleOrNull, integerOrNull, longOrNull } from './bounds.ts';
import { isString } from './types.ts';
import type { RefScalar, ValueType } from './values.ts';

/** What Java reads as a double, but for hexadecimal ones: spaces around it, and a letter for its type behind it. */
const DECIMAL = /^[\0- ]*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)[dDfF]?[\0- ]*$/;
const WHOLE = /^[+-]?\d{1,40}$/;
/** One above the largest long, which a double cannot tell from it: Java gives the largest long. */
const TWO_63 = 2 ** 63;

/** Java's `Math.round`: the nearest whole number, halves towards positive infinity (-2.5 becomes -2). */
function roundHalfUp(value: number): bigint | null {
  if (value === TWO_63) return BigInt(TWO_63) - 1n;
  return Number.isFinite(value) ? BigInt(Math.floor(value)) + (value - Math.floor(value) >= 0.5 ? 1n : 0n) : null;
}

/** An unsigned_long is cut, not rounded [measured on 8.19.21]. */
function cutDouble(value: RefScalar, from: ValueType): RefScalar {
  const text = typeof value === 'string' && !WHOLE.test(value);
  const decimal = text ? decimalIn(value) : typeof value === 'number' && from === 'double' ? value : null;
  if (decimal === null) return value;
  // Of a double below zero nothing is left over, of its text 0 [measured on 8.19.21].
  if (!text && decimal < 0) return -1n;
  // The shortest digits that mean the double, as Java's BigDecimal reads them.
  const digits = String(Math.trunc(decimal));
  return /^-?\d+$/.test(digits) ? BigInt(digits) : BigInt(decimal);
}

function decimalIn(text: string): number | null {
  const digits = DECIMAL.exec(text)?.[1];
  return digits === undefined ? null : doubleOrNull(Number(digits));
}

/**
 * A scalar of one type as another: what TO_<type>, `::type` and implicit casts do. Null where the value has no such form
 * (a bad parse, out of range): in ES|QL null with a warning.
 */
export function convert(value: RefScalar, from: ValueType, to: ValueType): RefScalar | null {
  return from === to ? value : CONVERT[to](value, from);
}

type Convert = (value: RefScalar, from: ValueType) => RefScalar | null;
const fromText: Convert = (value) => (typeof value === 'string' ? value : null);
const nothing: Convert = () => null;

/** One entry for each target type; a forgotten one does not compile. */
const CONVERT: Readonly<Record<ValueType, Convert>> = {
  keyword: textOf,
  text: textOf,
  integer: (value, from) => wholeOf(value, from, (whole) => integerOrNull(Number(whole))),
  long: (value, from) =>
    wholeOf(value, from, (whole) => longOrNull(isString(from) && whole === BigInt(TWO_63) ? whole - 1n : whole)),
  unsigned_long: (value, from) => wholeOf(cutDouble(value, from), from, (whole) => longOrNull(whole, 'unsigned_long')),
  double: doubleOf,
  boolean: booleanOf,
  date: dateOf,
  date_nanos: nanosOf,
  ip: (value) => (typeof value === 'string' ? parseIp(value) : null),
  version: fromText,
  geo_point: fromText,
  duration: (value) => (typeof value === 'string' ? parseDurationText(value) : null),
  null: nothing,
  unsupported: nothing,
};

/** A double as Java prints it: `2.0`, `1.0E10`, `4.9E-324` (two digits at least, of those that read back the nearest). */
function javaDouble(value: number): string {
  const size = Math.abs(value);
  if (Object.is(value, -0)) return '-0.0';
  if (size === 0 || (size >= 1e-3 && size < 1e7)) return Number.isInteger(value) ? `${value}.0` : `${value}`;
  const [digits = '', exponent = ''] = value.toExponential().split('e');
  if (digits.includes('.')) return `${digits}E${Number(exponent)}`;
  return value.toExponential(1).replace(/e\+?/, 'E');
}

function textOf(value: RefScalar, from: ValueType): string | null {
  if (typeof value === 'object') return null;
  if (from === 'date') return formatDate(Number(value));
  if (from === 'date_nanos') return typeof value === 'bigint' ? formatNanos(value) : null;
  if (from === 'ip') return typeof value === 'bigint' ? formatIp(value) : null;
  if (from === 'double') return typeof value === 'number' ? javaDouble(value) : null;
  return String(value);
}

function wholeOf<T>(value: RefScalar, from: ValueType, fit: (whole: bigint) => T | null): T | null {
  const whole = wholeIn(value, from);
  return whole === null ? null : fit(whole);
}

function wholeIn(value: RefScalar, from: ValueType): bigint | null {
  if (typeof value === 'boolean') return value ? 1n : 0n;
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number') return from === 'double' ? roundHalfUp(value) : BigInt(value);
  if (typeof value !== 'string') return null;
  if (WHOLE.test(value)) {
    const whole = BigInt(value.replace('+', ''));
    return whole;
  }
  const decimal = decimalIn(value);
  return decimal === null ? null : roundHalfUp(decimal);
}

function doubleOf(value: RefScalar, from: ValueType): number | null {
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return from === 'ip' ? null : Number(value);
  return typeof value === 'string' ? decimalIn(value) : null;
}

function booleanOf(value: RefScalar): boolean | null {
  if (typeof value === 'string') return value.toLowerCase() === 'true';
  return typeof value === 'object' ? null : Boolean(value);
}

function dateOf(value: RefScalar, from: ValueType): number | null {
  if (typeof value === 'string') return parseDateMs(value);
  if (from === 'date_nanos') return typeof value === 'bigint' ? Number(value / 1_000_000n) : null;
  const ms = typeof value === 'bigint' ? Number(value) : typeof value === 'number' ? Number(roundHalfUp(value)) : null;
  return ms !== null && formatDateFits(ms) ? ms : null;
}

function nanosOf(value: RefScalar, from: ValueType): bigint | null {
  if (typeof value === 'string') return parseDateNanos(value);
  if (from === 'date') return typeof value === 'number' ? nanosOrNull(BigInt(value) * 1_000_000n) : null;
  const nanos = typeof value === 'bigint' ? value : typeof value === 'number' ? roundHalfUp(value) : null;
  return nanos === null ? null : nanosOrNull(nanos);
}

function formatDateFits(ms: number): boolean {
  return formatDate(ms) !== null;
}
