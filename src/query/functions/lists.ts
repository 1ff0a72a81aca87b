import { doubleOrNull, integerOrNull, longOrNull } from '../values/bounds.ts';
import { isFault, severalOfAny } from '../values/types.ts';
import type { Operand, Typing } from '../values/types.ts';
import { elementsOf, textIn, valueOf } from '../values/values.ts';
import type { RefScalar, RefValue, ValueType } from '../values/values.ts';
import { ANY, checked, constant, INTEGER, NUMERIC, ORDERED, sameAsFirst, STRING, takes, wholeList } from './define.ts';
import type { ScalarFunction } from './define.ts';
import { compareScalars } from './order.ts';

const oneOfAny = takes({ takes: [ANY] }, sameAsFirst);
const oneOrdered = takes({ takes: [ORDERED] }, sameAsFirst);
const sameSeveral = ([first]: readonly Operand[]) => first?.several ?? 'unknown';

/** Functions that read a list whole. Null in, null out. */
export const LIST_FUNCTIONS: readonly ScalarFunction[] = [
  wholeList('MV_COUNT', 'MV_COUNT(values)', takes({ takes: [ANY] }, 'integer'), 'single', ([list = null]) =>
    list === null ? null : elementsOf(list).length,
  ),
  wholeList('MV_FIRST', 'MV_FIRST(values)', oneOfAny, 'single', ([list = null]) => elementsOf(list)[0] ?? null),
  wholeList('MV_LAST', 'MV_LAST(values)', oneOfAny, 'single', ([list = null]) => elementsOf(list).at(-1) ?? null),
  wholeList(
    'MV_MIN',
    'MV_MIN(values)',
    oneOrdered,
    'single',
    ([list = null], { result }) => sorted(list, result)[0] ?? null,
  ),
  wholeList(
    'MV_MAX',
    'MV_MAX(values)',
    oneOrdered,
    'single',
    ([list = null], { result }) => sorted(list, result).at(-1) ?? null,
  ),
  wholeList(
    'MV_SUM',
    'MV_SUM(numbers)',
    takes({ takes: [NUMERIC] }, sameAsFirst),
    'single',
    ([list = null], { result }) => sum(elementsOf(list), result),
  ),
  wholeList('MV_AVG', 'MV_AVG(numbers)', takes({ takes: [NUMERIC] }, 'double'), 'single', ([list = null]) =>
    average(elementsOf(list)),
  ),
  wholeList(
    'MV_MEDIAN',
    'MV_MEDIAN(numbers)',
    takes({ takes: [NUMERIC] }, sameAsFirst),
    'single',
    ([list = null], { result }) => median(sorted(list, result), result),
  ),
  wholeList(
    'MV_SORT',
    'MV_SORT(values, order)',
    checked(takes({ takes: [ORDERED, constant(STRING)], optional: 1 }, sameAsFirst), ([, order]) =>
      typeof order !== 'string' || /^(?:asc|desc)$/i.test(order)
        ? null
        : `the order must be "asc" or "desc", not "${order}"`,
    ),
    sameSeveral,
    ([list = null, order = 'asc'], { result }) => ordered(list, textIn(order), result),
  ),
  wholeList('MV_DEDUPE', 'MV_DEDUPE(values)', oneOfAny, sameSeveral, ([list = null]) =>
    valueOf([...new Set(elementsOf(list))]),
  ),
  wholeList(
    'MV_SLICE',
    'MV_SLICE(values, start, end)',
    checked(takes({ takes: [ANY, INTEGER, INTEGER], optional: 1 }, sameAsFirst), sliceFault),
    severalOfSlice,
    slice,
  ),
  wholeList('MV_APPEND', 'MV_APPEND(values, values)', appendTyping, 'several', ([left = null, right = null]) =>
    left === null || right === null ? null : valueOf([...elementsOf(left), ...elementsOf(right)]),
  ),
  wholeList(
    'MV_ZIP',
    'MV_ZIP(strings, strings, delimiter)',
    takes({ takes: [STRING, STRING, STRING], optional: 1 }, 'keyword'),
    severalOfAny,
    ([left = null, right = null, delimiter = ',']) =>
      typeof delimiter === 'string' ? zip(elementsOf(left), elementsOf(right), delimiter) : null,
  ),
];

