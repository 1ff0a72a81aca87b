import { createHash } from 'node:crypto';
import type { Fingerprint } from '../core/finding.ts';
import { valuesOf } from '../core/row.ts';
import type { Scalar, Value } from '../core/row.ts';

/** Heads every input, so that a later layout cannot give the fingerprints of this one. */
const LAYOUT = 'tracehound-fingerprint-1';

/**
 * The identity of a finding: SHA-256 over the hunt's first id, the names of the key fields and their values.
 * docs/fingerprint.md gives the byte layout and test vectors. No two inputs have the same bytes: every part carries its
 * type and length. Field order does not count, nor do order and repetition of several values; everything else does:
 * text is taken as the engine gave it, without case folding or Unicode normalisation.
 */
export function fingerprint(firstHuntId: string, key: Readonly<Record<string, Value>>): Fingerprint {
  const bytes = fingerprintBytes(firstHuntId, key);
  return createHash('sha256').update(bytes).digest('hex') as Fingerprint;
}

/** What is hashed; on its own for docs/fingerprint.md. */
export function fingerprintBytes(firstHuntId: string, key: Readonly<Record<string, Value>>): Buffer {
  const fields = Object.entries(key).map(([name, value]) => Buffer.concat([encodeText(name), encodeValue(value)]));
  return Buffer.concat([encodeText(LAYOUT), encodeText(firstHuntId), ...counted(fields)]);
}

/** `n` for null, the value itself when it is one, `l`, number and values when there are several. */
function encodeValue(value: Value): Buffer {
  const values = distinct(valuesOf(value).map(encodeScalar));
  if (values.length === 0) return Buffer.from('n');
  return values.length === 1 ? Buffer.concat(values) : Buffer.concat([Buffer.from('l'), ...counted(values)]);
}

function encodeScalar(value: Scalar): Buffer {
  if (typeof value === 'string') return encodeText(value);
  return typeof value === 'number' ? encodeNumber(value) : Buffer.from(value ? 'b1' : 'b0');
}

/**
 * `s`, length in bytes, UTF-8. A text that UTF-8 cannot hold (half of a surrogate pair) is `w`, length, UTF-16 big-endian:
 * Buffer would turn every such half into the same replacement character.
 */
function encodeText(text: string): Buffer {
  const whole = text.isWellFormed();
  const bytes = whole ? Buffer.from(text, 'utf8') : Buffer.from(text, 'utf16le').swap16();
  return Buffer.concat([Buffer.from(whole ? 's' : 'w'), uint32(bytes.length), bytes]);
}

/** `d` and the IEEE 754 double, big-endian; -0 is 0. */
function encodeNumber(value: number): Buffer {
  const bytes = Buffer.alloc(9, 'd');
  bytes.writeDoubleBE(value === 0 ? 0 : value, 1);
  return bytes;
}

/** How many, then all of them in byte order: an order that every language has. */
function counted(parts: readonly Buffer[]): Buffer[] {
  return [uint32(parts.length), ...parts.toSorted((a, b) => a.compare(b))];
}

function distinct(parts: readonly Buffer[]): Buffer[] {
  return [...new Map(parts.map((part) => [part.toString('latin1'), part])).values()];
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
