// Constants of each type, most of them at the edges of what the type holds.
import type { ColumnType } from '../../../src/core/row.ts';
import type { DurationLiteral, Expr, Literal } from '../../../src/query/syntax/ast.ts';
import { call, literal, text } from '../../../src/query/syntax/build.ts';
import { ADDRESSES, DATES, DOUBLES, LONGS, TEXTS } from '../adversarial.ts';
import type { Draw } from './draw.ts';

const span = { start: 0, end: 0 };

/** A very long text would make a query that nobody can read. */
const SHORT_TEXTS = TEXTS.filter((value) => value.length < 60);
const INTEGERS = [0, 1, -1, 2, 3, 7, 10, 80, 443, 65_535, 2_147_483_647, -2_147_483_648] as const;
/** Of the years that a date_nanos can hold. */
const NANOS = ['1970-01-01T00:00:00.000000001Z', '2026-11-01T00:00:00.123456789Z', '2262-04-11T00:00:00Z'] as const;
/** Dates as Elasticsearch writes them itself: no number, no bare year. */
const FULL_DATES = DATES.filter((value) => value.includes('T'));
const VERSIONS = ['1.0.0', '1.2', '1.10.0', '1.2.3-alpha', '1.2.3-beta.1', '2.0.0+build', '8.19.21'] as const;
const UNITS = ['millisecond', 'second', 'minute', 'hour', 'day', 'week', 'month', 'quarter', 'year'] as const;

const whole = (type: 'integer' | 'long' | 'unsigned_long', value: number | bigint): Literal => ({
  kind: 'literal',
  type,
  value,
  span,
});

const CONSTANT_OF: Readonly<Partial<Record<ColumnType, (draw: Draw) => Expr>>> = {
  keyword: (draw) => text(draw.pick(SHORT_TEXTS)),
  integer: (draw) => whole('integer', draw.pick(INTEGERS)),
  long: (draw) => whole('long', BigInt(draw.pick(LONGS))),
  unsigned_long: (draw) => whole('unsigned_long', draw.pick([0n, 1n, 7n, 2n ** 63n, 2n ** 64n - 1n])),
  double: (draw) => ({ kind: 'literal', type: 'double', value: Number(draw.pick(DOUBLES)), span }),
  boolean: (draw) => literal(draw.chance(0.5)),
  date: (draw) => call('TO_DATETIME', text(draw.pick(FULL_DATES))),
  date_nanos: (draw) => call('TO_DATE_NANOS', text(draw.pick(NANOS))),
  ip: (draw) => call('TO_IP', text(draw.pick(ADDRESSES))),
  version: (draw) => call('TO_VERSION', text(draw.pick(VERSIONS))),
};

/** The types of which there are constants. */
export const DRAWN_TYPES = Object.keys(CONSTANT_OF) as readonly ColumnType[];

/** A constant of a type; null for a type that has none. */
export function constantOf(draw: Draw, type: ColumnType): Expr {
  const make = CONSTANT_OF[type === 'text' ? 'keyword' : type];
  return make === undefined ? { kind: 'literal', type: 'null', value: null, span } : make(draw);
}

/** A text that becomes a date or an address where it meets one. */
export function spelled(draw: Draw, type: ColumnType): Expr | null {
  if (type === 'date') return text(draw.pick(FULL_DATES));
  return type === 'ip' ? text(draw.pick(ADDRESSES)) : null;
}

export function durationOf(draw: Draw, least = 1): DurationLiteral {
  return { kind: 'duration', amount: least + draw.int(12), unit: draw.pick(UNITS), span };
}

/** `[1, 2]`: several values of one type. */
export function arrayOf(draw: Draw): Expr {
  const type = draw.pick(['keyword', 'integer', 'double'] as const);
  const items = draw
    .times(2, 4, () => constantOf(draw, type))
    .filter((item): item is Literal => item.kind === 'literal');
  return { kind: 'array', items, span };
}

const PATTERNS = [
  '*',
  'a*',
  '*a',
  '*.exe',
  '?',
  'a?',
  '*a*b*',
  'C:\\\\*',
  'cmd.exe',
  '\\*',
  '*\\?*',
  '',
  '😀',
  '*é',
  'A*',
  '1*',
];
const REGULAR = [
  '.*',
  'a.*',
  '.*exe',
  '[a-z]+',
  '[^a]*',
  '(a|b).*',
  '\\d+',
  'a{1,3}b?',
  '.',
  '.{2}',
  'cmd\\.exe',
  '.*😀.*',
  '[A-Z].*',
  '',
  '@&~'.slice(0, 1),
];

export function patternsOf(draw: Draw, kind: 'like' | 'rlike'): Literal[] {
  const one = (): Literal => text(draw.pick(kind === 'like' ? PATTERNS : REGULAR));
  return kind === 'like' ? draw.times(1, 3, one) : [one()];
}
