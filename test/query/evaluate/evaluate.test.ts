import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ParamValue } from '../../../src/core/hunt.ts';
import type { ColumnType, Value } from '../../../src/core/row.ts';
import type { Expr } from '../../../src/query/syntax/ast.ts';
import { compileExpr, exprFaults, predicate } from '../../../src/query/evaluate/evaluate.ts';
import { parseExpression } from '../../../src/query/syntax/parse.ts';

/** Columns by the first letter of their name: i1 is an integer, s an ip, and so on. */
const TYPES: Readonly<Record<string, ColumnType>> = {
  i: 'integer',
  l: 'long',
  u: 'unsigned_long',
  f: 'double',
  k: 'keyword',
  x: 'text',
  b: 'boolean',
  d: 'date',
  n: 'date_nanos',
  a: 'ip',
  v: 'version',
  g: 'geo_point',
  q: 'unsupported',
};
const types = new Map(
  Object.entries(TYPES).flatMap(([name, type]) => [[name, type] as const, [`${name}2`, type] as const]),
);

type Cells = Readonly<Record<string, Value>>;

function parsed(text: string): Expr {
  const result = parseExpression(text);
  if (!result.ok) throw new Error(`${text}: ${result.faults.map((fault) => fault.message).join('; ')}`);
  return result.value;
}

function value(text: string, cells: Cells = {}, params: Readonly<Record<string, ParamValue>> = {}): Value {
  return compileExpr(parsed(text), { types, params })(new Map(Object.entries(cells)));
}

function truth(text: string, cells: Cells = {}, params: Readonly<Record<string, ParamValue>> = {}): boolean | null {
  return predicate(parsed(text), { types, params })(new Map(Object.entries(cells)));
}

describe('three-valued logic (5.1)', () => {
  it.each<[string, Cells, boolean | null]>([
    ['b AND b2', { b: true, b2: null }, null],
    ['b AND b2', { b: false, b2: null }, false],
    ['b OR b2', { b: true, b2: null }, true],
    ['b OR b2', { b: false, b2: null }, null],
    ['NOT b', { b: null }, null],
    ['NOT b', { b: true }, false],
    ['k == "a"', { k: null }, null],
    ['k != "a"', { k: null }, null],
    ['k IS NULL', { k: null }, true],
    ['k IS NOT NULL', { k: null }, false],
    ['i IN (1, null)', { i: 1 }, true],
    ['i IN (1, null)', { i: 5 }, null],
    ['i IN (1, 2)', { i: null }, null],
    ['i NOT IN (1, null)', { i: 5 }, null],
    ['i NOT IN (1, null)', { i: 1 }, false],
    ['i NOT IN (1, 2)', { i: 5 }, true],
    ['i IN (i2, 7)', { i: 3, i2: 3 }, true],
    ['i IN (i2, 7)', { i: 3, i2: null }, null],
    ['CIDR_MATCH(a, k)', { a: '10.0.0.1', k: null }, null],
    ['COALESCE(b, true)', { b: null }, true],
    ['NOT COALESCE(k == "a", false)', { k: null }, true],
    ['CASE(b, true, false)', { b: null }, false],
  ])('%s on %j is %j', (text, cells, expected) => {
    expect(truth(text, cells)).toBe(expected);
  });

  const cell = fc.constantFrom(true, false, null);
  const law = (left: string, right: string) =>
    fc.assert(
      fc.property(cell, cell, (b, b2) => {
        expect(truth(left, { b, b2 })).toBe(truth(right, { b, b2 }));
      }),
      { seed: 7, numRuns: 30 },
    );
  it('keeps the laws of Kleene', () => {
    law('NOT (b AND b2)', 'NOT b OR NOT b2');
    law('NOT (b OR b2)', 'NOT b AND NOT b2');
    law('b AND b2', 'b2 AND b');
    law('b OR b2', 'b2 OR b');
    law('NOT (NOT b)', 'b AND b');
    law('b AND (b OR b2)', 'b AND b');
  });
});

