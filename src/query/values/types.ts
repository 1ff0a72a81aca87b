import type { ColumnType } from '../../core/row.ts';
import type { RefValue, ValueType } from './values.ts';

/** Whether an expression may hold several values: never, known to, or not known. */
export type Several = 'single' | 'several' | 'unknown';

/** What is known of an operand before any row is read. */
export interface Operand {
  readonly type: ValueType;
  readonly several: Several;
  /** Present when the operand is a constant; `param`: bound from outside, which Elasticsearch casts less freely. */
  readonly constant: { readonly value: RefValue; readonly param: boolean } | null;
}

/** What a function or operator makes of its operands: the types they are brought to, and the type that comes out. */
export interface Signature {
  readonly takes: readonly ValueType[];
  readonly result: ValueType;
}

/** A signature, or one sentence without a full stop that says why there is none. */
export type Typing = Signature | { readonly fault: string; readonly hint?: string };

export function isFault(typing: Typing): typing is { readonly fault: string; readonly hint?: string } {
  return 'fault' in typing;
}

const NUMERIC_WIDTH: ReadonlyMap<ValueType, number> = new Map([
  ['integer', 1],
  ['long', 2],
  ['double', 3],
]);

export function isNumeric(type: ValueType): boolean {
  return NUMERIC_WIDTH.has(type) || type === 'unsigned_long';
}

export function isWhole(type: ValueType): boolean {
  return type === 'integer' || type === 'long' || type === 'unsigned_long';
}

export function isString(type: ValueType): boolean {
  return type === 'keyword' || type === 'text';
}

export function isDate(type: ValueType): boolean {
  return type === 'date' || type === 'date_nanos';
}

/** Types a string constant is cast to when it meets them (esql.md 5.1); a number is never made from a string. */
const CAST_FROM_TEXT: ReadonlySet<ValueType> = new Set<ColumnType>(['date', 'date_nanos', 'ip', 'version', 'boolean']);

/** Whether an operand is a text constant that becomes `type` where it meets it. */
export function castsTo(operand: Operand, type: ValueType): boolean {
  const value = operand.constant?.value;
  return operand.type === 'keyword' && typeof value === 'string' && CAST_FROM_TEXT.has(type);
}

/**
 * The one type that both can be brought to: null fits any, text is keyword, integers widen, a date with a date_nanos is
 * a date_nanos. Null where there is none; unsigned_long meets only itself, as in Elasticsearch.
 */
export function commonType(a: ValueType, b: ValueType): ValueType | null {
  if (a === b || b === 'null') return a;
  if (a === 'null') return b;
  if (isString(a) && isString(b)) return 'keyword';
  if (isDate(a) && isDate(b)) return 'date_nanos';
  const [widthA, widthB] = [NUMERIC_WIDTH.get(a), NUMERIC_WIDTH.get(b)];
  if (widthA === undefined || widthB === undefined) return null;
  return widthA > widthB ? a : b;
}

/**
 * The common type of several operands (a comparison, IN), text constants cast to what the others are. Null where there
 * is none.
 */
export function unifiedType(operands: readonly Operand[]): ValueType | null {
  const fixed = operands.filter((operand) => typeof operand.constant?.value !== 'string');
  const common = commonOf(fixed);
  if (common === null) return null;
  const texts = operands.filter((operand) => typeof operand.constant?.value === 'string');
  const castable = texts.every((text) => castsTo(text, common));
  return texts.length === 0 || (castable && common !== 'null') ? common : commonOf(operands);
}

/** The common type of operands as they stand, without casts of constants. */
function commonOf(operands: readonly Operand[]): ValueType | null {
  let common: ValueType | null = 'null';
  for (const operand of operands) common = common === null ? null : commonType(common, operand.type);
  return common;
}

/**
 * The type that COALESCE, CASE, GREATEST and LEAST give [measured on 8.19.21]: that of the first value that is no null;
 * narrower numbers behind it are widened, text constants are not cast. Null where another does not fit.
 */
export function firstType(operands: readonly Operand[]): ValueType | null {
  const types = operands.map(({ type }) => (type === 'text' ? 'keyword' : type));
  const first = types.find((type) => type !== 'null') ?? 'null';
  const fits = types.every((type) => type === first || (commonType(first, type) === first && !isDate(type)));
  return fits ? first : null;
}

/** Severalness of a result that is any one of the operands (COALESCE, CASE). */
export function severalOfAny(operands: readonly Operand[]): Several {
  if (operands.some((operand) => operand.several === 'several')) return 'several';
  return operands.some((operand) => operand.several === 'unknown') ? 'unknown' : 'single';
}
