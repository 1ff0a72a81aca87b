// Constants: numbers, durations, strings, arrays, maps, parameters.
import type { ArrayLiteral, DurationLiteral, Literal, MapLiteral, Param } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { excerpt } from './fault.ts';
import type { Token } from './token.ts';
import { isReserved } from './words.ts';

type Unit = DurationLiteral['unit'];
type Constant = Literal | DurationLiteral | ArrayLiteral;

const UNITS: ReadonlyMap<string, Unit> = new Map<string, Unit>([
  ...spellings('millisecond', 'milliseconds', 'ms'),
  ...spellings('second', 'seconds', 'sec', 's'),
  ...spellings('minute', 'minutes', 'min', 'm'),
  ...spellings('hour', 'hours', 'h'),
  ...spellings('day', 'days', 'd'),
  ...spellings('week', 'weeks', 'w'),
  ...spellings('month', 'months', 'mo'),
  ...spellings('quarter', 'quarters', 'q'),
  ...spellings('year', 'years', 'yr', 'y'),
]);

/** Elasticsearch's integer and long are 32 and 64 bits with a sign, unsigned_long 64 bits without. */
const INTEGER_MAX = 2n ** 31n - 1n;
const LONG_MAX = 2n ** 63n - 1n;
const UNSIGNED_LONG_MAX = 2n ** 64n - 1n;
/** Digits beyond which a number is a double for certain; BigInt would take quadratic time over a million. */
const EXACT_DIGITS_MAX = 20;

function spellings(unit: Unit, ...others: readonly string[]): readonly (readonly [string, Unit])[] {
  return [unit, ...others].map((spelling) => [spelling, unit] as const);
}

/** The constant at the cursor, a number with its sign and a duration included; null where there is none. */
export function parseConstant(cursor: Cursor): Constant | null {
  const { kind } = cursor.current;
  if (kind === 'string') return stringLiteral(cursor.take());
  if (cursor.isSymbol('[')) return parseArray(cursor);
  return startsNumber(cursor) ? parseNumber(cursor) : parseWordConstant(cursor);
}

/** The parameter at the cursor, or null. */
export function parseParam(cursor: Cursor): Param | null {
  if (cursor.current.kind !== 'param') return null;
  const { text, span } = cursor.take();
  const style = text.startsWith('??') ? 'identifier' : 'value';
  return { kind: 'param', name: text.slice(style === 'identifier' ? 2 : 1), style, span };
}

/** The parameter of a value at the cursor, or null; `??` stands for columns only (8.19 refuses it in LIMIT, SAMPLE and `:`). */
export function parseValueParam(cursor: Cursor): Param | null {
  if (cursor.current.kind === 'param' && cursor.current.text.startsWith('??')) {
    const hint = 'Write it with one question mark';
    throw cursor.stop(
      'param-as-name',
      `"${excerpt(cursor.current.text)}" stands for a name where a value is expected`,
      hint,
    );
  }
  return parseParam(cursor);
}

/** The string at the cursor; `wanted` names it to a person. */
export function parseString(cursor: Cursor, wanted: string): Literal {
  return stringLiteral(cursor.expect('string', wanted));
}

/** `{"key": value, …}`; the cursor stands at its brace. 8.19.21 refuses null, an empty or repeated key, and no entry [M]. */
export function parseMap(cursor: Cursor): MapLiteral {
  const { start } = cursor.current.span;
  cursor.expectSymbol('{');
  const keys = new Set<string>();
  const entries = cursor.list((at) => parseEntry(at, keys));
  cursor.expectSymbol('}');
  return { kind: 'map', entries, span: cursor.spanFrom(start) };
}

function parseEntry(cursor: Cursor, keys: Set<string>): MapLiteral['entries'][number] {
  const { value: key, span } = cursor.expect('string', 'a key in double quotes');
  if (key.trim() === '' || keys.has(key)) {
    throw cursor.stop(
      'map-key',
      `The option "${excerpt(key)}" is empty or given twice`,
      'Give each option one name',
      span,
    );
  }
  keys.add(key);
  cursor.expectSymbol(':');
  if (cursor.isWord('NULL')) throw cursor.unexpected('a constant other than null');
  const value = parseConstant(cursor);
  if (value === null || value.kind === 'duration') throw cursor.unexpected('a constant');
  return { key, value };
}

function startsNumber(cursor: Cursor): boolean {
  const { kind } = cursor.isSymbol('-', '+') ? cursor.ahead(1) : cursor.current;
  return kind === 'integer' || kind === 'decimal';
}

