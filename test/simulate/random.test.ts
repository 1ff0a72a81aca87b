import { describe, expect, it } from 'vitest';
import { Draws } from '../../src/simulate/random.ts';

const many = <T>(count: number, draw: () => T): T[] => Array.from({ length: count }, draw);

describe('Draws', () => {
  it('are the same for the same labels, and others for others', () => {
    const [one, two] = [new Draws('a', 1), new Draws('a', 1)];
    expect(many(5, () => one.bits())).toEqual(many(5, () => two.bits()));
    const starts = ['a', 'b', 'ab', 'ba'].flatMap((label) =>
      [0, 1, 10].map((number) => new Draws(label, number).bits()),
    );
    expect(new Set(starts).size).toBe(starts.length);
    expect(new Draws('a', 'b').bits()).not.toBe(new Draws('ab').bits());
  });

  it('are these, on every machine', () => {
    const draws = new Draws('seed', 7);
    expect(many(4, () => draws.bits())).toMatchInlineSnapshot(`
      [
        1244211178,
        425524222,
        15798466,
        3443207043,
      ]
    `);
  });

  it('reach both ends of a range and nothing beyond, evenly', () => {
    const draws = new Draws('range');
    const counts = new Map<number, number>();
    for (const value of many(60_000, () => draws.whole(3, 8))) counts.set(value, (counts.get(value) ?? 0) + 1);
    expect([...counts.keys()].sort((a, b) => a - b)).toEqual([3, 4, 5, 6, 7, 8]);
    for (const count of counts.values()) expect(Math.abs(count - 10_000)).toBeLessThan(500);
  });

  it('count to one of the two neighbours of the mean', () => {
    const draws = new Draws('count');
    const counts = many(20_000, () => draws.count(2.3));
    expect(new Set(counts)).toEqual(new Set([2, 3]));
    expect(counts.reduce((sum, count) => sum + count, 0) / 20_000).toBeCloseTo(2.3, 1);
  });

  it('shuffle keeps every item, favour prefers the first', () => {
    const draws = new Draws('order');
    const items = many(50, () => 0).map((_, at) => at);
    expect(draws.shuffle(items).toSorted((a, b) => a - b)).toEqual(items);
    const favoured = many(10_000, () => draws.favour(items));
    expect(favoured.filter((at) => at < 10).length).toBeGreaterThan(5_000);
    expect(Math.max(...favoured)).toBeGreaterThan(45);
  });

  it('refuse to draw from nothing', () => {
    expect(() => new Draws('none').pick([])).toThrow('Cannot draw item 0 of 0');
  });
});
