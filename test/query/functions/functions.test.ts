import { describe, expect, it } from 'vitest';
import type { ColumnType, Value } from '../../../src/core/row.ts';
import { compileExpr } from '../../../src/query/evaluate/evaluate.ts';
import { findFunction, functionNames, newerFunction } from '../../../src/query/functions/registry.ts';
import { parseExpression } from '../../../src/query/syntax/parse.ts';

const types = new Map<string, ColumnType>([
  ['k', 'keyword'],
  ['i', 'integer'],
  ['l', 'long'],
  ['f', 'double'],
  ['d', 'date'],
  ['n', 'date_nanos'],
  ['a', 'ip'],
  ['b', 'boolean'],
  ['v', 'version'],
]);

function value(text: string, cells: Readonly<Record<string, Value>> = {}): Value {
  const parsed = parseExpression(text);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.faults.map((fault) => fault.message).join('; ')}`);
  return compileExpr(parsed.value, { types, params: {} })(new Map(Object.entries(cells)));
}

type Case = [text: string, expected: Value, cells?: Readonly<Record<string, Value>>];
const all = (cases: readonly Case[]) =>
  it.each(cases)('%s is %j', (text, expected, cells) => {
    expect(value(text, cells)).toEqual(expected);
  });

describe('strings', () => {
  all([
    ['TO_LOWER("ÄB")', 'äb'],
    ['TO_UPPER("straße")', 'STRASSE'],
    ['LENGTH("a😀b")', 3],
    ['BYTE_LENGTH("é")', 2],
    ['CONCAT("a", "b", "c")', 'abc'],
    ['CONCAT("a", k)', null, { k: null }],
    ['STARTS_WITH("powershell", "power")', true],
    ['ENDS_WITH("a.exe", ".EXE")', false],
    ['SUBSTRING("hello", 2)', 'ello'],
    ['SUBSTRING("hello", 0, 2)', 'he'],
    ['SUBSTRING("hello", 1, 2)', 'he'],
    ['SUBSTRING("hello", -3)', 'llo'],
    ['SUBSTRING("hello", -3, 2)', 'll'],
    ['SUBSTRING("hello", -9)', 'hello'],
    ['SUBSTRING("hello", 9)', ''],
    ['SUBSTRING("hello", 1, -1)', null],
    ['LEFT("a😀bc", 2)', 'a😀'],
    ['LEFT("ab", -1)', ''],
    ['RIGHT("a😀bc", 3)', '😀bc'],
    ['RIGHT("ab", 0)', ''],
    ['TRIM("  a ")', 'a'],
    ['LTRIM("  a ")', 'a '],
    ['RTRIM("  a ")', '  a'],
    ['LOCATE("a ll", "ll")', 3],
    ['LOCATE("😀x", "x")', 2],
    ['LOCATE("abc", "z")', 0],
    ['LOCATE("a-a-a", "a", 2)', 3],
    ['REVERSE("a😀b")', 'b😀a'],
    ['REPEAT("ab", 3)', 'ababab'],
    ['REPEAT("ab", 2147483647)', null],
    ['SPACE(2)', '  '],
    ['REPLACE("a1b22", "[0-9]+", "#")', 'a#b#'],
    ['REPLACE("Hello", "(?i)HELLO", "x")', 'x'],
    ['REPLACE("john.doe", """(\\w+)\\.(\\w+)""", "$2 $1")', 'doe john'],
    ['REPLACE("a.b", """\\Q.\\E""", "-")', 'a-b'],
    ['REPLACE("cost", "t", """\\$""")', 'cos$'],
    ['REPLACE("aaaa", k, "x")', null, { k: '(a+)+b' }],
    ['REPLACE("a", k, "x")', null, { k: '(' }],
    ['SPLIT("a,b,c", ",")', ['a', 'b', 'c']],
    ['SPLIT("abc", ",")', 'abc'],
    ['FROM_BASE64("aGk=")', 'hi'],
    ['FROM_BASE64("%")', null],
    ['TO_BASE64("hi")', 'aGk='],
  ]);
});

describe('numbers', () => {
  all([
    ['ABS(-5)', 5],
    ['ABS(i)', null, { i: -2_147_483_648 }],
    ['ABS(-2.5)', 2.5],
    ['FLOOR(-2.5)', -3],
    ['CEIL(2.1)', 3],
    ['FLOOR(l)', 7, { l: 7 }],
    ['ROUND(2.5)', 3],
    ['ROUND(-2.5)', -3],
    ['ROUND(1.005, 2)', 1],
    ['ROUND(1234.5, -2)', 1200],
    ['ROUND(1250, -2)', 1300],
    ['ROUND(l, 2)', 7, { l: 7 }],
    ['SQRT(9)', 3],
    ['SQRT(-1)', null],
    ['LOG10(0)', null],
    ['POW(2, 10)', 1024],
    ['POW(10, 400)', null],
    ['LOG(2, 8)', 3],
    ['GREATEST(1, 3, 2)', 3],
    ['GREATEST(2.5, 1)', 2.5],
    ['GREATEST("a", "c", "b")', 'c'],
    ['GREATEST(1, i)', null, { i: null }],
    ['GREATEST(l, 2)', 3, { l: [1, 3] }],
    ['LEAST(l, 2)', 1, { l: [1, 3] }],
    ['LEAST(l, i)', 2, { i: 3, l: 2 }],
    ['PI() > 3.14', true],
  ]);
});

describe('conversions', () => {
  all([
    ['TO_INTEGER(2.5)', 3],
    ['TO_INTEGER(-2.5)', -2],
    ['TO_INTEGER(3e10)', null],
    ['TO_LONG(3e10)', 30_000_000_000],
    ['TO_INTEGER("12")', 12],
    ['TO_INTEGER("12.6")', 13],
    ['TO_INTEGER("x")', null],
    ['TO_INTEGER(true)', 1],
    ['TO_LONG(d)', 1_767_225_600_000, { d: '2026-01-01T00:00:00.000Z' }],
    ['TO_LONG("10000000000000000000")', null],
    ['TO_DOUBLE("1e3")', 1000],
    ['TO_DOUBLE("Infinity")', null],
    ['TO_BOOLEAN("TRUE")', true],
    ['TO_BOOLEAN("yes")', false],
    ['TO_BOOLEAN(2)', true],
    ['TO_STRING(2.0)', '2.0'],
    ['TO_STRING(10000000000.0)', '1.0E10'],
    ['TO_STRING(0.00012)', '1.2E-4'],
    ['TO_STRING(123.25)', '123.25'],
    ['TO_STRING(true)', 'true'],
    ['TO_STRING(d)', '2026-01-01T00:00:00.000Z', { d: '2026-01-01T00:00:00Z' }],
    ['TO_STRING(a)', '2001:db8::1', { a: '2001:0DB8:0::1' }],
    ['TO_STRING(TO_IP("::ffff:10.0.0.1"))', '10.0.0.1'],
    ['TO_IP("10.0.0.300")', null],
    ['TO_DATETIME("2026-11-01")', '2026-11-01T00:00:00.000Z'],
    ['TO_DATETIME("2026-11-01T10:00:00.1234567+01:00")', '2026-11-01T09:00:00.123Z'],
    ['TO_DATETIME("nonsense")', null],
    ['TO_DATETIME(0)', '1970-01-01T00:00:00.000Z'],
    ['TO_STRING(n)', '2026-01-01T00:00:00.123456789Z', { n: '2026-01-01T00:00:00.123456789Z' }],
    ['TO_VERSION("1.2.3") > TO_VERSION("1.2.3-rc.1")', true],
    ['"443"::integer', 443],
    ['k::ip', ['10.0.0.1', '10.0.0.2'], { k: ['10.0.0.1', 'x', '10.0.0.2'] }],
  ]);
});

describe('dates (5.4)', () => {
  const at = (d: string) => ({ d });
  all([
    ['DATE_TRUNC(240 hours, d)', '1985-02-11T00:00:00.000Z', at('1985-02-18T10:00:00.000Z')],
    ['DATE_TRUNC(1 week, d)', '2026-11-16T00:00:00.000Z', at('2026-11-21T03:00:00.000Z')],
    ['DATE_TRUNC(2 weeks, d)', '2026-01-01T00:00:00.000Z', at('2026-01-01T03:00:00.000Z')],
    ['DATE_TRUNC(1 month, d)', '2026-11-01T00:00:00.000Z', at('2026-11-21T03:00:00.000Z')],
    ['DATE_TRUNC(1 quarter, d)', '2026-10-01T00:00:00.000Z', at('2026-11-21T03:00:00.000Z')],
    ['DATE_TRUNC(1 year, d)', '2026-01-01T00:00:00.000Z', at('2026-11-21T03:00:00.000Z')],
    ['DATE_TRUNC("15 minutes", d)', '2026-11-21T03:15:00.000Z', at('2026-11-21T03:29:59.999Z')],
    ['DATE_TRUNC(1 hour, d)', '1969-12-31T23:00:00.000Z', at('1969-12-31T23:59:00.000Z')],
    ['BUCKET(d, 1 hour)', '2026-11-21T03:00:00.000Z', at('2026-11-21T03:29:59.999Z')],
    ['BUCKET(f, 5)', 10, { f: 12.5 }],
    ['BUCKET(d, 20, "1985-01-01", "1986-01-01")', '1985-07-01T00:00:00.000Z', at('1985-07-18T00:00:00.000Z')],
    ['DATE_DIFF("month", "2025-12-31"::date, d)', 0, at('2026-01-01T00:00:00.000Z')],
    ['DATE_DIFF("month", "2026-01-31"::date, d)', 0, at('2026-02-28T00:00:00.000Z')],
    ['DATE_DIFF("hours", "2026-01-01T00:00:00Z", d)', 1, at('2026-01-01T01:59:59.000Z')],
    ['DATE_DIFF("hours", d, "2026-01-01T00:00:00Z")', -1, at('2026-01-01T01:59:59.000Z')],
    ['DATE_DIFF("yyyy", "2024-06-01", d)', 1, at('2026-05-31T00:00:00.000Z')],
    ['DATE_DIFF("ms", "1970-01-01", d)', null, at('2026-01-01T00:00:00.000Z')],
    ['DATE_EXTRACT("hour_of_day", d)', 22, at('2026-11-21T22:00:00.000Z')],
    ['DATE_EXTRACT("day_of_week", d)', 6, at('2026-11-21T22:00:00.000Z')],
    ['DATE_EXTRACT("day_of_year", d)', 366, at('2024-12-31T22:00:00.000Z')],
    ['d + 1 year', '2025-02-28T00:00:00.000Z', at('2024-02-29T00:00:00.000Z')],
  ]);
});

describe('addresses', () => {
  all([
    ['CIDR_MATCH(a, "10.0.0.0/8", "192.168.0.0/16")', true, { a: '192.168.3.4' }],
    ['CIDR_MATCH(a, "10.1.2.3/8")', true, { a: '10.200.0.1' }],
    ['CIDR_MATCH(a, "10.0.0.1")', true, { a: '10.0.0.1' }],
    ['CIDR_MATCH(a, "FE80::/10")', true, { a: 'fe80::1' }],
    ['CIDR_MATCH(a, "10.0.0.0/8")', false, { a: '11.0.0.1' }],
    ['CIDR_MATCH(a, k)', null, { a: '11.0.0.1', k: 'nonsense' }],
    ['CIDR_MATCH(a, "10.0.0.0/8")', null, { a: null }],
    ['IP_PREFIX(a, 24, 64)', '10.1.2.0', { a: '10.1.2.3' }],
    ['IP_PREFIX(a, 24, 64)', '2001:db8::', { a: '2001:db8::1:2' }],
    ['IP_PREFIX(a, 33, 64)', null, { a: '10.1.2.3' }],
  ]);
});

describe('lists', () => {
  const list = (...k: string[]) => ({ k });
  all([
    ['MV_COUNT(k)', 2, list('a', 'b')],
    ['MV_COUNT(k)', 1, { k: 'a' }],
    ['MV_COUNT(k)', null, { k: null }],
    ['MV_FIRST(k)', 'b', list('b', 'a')],
    ['MV_LAST(k)', 'a', list('b', 'a')],
    ['MV_MIN(k)', 'a', list('b', 'a')],
    ['MV_MAX(k)', 'b', list('b', 'a')],
    ['MV_MIN(a)', '8.8.8.8', { a: ['10.0.0.1', '8.8.8.8'] }],
    ['MV_SUM(i)', 6, { i: [1, 2, 3] }],
    ['MV_SUM(i)', null, { i: [2_147_483_647, 1] }],
    ['MV_AVG(i)', 1.5, { i: [1, 2] }],
    ['MV_MEDIAN(i)', 1, { i: [1, 2] }],
    ['MV_MEDIAN(f)', 1.5, { f: [1, 2] }],
    ['MV_SORT(k)', ['a', 'b', 'c'], list('c', 'a', 'b')],
    ['MV_SORT(k, "desc")', ['c', 'b', 'a'], list('c', 'a', 'b')],
    ['MV_DEDUPE(k)', ['b', 'a'], list('b', 'a', 'b')],
    ['MV_DEDUPE(k)', 'a', list('a', 'a')],
    ['MV_SLICE(k, 0, 1)', ['a', 'b'], list('a', 'b', 'c')],
    ['MV_SLICE(k, 1)', 'b', list('a', 'b', 'c')],
    ['MV_SLICE(k, -2, -1)', ['b', 'c'], list('a', 'b', 'c')],
    ['MV_SLICE(k, 5, 9)', null, list('a', 'b', 'c')],
    ['MV_CONCAT(k, "; ")', 'a; b', list('a', 'b')],
    ['MV_CONCAT(k, ",")', 'a', { k: 'a' }],
    ['MV_APPEND(k, "c")', ['a', 'b', 'c'], list('a', 'b')],
    ['MV_APPEND(k, "c")', null, { k: null }],
    ['MV_ZIP(k, "x", "-")', ['a-x', 'b'], list('a', 'b')],
  ]);
});

describe('conditions', () => {
  all([
    ['COALESCE(k, "x")', 'x', { k: null }],
    ['COALESCE(f, 1)', 1, { f: null }],
    ['COALESCE(l, i)', 2, { i: 2, l: null }],
    ['CASE(b, "yes", "no")', 'no', { b: false }],
    ['CASE(b, "yes")', null, { b: false }],
    ['CASE(i == 1, "one", i == 2, "two", "many")', 'two', { i: 2 }],
    ['CASE(i == 1, "one", i == 2, "two", "many")', 'many', { i: null }],
    ['CASE(i == 1, 2.5, 1)', 1, { i: 2 }],
  ]);
});

describe('the registry', () => {
  it('holds each function under its own upper-case name and says how it is called', () => {
    const names = [...functionNames()];
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) {
      expect(name).toBe(name.toUpperCase());
      expect(findFunction(name)?.usage).toContain(`${name}(`);
    }
  });

  it('has no function that is newer too, and none by way of a prototype', () => {
    for (const name of functionNames()) expect(newerFunction(name)).toBeUndefined();
    for (const name of ['constructor', '__proto__', 'toString']) {
      expect(findFunction(name)).toBeUndefined();
      expect(newerFunction(name)).toBeUndefined();
    }
  });

  it('covers the functions that published hunts use most on 8.19', () => {
    const wanted =
      'COUNT COUNT_DISTINCT NOW VALUES CASE MAX MIN DATE_TRUNC REPLACE TO_LOWER DATE_DIFF COALESCE SUM KQL MV_FIRST STARTS_WITH CIDR_MATCH TO_STRING LENGTH MV_MIN CONCAT MV_CONCAT TO_DOUBLE MV_SLICE AVG TO_UPPER MV_DEDUPE MV_LAST SPLIT ENDS_WITH FROM_BASE64 ROUND SUBSTRING TO_INT TO_INTEGER LOCATE MATCH TO_IP DATE_FORMAT MV_COUNT ST_DISTANCE ST_X ST_Y TO_GEOPOINT MV_SUM SPACE TO_LONG TOP TRIM MEDIAN PERCENTILE BUCKET MV_SORT STD_DEV WEIGHTED_AVG SAMPLE MEDIAN_ABSOLUTE_DEVIATION IP_PREFIX';
    expect(wanted.split(' ').filter((name) => findFunction(name) === undefined)).toEqual([]);
  });
});
