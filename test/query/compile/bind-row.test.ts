import { describe, expect, it } from 'vitest';
import type { Value } from '../../../src/core/row.ts';
import { bindRow, columnOfParam } from '../../../src/query/compile/bind-row.ts';
import { parseQuery } from '../../../src/query/syntax/parse.ts';
import { printQuery } from '../../../src/query/syntax/print.ts';

/** The condition as it stands once a row with one cell, `a.b`, is in it. */
function bound(condition: string, cell: Value): string {
  const parsed = parseQuery(`FROM x | WHERE ${condition}`);
  if (!parsed.ok) throw new Error(condition);
  return printQuery(bindRow(parsed.value, new Map([['a.b', cell]]))).replace('FROM x\n| WHERE ', '');
}

describe('values of a row in a query', () => {
  it.each<[cell: Value, text: string]>([
    [5, '5'],
    [1.5, '1.5'],
    [true, 'true'],
    [-3, '-3'],
    [9_007_199_254_740_991, '9007199254740991'],
    [['only'], '"only"'],
  ])('%j is written %s', (cell, text) => {
    expect(bound('c == ?a_b', cell)).toBe(`c == ${text}`);
  });

  it.each([
    ['TO_LOWER(c) == ?a_b', 'TO_LOWER(c) IN ("b", "a")'],
    ['c IN (?a_b, "z")', 'c IN ("b", "a", "z")'],
    ['CIDR_MATCH(c, ?a_b)', 'CIDR_MATCH(c, "b", "a")'],
    ['STARTS_WITH(c, ?a_b)', 'STARTS_WITH(c, "b")'],
    ['c != ?a_b', 'c != "b"'],
  ])('of several, %s takes each that can stand: %s', (written, expected) => {
    expect(bound(written, ['b', 'a'])).toBe(expected);
  });

  it.each([null, []])('without one (%j), a comparison is unknown of every event', (cell) => {
    for (const condition of ['c == ?a_b', 'c > ?a_b', 'c IN (?a_b)']) {
      expect(bound(condition, cell)).toBe('TO_BOOLEAN(null)');
    }
    expect(bound('c IN (?a_b, "z")', cell)).toBe('c IN (null, "z")');
  });

  it('are not put in for a parameter that is no column', () => {
    expect(bound('c == ?other', 1)).toBe('c == ?other');
  });
});

describe('the column of a parameter', () => {
  it.each([
    ['hosts', 'hosts'],
    ['process_name', 'process.name'],
    ['a_b_c', 'a.b_c'],
    ['nothing', null],
    ['constructor', null],
  ])('%s is %s', (param, name) => {
    expect(columnOfParam(param, ['hosts', 'process.name', 'a.b_c'])).toBe(name);
  });
});