describe('several values under a scalar operator (5.2)', () => {
  it.each<[string, Cells, Value]>([
    ['k == "a"', { k: ['a', 'b'] }, null],
    ['NOT (k == "a")', { k: ['a', 'b'] }, null],
    ['k != "a"', { k: ['a', 'b'] }, null],
    ['i < 3', { i: [1, 2] }, null],
    ['i IN (1, 2)', { i: [1, 2] }, null],
    ['k LIKE "a*"', { k: ['a', 'ab'] }, null],
    ['k RLIKE "a.*b"', { k: ['ab', 'aab'] }, null],
    ['i + 1', { i: [1, 2] }, null],
    ['CIDR_MATCH(a, "10.0.0.0/8")', { a: ['10.0.0.1', '10.0.0.2'] }, null],
    ['STARTS_WITH(k, "a")', { k: ['a', 'ab'] }, null],
    ['LENGTH(k)', { k: ['a', 'ab'] }, null],
    ['CONCAT(k, "x")', { k: ['a', 'ab'] }, null],
    ['b AND true', { b: [true, false] }, null],
    ['TO_UPPER(k)', { k: ['a', 'b'] }, ['A', 'B']],
    ['TO_STRING(i)', { i: [1, 2] }, ['1', '2']],
    ['k::integer', { k: ['1', 'x', '3'] }, [1, 3]],
    ['k IS NOT NULL', { k: ['a', 'b'] }, true],
    ['COALESCE(k, "none")', { k: ['a', 'b'] }, ['a', 'b']],
    ['COALESCE(k == "a", false)', { k: ['a', 'b'] }, false],
    ['CASE(k == "a", 1, 2)', { k: ['a', 'b'] }, 2],
    ['i IN (i2, 9)', { i: 1, i2: [1, 2] }, false],
    ['k : "b"', { k: ['a', 'b'] }, true],
    ['k : "c"', { k: ['a', 'b'] }, false],
    ['NOT k : "c"', { k: null }, true],
    ['a : "10.0.0.0/8"', { a: ['192.168.0.1', '10.1.1.1'] }, true],
    ['x : "failed"', { x: 'Logon Failed for user' }, true],
  ])('%s on %j is %j', (text, cells, expected) => {
    expect(value(text, cells)).toEqual(expected);
  });
});

describe('LIKE and RLIKE (5.3)', () => {
  it.each<[string, Cells, boolean | null]>([
    ['k LIKE "*"', { k: 'x' }, true],
    ['k LIKE "*"', { k: null }, false],
    ['k NOT LIKE "*"', { k: null }, true],
    ['k LIKE "*"', { k: ['a', 'b'] }, true],
    ['k NOT LIKE "A*"', { k: null }, null],
    ['k LIKE ""', { k: '' }, false],
    ['k == ""', { k: '' }, true],
    ['k LIKE "a?c"', { k: 'abc' }, true],
    ['k LIKE "a?c"', { k: 'ac' }, false],
    ['k LIKE "?"', { k: '😀' }, true],
    ['k LIKE "A*"', { k: 'abc' }, false],
    ['k LIKE "%b%"', { k: 'abc' }, false],
    ['k LIKE """a\\*c"""', { k: 'a*c' }, true],
    ['k LIKE """a\\*c"""', { k: 'abc' }, false],
    ['k LIKE """C:\\\\Windows\\\\*"""', { k: 'C:\\Windows\\x.exe' }, true],
    ['k LIKE ("x*", "a*")', { k: 'abc' }, true],
    ['k NOT LIKE ("x*", "a*")', { k: 'abc' }, false],
    ['k RLIKE "a.c"', { k: 'abc' }, true],
    ['k RLIKE "b"', { k: 'abc' }, false],
    ['k RLIKE "a.c"', { k: 'a\nc' }, true],
    ['k RLIKE "^abc$"', { k: 'abc' }, false],
    ['k RLIKE "(?i)ABC"', { k: 'abc' }, false],
    ['k RLIKE "[a-c]{2,3}"', { k: 'abc' }, true],
    ['k RLIKE "[^a-c]+"', { k: 'abx' }, false],
    ['k RLIKE """\\d+\\.\\w*"""', { k: '12.ab_1' }, true],
    ['k RLIKE "(a|b)*c?"', { k: 'abab' }, true],
    ['k RLIKE "@x"', { k: 'anything x' }, true],
    ['k RLIKE ".*"', { k: null }, false],
    ['k NOT RLIKE ".*"', { k: null }, true],
    ['k NOT RLIKE "a+"', { k: null }, null],
    ['k RLIKE "(a+)+b"', { k: 'a'.repeat(3000) }, false],
  ])('%s on %j is %j', (text, cells, expected) => {
    expect(truth(text, cells)).toBe(expected);
  });
});

