/** The longest text of an address: `ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255`. */
const LONGEST = 45;

/** `::ffff:0:0`: where version 4 addresses lie among those of version 6 (RFC 4291, 2.5.5.2), as Elasticsearch orders them. */
export const V4_FIRST = 0xffff_0000_0000n;
const V4_LAST = 0xffff_ffff_ffffn;
export const IP_LAST = (1n << 128n) - 1n;

const OCTET = '(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])';
const DOTTED_QUAD = new RegExp(`^${OCTET}(?:\\.${OCTET}){3}$`);
const HEX_GROUP = /^[0-9a-f]{1,4}$/i;

/**
 * An address as one number of 128 bits, version 4 mapped into `::ffff:0:0/96`; null for anything that is no address.
 * Version 4 is a dotted quad without leading zeros (`010.0.0.1` is octal to some and decimal to others); version 6 is
 * RFC 4291, 2.2, an embedded dotted quad included. A zone (`%eth0`) means nothing on another machine and is refused.
 */
export function parseIp(text: string): bigint | null {
  if (text.length > LONGEST) return null;
  return DOTTED_QUAD.test(text) ? V4_FIRST + BigInt(quadNumber(text)) : parseV6(text);
}

/**
 * The canonical text of an address: RFC 5952 for version 6, a dotted quad for version 4 and for what is mapped from it,
 * as Elasticsearch prints them. A number outside of 128 bits is a RangeError.
 */
export function formatIp(value: bigint): string {
  if (value < 0n || value > IP_LAST) throw new RangeError(`No address has the number ${value}`);
  if (isV4(value)) return formatQuad(Number(value - V4_FIRST));
  const hex = value.toString(16).padStart(32, '0');
  const groups = Array.from({ length: 8 }, (_, at) => Number.parseInt(hex.slice(at * 4, at * 4 + 4), 16).toString(16));
  const gap = longestZeroRun(groups);
  if (gap.length < 2) return groups.join(':');
  return `${groups.slice(0, gap.start).join(':')}::${groups.slice(gap.start + gap.length).join(':')}`;
}

/** Whether a number of 128 bits is a version 4 address. */
export function isV4(value: bigint): boolean {
  return value >= V4_FIRST && value <= V4_LAST;
}

function quadNumber(quad: string): number {
  return quad.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
}

function formatQuad(value: number): string {
  return [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255].join('.');
}

function parseV6(text: string): bigint | null {
  const halves = text.split('::');
  const groups = halves.map((half, at) => hexGroups(half, at === halves.length - 1));
  const [head, tail] = groups;
  if (head === null || head === undefined || tail === null) return null;
  if (tail === undefined) return head.length === 8 ? joined(head) : null;
  const left = 8 - head.length - tail.length;
  return groups.length > 2 || left < 1 ? null : joined([...head, ...Array<string>(left).fill('0'), ...tail]);
}

/** The groups of one side of `::`; a dotted quad may stand for the last two of the address. */
function hexGroups(half: string, isLast: boolean): string[] | null {
  if (half === '') return [];
  const groups = half.split(':');
  const end = groups.at(-1) ?? '';
  if (isLast && DOTTED_QUAD.test(end)) {
    const quad = quadNumber(end);
    groups.splice(-1, 1, (quad >>> 16).toString(16), (quad & 0xffff).toString(16));
  }
  return groups.every((group) => HEX_GROUP.test(group)) ? groups : null;
}

function joined(groups: readonly string[]): bigint {
  return BigInt(`0x${groups.map((group) => group.padStart(4, '0')).join('')}`);
}

/** The longest run of `0` groups, the first one of several (RFC 5952, 4.2.3). */
function longestZeroRun(groups: readonly string[]): { start: number; length: number } {
  let longest = { start: 0, length: 0 };
  for (let start = 0; start < groups.length; start++) {
    let end = start;
    while (groups[end] === '0') end++;
    if (end - start > longest.length) longest = { start, length: end - start };
    start = end;
  }
  return longest;
}
