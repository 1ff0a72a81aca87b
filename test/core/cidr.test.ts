import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Block } from '../../src/core/cidr.ts';
import { addressSet, formatBlock, minimalBlocks, overlaps, parseCidr, splitPlain } from '../../src/core/cidr.ts';
import { IP_LAST, V4_FIRST } from '../../src/core/ip.ts';

const SEEDED = { seed: 20_261_121, numRuns: 500 };
const block = (text: string): Block => {
  const { first, last } = parseCidr(text)!;
  return { first, last };
};
const texts = (blocks: readonly Block[]) => blocks.map(formatBlock);

/** Blocks within 64 neighbouring addresses at a place where a mistake would show: so brute force can look at each. */
const corner = fc.constantFrom(0n, V4_FIRST - 32n, V4_FIRST, V4_FIRST + 0x0a00_0000n, IP_LAST - 63n);
const small = (base: bigint) =>
  fc.tuple(fc.nat(63), fc.nat(6)).map(([at, bits]) => {
    const first = base + BigInt((at >> bits) << bits);
    const last = first + (1n << BigInt(bits)) - 1n;
    return { first, last: last > base + 63n ? base + 63n : last };
  });
const neighbours = corner.chain((base) =>
  fc.record({ base: fc.constant(base), blocks: fc.array(small(base), { maxLength: 12 }) }),
);
const holds = (blocks: readonly Block[], ip: bigint) => blocks.some(({ first, last }) => first <= ip && ip <= last);
const around = (base: bigint) => Array.from({ length: 68 }, (_, at) => base - 2n + BigInt(at));

describe('parseCidr', () => {
  it.each([
    ['10.0.0.0/8', '10.0.0.0/8', false],
    ['10.1.2.3/8', '10.0.0.0/8', true],
    ['10.1.2.3', '10.1.2.3/32', false],
    ['0.0.0.0/0', '0.0.0.0/0', false],
    ['::/0', '::/0', false],
    ['2001:DB8::/32', '2001:db8::/32', false],
    ['2001:db8::1', '2001:db8::1/128', false],
    ['2001:db8::1/64', '2001:db8::/64', true],
    ['::ffff:10.0.0.0/104', '10.0.0.0/8', false],
    ['::ffff:0:0/96', '0.0.0.0/0', false],
    ['::fffe:0:0/95', '::fffe:0:0/95', false],
  ])('reads %s as %s', (text, canonical, hostBits) => {
    const parsed = parseCidr(text)!;
    expect(formatBlock(parsed)).toBe(canonical);
    expect(parsed.hostBits).toBe(hostBits);
  });

  it.each([
    '',
    '/8',
    '10.0.0.0/',
    '10.0.0.0/33',
    '10.0.0.0/08',
    '10.0.0.0/+8',
    '10.0.0.0/8/8',
    '10.0.0.0/-1',
    '::/129',
  ])('refuses %j', (text) => expect(parseCidr(text)).toBeNull());
  it.each([
    '::ffff:10.0.0.0/8',
    '::ffff:10.0.0.0/95',
    '10.0.0/8',
    'ten/8',
    '10.0.0.0 /8',
    '10.0.0.0/8 ',
    '10.0.0.0/1e1',
  ])('refuses %j', (text) => expect(parseCidr(text)).toBeNull());
});