describe('casts of text constants (5.1)', () => {
  it.each<[string, Cells, boolean]>([
    ['d >= "2026-11-01"', { d: '2026-11-01T00:00:00.000Z' }, true],
    ['d == "2026-11-01T02:00:00+02:00"', { d: '2026-11-01T00:00:00.000Z' }, true],
    ['a == "10.0.0.1"', { a: '10.0.0.1' }, true],
    ['a == "::ffff:10.0.0.1"', { a: '10.0.0.1' }, true],
    ['a > "9.0.0.0"', { a: '10.0.0.1' }, true],
    ['a IN ("10.0.0.1", "10.0.0.2")', { a: '10.0.0.2' }, true],
    ['b == "true"', { b: true }, true],
    ['v < "1.10.0"', { v: '1.9.0' }, true],
    ['v < "1.0.0"', { v: '1.0.0-beta' }, true],
    ['d IN ("2026-11-01")', { d: '2026-11-01T00:00:00.000Z' }, true],
    ['COALESCE(a, "127.0.0.1"::ip) == "127.0.0.1"', { a: null }, true],
    ['d + 1 day > "2026-11-01"', { d: '2026-10-31T12:00:00.000Z' }, true],
    ['n > "2026-11-01"', { n: '2026-11-01T00:00:00.000000001Z' }, true],
    ['n == d', { n: '2026-11-01T00:00:00.000Z', d: '2026-11-01T00:00:00.000Z' }, true],
  ])('%s on %j is %j', (text, cells, expected) => {
    expect(truth(text, cells)).toBe(expected);
  });

  it('casts parameters in the same way, and takes lists in IN and CIDR_MATCH', () => {
    expect(truth('d >= ?since', { d: '2026-11-01T00:00:00.000Z' }, { since: '2026-10-01' })).toBe(true);
    expect(truth('k IN (?names)', { k: 'b' }, { names: ['a', 'b'] })).toBe(true);
    expect(truth('i IN (?ports, 7)', { i: 443 }, { ports: [80, 443] })).toBe(true);
    expect(truth('CIDR_MATCH(a, ?blocks)', { a: '10.0.0.1' }, { blocks: ['192.168.0.0/16', '10.0.0.0/8'] })).toBe(true);
    expect(truth('l > ?most', { l: 5 }, { most: 4 })).toBe(true);
  });
});

describe('arithmetic (5.1)', () => {
  it.each<[string, Cells, Value]>([
    ['i / 2', { i: 7 }, 3],
    ['i / 2', { i: -7 }, -3],
    ['i % 4', { i: -7 }, -3],
    ['i / 0', { i: 7 }, null],
    ['f / 0', { f: 7 }, null],
    ['l / 0', { l: 7 }, null],
    ['i * 1.0 / 2', { i: 7 }, 3.5],
    ['i + 1', { i: 2_147_483_647 }, null],
    ['i + 2147483648', { i: 2_147_483_647 }, 4_294_967_295],
    ['l + 1', { l: '9223372036854775807' }, null],
    ['l - 1', { l: '9223372036854775807' }, '9223372036854775806'],
    ['u + u', { u: '18446744073709551615' }, null],
    ['-i', { i: 5 }, -5],
    ['-i', { i: -2_147_483_648 }, null],
    ['i - 1 - 1', { i: 5 }, 3],
    ['i + null', { i: 5 }, null],
    ['d + 1 month', { d: '2026-01-31T10:00:00.000Z' }, '2026-02-28T10:00:00.000Z'],
    ['d - 7 days', { d: '2026-01-03T00:00:00.000Z' }, '2025-12-27T00:00:00.000Z'],
    ['1 hour + d', { d: '2026-01-03T00:00:00.000Z' }, '2026-01-03T01:00:00.000Z'],
  ])('%s on %j is %j', (text, cells, expected) => {
    expect(value(text, cells)).toEqual(expected);
  });
});

