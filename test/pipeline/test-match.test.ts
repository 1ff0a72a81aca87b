import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EnrichmentAnswer } from '../../src/core/enrichment.ts';
import type { Row, Value } from '../../src/core/row.ts';
import { differences, type Expected, matchFindings } from '../../src/pipeline/test-match.ts';

const row = (cells: Readonly<Record<string, Value>>): Row => new Map(Object.entries(cells));

describe('a cell shows what a test expects', () => {
  it.each<[Value, unknown, boolean]>([
    ['a', 'a', true],
    ['a', 'A', false],
    [3, 3, true],
    [3, '3', false],
    [true, true, true],
    [null, null, true],
    ['a', null, false],
    [null, 'a', false],
    [['a', 'b'], 'b', true],
    [['a', 'b'], 'c', false],
    [['a', 'b', 'c'], ['c', 'a'], true],
    [['a', 'b'], ['a', 'c'], false],
    ['a', ['a'], true],
    ['a', [], true],
    ['a', { a: 1 }, false],
  ])('%j and %j: %s', (found, expected, fits) => {
    expect(differences({ x: expected }, row({ x: found })).length === 0).toBe(fits);
  });

  it('no prototype stands in for a column', () => {
    expect(differences({ constructor: 'Object' }, row({}))).toEqual([
      { column: 'constructor', expected: 'Object', found: null },
    ]);
  });
});

describe('matching', () => {
  const rows = [row({ a: 1, b: 1 }), row({ a: 1, b: 2 }), row({ a: 2, b: 2 })];

  it('pairs whatever the order, and leaves a finding to the one that needs it', () => {
    expect(matchFindings([{}, { a: 1 }, { a: 1, b: 1 }], rows)).toEqual({ missing: [], unexpected: [] });
    expect(matchFindings([{ b: 2 }, { a: 2 }, { b: 1 }], rows)).toEqual({ missing: [], unexpected: [] });
  });

  it('tells what is missing with the nearest of those left over, and what is not expected', () => {
    const { missing, unexpected } = matchFindings(
      [
        { a: 1, b: 1 },
        { a: 2, b: 9 },
      ],
      rows,
    );
    expect(unexpected).toEqual([1, 2]);
    expect(missing).toEqual([
      {
        expected: { a: 2, b: 9 },
        nearest: { row: 2, differences: [{ column: 'b', expected: 9, found: 2 }] },
      },
    ]);
    expect(matchFindings([{ a: 7 }], [])).toEqual({ missing: [{ expected: { a: 7 }, nearest: null }], unexpected: [] });
    expect(matchFindings([], rows).unexpected).toEqual([0, 1, 2]);
  });

  it('makes as many pairs as any assignment', () => {
    const cells = fc.record({ a: fc.constantFrom(1, 2), b: fc.constantFrom(1, 2) });
    const wanted = fc.record({ a: fc.constantFrom(1, 2), b: fc.constantFrom(1, 2) }, { requiredKeys: [] });
    fc.assert(
      fc.property(fc.array(wanted, { maxLength: 5 }), fc.array(cells, { maxLength: 5 }), (expected, found) => {
        const own = found.map((each) => row(each));
        const { missing, unexpected } = matchFindings(expected, own);
        expect(expected.length - missing.length).toBe(mostPairs(expected, own));
        expect(own.length - unexpected.length).toBe(expected.length - missing.length);
      }),
      { seed: 4, numRuns: 500 },
    );
  });
});

/** Tries every assignment. */
function mostPairs([first, ...rest]: readonly Expected[], rows: readonly Row[]): number {
  if (first === undefined) return 0;
  const without = mostPairs(rest, rows);
  const withFirst = rows.map((each, at) =>
    differences(first, each).length === 0 ? 1 + mostPairs(rest, rows.toSpliced(at, 1)) : 0,
  );
  return Math.max(without, ...withFirst);
}

describe('rows of other events', () => {
  const names: EnrichmentAnswer = { name: 'names', state: 'asked', rows: [{ q: 'a', n: 1 }, { q: 'b' }], more: false };
  const none: EnrichmentAnswer = { name: 'firewall', state: 'no_data', rows: [], more: false };
  const fits = (enriched: unknown) => differences({ enriched }, row({}), [names, none]).length === 0;

  it.each<[enriched: unknown, fits: boolean]>([
    [{ names: [{ q: 'b' }, { q: 'a' }] }, true],
    [{ names: [{}, {}], firewall: [] }, true],
    [{ names: [{ q: 'a' }] }, false],
    [{ names: [{ q: 'a' }, { q: 'c' }] }, false],
    [{ names: [{ q: 'a' }, { q: 'b', n: null }] }, true],
    [{ names: [] }, false],
    [{ names: 'a' }, false],
    [{ firewall: [{}] }, false],
    [{ other: [{}] }, false],
    [{}, true],
  ])('%j: %s', (enriched, expected) => expect(fits(enriched)).toBe(expected));

  it('are told with what is expected where they differ', () => {
    expect(differences({ enriched: { names: [{ q: 'c' }], firewall: [{}] } }, row({}), [names, none])).toEqual([
      { column: 'enriched.names', expected: [{ q: 'c' }], found: ['q a  n 1', 'q b'] },
      {
        column: 'enriched.firewall',
        expected: [{}],
        found: ['(not asked: its sources hold nothing around that time)'],
      },
    ]);
  });

  it('belong to the finding that they were asked for', () => {
    const found = [row({ a: 1 }), row({ a: 1 })];
    const wanted = [{ enriched: { names: [] } }, { enriched: { names: [{ q: 'a' }, { q: 'b' }] } }];
    const answers = [[names], [{ ...names, rows: [] }]];
    expect(matchFindings(wanted, found, answers)).toEqual({ missing: [], unexpected: [] });
    expect(matchFindings(wanted, found, [[names], [names]])).toMatchObject({ unexpected: [1] });
  });

  it('a column may be called enriched', () => {
    expect(differences({ enriched: 'x' }, row({ enriched: 'x' }))).toEqual([]);
  });
});
