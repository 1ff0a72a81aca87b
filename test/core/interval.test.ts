import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { intersect, lengthOf, normalise, subtract, union } from '../../src/core/interval.ts';
import type { Span } from '../../src/core/time.ts';

const RUNS = { seed: 5, numRuns: 500 };
const WORLD = 40;

const span = (start: number, end: number): Span => ({ start, end });
const anySpans = fc.array(
  fc.tuple(fc.integer({ min: 0, max: WORLD }), fc.integer({ min: 0, max: WORLD })).map(([a, b]) => span(a, b)),
  { maxLength: 8 },
);
const anyNormal = anySpans.map(normalise);

/** The model: which instants of a small world a list holds. */
const held = (spans: readonly Span[]) =>
  Array.from({ length: WORLD }, (_, at) => spans.some(({ start, end }) => start <= at && at < end));

const isNormal = (spans: readonly Span[]) =>
  spans.every(({ start, end }, at) => start < end && (at === 0 || (spans[at - 1]?.end ?? Infinity) < start));

describe('normalise', () => {
  it('joins what touches or overlaps and drops what is empty', () => {
    expect(normalise([span(5, 9), span(1, 3), span(3, 4), span(7, 7), span(8, 12), span(20, 10)])).toEqual([
      span(1, 4),
      span(5, 12),
    ]);
  });

  it('holds the same instants, and changes nothing the second time', () => {
    fc.assert(
      fc.property(anySpans, (spans) => {
        const normal = normalise(spans);
        expect(held(normal)).toEqual(held(spans));
        expect(isNormal(normal)).toBe(true);
        expect(normalise(normal)).toEqual(normal);
      }),
      RUNS,
    );
  });

  it('leaves the list it was given as it was', () => {
    const spans = Object.freeze([span(5, 9), span(1, 6)]);
    expect(normalise(spans)).toEqual([span(1, 9)]);
    expect(spans).toEqual([span(5, 9), span(1, 6)]);
  });
});

describe('union, intersect, subtract', () => {
  it.each([
    ['union', union, (a: boolean, b: boolean) => a || b],
    ['intersect', intersect, (a: boolean, b: boolean) => a && b],
    ['subtract', subtract, (a: boolean, b: boolean) => a && !b],
  ] as const)('%s decides each instant by itself and gives a normal list', (_, operation, decides) => {
    fc.assert(
      fc.property(anyNormal, anyNormal, (a, b) => {
        const result = operation(a, b);
        const [inA, inB] = [held(a), held(b)];
        expect(held(result)).toEqual(inA.map((at, index) => decides(at, inB[index] === true)));
        expect(isNormal(result)).toBe(true);
      }),
      RUNS,
    );
  });

  it('takes spans without end', () => {
    const all = span(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
    expect(intersect([span(1, 3)], [all])).toEqual([span(1, 3)]);
    expect(subtract([span(1, 3)], [all])).toEqual([]);
    expect(subtract([all], [span(1, 3)])).toEqual([span(-Infinity, 1), span(3, Infinity)]);
  });

  it('are quick on long lists', () => {
    const even = Array.from({ length: 100_000 }, (_, at) => span(at * 4, at * 4 + 2));
    const odd = Array.from({ length: 100_000 }, (_, at) => span(at * 4 + 1, at * 4 + 3));
    const before = performance.now();
    expect(lengthOf(intersect(even, odd))).toBe(100_000);
    expect(lengthOf(subtract(even, odd))).toBe(100_000);
    expect(union(even, odd)).toHaveLength(100_000);
    expect(performance.now() - before).toBeLessThan(2_000);
  });
});

describe('lengthOf', () => {
  it('adds up what the parts of a cut have', () => {
    fc.assert(
      fc.property(anyNormal, anyNormal, (a, b) => {
        expect(lengthOf(subtract(a, b)) + lengthOf(intersect(a, b))).toBe(lengthOf(a));
      }),
      RUNS,
    );
  });
});