/** A number with an optional sign; with a unit after it, a duration. */
function parseNumber(cursor: Cursor): Literal | DurationLiteral {
  const { start } = cursor.current.span;
  const sign = cursor.isSymbol('-', '+') ? cursor.take().text : '';
  const digits = cursor.take();
  const written = sign === '-' ? `-${digits.text}` : digits.text;
  if (cursor.current.kind === 'word' && !isReserved(cursor.current.text))
    return parseDuration(cursor, digits, written, start);
  const number = digits.kind === 'integer' ? integerOf(written) : doubleOf(written);
  if (number === null) {
    throw cursor.stop(
      'number-too-large',
      `The number "${excerpt(written)}" is too large`,
      'The largest is about 1.8e308',
      digits.span,
    );
  }
  return { kind: 'literal', ...number, span: cursor.spanFrom(start) };
}

function parseDuration(cursor: Cursor, digits: Token, written: string, start: number): DurationLiteral {
  const word = cursor.current;
  const unit = UNITS.get(word.text.toLowerCase());
  if (unit === undefined) {
    if (word.text.toUpperCase() === 'BETWEEN' || word.text.toUpperCase() === 'AS')
      throw cursor.unexpected('an operator');
    const hint = 'Units are millisecond, second, minute, hour, day, week, month, quarter, year and their short forms';
    throw cursor.stop('unknown-unit', `"${excerpt(word.text)}" is no unit of time`, hint);
  }
  const amount = Number(written);
  if (digits.kind !== 'integer' || !Number.isSafeInteger(amount)) {
    const hint = 'Write a whole number of a smaller unit, 90 minutes for instance';
    throw cursor.stop('bad-duration', `"${excerpt(written)}" is no whole number of time units`, hint, digits.span);
  }
  cursor.take();
  return { kind: 'duration', amount: amount + 0, unit, span: cursor.spanFrom(start) };
}

type NumberValue = Pick<Literal, 'type' | 'value'>;

/** The narrowest of integer, long, unsigned_long and double that holds it; null beyond a double. */
function integerOf(written: string): NumberValue | null {
  const digits = written.replace(/^(-?)0+(?=\d)/, '$1');
  if (digits.length > EXACT_DIGITS_MAX) return doubleOf(written);
  const exact = BigInt(digits);
  if (exact >= -INTEGER_MAX - 1n && exact <= INTEGER_MAX) return { type: 'integer', value: Number(exact) };
  const value =
    exact >= BigInt(Number.MIN_SAFE_INTEGER) && exact <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(exact) : exact;
  if (exact >= -LONG_MAX - 1n && exact <= LONG_MAX) return { type: 'long', value };
  return exact > 0n && exact <= UNSIGNED_LONG_MAX ? { type: 'unsigned_long', value } : doubleOf(written);
}

function doubleOf(written: string): NumberValue | null {
  const value = Number(written);
  return Number.isFinite(value) ? { type: 'double', value } : null;
}

/** TRUE, FALSE, NULL. */
function parseWordConstant(cursor: Cursor): Literal | null {
  const { kind, text, span } = cursor.current;
  if (kind !== 'word' || !/^(?:true|false|null)$/i.test(text)) return null;
  cursor.take();
  const word = text.toLowerCase();
  return word === 'null'
    ? { kind: 'literal', type: 'null', value: null, span }
    : { kind: 'literal', type: 'boolean', value: word === 'true', span };
}

function stringLiteral({ value, span }: Token): Literal {
  return { kind: 'literal', type: 'keyword', value, span };
}

/** `[1, 2]`: constants of one kind, at least one. */
function parseArray(cursor: Cursor): ArrayLiteral {
  const { start } = cursor.current.span;
  cursor.expectSymbol('[');
  const items = cursor.list(parseItem);
  cursor.expectSymbol(']');
  const odd = items.find((item) => typeOfItem(item) !== typeOfItem(items[0]));
  if (odd !== undefined) {
    throw cursor.stop(
      'mixed-array',
      'An array holds constants of different kinds',
      'Use numbers, strings or booleans alone',
      odd.span,
    );
  }
  return { kind: 'array', items, span: cursor.spanFrom(start) };
}

function parseItem(cursor: Cursor): Literal {
  const { span } = cursor.current;
  const nested = cursor.isSymbol('[');
  const item = nested ? null : parseConstant(cursor);
  if (item?.kind === 'literal' && item.type !== 'null') return item;
  const hint = 'Use numbers, strings or booleans; for values that are not constant, MV_APPEND';
  throw cursor.stop(
    'array-item',
    'An array holds constants only, and no null, duration or array',
    hint,
    item?.span ?? span,
  );
}

function typeOfItem(item: Literal | undefined): string {
  return typeof item?.value === 'bigint' ? 'number' : typeof item?.value;
}
