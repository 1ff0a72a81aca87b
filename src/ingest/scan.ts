import { decodeLetters } from './escapes.ts';
import type { FieldNode, FieldTree, KeyEntry } from './fields.ts';

/** Takes the values of a document as they come; nulls and empty arrays are not told. */
export interface ValueSink<C> {
  /** Text without control characters U+001C to U+001F: these bytes, valid UTF-8, the sink's for the time of the call. */
  plainText(field: FieldNode<C>, source: Buffer, start: number, end: number): void;
  /** Text that was written with escapes by number, decoded. */
  text(field: FieldNode<C>, text: string): void;
  /** A number as it is written; it keeps to JSON's grammar. */
  number(field: FieldNode<C>, source: Buffer, start: number, end: number): void;
  boolean(field: FieldNode<C>, value: boolean): void;
  /** Whether what lies below a field is no field of its own (`flattened`, `geo_point`). */
  isOpaque(field: FieldNode<C>): boolean;
}

/** Why a line is no document; `at` counts bytes of the line from 0. */
export class Malformed extends Error {
  readonly at: number;

  constructor(reason: string, at: number) {
    super(reason);
    this.name = 'Malformed';
    this.at = at;
  }
}

/** Elasticsearch refuses documents deeper than 20 objects; arrays within arrays count here too. */
const DEPTH_MAX = 64;
/** Longest name of a field, in bytes; Lucene ends at 32,766. */
const KEY_MAX = 8_192;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const MINUS = 0x2d;

/**
 * Reads JSON objects from bytes straight into a sink: arrays flattened, objects by path. No object and no text is made
 * on the way, which makes it three times as fast as JSON.parse and a walk (bench/ingest.ts).
 */
export class JsonScanner<C> {
  readonly #tree: FieldTree<C>;
  readonly #sink: ValueSink<C>;
  #bytes: Buffer = Buffer.alloc(0);
  /** Where texts with escapes are decoded. */
  #decoded: Buffer = Buffer.allocUnsafeSlow(4_096);
  #at = 0;
  #end = 0;

  constructor(tree: FieldTree<C>, sink: ValueSink<C>) {
    this.#tree = tree;
    this.#sink = sink;
  }

