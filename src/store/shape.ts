import { HuntError } from '../core/error.ts';
import type { Scalar } from '../core/row.ts';

/** Where a value is not as it should be, as a dotted path (`` is the value itself); null where all is well. */
export type Shape = (value: unknown) => string | null;

/**
 * Throws ANSWER_NOT_UNDERSTOOD, naming document and field, unless the document fits: it was written by something else, or
 * changed by hand.
 */
export function checkShape(document: unknown, shape: Shape, what: string, remedy = RUN_AGAIN): void {
  const path = shape(document);
  if (path === null) return;
  throw new HuntError('ANSWER_NOT_UNDERSTOOD', `Cannot read ${what}: field "${path}" is missing or of another kind`, {
    remedy,
  });
}

const RUN_AGAIN = 'Restore the document, or delete it and run the hunt again over its tile';

export const isText: Shape = (value) => (typeof value === 'string' ? null : '');
export const isNumber: Shape = (value) => (typeof value === 'number' ? null : '');
export const isBoolean: Shape = (value) => (typeof value === 'boolean' ? null : '');
export const isScalar: Shape = (value) => (isScalarValue(value) ? null : '');

/** ISO 8601, as documents carry times outside of `hunt.state`. */
export const isTime: Shape = (value) => (typeof value === 'string' && !Number.isNaN(Date.parse(value)) ? null : '');

export function oneOf(words: readonly string[]): Shape {
  return (value) => (typeof value === 'string' && words.includes(value) ? null : '');
}

export function nullOr(shape: Shape): Shape {
  return (value) => (value === null ? null : shape(value));
}

/** Absent, or of the shape: views leave out what is null. */
export function optional(shape: Shape): Shape {
  return (value) => (value === undefined ? null : shape(value));
}

export function listOf(shape: Shape): Shape {
  return (value) => (Array.isArray(value) ? firstMisfit(value.entries(), () => shape) : '');
}

/** An object whose every value has the shape, whatever its keys are. */
export function recordOf(shape: Shape): Shape {
  return (value) => (isObject(value) ? firstMisfit(Object.entries(value), () => shape) : '');
}

/** An object with at least these fields. */
export function fields(shapes: Readonly<Record<string, Shape>>): Shape {
  return (value) =>
    isObject(value)
      ? firstMisfit(
          Object.keys(shapes).map((name) => [name, value[name]]),
          (name) => shapes[name],
        )
      : '';
}

/** Null, one scalar or a list of them: a cell of a row. */
export const isCell: Shape = (value) => (value === null || isScalarValue(value) ? null : listOf(isScalar)(value));

function firstMisfit(
  entries: Iterable<readonly [string | number, unknown]>,
  shapeOf: (name: string | number) => Shape | undefined,
): string | null {
  for (const [name, value] of entries) {
    const path = shapeOf(name)?.(value) ?? null;
    if (path !== null) return path === '' ? String(name) : `${name}.${path}`;
  }
  return null;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isScalarValue(value: unknown): value is Scalar {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