function sorted(list: RefValue, type: ValueType): RefScalar[] {
  return [...elementsOf(list)].sort((a, b) => compareScalars(a, b, type));
}

function ordered(list: RefValue, order: string, type: ValueType): RefValue {
  const ascending = sorted(list, type);
  return valueOf(order.toLowerCase() === 'desc' ? ascending.reverse() : ascending);
}

function sum(elements: readonly RefScalar[], type: ValueType): RefValue {
  if (elements.length === 0) return null;
  if (type === 'long' || type === 'unsigned_long') {
    return longOrNull(
      elements.reduce((total: bigint, element) => total + (element as bigint), 0n),
      type,
    );
  }
  const total = elements.reduce((total: number, element) => total + Number(element), 0);
  return type === 'integer' ? integerOrNull(total) : doubleOrNull(total);
}

function average(elements: readonly RefScalar[]): number | null {
  if (elements.length === 0) return null;
  return doubleOrNull(elements.reduce((total: number, element) => total + Number(element), 0) / elements.length);
}

/** The middle; of an even number the mean of the two, whole numbers rounded down. */
function median(ascending: readonly RefScalar[], type: ValueType): RefValue {
  const [low, high] = [ascending[Math.ceil(ascending.length / 2) - 1], ascending[Math.floor(ascending.length / 2)]];
  if (low === undefined || high === undefined) return null;
  if (typeof low === 'bigint' && typeof high === 'bigint') return (low + high) >> 1n;
  if (ascending.length % 2 === 1) return low;
  const middle = (Number(low) + Number(high)) / 2;
  return type === 'integer' ? Math.floor(middle) : doubleOrNull(middle);
}

/** 0-based, both ends included, negative from the end. */
function slice([list = null, start = null, end = start]: readonly RefValue[]): RefValue {
  if (typeof start !== 'number' || typeof end !== 'number') return null;
  const elements = elementsOf(list);
  const at = (index: number): number => (index < 0 ? elements.length + index : index);
  return valueOf(elements.slice(Math.max(0, at(start)), Math.max(0, at(end) + 1)));
}

function sliceFault([, start, end]: readonly RefValue[]): string | null {
  if (typeof start !== 'number' || typeof end !== 'number') return null;
  if (start < 0 !== end < 0) return 'start and end must both count from the same side';
  return start > end ? 'the start lies behind the end' : null;
}

function severalOfSlice([list, start, end]: readonly Operand[]): 'single' | 'several' | 'unknown' {
  const first = start?.constant?.value;
  const last = end === undefined ? first : end.constant?.value;
  return first !== undefined && first === last ? 'single' : (list?.several ?? 'unknown');
}

function appendTyping(operands: readonly Operand[]): Typing {
  const checked = takes({ takes: [ANY, ANY] }, 'null')(operands);
  if (isFault(checked)) return checked;
  const [left, right] = operands.map(({ type }) => (type === 'text' ? 'keyword' : type));
  const type = left === 'null' ? right : right === 'null' || left === right ? left : null;
  if (type === null || type === undefined)
    return { fault: `its arguments must have one type, not ${operands.map((operand) => operand.type).join(' and ')}` };
  return { takes: [type, type], result: sameAsFirst([type]) };
}

/** The longer list's rest stays as it is. */
function zip(left: readonly RefScalar[], right: readonly RefScalar[], delimiter: string): RefValue {
  const pairs = Array.from({ length: Math.max(left.length, right.length) }, (_, at) =>
    [left[at], right[at]].flatMap((element) => (element === undefined ? [] : textIn(element))).join(delimiter),
  );
  return valueOf(pairs);
}