  /** Reads one document, an object, that fills the range; throws Malformed. Values told before that are void. */
  document(bytes: Buffer, start: number, end: number): void {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
    try {
      if (this.#peek() !== 0x7b) throw this.#fault('a document is a JSON object');
      this.#object(this.#tree.root, 1);
      this.#blank();
      if (this.#at < end) throw this.#fault('more text after the document');
    } catch (error) {
      throw error instanceof Malformed ? new Malformed(error.message, error.at - start) : error;
    }
  }

  #object(parent: FieldNode<C>, depth: number): void {
    this.#at++;
    if (this.#peek() === 0x7d) return void this.#at++;
    let previous: KeyEntry<C> | null = null;
    for (;;) {
      if (this.#peek() !== QUOTE) throw this.#fault('a key in quotes is missing');
      const entry: KeyEntry<C> = this.#key(parent, previous);
      previous = entry;
      if (this.#peek() !== COLON) throw this.#fault('":" is missing');
      this.#at++;
      this.#value(entry.field, depth);
      const after = this.#peek();
      this.#at++;
      if (after === COMMA) continue;
      if (after === 0x7d) return;
      this.#at--;
      throw this.#fault('"," or "}" is missing');
    }
  }

  /** The entry of the key at hand: the one that came here last time, when it fits, costs no text. */
  #key(parent: FieldNode<C>, previous: KeyEntry<C> | null): KeyEntry<C> {
    const bytes = this.#bytes;
    const start = this.#at + 1;
    const expected = previous === null ? parent.first : previous.next;
    if (expected !== null && startsWith(bytes, start, expected.bytes)) {
      this.#at = start + expected.bytes.length;
      return expected;
    }
    const isPlain = this.#string();
    const end = this.#at - 1;
    if (end - start > KEY_MAX) throw this.#fault(`a field's name is longer than ${KEY_MAX} bytes`);
    const key = isPlain ? bytes.toString('utf8', start, end) : decoded(bytes, start, end);
    const entry = this.#tree.entry(parent, key, bytes.subarray(start, end));
    // A key that was written with escapes the first time is looked up by its text again, never by other bytes.
    if (previous === null) parent.first = entry;
    else previous.next = entry;
    return entry;
  }

  #value(field: FieldNode<C>, depth: number): void {
    const first = this.#peek();
    if (first === QUOTE) this.#text(field);
    else if (first === 0x7b || first === 0x5b) this.#nested(field, first, depth);
    else if (first === 0x74) this.#literal('true', () => this.#sink.boolean(field, true));
    else if (first === 0x66) this.#literal('false', () => this.#sink.boolean(field, false));
    else if (first === 0x6e) this.#literal('null', nothing);
    else this.#number(field);
  }

  #nested(field: FieldNode<C>, first: number, depth: number): void {
    if (depth >= DEPTH_MAX) throw this.#fault(`more than ${DEPTH_MAX} levels`);
    if (this.#sink.isOpaque(field)) this.#passed();
    else if (first === 0x7b) this.#object(field, depth + 1);
    else this.#array(field, depth + 1);
  }

  /** Passes a value that is nobody's, which must be JSON all the same. */
  #passed(): void {
    const start = this.#at;
    this.#at = skipValue(this.#bytes, start, this.#end);
    parsed(this.#bytes.toString('utf8', start, this.#at), start);
  }

  #array(field: FieldNode<C>, depth: number): void {
    this.#at++;
    if (this.#peek() === 0x5d) return void this.#at++;
    for (;;) {
      this.#value(field, depth);
      const after = this.#peek();
      this.#at++;
      if (after === COMMA) continue;
      if (after === 0x5d) return;
      this.#at--;
      throw this.#fault('"," or "]" is missing');
    }
  }

  #text(field: FieldNode<C>): void {
    const [bytes, start] = [this.#bytes, this.#at + 1];
    const isPlain = this.#string();
    const end = this.#at - 1;
    if (isPlain) return this.#sink.plainText(field, bytes, start, end);
    if (this.#decoded.length < end - start) this.#decoded = Buffer.allocUnsafeSlow(2 * (end - start));
    const size = decodeLetters(bytes, start, end, this.#decoded);
    if (size >= 0) this.#sink.plainText(field, this.#decoded, 0, size);
    else this.#sink.text(field, decoded(bytes, start, end));
  }

  /** Passes a text; whether it has no escapes. */
  #string(): boolean {
    const bytes = this.#bytes;
    let at = this.#at + 1;
    for (;;) {
      const byte = bytes[at]!;
      if (byte === QUOTE) break;
      if (byte === BACKSLASH) return this.#escaped(at);
      if (byte < 0x20 || at >= this.#end) throw this.#textFault(at);
      at++;
    }
    if (at >= this.#end) throw this.#textFault(at);
    this.#at = at + 1;
    return true;
  }

  #escaped(from: number): false {
    const bytes = this.#bytes;
    let at = from;
    while (at < this.#end && bytes[at] !== QUOTE) {
      if (bytes[at]! < 0x20) throw this.#textFault(at);
      at += bytes[at] === BACKSLASH ? 2 : 1;
    }
    if (at >= this.#end) throw this.#textFault(this.#end);
    this.#at = at + 1;
    return false;
  }

  #number(field: FieldNode<C>): void {
    const start = this.#at;
    const end = numberEnd(this.#bytes, start, this.#end);
    if (end === start) throw this.#fault('a value is missing');
    this.#at = end;
    this.#sink.number(field, this.#bytes, start, end);
  }

  #literal(word: string, then: () => void): void {
    for (let index = 0; index < word.length; index++) {
      if (this.#bytes[this.#at + index] !== word.charCodeAt(index)) throw this.#fault('a value is missing');
    }
    this.#at += word.length;
    then();
  }

  /** The next byte that is no blank; 0 at the end. */
  #peek(): number {
    const byte = this.#at < this.#end ? this.#bytes[this.#at]! : 0;
    if (byte > 0x20) return byte;
    this.#blank();
    return this.#at < this.#end ? this.#bytes[this.#at]! : 0;
  }

  #blank(): void {
    while (this.#at < this.#end && isBlank(this.#bytes[this.#at]!)) this.#at++;
  }

  #textFault(at: number): Malformed {
    return new Malformed(at >= this.#end ? 'the line ends inside a text' : 'a control character stands in a text', at);
  }

  #fault(reason: string): Malformed {
    return new Malformed(this.#at >= this.#end ? 'the line ends too early' : reason, this.#at);
  }
}

function nothing(): void {
  // null is no value.
}

/** The text between two quotes, whatever its escapes. */
function decoded(bytes: Buffer, start: number, end: number): string {
  return parsed(bytes.toString('utf8', start - 1, end + 1), start - 1) as string;
}

function parsed(text: string, at: number): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw error instanceof SyntaxError ? new Malformed('an escape or a value is none of JSON', at) : error;
  }
}

export function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

function startsWith(bytes: Uint8Array, at: number, wanted: Uint8Array): boolean {
  const { length } = wanted;
  for (let index = 0; index < length; index++) if (bytes[at + index] !== wanted[index]) return false;
  return true;
}

/** Where a number ends, by JSON's grammar; the start itself where there is none. */
function numberEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = bytes[start] === MINUS ? start + 1 : start;
  const whole = digitsEnd(bytes, at, end);
  if (whole === at || (bytes[at] === 0x30 && whole > at + 1)) return start;
  at = whole;
  if (at < end && bytes[at] === 0x2e) {
    const fraction = digitsEnd(bytes, at + 1, end);
    if (fraction === at + 1) return start;
    at = fraction;
  }
  if (at < end && (bytes[at]! | 0x20) === 0x65) {
    const sign = bytes[at + 1] === MINUS || bytes[at + 1] === 0x2b ? 1 : 0;
    const exponent = digitsEnd(bytes, at + 1 + sign, end);
    return exponent === at + 1 + sign ? start : exponent;
  }
  return at;
}

function digitsEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && bytes[at]! >= 0x30 && bytes[at]! <= 0x39) at++;
  return at;
}

/** Where the value at `start` ends: its brackets and quotes are matched, nothing else of it is judged. */
export function skipValue(bytes: Uint8Array, start: number, end: number): number {
  let depth = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!;
    if (byte === QUOTE) at = quoteEnd(bytes, at, end);
    else if (byte === 0x7b || byte === 0x5b) depth++;
    else if (byte === 0x7d || byte === 0x5d) depth--;
    if (depth === 0 && (byte === QUOTE || byte === 0x7d || byte === 0x5d)) return at + 1;
    if (depth < 0 || (depth === 0 && byte === COMMA)) return at;
  }
  throw new Malformed('the text ends too early', end);
}

function quoteEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = start + 1;
  while (at < end && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  if (at >= end) throw new Malformed('the text ends inside a text', end);
  return at;
}