describe('minimalBlocks', () => {
  it('joins neighbours, drops what is inside another, and sorts', () => {
    const blocks = [
      '10.0.1.0/24',
      '192.168.0.0/16',
      '10.0.0.0/24',
      '192.168.7.0/24',
      '2001:db8::/33',
      '2001:db8:8000::/33',
    ];
    expect(texts(minimalBlocks(blocks.map(block)))).toEqual(['10.0.0.0/23', '192.168.0.0/16', '2001:db8::/32']);
  });

  it('takes the whole of the address space, and nothing', () => {
    expect(texts(minimalBlocks(['8000::/1', '::/1'].map(block)))).toEqual(['::/0']);
    expect(minimalBlocks([])).toEqual([]);
  });

  it('holds the same addresses in the fewest blocks, each of them CIDR, ascending and apart', () => {
    fc.assert(
      fc.property(neighbours, ({ base, blocks }) => {
        const minimal = minimalBlocks(blocks);
        for (const ip of around(base)) expect(holds(minimal, ip)).toBe(holds(blocks, ip));
        for (const each of minimal) expect(parseCidr(formatBlock(each))).toEqual({ ...each, hostBits: false });
        expect(minimalBlocks(minimal)).toEqual(minimal);
        expect(overlaps(minimal)).toEqual([]);
        expect(minimal.length).toBe(fewest(new Set(around(base).filter((ip) => holds(blocks, ip))), 6, base));
      }),
      SEEDED,
    );
  });

  it('merges 100,000 blocks, of which comparing each with each would not end', () => {
    const blocks = Array.from({ length: 100_000 }, (_, at) => {
      const first = V4_FIRST + BigInt((at * 2_654_435_761) % 2 ** 32);
      return { first, last: first };
    });
    expect(minimalBlocks(blocks).length).toBeGreaterThan(90_000);
  });
});

/** The fewest CIDR blocks over a set, by halving: a full block is one, else those of its halves. Corners are aligned to 32. */
function fewest(set: ReadonlySet<bigint>, bits: number, base: bigint): number {
  const aligned = base - (base % 64n);
  const count = (first: bigint, size: bigint): number => {
    const inside = [...set].filter((ip) => ip >= first && ip < first + size).length;
    if (inside === 0) return 0;
    if (BigInt(inside) === size) return 1;
    return count(first, size / 2n) + count(first + size / 2n, size / 2n);
  };
  return count(aligned, 1n << BigInt(bits)) + count(aligned + 64n, 64n);
}

describe('overlaps', () => {
  it('names each block that meets another, with the wider one first', () => {
    const named = ['10.1.0.0/16', '10.0.0.0/8', '11.0.0.0/8', '10.1.2.3'].map((name) => ({ ...block(name), name }));
    expect(overlaps(named).map(([a, b]) => [a.name, b.name])).toEqual([
      ['10.0.0.0/8', '10.1.0.0/16'],
      ['10.0.0.0/8', '10.1.2.3'],
    ]);
  });

  it('names an entry that stands twice', () => {
    expect(overlaps([block('10.0.0.0/8'), block('10.0.0.0/8')])).toHaveLength(1);
  });

  it('finds a pair exactly where brute force does, and fewer pairs than blocks', () => {
    const meet = (a: Block, b: Block) => a.first <= b.last && b.first <= a.last;
    fc.assert(
      fc.property(neighbours, ({ blocks }) => {
        const pairs = overlaps(blocks);
        const expected = blocks.some((a, at) => blocks.slice(at + 1).some((b) => meet(a, b)));
        expect(pairs.length > 0).toBe(expected);
        for (const [a, b] of pairs) expect(meet(a, b)).toBe(true);
        expect(pairs.length).toBeLessThan(Math.max(1, blocks.length));
      }),
      SEEDED,
    );
  });
});

describe('addressSet', () => {
  it('holds an address exactly where a block does', () => {
    fc.assert(
      fc.property(neighbours, ({ base, blocks }) => {
        const has = addressSet(blocks);
        for (const ip of around(base)) expect(has(ip)).toBe(holds(blocks, ip));
      }),
      SEEDED,
    );
  });
});

describe('splitPlain', () => {
  it('keeps plain addresses apart from blocks', () => {
    expect(splitPlain(['10.0.0.0/8', '192.0.2.1', '2001:db8::/32', '2001:db8::1/128'].map(block))).toEqual({
      blocks: ['10.0.0.0/8', '2001:db8::/32'],
      addresses: ['192.0.2.1', '2001:db8::1'],
    });
  });
});
