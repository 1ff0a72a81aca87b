import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Command, Expr } from '../../src/query/syntax/ast.ts';
import { expressionsOf } from '../../src/query/syntax/commands.ts';
import { parseExpression, parseQuery } from '../../src/query/syntax/parse.ts';
import { printExpr } from '../../src/query/syntax/print-expression.ts';
import { printQuery } from '../../src/query/syntax/print.ts';
import { sameTree, withoutSpans } from '../../src/query/syntax/same.ts';
import { walkExpr } from '../../src/query/syntax/walk.ts';
import { arbitraryExpr, arbitraryQuery } from '../rig/arbitrary-esql.ts';
import { CORPUS } from './corpus.ts';

const SEED = 20261121;

describe('printing and parsing again', () => {
  it('gives the same expression', () => {
    fc.assert(
      fc.property(arbitraryExpr, (expr) => {
        const parsed = parseExpression(printExpr(expr));
        expect(withoutSpans(parsed)).toEqual(withoutSpans({ ok: true, value: expr }));
      }),
      { seed: SEED, numRuns: 3000 },
    );
  });

  it('gives the same query, and the same text', () => {
    fc.assert(
      fc.property(arbitraryQuery, (query) => {
        const text = printQuery(query);
        const parsed = parseQuery(text);
        expect(withoutSpans(parsed)).toEqual(withoutSpans({ ok: true, value: query }));
        expect(parsed.ok && printQuery(parsed.value)).toBe(text);
      }),
      { seed: SEED, numRuns: 1000 },
    );
  });

  it('is tried on every kind of node and command', () => {
    const kinds = new Set<Expr['kind'] | Command['kind']>();
    for (const query of fc.sample(arbitraryQuery, { seed: SEED, numRuns: 500 })) {
      for (const command of query.commands) {
        kinds.add(command.kind);
        for (const expr of expressionsOf(command)) walkExpr(expr, (node) => kinds.add(node.kind));
      }
    }
    expect(kinds.size).toBe(20 + 16);
  });
});

describe('the corpus', () => {
  it.each(CORPUS.map((text) => [text.split('\n')[0], text]))('%s', (_, text) => {
    const parsed = parseQuery(text);
    if (!parsed.ok) expect.fail(JSON.stringify(parsed.faults));
    const printed = printQuery(parsed.value);
    const again = parseQuery(printed);
    expect(again.ok && sameTree(again.value, parsed.value)).toBe(true);
    expect(again.ok && printQuery(again.value)).toBe(printed);
  });
});

describe('mutated queries', () => {
  const piece = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 6 }),
    fc.constantFrom(
      '"',
      '`',
      '"""',
      '/*',
      '*/',
      '//',
      '|',
      '(',
      ')',
      'NOT ',
      '-',
      '::',
      ' = ',
      '==',
      '?',
      '*',
      '\\',
      "'",
      '[',
      '{',
      '\ud800',
    ),
    fc.constantFrom(...CORPUS),
  );
  const mutation = fc.record({
    query: fc.constantFrom(...CORPUS),
    at: fc.double({ min: 0, max: 1 }),
    cut: fc.nat({ max: 20 }),
    piece,
  });

  it('give a tree that prints and reads back, or faults with a place and a remedy', () => {
    const seen = { trees: 0, faults: 0 };
    fc.assert(
      fc.property(mutation, ({ query, at, cut, piece }) => {
        const place = Math.floor(at * query.length);
        const text = query.slice(0, place) + piece + query.slice(place + cut);
        const parsed = parseQuery(text);
        seen[parsed.ok ? 'trees' : 'faults']++;
        if (parsed.ok) {
          const again = parseQuery(printQuery(parsed.value));
          expect(again.ok && sameTree(again.value, parsed.value)).toBe(true);
          return;
        }
        expect(parsed.faults.length).toBeGreaterThan(0);
        for (const { rule, message, hint, span } of parsed.faults) {
          expect(rule).toMatch(/^[a-z]+(?:-[a-z]+)*$/);
          expect(message).toMatch(/[^.]$/);
          expect(hint).not.toBe('');
          expect(span.start >= 0 && span.end >= span.start && span.end <= text.length).toBe(true);
        }
      }),
      { seed: SEED, numRuns: 10_000 },
    );
    expect(seen.trees).toBeGreaterThan(200);
    expect(seen.faults).toBeGreaterThan(200);
  });

  it('do not take the parser long, nor its stack, when one piece repeats', { timeout: 30_000 }, () => {
    for (const character of [
      '(',
      '"',
      '`',
      '``a',
      '|',
      '-',
      'a',
      '1',
      '.',
      '*',
      '/',
      '/*',
      'é',
      "'",
      '\\',
      'NOT ',
      '??',
      '[',
      '\n',
      '"""',
    ]) {
      const text = `FROM a | WHERE ${character.repeat(Math.floor(200_000 / character.length))}`;
      expect(typeof parseQuery(text).ok).toBe('boolean');
      expect(typeof parseQuery(`FROM ${text.slice(15)}`).ok).toBe('boolean');
      expect(typeof parseQuery(`FROM a | KEEP ${text.slice(15)}`).ok).toBe('boolean');
    }
  });
});
