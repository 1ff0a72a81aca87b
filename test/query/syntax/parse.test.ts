import { describe, expect, it } from 'vitest';
import type { Expr, Query } from '../../../src/query/syntax/ast.ts';
import type { Parsed } from '../../../src/query/syntax/fault.ts';
import { parseExpression, parseQuery } from '../../../src/query/syntax/parse.ts';

function valueOf<T>(parsed: Parsed<T>): T {
  if (!parsed.ok) expect.fail(JSON.stringify(parsed.faults));
  return parsed.value;
}

/** A tree with every operation in brackets, so that precedence can be read: `(a == 1) AND b` is `[and [== a 1] b]`. */
function shape(expr: Expr): string {
  switch (expr.kind) {
    case 'literal':
      return JSON.stringify(typeof expr.value === 'bigint' ? `${expr.value}n` : expr.value);
    case 'duration':
      return `${expr.amount}.${expr.unit}`;
    case 'column':
      return expr.name;
    case 'sign':
      return `[${expr.op} ${shape(expr.operand)}]`;
    case 'arithmetic':
      return `[${expr.operands.map((operand, at) => (at === 0 ? '' : `${expr.ops[at - 1]} `) + shape(operand)).join(' ')}]`;
    case 'compare':
      return `[${expr.op} ${shape(expr.left)} ${shape(expr.right)}]`;
    case 'and':
    case 'or':
      return `[${[expr.kind, ...expr.operands.map(shape)].join(' ')}]`;
    case 'not':
      return `[not ${shape(expr.operand)}]`;
    case 'is_null':
      return `[${expr.negated ? 'not_null' : 'null'} ${shape(expr.value)}]`;
    case 'in':
      return `[${expr.negated ? 'not_in' : 'in'} ${[expr.value, ...expr.list].map(shape).join(' ')}]`;
    case 'like':
    case 'rlike':
      return `[${expr.negated ? 'not_' : ''}${expr.kind} ${[expr.value, ...expr.patterns].map(shape).join(' ')}]`;
    case 'cast':
      return `[:: ${shape(expr.value)} ${expr.type}]`;
    case 'call':
      return `[${[`${expr.name}()`, ...expr.args.map(shape)].join(' ')}]`;
    case 'array':
    case 'map':
    case 'param':
    case 'star':
    case 'match':
      break;
  }
  return expr.kind;
}

const shapeOf = (text: string): string => shape(valueOf(parseExpression(text)));
const literalOf = (text: string): unknown => {
  const { type, value } = valueOf(parseExpression(text)) as Extract<Expr, { kind: 'literal' }>;
  return [type, value];
};
const lastOf = (text: string): Query['commands'][number] | undefined => valueOf(parseQuery(text)).commands.at(-1);

describe('precedence', () => {
  it.each([
    ['NOT a == b AND c', '[and [not [== a b]] c]'],
    ['a OR b AND c OR d', '[or a [and b c] d]'],
    ['(a OR b) AND c', '[and [or a b] c]'],
    ['a AND (b AND (c AND d))', '[and a b c d]'],
    ['a + b * c - d', '[a + [b * c] - d]'],
    ['(a + b) * c', '[[a + b] * c]'],
    ['a - (b - c)', '[a - [b - c]]'],
    ['-a::int * b', '[[- [:: a int]] * b]'],
    ['-5::string', '[:: -5 string]'],
    ['a -5', '[a - 5]'],
    ['a - -5', '[a - -5]'],
    ['- -a', '[- [- a]]'],
    ['a + 1 > b * 2', '[> [a + 1] [b * 2]]'],
    ['x == y IS NULL', '[null [== x y]]'],
    ['a > 1 IN (true, b)', '[in [> a 1] true b]'],
    ['NOT x IS NOT NULL', '[not [not_null x]]'],
    ['NOT a NOT IN (1)', '[not [not_in a 1]]'],
    ['a NOT LIKE "x*" OR b RLIKE "y"', '[or [not_like a "x*"] [rlike b "y"]]'],
    ['a LIKE ("x", "y")', '[like a "x" "y"]'],
    ['case(a, 1, f())', '[CASE() a 1 [F()]]'],
    ['now() - 7 days', '[[NOW()] - 7.day]'],
  ])('%s', (text, expected) => {
    expect(shapeOf(text)).toBe(expected);
  });
});

describe('constants', () => {
  it.each([
    ['2147483647', ['integer', 2147483647]],
    ['-2147483648', ['integer', -2147483648]],
    ['2147483648', ['long', 2147483648]],
    ['9007199254740993', ['long', 9007199254740993n]],
    ['-9223372036854775808', ['long', -9223372036854775808n]],
    ['18446744073709551615', ['unsigned_long', 18446744073709551615n]],
    ['18446744073709551616', ['double', 18446744073709551616]],
    ['1.', ['double', 1]],
    ['.5', ['double', 0.5]],
    ['-1e3', ['double', -1000]],
    ['True', ['boolean', true]],
    ['NULL', ['null', null]],
    [String.raw`"\t\n\r\"\\"`, ['keyword', '\t\n\r"\\']],
    ['"""a\\b"c"""', ['keyword', 'a\\b"c']],
    ['"""a"""""', ['keyword', 'a""']],
    ['""""""', ['keyword', '']],
  ])('%s', (text, expected) => {
    expect(literalOf(text)).toEqual(expected);
  });

  it('knows every spelling of a unit', () => {
    const units =
      'millisecond milliseconds ms|second seconds sec s|minute minutes min m|hour hours h|day days d|week weeks w|month months mo|quarter quarters q|year years yr y';
    for (const spellings of units.split('|')) {
      const [unit, ...others] = spellings.split(' ');
      for (const spelling of [unit, ...others]) expect(shapeOf(`3${spelling}`), spelling).toBe(`3.${unit}`);
    }
  });
});

