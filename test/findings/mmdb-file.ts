import { parseCidr } from '../../src/core/cidr.ts';
import { isV4, V4_FIRST } from '../../src/core/ip.ts';

/** What a MaxMind DB of a test may hold: integers are stored as uint32, other numbers as doubles. */
export type MmdbValue = string | number | readonly MmdbValue[] | { readonly [key: string]: MmdbValue };

/** A tree node: both sides lead to a node, to a record (its offset in the data), or nowhere. */
type Side = Node | number | null;
interface Node {
  sides: [Side, Side];
}

/**
 * A MaxMind DB file (format 2.0, records of 24 bits) with a record for each block, built by the format's specification:
 * https://maxmind.github.io/MaxMind-DB/. Blocks do not overlap.
 */
export function mmdbFile(options: {
  readonly type: string;
  readonly built: Date;
  readonly ipVersion?: 4 | 6;
  readonly records: Readonly<Record<string, MmdbValue>>;
}): Buffer {
  const ipVersion = options.ipVersion ?? 6;
  const root: Node = { sides: [null, null] };
  const data: Buffer[] = [];
  let offset = 0;
  for (const [cidr, record] of Object.entries(options.records)) {
    insert(root, bitsOf(cidr, ipVersion), offset);
    data.push(encode(record));
    offset += data.at(-1)!.length;
  }
  const { tree, nodeCount } = serialise(root);
  const metadata = encode({
    binary_format_major_version: 2,
    binary_format_minor_version: 0,
    build_epoch: Math.floor(options.built.getTime() / 1000),
    database_type: options.type,
    description: { en: 'A test' },
    ip_version: ipVersion,
    languages: ['en'],
    node_count: nodeCount,
    record_size: 24,
  });
  const marker = Buffer.concat([Buffer.from([0xab, 0xcd, 0xef]), Buffer.from('MaxMind.com')]);
  return Buffer.concat([tree, Buffer.alloc(16), ...data, marker, metadata]);
}

function bitsOf(cidr: string, ipVersion: 4 | 6): string {
  const { first, last } = parseCidr(cidr)!;
  const width = ipVersion === 4 ? 32 : 128;
  const prefix = 128 - (last - first + 1n).toString(2).length + 1;
  const address = isV4(first) ? first - V4_FIRST : first;
  return address
    .toString(2)
    .padStart(width, '0')
    .slice(0, prefix - (128 - width));
}

function insert(root: Node, bits: string, offset: number): void {
  let node = root;
  for (const bit of bits.slice(0, -1)) {
    const side = Number(bit);
    const next = node.sides[side];
    if (typeof next === 'number') throw new Error('Blocks overlap');
    node = node.sides[side] = next ?? { sides: [null, null] };
  }
  node.sides[Number(bits.at(-1))] = offset;
}

function serialise(root: Node): { tree: Buffer; nodeCount: number } {
  const nodes = [root];
  for (const node of nodes)
    for (const side of node.sides) if (side !== null && typeof side !== 'number') nodes.push(side);
  const numberOf = new Map(nodes.map((node, at) => [node, at]));
  const record = (side: Side) =>
    side === null ? nodes.length : typeof side === 'number' ? nodes.length + 16 + side : numberOf.get(side)!;
  const tree = Buffer.alloc(nodes.length * 6);
  for (const [at, node] of nodes.entries()) {
    tree.writeUIntBE(record(node.sides[0]), at * 6, 3);
    tree.writeUIntBE(record(node.sides[1]), at * 6 + 3, 3);
  }
  return { tree, nodeCount: nodes.length };
}

function encode(value: MmdbValue): Buffer {
  if (typeof value === 'string') return Buffer.concat([control(2, Buffer.byteLength(value)), Buffer.from(value)]);
  if (typeof value === 'number') return encodeNumber(value);
  if (Array.isArray(value)) return Buffer.concat([control(11, value.length), ...value.map(encode)]);
  const entries = Object.entries(value);
  return Buffer.concat([control(7, entries.length), ...entries.flatMap(([key, each]) => [encode(key), encode(each)])]);
}

function encodeNumber(value: number): Buffer {
  const isInteger = Number.isInteger(value) && value >= 0;
  const body = Buffer.alloc(isInteger ? 4 : 8);
  if (isInteger) body.writeUInt32BE(value);
  else body.writeDoubleBE(value);
  return Buffer.concat([control(isInteger ? 6 : 3, body.length), body]);
}

/** Type and size; sizes from 29 take a further byte. */
function control(type: number, size: number): Buffer {
  const small = Math.min(size, 29);
  const head = type <= 7 ? [(type << 5) | small] : [small, type - 7];
  return Buffer.from(size < 29 ? head : [...head, size - 29]);
}
