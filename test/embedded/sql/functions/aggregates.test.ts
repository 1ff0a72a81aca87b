import { describe, expect, it } from 'vitest';
import type { Value } from '../../../../src/core/row.ts';
import { answer } from './answer.ts';

type Case = [query: string, expected: Readonly<Record<string, Value>>];

// Read off Elasticsearch 8.19.21, but where a comment says that the engines differ and mean to.
const CASES: readonly Case[] = [
  [
    'a = [1, 2, 4] | STATS s = SUM(a), n = COUNT(a), m = MIN(a), x = MAX(a), d = COUNT_DISTINCT(a)',
    { s: 7, n: 3, m: 1, x: 4, d: 3 },
  ],
  [
    'a = [1, 2, 4] | MV_EXPAND a | STATS s = SUM(a), n = COUNT(a), m = MIN(a), x = MAX(a), d = COUNT_DISTINCT(a)',
    { s: 7, n: 3, m: 1, x: 4, d: 3 },
  ],
  [
    'a = [1, 2, 4] | STATS m = MEDIAN(a), p = PERCENTILE(a, 50), d = MEDIAN_ABSOLUTE_DEVIATION(a), v = STD_DEV(a)',
    { m: 2, p: 2, d: 1, v: 1.247219128924647 },
  ],
  [
    'a = [1, 2, 4] | MV_EXPAND a | STATS m = MEDIAN(a), p = PERCENTILE(a, 50), d = MEDIAN_ABSOLUTE_DEVIATION(a), v = STD_DEV(a)',
    { m: 2, p: 2, d: 1, v: 1.247219128924647 },
  ],
  ['a = [1, 2, 3, 4] | STATS m = MEDIAN(a), none = PERCENTILE(a, 101)', { m: 2.5, none: null }],
  ['a = [0.1, 0.2, 0.3] | MV_EXPAND a | STATS s = SUM(a), v = AVG(a)', { s: 0.6, v: 0.19999999999999998 }],
  ['a = [0.1, 0.2, 0.3] | STATS s = SUM(a), v = AVG(a)', { s: 0.6, v: 0.19999999999999998 }],
  ['a = [2147483647, 1] | STATS s = SUM(a), v = AVG(a)', { s: 2_147_483_648, v: 1_073_741_824 }],
  // 8.19 ends the query with "long overflow".
  ['a = [9223372036854775807, 1] | STATS s = SUM(a), v = AVG(a)', { s: null, v: null }],
  // 8.19 answers Infinity.
  ['a = [1e308, 1e308] | MV_EXPAND a | STATS s = SUM(a), v = AVG(a)', { s: null, v: null }],
  ['a = [1e308, -1e308] | MV_EXPAND a | STATS v = STD_DEV(a), n = COUNT(a)', { v: null, n: 2 }],
  ['a = [1, 2, 2] | MV_EXPAND a | EVAL w = a | STATS v = WEIGHTED_AVG(a, w)', { v: 1.8 }],
  [
    'a = [1, 2, 3] | MV_EXPAND a | EVAL w = CASE(a == 1, null, 2), b = CASE(a == 2, null, a) | STATS v = WEIGHTED_AVG(b, w)',
    { v: 1.5 },
  ],
  ['a = [1, 2], w = [1, 2] | STATS v = WEIGHTED_AVG(a, w)', { v: null }],
  [
    'a = ["b", "a", "b"] | STATS t = TOP(a, 2, "desc"), o = TOP(a, 1, "asc"), v = MV_SORT(VALUES(a))',
    { t: ['b', 'b'], o: 'a', v: ['a', 'b'] },
  ],
  [
    'a = ["b", "a", "b"] | MV_EXPAND a | STATS t = TOP(a, 2, "desc"), o = TOP(a, 1, "asc"), v = MV_SORT(VALUES(a))',
    { t: ['b', 'b'], o: 'a', v: ['a', 'b'] },
  ],
  ['a = [true, false] | STATS m = MIN(a), x = MAX(a), t = TOP(a, 2, "asc")', { m: false, x: true, t: [false, true] }],
  [
    'a = ["10.0.0.1", "8.8.8.8", "::1"]::ip | STATS m = MIN(a), x = MAX(a), t = TOP(a, 2, "asc")',
    { m: '::1', x: '10.0.0.1', t: ['::1', '8.8.8.8'] },
  ],
  [
    'a = ["2026-01-01", "2025-01-01"]::datetime | STATS x = MAX(a), t = TOP(a, 1, "asc")',
    { x: '2026-01-01T00:00:00.000Z', t: '2025-01-01T00:00:00.000Z' },
  ],
  [
    'a = "x" | STATS v = VALUES(a) WHERE a == "y", t = TOP(a, 2, "asc") WHERE a == "y", m = MAX(a) WHERE a == "y", c = COUNT(a) WHERE a == "y", d = COUNT_DISTINCT(a) WHERE a == "y", s = SUM(1) WHERE a == "y"',
    { v: null, t: null, m: null, c: 0, d: 0, s: 0 },
  ],
  ['a = [1, 2] | STATS n = COUNT(a) WHERE MV_COUNT(a) == 2, r = COUNT(*), s = SUM(3)', { n: 2, r: 1, s: 3 }],
  [
    'a = null::long | STATS n = COUNT(a), d = COUNT_DISTINCT(a), s = SUM(a), v = AVG(a), m = MEDIAN(a), t = TOP(a, 2, "asc"), l = VALUES(a), q = STD_DEV(a)',
    { n: 0, d: 0, s: null, v: null, m: null, t: null, l: null, q: null },
  ],
  // By the documentation of 9.x.
  [
    'a = ["b", "c", "a"] | MV_EXPAND a | EVAL at = LOCATE("cba", a) | STATS f = FIRST(a, at), l = LAST(a, at)',
    { f: 'c', l: 'a' },
  ],
];

