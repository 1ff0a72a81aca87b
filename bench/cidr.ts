// What CIDR lists cost: merging 100,000 blocks to the fewest, and 1,000,000 addresses looked up in them.
// Run: node bench/cidr.ts
import type { Block } from '../src/core/cidr.ts';
import { addressSet, minimalBlocks, parseCidr } from '../src/core/cidr.ts';
import { parseIp } from '../src/core/ip.ts';

const BLOCKS = 100_000;
const LOOKUPS = 1_000_000;

/** The same numbers on each run: a linear congruential generator (Numerical Recipes, 32 bits). */
function numbersFrom(seed: number): () => number {
  let state = seed;
  return () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0);
}

const next = numbersFrom(20_261_121);
const quad = (value: number) => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255].join('.');
const v6 = () => `2001:db8:${(next() >>> 16).toString(16)}:${(next() >>> 16).toString(16)}::`;
const cidrs = Array.from({ length: BLOCKS }, (_, at) =>
  at % 4 === 0 ? `${v6()}/64` : `${quad(next())}/${20 + (at % 13)}`,
);
const texts = Array.from({ length: LOOKUPS }, (_, at) => (at % 4 === 0 ? `${v6()}1` : quad(next())));

const blocks = timed(`parse ${BLOCKS} blocks`, () => cidrs.map((cidr): Block | null => parseCidr(cidr)));
const known = blocks.filter((block) => block !== null);
const minimal = timed(`merge ${known.length} blocks`, () => minimalBlocks(known));
const has = timed('prepare for lookups', () => addressSet(minimal));
const parsed = timed(`parse ${LOOKUPS} addresses`, () => texts.map(parseIp));
const addresses = parsed.filter((address) => address !== null);
const found = timed(`look up ${addresses.length} addresses`, () => addresses.filter(has).length);
console.log(`${minimal.length} blocks after the merge; ${found} addresses lie in them`);

function timed<T>(what: string, work: () => T): T {
  const before = performance.now();
  const result = work();
  console.log(`${what}: ${(performance.now() - before).toFixed(0)} ms`);
  return result;
}
