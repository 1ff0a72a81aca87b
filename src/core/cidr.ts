import { formatIp, IP_LAST, isV4, parseIp } from './ip.ts';

/** Neighbouring addresses, both ends included, as numbers of 128 bits (core/ip.ts). */
export interface Block {
  readonly first: bigint;
  readonly last: bigint;
}

/**
 * A CIDR block or a plain address (`/32`, `/128`), or null for anything else. `hostBits`: the address written is not the
 * first of its block (`10.1.2.3/8`); Elasticsearch takes that, people seldom mean it.
 * `::ffff:a.b.c.d/n` is a version 4 block and needs n of 96 or more: Elasticsearch refuses a prefix on that form, and
 * with a shorter one it could mean either version.
 */
export function parseCidr(text: string): (Block & { readonly hostBits: boolean }) | null {
  const slash = text.indexOf('/');
  const addressText = slash < 0 ? text : text.slice(0, slash);
  const address = parseIp(addressText);
  if (address === null) return null;
  const dotted = !addressText.includes(':');
  const prefix = slash < 0 ? 128 : parsePrefix(text.slice(slash + 1), dotted ? 96 : 0);
  if (prefix === null || (isV4(address) && prefix < 96)) return null;
  const size = 1n << BigInt(128 - prefix);
  const first = address - (address % size);
  return { first, last: first + size - 1n, hostBits: first !== address };
}

/** A prefix length as one of 128 bits; null unless it is a plain number in range. */
function parsePrefix(text: string, added: number): number | null {
  if (!/^(?:0|[1-9][0-9]{0,2})$/.test(text)) return null;
  const prefix = Number(text) + added;
  return prefix > 128 ? null : prefix;
}

/** A block in CIDR notation, version 4 where it lies there; neighbours that are no CIDR block as `first-last`. */
export function formatBlock({ first, last }: Block): string {
  const size = last - first + 1n;
  const isCidr = (size & (size - 1n)) === 0n && first % size === 0n;
  if (!isCidr) return `${formatIp(first)}-${formatIp(last)}`;
  const prefix = 128 - (size.toString(2).length - 1);
  return isV4(first) ? `${formatIp(first)}/${prefix - 96}` : `${formatIp(first)}/${prefix}`;
}

/** The fewest CIDR blocks that hold exactly the addresses of the given ones, ascending. */
export function minimalBlocks(blocks: readonly Block[]): Block[] {
  return mergedRanges(blocks).flatMap(cidrBlocks);
}

/**
 * Blocks that share addresses: each block that meets one which starts before it, or with it and is no smaller, is named
 * once, as the second of a pair. So there are fewer pairs than blocks, however they nest.
 */
export function overlaps<B extends Block>(blocks: readonly B[]): (readonly [B, B])[] {
  const pairs: (readonly [B, B])[] = [];
  let widest: B | undefined;
  for (const block of [...blocks].sort(byStartThenSize)) {
    if (widest !== undefined && block.first <= widest.last) pairs.push([widest, block]);
    if (widest === undefined || block.last > widest.last) widest = block;
  }
  return pairs;
}

/** Whether an address lies in any of the blocks: a binary search over their merged ranges. */
export function addressSet(blocks: readonly Block[]): (ip: bigint) => boolean {
  const ranges = mergedRanges(blocks);
  return (ip) => {
    let low = 0;
    let high = ranges.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (ranges[middle]!.last < ip) low = middle + 1;
      else high = middle;
    }
    const candidate = ranges[low];
    return candidate !== undefined && candidate.first <= ip;
  };
}

/**
 * Blocks as text, those of one address apart: in one `terms` clause with plain addresses a single block makes
 * Elasticsearch 70 times slower than two clauses are (2,442 against 38 ms on 8.19.21 with 5,000 addresses).
 */
export function splitPlain(blocks: readonly Block[]): { readonly blocks: string[]; readonly addresses: string[] } {
  const isPlain = ({ first, last }: Block) => first === last;
  return {
    blocks: blocks.filter((block) => !isPlain(block)).map(formatBlock),
    addresses: blocks.filter(isPlain).map(({ first }) => formatIp(first)),
  };
}

function byStartThenSize(a: Block, b: Block): number {
  if (a.first !== b.first) return a.first < b.first ? -1 : 1;
  return a.last === b.last ? 0 : a.last > b.last ? -1 : 1;
}

/** Ascending ranges that neither overlap nor touch. */
export function mergedRanges(blocks: readonly Block[]): Block[] {
  const merged: { first: bigint; last: bigint }[] = [];
  for (const { first, last } of [...blocks].sort(byStartThenSize)) {
    const previous = merged.at(-1);
    if (previous === undefined || first > previous.last + 1n) merged.push({ first, last });
    else if (last > previous.last) previous.last = last;
  }
  return merged;
}

/** A range cut at its powers of two: from the left, always the largest block that starts there and fits. */
function cidrBlocks({ first, last }: Block): Block[] {
  const blocks: Block[] = [];
  for (let start = first; start <= last; start = blocks.at(-1)!.last + 1n) {
    let size = start === 0n ? IP_LAST + 1n : start & -start;
    while (start + size - 1n > last) size >>= 1n;
    blocks.push({ first: start, last: start + size - 1n });
  }
  return blocks;
}