describe('aggregates of the embedded engine', () => {
  it.each(CASES)('ROW %s', async (query, expected) => {
    expect(await answer(`ROW ${query}`)).toEqual(expected);
  });

  it('refuses by name what it has not', async () => {
    expect(await answer('ROW a = 1 | STATS s = SAMPLE(a, 1)')).toContain('no SAMPLE');
    expect(await answer('ROW a = "1.2"::version | STATS m = MAX(a)')).toContain('no MAX');
  });
});

// The traps of DuckDB, each by an answer that would be another without care.
describe('functions of the embedded engine', () => {
  it.each<Case>([
    ['a = ["1 2", "3 4", "zz"] | DISSECT a "%{p} %{q}" | DROP a', { p: ['1', '3'], q: ['2', '4'] }],
    ['a = "a b", q = 1 | GROK a "%{WORD:q} %{WORD:r}" | DROP a', { q: 'a', r: 'b' }],
    ['a = "straße" | EVAL b = TO_UPPER(a), c = SUBSTRING(a, 0, 2) | DROP a', { b: 'STRASSE', c: 'st' }],
    [
      'a = 2.5, b = -2.5 | EVAL c = TO_INTEGER(a), d = TO_INTEGER(b), e = ROUND(b) | KEEP c, d, e',
      { c: 3, d: -2, e: -3 },
    ],
    [
      'd = "1985-02-18T10:00:00Z"::date | EVAL t = DATE_TRUNC(240 hours, d) | KEEP t',
      { t: '1985-02-11T00:00:00.000Z' },
    ],
    [
      'd = "2026-01-01"::date | EVAL m = DATE_DIFF("month", "2025-12-31", d), n = DATE_DIFF("month", "2025-01-31", "2025-02-28") | KEEP m, n',
      { m: 0, n: 0 },
    ],
    ['i = -2147483648 | EVAL a = ABS(i), s = SQRT(i) | KEEP a, s', { a: null, s: null }],
    ['a = "x", A = "y" | EVAL b = CONCAT(a, A) | KEEP b, a, A', { b: 'xy', a: 'x', A: 'y' }],
    ['a = 1 | EVAL n = NOW() | KEEP n', { n: '1970-01-01T00:00:00.000Z' }],
  ])('ROW %s', async (query, expected) => {
    expect(await answer(`ROW ${query}`)).toEqual(expected);
  });

  it('does not grow beyond measure where calls nest', async () => {
    const nested = Array.from({ length: 45 }).reduce<string>((text) => `TO_LOWER(CONCAT(${text}, "A"))`, 'a');
    expect(await answer(`ROW a = "X" | EVAL b = ${nested} | KEEP b`)).toEqual({ b: `x${'a'.repeat(45)}` });
  });
});
