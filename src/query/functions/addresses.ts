import { parseCidr } from '../../core/cidr.ts';
import { isV4 } from '../../core/ip.ts';
import { isSeveral, textIn } from '../values/values.ts';
import type { RefScalar, RefValue } from '../values/values.ts';
import { checked, INTEGER, IP, scalar, single, STRING, takes } from './define.ts';
import type { ScalarFunction } from './define.ts';

/** Functions of addresses: 128 bits, version 4 mapped into ::ffff:0:0/96. */
export const ADDRESS_FUNCTIONS: readonly ScalarFunction[] = [
  scalar(
    'CIDR_MATCH',
    'CIDR_MATCH(ip, block, …)',
    checked(takes({ takes: [IP, STRING], rest: STRING }, 'boolean'), blockFault),
    (args) => {
      const [address = null, ...blocks] = args;
      if (typeof address !== 'bigint' || blocks.some((block) => block === null || isSeveral(block))) return null;
      return matchesAny(address, blocks as readonly RefScalar[]);
    },
  ),
  scalar(
    'IP_PREFIX',
    'IP_PREFIX(ip, v4_length, v6_length)',
    takes({ takes: [IP, INTEGER, INTEGER] }, 'ip'),
    single(([address, v4, v6]) => prefixOf(address as bigint, Number(v4), Number(v6))),
  ),
];

/** Elasticsearch refuses a prefix behind a mapped address: it could mean either version. */
function blockFault([, ...blocks]: readonly RefValue[]): string | null {
  const mapped = blocks.find((block) => typeof block === 'string' && /^::ffff:[^/]*\//i.test(block));
  return mapped === undefined ? null : `"${textIn(mapped)}" is a version 4 block: write it as one, 10.0.0.0/8`;
}

/** Null where a block is no block: Elasticsearch fails the shard, so `check` refuses such a constant. */
function matchesAny(address: bigint, blocks: readonly RefScalar[]): boolean | null {
  let inside = false;
  for (const text of blocks) {
    const block = parsedBlock(textIn(text));
    if (block === null) return null;
    inside ||= address >= block.first && address <= block.last;
  }
  return inside;
}

/** Blocks are constants of a query and few: parsing each once saves the rows from it. */
const PARSED_MAX = 20_000;
const parsed = new Map<string, ReturnType<typeof parseCidr>>();

function parsedBlock(text: string): ReturnType<typeof parseCidr> {
  const known = parsed.get(text);
  if (known !== undefined) return known;
  const block = parseCidr(text);
  if (parsed.size < PARSED_MAX) parsed.set(text, block);
  return block;
}

function prefixOf(address: bigint, v4: number, v6: number): bigint | null {
  if (v4 < 0 || v4 > 32 || v6 < 0 || v6 > 128) return null;
  const kept = isV4(address) ? 96 + v4 : v6;
  const cut = BigInt(128 - kept);
  return (address >> cut) << cut;
}