describe('names', () => {
  it.each([
    ['host.name', 'host.name'],
    ['source.`as`.number', 'source.as.number'],
    ['`a``b`', 'a`b'],
    ['Esql.@timestamp.min', 'Esql.@timestamp.min'],
    ['host . name', 'host.name'],
  ])('%s', (text, name) => {
    expect(valueOf(parseExpression(text))).toMatchObject({ kind: 'column', name });
  });

  it('calls an unnamed column by its text, a group key that is a column by its name', () => {
    expect(lastOf('FROM a | STATS count( * ), MAX(x) WHERE y > 1 BY `b c`, (d), f( e )')).toMatchObject({
      aggregates: [
        { name: 'count( * )', named: false },
        { name: 'MAX(x) WHERE y > 1', named: false, where: { kind: 'compare' } },
      ],
      by: [{ name: 'b c' }, { name: 'd' }, { name: 'f( e )' }],
    });
  });

  it('keeps a quoted wildcard literal', () => {
    expect(lastOf('FROM a | KEEP x.*, `a*`*, *')).toMatchObject({
      patterns: [
        { name: 'x.*', wild: true, pieces: ['x.', ''] },
        { name: 'a**', wild: true, pieces: ['a*', ''] },
        { name: '*', wild: true, pieces: ['', ''] },
      ],
    });
    expect(lastOf('FROM a | KEEP `a*`')).toMatchObject({ patterns: [{ name: 'a*', wild: false, pieces: ['a*'] }] });
  });
});

describe('commands', () => {
  it('FROM takes clusters, exclusions, quotes and metadata', () => {
    expect(lastOf('FROM eu:logs-*, -logs-old, "a b" METADATA _id, _index')).toMatchObject({
      sources: [{ pattern: 'eu:logs-*' }, { pattern: '-logs-old' }, { pattern: 'a b' }],
      metadata: ['_id', '_index'],
    });
  });

  it('RENAME in both forms', () => {
    expect(lastOf('FROM a | RENAME a AS b, c = d')).toMatchObject({
      renames: [
        { from: 'a', to: 'b' },
        { from: 'd', to: 'c' },
      ],
    });
  });

  it('SORT with and without nulls', () => {
    expect(lastOf('FROM a | SORT a, b DESC NULLS LAST')).toMatchObject({
      keys: [
        { direction: 'asc', nulls: null },
        { direction: 'desc', nulls: 'last' },
      ],
    });
  });

  it('DISSECT, GROK, LOOKUP JOIN, ENRICH', () => {
    expect(lastOf('FROM a | DISSECT m "%{x}" APPEND_SEPARATOR="-"')).toMatchObject({
      pattern: '%{x}',
      appendSeparator: '-',
    });
    expect(lastOf('FROM a | GROK m "a"')).toMatchObject({ patterns: ['a'] });
    expect(lastOf('FROM a | LOOKUP JOIN i ON x, `y z`')).toMatchObject({
      index: 'i',
      on: [{ name: 'x' }, { name: 'y z' }],
    });
    expect(lastOf('FROM a | ENRICH p ON x WITH n = f, g')).toMatchObject({
      policy: 'p',
      on: 'x',
      with: [
        { name: 'n', field: 'f' },
        { name: null, field: 'g' },
      ],
    });
  });

  it('gives every node its place', () => {
    const text = 'FROM a | WHERE x == 1 AND yy IN (2)';
    const condition = lastOf(text);
    const places: string[] = [];
    if (condition?.kind === 'where' && condition.condition.kind === 'and') {
      for (const { span } of condition.condition.operands) places.push(text.slice(span.start, span.end));
    }
    expect(places).toEqual(['x == 1', 'yy IN (2)']);
  });
});

describe('size', () => {
  it('reads 10,000 ORs, and ANDs, and sums as one node', () => {
    for (const [word, kind] of [
      ['OR', 'or'],
      ['AND', 'and'],
      ['+', 'arithmetic'],
    ] as const) {
      const expr = valueOf(parseExpression(Array.from({ length: 10_000 }, (_, at) => `f${at}`).join(` ${word} `)));
      expect(expr.kind === kind && expr.operands.length).toBe(10_000);
    }
  });

  it('reads 300 levels and refuses 301', () => {
    const nested = (levels: number): string => `${'('.repeat(levels)}a${')'.repeat(levels)}`;
    expect(parseExpression(nested(300)).ok).toBe(true);
    expect(parseExpression(nested(301))).toMatchObject({ ok: false, faults: [{ rule: 'too-deep' }] });
  });

  it.each([
    ['NOT '.repeat(5_000) + 'a'],
    ['-'.repeat(5_000) + 'a'],
    ['f('.repeat(5_000)],
    [`a${'::int'.repeat(5_000)}`],
    ['1 IN (('.repeat(5_000)],
  ])('refuses depth without a stack overflow: %.12s…', (text) => {
    expect(parseExpression(text)).toMatchObject({ ok: false, faults: [{ rule: 'too-deep' }] });
  });

  it('refuses more than 500 stages and more than a million characters', () => {
    expect(parseQuery(`FROM a${' | LIMIT 1'.repeat(499)}`).ok).toBe(true);
    expect(parseQuery(`FROM a${' | LIMIT 1'.repeat(500)}`)).toMatchObject({
      ok: false,
      faults: [{ rule: 'too-many-stages' }],
    });
    expect(parseQuery(`FROM ${'a'.repeat(1_000_000)}`)).toMatchObject({ ok: false, faults: [{ rule: 'too-long' }] });
  });
});
