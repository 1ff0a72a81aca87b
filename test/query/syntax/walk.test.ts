import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Expr } from '../../../src/query/syntax/ast.ts';
import { expressionsOf, mapQuery } from '../../../src/query/syntax/commands.ts';
import { parseExpression, parseQuery } from '../../../src/query/syntax/parse.ts';
import { printExpr } from '../../../src/query/syntax/print-expression.ts';
import { sameTree, withoutSpans } from '../../../src/query/syntax/same.ts';
import { columnsOf, depthOf, mapExpr, walkExpr } from '../../../src/query/syntax/walk.ts';
import { arbitraryExpr } from '../../rig/arbitrary-esql.ts';

function expression(text: string): Expr {
  const parsed = parseExpression(text);
  if (!parsed.ok) expect.fail(JSON.stringify(parsed.faults));
  return parsed.value;
}

describe('walking', () => {
  it('visits parents first, in the order of the text', () => {
    const kinds: string[] = [];
    walkExpr(expression('a == 1 AND NOT f(b, -c)'), (node) =>
      kinds.push(node.kind === 'column' ? node.name : node.kind),
    );
    expect(kinds).toEqual(['and', 'compare', 'a', 'literal', 'not', 'call', 'b', 'sign', 'c']);
  });

  it('finds the columns of every kind of node', () => {
    const text =
      'a + b * c > d AND e IN (f, g) OR NOT h LIKE "x" AND i IS NULL AND j : "x" OR k::int == -l AND m(n, CASE(o, p))';
    expect([...columnsOf(expression(text))].join('')).toBe('abcdefghijklnop');
  });

  it('measures depth without counting the terms of a chain', () => {
    expect(depthOf(expression('a'))).toBe(1);
    expect(depthOf(expression(Array.from({ length: 10_000 }, () => 'a').join(' OR ')))).toBe(2);
    expect(depthOf(expression('NOT f(-a)'))).toBe(4);
  });
});

describe('rewriting', () => {
  const renamed = (node: Expr): Expr => (node.kind === 'column' ? { ...node, name: `${node.name}2` } : node);

  it('replaces nodes everywhere and leaves the original', () => {
    const original = expression('a == 1 AND b IN (c) OR d : "x"');
    expect(printExpr(mapExpr(original, renamed))).toBe('a2 == 1 AND b2 IN (c2) OR d2 : "x"');
    expect(printExpr(original)).toBe('a == 1 AND b IN (c) OR d : "x"');
  });

  it('keeps AND and OR flat', () => {
    const inner = expression('x OR y');
    const rewritten = mapExpr(expression('a OR b'), (node) =>
      node.kind === 'column' && node.name === 'a' ? inner : node,
    );
    expect(rewritten).toMatchObject({ kind: 'or', operands: [{ name: 'x' }, { name: 'y' }, { name: 'b' }] });
  });

  it('gives the very same tree when nothing changes', () => {
    fc.assert(
      fc.property(arbitraryExpr, (expr) => {
        expect(mapExpr(expr, (node) => node)).toBe(expr);
      }),
      { seed: 20261121, numRuns: 300 },
    );
  });

  it('reaches the expressions of every command', () => {
    const text =
      'ROW x = a | WHERE b | EVAL c | STATS n = f(d) WHERE e BY g | SORT h | LIMIT ?p | SAMPLE ?q | DISSECT i "%{z}" | GROK j "k"';
    const parsed = parseQuery(text);
    if (!parsed.ok) expect.fail(JSON.stringify(parsed.faults));
    const seen = mapQuery(parsed.value, renamed)
      .commands.flatMap(expressionsOf)
      .flatMap((expr) => [...columnsOf(expr)]);
    expect(seen.join(' ')).toBe('a2 b2 c2 d2 e2 g2 h2 i2 j2');
  });
});

describe('sameTree', () => {
  it('looks at everything but places', () => {
    expect(sameTree(expression('a==1'), expression(' a  ==  1'))).toBe(true);
    expect(sameTree(expression('a == 1'), expression('a == 1.0'))).toBe(false);
    expect(sameTree(expression('f(a)'), expression('f(a, b)'))).toBe(false);
    expect(sameTree([1], { 0: 1 })).toBe(false);
    expect(sameTree({ a: null }, { a: {} })).toBe(false);
    expect(withoutSpans(expression('a'))).toEqual({ kind: 'column', name: 'a' });
  });
});
