import { describe, expect, it } from 'vitest';
import type { Expr, Literal, Query } from '../../../src/query/syntax/ast.ts';
import { mapQuery } from '../../../src/query/syntax/commands.ts';
import { parseExpression, parseQuery } from '../../../src/query/syntax/parse.ts';
import { printExpr } from '../../../src/query/syntax/print-expression.ts';
import { printQuery } from '../../../src/query/syntax/print.ts';
import { quoteName, quotePattern, quoteSource, quoteString } from '../../../src/query/syntax/quote.ts';

const span = { start: 0, end: 0 };
const literal = (type: Literal['type'], value: Literal['value']): Literal => ({ kind: 'literal', type, value, span });

function expression(text: string): Expr {
  const parsed = parseExpression(text);
  if (!parsed.ok) expect.fail(JSON.stringify(parsed.faults));
  return parsed.value;
}

function query(text: string): Query {
  const parsed = parseQuery(text);
  if (!parsed.ok) expect.fail(JSON.stringify(parsed.faults));
  return parsed.value;
}

describe('quoting', () => {
  it.each([
    ['plain', '"plain"'],
    ['say "no"', String.raw`"say \"no\""`],
    ['C:\\x', String.raw`"C:\\x"`],
    ['a\tb\nc\rd', String.raw`"a\tb\nc\rd"`],
    ['\u0000\u001b[31m', '"\u0000\u001b[31m"'],
    ['" | DROP x //', String.raw`"\" | DROP x //"`],
  ])('the string %j', (text, expected) => {
    expect(quoteString(text)).toBe(expected);
    expect(expression(expected)).toMatchObject({ value: text });
  });

  it('refuses half of a surrogate pair and an empty name', () => {
    expect(() => quoteString('a\ud800')).toThrow(expect.objectContaining({ code: 'DEFINITION' }));
    expect(() => quoteName('a\udc00')).toThrow(expect.objectContaining({ code: 'DEFINITION' }));
    expect(() => quoteName('')).toThrow(expect.objectContaining({ code: 'DEFINITION' }));
  });

  it.each([
    ['host.name', 'host.name'],
    ['@timestamp', '@timestamp'],
    ['source.as.number', 'source.`as`.number'],
    ['first', '`first`'],
    ['count(*)', '`count(*)`'],
    ['a`b', '`a``b`'],
    ['a..b', '`a..b`'],
    ['_', '`_`'],
    ['x\n| DROP y', '`x\n| DROP y`'],
  ])('the name %j', (name, expected) => {
    expect(quoteName(name)).toBe(expected);
    expect(expression(expected)).toMatchObject({ kind: 'column', name });
  });

  it('a pattern, with its wildcards outside of the quotes', () => {
    expect(quotePattern({ pieces: ['Esql.', ''], wild: true })).toBe('Esql.*');
    expect(quotePattern({ pieces: ['a b', 'c*'], wild: true })).toBe('`a b`*`c*`');
    expect(quotePattern({ pieces: ['a*'], wild: false })).toBe('`a*`');
  });

  it('an index, bare only when nothing in it could mean more', () => {
    expect(quoteSource('eu:logs-*')).toBe('eu:logs-*');
    expect(quoteSource('metadata')).toBe('"metadata"');
    expect(quoteSource('a, b | LIMIT 1')).toBe('"a, b | LIMIT 1"');
    expect(quoteSource('a//b')).toBe('"a//b"');
  });
});

describe('constants keep type and value', () => {
  it.each([
    [literal('double', 1), '1.0'],
    [literal('double', -0), '-0.0'],
    [literal('double', 1e21), '1e+21'],
    [literal('long', 9223372036854775807n), '9223372036854775807'],
    [literal('unsigned_long', 18446744073709551615n), '18446744073709551615'],
    [literal('long', 5), '5::long'],
    [literal('null', null), 'null'],
  ])('%#', (node, expected) => {
    expect(printExpr(node)).toBe(expected);
  });

  it('refuses what is no literal', () => {
    expect(() => printExpr(literal('double', Infinity))).toThrow(expect.objectContaining({ code: 'DEFINITION' }));
    expect(() => printExpr(literal('integer', 1.5))).toThrow(expect.objectContaining({ code: 'DEFINITION' }));
  });
});

describe('chains', () => {
  /** How deep the parentheses go, plus the longest chain in one pair: what Elasticsearch counts. */
  function levels(text: string): { deepest: number; longest: number } {
    let depth = 0;
    let deepest = 0;
    for (const character of text) {
      depth += character === '(' ? 1 : character === ')' ? -1 : 0;
      deepest = Math.max(deepest, depth);
    }
    const longest = Math.max(...text.split(/[()]/).map((part) => part.split(' OR ').length));
    return { deepest, longest };
  }

  it('of more than 200 terms become a balanced tree that Elasticsearch takes', () => {
    const text = Array.from({ length: 10_000 }, (_, at) => `f == ${at}`).join(' OR ');
    const { deepest, longest } = levels(printExpr(expression(text)));
    expect(deepest).toBeGreaterThan(3);
    expect(2 * deepest + longest).toBeLessThan(60);
  });

  it('of 200 stay as they are', () => {
    const text = Array.from({ length: 200 }, (_, at) => `f == ${at}`).join(' AND ');
    expect(printExpr(expression(text))).toBe(text);
  });
});

describe('queries', () => {
  it('stand one command on a line', () => {
    expect(
      printQuery(query('from a|where x==1 and not y==2 // why\n|stats n=count(*) by host.name|sort n|limit 3')),
    ).toBe(
      [
        'FROM a',
        '| WHERE x == 1 AND NOT (y == 2)',
        '| STATS n = COUNT(*) BY host.name',
        '| SORT n ASC',
        '| LIMIT 3',
      ].join('\n'),
    );
  });

  it('keep the text of an unnamed expression, since it names the column', () => {
    const text = 'FROM a\n| STATS count( * ), Max(x) WHERE y>1 BY f( z )';
    expect(printQuery(query(text))).toBe(text);
  });

  it('spell out a unit that 8.19 does not know, and keep the name', () => {
    expect(printQuery(query('FROM a | STATS BY BUCKET(t, 5m)'))).toBe(
      'FROM a\n| STATS BY `BUCKET(t, 5m)` = BUCKET(t, 5 minutes)',
    );
  });

  it('name an unnamed expression that was rewritten, so that its column is called the same', () => {
    const bound = mapQuery(query('FROM a | STATS MAX(?x) BY y'), (node) =>
      node.kind === 'param' ? literal('integer', 7) : node,
    );
    expect(printQuery(bound)).toBe('FROM a\n| STATS `MAX(?x)` = MAX(7) BY y');
  });
});