describe('faults of an expression', () => {
  it.each<[string, string]>([
    ['nosuch == 1', 'unknown-column'],
    ['i == "443"', 'operand-type'],
    ['k == 443', 'operand-type'],
    ['a == k', 'operand-type'],
    ['u == i', 'operand-type'],
    ['d - d2', 'operand-type'],
    ['k + 1', 'operand-type'],
    ['b > true', 'operand-type'],
    ['a == "10.0.0.300"', 'bad-literal'],
    ['d > "yesterday"', 'bad-literal'],
    ['d > "2026-11-01 00:00:00"', 'bad-literal'],
    ['d > "2026-02-30"', 'bad-literal'],
    ['d == 5', 'operand-type'],
    ['i AND b', 'condition-type'],
    ['NOT k', 'condition-type'],
    ['COALESCE(a, k) IS NULL', 'argument-type'],
    ['COALESCE(a, "127.0.0.1") IS NULL', 'argument-type'],
    ['COALESCE(0, l) IS NULL', 'argument-type'],
    ['COALESCE(d, n) IS NULL', 'argument-type'],
    ['k RLIKE "a|"', 'rlike-pattern'],
    ['k RLIKE "a{"', 'rlike-pattern'],
    ['CASE(i, 1, 2) == 1', 'argument-type'],
    ['LENGTH(i) == 1', 'argument-type'],
    ['LENGTH() == 1', 'argument-type'],
    ['NOSUCH(i) == 1', 'unknown-function'],
    ['CONTAINS(k, "x")', 'newer-function'],
    ['COUNT(i) == 1', 'aggregate-outside-stats'],
    ['KQL("a: b")', 'query-only-function'],
    ['REPLACE(k, "(a+)+b", "x") == k', 'query-only-function'],
    ['REPLACE(k, "(", "x") == k', 'query-only-function'],
    ['d > NOW()', 'query-only-function'],
    ['i LIKE "1*"', 'operand-type'],
    ['k LIKE """C:\\Windows*"""', 'like-escape'],
    ['k RLIKE "(a"', 'rlike-pattern'],
    ['k RLIKE "a&b"', 'rlike-pattern'],
    ['i == ?nosuch', 'unknown-parameter'],
    ['i == ?constructor', 'unknown-parameter'],
    ['q == "a"', 'operand-type'],
    ['q IS NULL', 'unsupported-field'],
    ['k::nosuch == "a"', 'unknown-type'],
    ['GREATEST(d, ?since) == d', 'argument-type'],
    ['i : "x"', 'bad-literal'],
  ])('%s: %s', (text, rule) => {
    const faults = exprFaults(parsed(text), { types, params: { since: '2026-01-01' } });
    expect(faults.map((fault) => fault.rule)).toEqual([rule]);
    expect(faults[0]?.hint).not.toBe('');
    expect(() => compileExpr(parsed(text), { types, params: { since: '2026-01-01' } })).toThrow(/Cannot evaluate/);
  });

  it('names every fault, each once', () => {
    const faults = exprFaults(parsed('nosuch == 1 AND (k == 1 OR nosuch2 > nosuch3 + 1)'), { types, params: {} });
    expect(faults.map((fault) => fault.rule)).toEqual([
      'unknown-column',
      'operand-type',
      'unknown-column',
      'unknown-column',
    ]);
  });

  it('reads no column by way of a prototype', () => {
    expect(exprFaults(parsed('constructor == "a"'), { types, params: {} }).map((fault) => fault.rule)).toEqual([
      'unknown-column',
    ]);
    expect(truth('k == "a"', JSON.parse('{"__proto__": {"k": "a"}}') as Cells)).toBeNull();
  });
});

describe('hostile and large input', () => {
  it('answers on any cell, whatever its column says', () => {
    const cell = fc.oneof(
      fc.string(),
      fc.double(),
      fc.boolean(),
      fc.constant(null),
      fc.array(fc.oneof(fc.string(), fc.double()), { minLength: 2, maxLength: 3 }),
    );
    const all = [
      'k LIKE "a*b?c"',
      'TO_LOWER(k) == "x"',
      'i + 1 > 2',
      'l * l > 1',
      'f / f == 1',
      'd > "2026-01-01"',
      'n + 1 day > d',
      'CIDR_MATCH(a, "10.0.0.0/8")',
      'v > "1.0"',
      'SUBSTRING(k, i, i2) == "a"',
      'ROUND(f, i) > 1',
      'DATE_TRUNC(1 month, d) == d',
      'TO_STRING(a) == k',
      'a IN ("::1")',
      'MV_SLICE(k, i, i2) IS NULL',
      'REPLACE(k, k2, k) == ""',
      'TO_INTEGER(f) > 0',
      'TO_LONG(k) > 0',
      'TO_DATETIME(f) == d',
      'LOCATE(k, k2, i) > 0',
      'REPEAT(k, i) == "a"',
    ];
    const compiled = all.map((text) => predicate(parsed(text), { types, params: {} }));
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...types.keys()), cell), (cells) => {
        const row = new Map(Object.entries(cells));
        for (const test of compiled) expect([true, false, null]).toContain(test(row));
      }),
      { seed: 11, numRuns: 300 },
    );
  });

  it('a condition of ten thousand terms is no deeper than one of two', () => {
    const text = Array.from({ length: 10_000 }, (_, at) => `i == ${at}`).join(' OR ');
    expect(truth(text, { i: 9_999 })).toBe(true);
    expect(truth(text, { i: 10_001 })).toBe(false);
  });
});
