import type { ParamValue } from '../../core/hunt.ts';
import type { Literal } from '../syntax/ast.ts';
import { INTEGER_MAX, INTEGER_MIN } from '../values/bounds.ts';
import { elementsOf, valueOf } from '../values/values.ts';
import type { RefScalar, RefValue, ValueType } from '../values/values.ts';

/** A constant with its type. */
export interface TypedConstant {
  readonly type: ValueType;
  readonly value: RefValue;
}

export function literalConstant({ type, value }: Literal): TypedConstant {
  const long = (type === 'long' || type === 'unsigned_long') && typeof value === 'number';
  return { type, value: long ? BigInt(value) : value };
}

/** `[1, 2]`: constants of one kind; of numbers the widest type holds for all. */
export function arrayConstant(items: readonly Literal[]): TypedConstant {
  const constants = items.map(literalConstant);
  const widest = constants.reduce((most, { type }) => Math.max(most, WIDENING.indexOf(type)), -1);
  const type = WIDENING[widest] ?? constants[0]?.type ?? 'null';
  return {
    type,
    value: valueOf(constants.flatMap(({ value }) => elementsOf(value).map((each) => widened(each, type)))),
  };
}

/** Types of whole and other numbers, each holding what those before it do. */
const WIDENING: readonly ValueType[] = ['integer', 'long', 'unsigned_long', 'double'];

function widened(value: RefScalar, type: ValueType): RefScalar {
  if (typeof value !== 'number' && typeof value !== 'bigint') return value;
  if (type === 'double') return Number(value);
  return type === 'integer' ? value : BigInt(value);
}

/** A parameter as Elasticsearch types it from JSON: text, integer, long where that does not fit, double, boolean. */
export function paramConstant(value: ParamValue): TypedConstant {
  const items: readonly (string | number | boolean)[] = typeof value === 'object' ? value : [value];
  const type = items.map(paramType).reduce(widerType, 'null');
  return { type, value: valueOf(items.map((item) => paramScalar(item, type))) };
}

function paramType(value: string | number | boolean): ValueType {
  if (typeof value !== 'number') return typeof value === 'boolean' ? 'boolean' : 'keyword';
  if (!Number.isInteger(value)) return 'double';
  return value >= INTEGER_MIN && value <= INTEGER_MAX ? 'integer' : 'long';
}

/** Of two kinds in one list: the wider number, else text. */
function widerType(a: ValueType, b: ValueType): ValueType {
  if (a === b || a === 'null') return b;
  const numbers = ['integer', 'long', 'double'];
  const at = Math.max(numbers.indexOf(a), numbers.indexOf(b));
  return numbers.includes(a) && numbers.includes(b) ? (numbers[at] === 'long' ? 'long' : 'double') : 'keyword';
}

function paramScalar(value: string | number | boolean, type: ValueType): RefScalar {
  if (type === 'keyword') return String(value);
  return type === 'long' && typeof value === 'number' ? BigInt(value) : value;
}
