import { formatIp, parseIp } from '../../core/ip.ts';
import { cellOf, valuesOf } from '../../core/row.ts';
import type { ColumnType, Scalar, Value } from '../../core/row.ts';
import { integerOrNull } from './bounds.ts';
import { formatDate, formatNanos, parseDateMs, parseDateNanos } from './dates.ts';
import type { Duration } from './dates.ts';

/**
 * One value as the reference semantics compute with it: integer, double and date (epoch ms) as number; long,
 * unsigned_long, ip (128 bits, v4 mapped) and date_nanos (epoch ns) as bigint; keyword, text, version and geo_point as
 * string.
 */
export type RefScalar = boolean | number | bigint | string | Duration;

/** Null, one value, or several: a list never has fewer than two elements. */
export type RefValue = null | RefScalar | readonly RefScalar[];

/** The type of an expression: a column's, or a duration, which cannot be a column. */
export type ValueType = ColumnType | 'duration';

/** Whether a value is a list of several. */
export function isSeveral(value: RefValue): value is readonly RefScalar[] {
  return Array.isArray(value);
}

/** The elements of a value: none for null. */
export function elementsOf(value: RefValue): readonly RefScalar[] {
  return value === null ? [] : isSeveral(value) ? value : [value];
}

/** Elements as a value: null when empty, the element itself when alone. */
export function valueOf(elements: readonly RefScalar[]): RefValue {
  return elements.length === 0 ? null : elements.length === 1 ? (elements[0] ?? null) : elements;
}

/** The text of a value that its type says is text; empty for anything else. */
export function textIn(value: RefValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

/** The value of a row's cell; an element that its type cannot hold is left out, as a malformed field is at ingest. */
export function fromCell(cell: Value | undefined, type: ColumnType): RefValue {
  const read = READ[type];
  return valueOf(valuesOf(cell).flatMap((scalar) => read(scalar) ?? []));
}

/**
 * The cell of a value: dates and addresses as text. A whole number beyond 2^53 is text too, so that no digit is lost;
 * a duration cannot stand in a cell.
 */
export function toCell(value: RefValue, type: ValueType): Value {
  return cellOf(elementsOf(value).flatMap((element) => scalarOf(element, type) ?? []));
}

const nothing = (): null => null;
const asText = (scalar: Scalar): string => String(scalar);
const asDouble = (scalar: Scalar): number | null =>
  typeof scalar === 'number' && Number.isFinite(scalar) ? scalar : null;
const asInstant = (scalar: Scalar): number | null =>
  typeof scalar === 'number' && Number.isInteger(scalar) && formatDate(scalar) !== null ? scalar : null;
const asWhole = (scalar: Scalar): bigint | null =>
  typeof scalar === 'number' && Number.isInteger(scalar)
    ? BigInt(scalar)
    : typeof scalar === 'string' && /^-?\d{1,20}$/.test(scalar)
      ? BigInt(scalar)
      : null;

const READ: Readonly<Record<ColumnType, (scalar: Scalar) => RefScalar | null>> = {
  keyword: asText,
  text: asText,
  version: asText,
  geo_point: asText,
  integer: (scalar) => (typeof scalar === 'number' && Number.isInteger(scalar) ? integerOrNull(scalar) : null),
  double: asDouble,
  long: asWhole,
  unsigned_long: asWhole,
  boolean: (scalar) => (typeof scalar === 'boolean' ? scalar : null),
  date: (scalar) => (typeof scalar === 'string' ? parseDateMs(scalar) : asInstant(scalar)),
  date_nanos: (scalar) => (typeof scalar === 'string' ? parseDateNanos(scalar) : null),
  ip: (scalar) => (typeof scalar === 'string' ? parseIp(scalar) : null),
  null: nothing,
  unsupported: nothing,
};

function scalarOf(element: RefScalar, type: ValueType): Scalar | null {
  if (typeof element === 'object') return null;
  if (type === 'date') return formatDate(Number(element));
  if (typeof element !== 'bigint') return element;
  if (type === 'ip') return formatIp(element);
  if (type === 'date_nanos') return formatNanos(element);
  const number = Number(element);
  return Number.isSafeInteger(number) ? number : element.toString();
}
