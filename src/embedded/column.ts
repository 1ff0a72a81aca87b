import type { ColumnType } from '../core/row.ts';

/** Marks between rows, between the values of one row, and for a row without a value (ASCII unit, record, group separator). */
export const ROW_MARK = 0x1f;
export const VALUE_MARK = 0x1e;
export const NULL_MARK = 0x1d;
/** Stands before a letter for a mark that is part of a value. */
export const ESCAPE_MARK = 0x1c;
/** Letters of the escaped marks, from ESCAPE_MARK on. */
export const ESCAPE_LETTERS = 'cdef';

// eslint-disable-next-line no-control-regex
const MARKS = /[\u001c-\u001f]/;
// eslint-disable-next-line no-control-regex
const EACH_MARK = /[\u001c-\u001f]/g;
const FIRST_BYTES = 4_096;
const LOW_DIGITS = 8;
const LOW_HALF = 10 ** LOW_DIGITS;

/**
 * The values of one field in the rows of a chunk, as text with marks between: what DuckDB takes apart again in one call
 * (write-segment.ts). Handing over each value by itself costs 0.4 µs, this 0.05 µs (bench/ingest.ts).
 * A value may not hold a mark as it is; JSON has control characters only as escapes, so only `text` need look.
 */
export class Column {
  readonly name: string;
  readonly id: number;
  readonly type: ColumnType;
  /** Whether any row so far has several values, and whether any value holds an escaped mark. */
  several = false;
  escaped = false;
  /** Of texts: whether the values of every row came in ascending order, none twice. */
  ascending: boolean;
  /** The chunks that are closed, by number; a chunk without any value is missing. */
  readonly chunks = new Map<number, Uint8Array>();

  /** The last row that has a value, -1 for none, and where its first value starts and its last one ends. */
  row = -1;
  start = 0;
  length = 0;
  #bytes: Buffer = Buffer.allocUnsafeSlow(FIRST_BYTES);
  /** Where the last value starts, and the one before it in its row (-1: none). */
  #value = 0;
  #previous = -1;
  /** To take back what a refused document has told. */
  #rowBefore = -1;
  #startBefore = 0;
  #lengthBefore = 0;

  constructor(name: string, id: number, type: ColumnType) {
    this.name = name;
    this.id = id;
    this.type = type;
    this.ascending = isText(type);
  }

  get bytes(): Buffer {
    return this.#bytes;
  }

  /** A value from bytes that hold no mark. */
  add(row: number, source: Buffer, start: number, end: number): void {
    const size = end - start;
    let at = this.#open(row, size);
    const bytes = this.#bytes;
    // Most values are short: a loop is faster than a call up to about 100 bytes.
    if (size > 100) source.copy(bytes, at, start, end);
    else for (let from = start; from < end; from++) bytes[at++] = source[from]!;
    this.#added(size);
  }

  /** A value from text of any kind. */
  addText(row: number, text: string): void {
    const safe = MARKS.test(text) ? this.#escape(text) : text;
    const at = this.#open(row, safe.length * 3);
    this.#added(this.#bytes.write(safe, at));
  }

  /** The first `size` characters of ASCII text without marks. */
  addAscii(row: number, text: string, size: number): void {
    const at = this.#open(row, size);
    this.#added(this.#bytes.write(text, at, size, 'latin1'));
  }

  /** A whole number from 0 to 2^53, in decimal. */
  addNumber(row: number, value: number): void {
    const at = this.#open(row, 16);
    // In two halves of 32 bits, which are divided several times as fast as a double.
    const high = Math.floor(value / LOW_HALF);
    const low = value - high * LOW_HALF;
    const size = high === 0 ? digitsOf(low) : digitsOf(high) + LOW_DIGITS;
    const middle = high === 0 ? at : at + size - LOW_DIGITS;
    writeDigits(this.#bytes, middle, at + size, low);
    writeDigits(this.#bytes, at, middle, high);
    this.#added(size);
  }

  /** The values of the row before once more; it has to have some, in this chunk. */
  repeat(row: number): void {
    this.add(row, this.#bytes, this.start, this.length);
  }

  /** Whether a row, the last one so far, has what the one before it in its chunk has. */
  repeats(row: number): boolean {
    if (this.row !== row) return this.row !== row - 1;
    const [first, second] = [this.#startBefore, this.start];
    const size = this.length - second;
    if (this.#rowBefore !== row - 1 || this.#lengthBefore - first !== size) return false;
    for (let at = 0; at < size; at++) if (this.#bytes[first + at] !== this.#bytes[second + at]) return false;
    return true;
  }

  /** Text of the first value of a row; null where it has none. */
  textAt(row: number): string | null {
    if (this.row !== row) return null;
    const mark = this.several ? this.#bytes.subarray(0, this.length).indexOf(VALUE_MARK, this.start) : -1;
    return this.#bytes.toString('utf8', this.start, mark < 0 ? this.length : mark);
  }

  /** The last row in front of one, the last one so far, that has a value here; below 0: none in this chunk. */
  lastBefore(row: number): number {
    return this.row < row ? this.row : this.#rowBefore;
  }

  /** Forgets the values of a row that turned out to be no document. */
  takeBack(row: number): void {
    if (this.row !== row) return;
    this.row = this.#rowBefore;
    this.start = this.#startBefore;
    this.length = this.#lengthBefore;
  }

  /** Ends a chunk of `rows` rows; its bytes are handed over. */
  close(chunk: number, rows: number): void {
    if (this.row >= 0) {
      this.#pad(rows - 1 - this.row);
      this.chunks.set(chunk, this.#bytes.subarray(0, this.length));
      // The next chunk is about as long as this one.
      this.#bytes = Buffer.allocUnsafeSlow(Math.max(FIRST_BYTES, Math.ceil(this.length * 1.1)));
    }
    this.row = -1;
    this.length = 0;
  }

  /** Gives the memory of closed chunks back at once; the collector would leave a segment's worth lying about. */
  release(): void {
    for (const { buffer } of this.chunks.values()) (buffer as ArrayBuffer).transfer(0);
    this.chunks.clear();
  }

  #open(row: number, size: number): number {
    if (this.row === row) {
      this.several = true;
      this.#previous = this.#value;
      this.#reserve(size + 1);
      this.#bytes[this.length++] = VALUE_MARK;
      return (this.#value = this.length);
    }
    this.#rowBefore = this.row;
    this.#startBefore = this.start;
    this.#lengthBefore = this.length;
    const gap = row - this.row - 1;
    if (gap > 0) this.#pad(gap);
    this.#reserve(size + 1);
    if (row > 0) this.#bytes[this.length++] = ROW_MARK;
    this.row = row;
    this.#previous = -1;
    return (this.start = this.#value = this.length);
  }

  /** After a value: whether it comes after the one before it in its row. */
  #added(size: number): void {
    this.length += size;
    if (this.#previous < 0 || !this.ascending) return;
    this.ascending = ascends(this.#bytes, this.#previous, this.#value, this.length);
  }

  /** Rows without a value. */
  #pad(rows: number): void {
    this.#reserve(2 * rows);
    for (let index = 0; index < rows; index++) {
      if (this.row + index >= 0) this.#bytes[this.length++] = ROW_MARK;
      this.#bytes[this.length++] = NULL_MARK;
    }
  }

  #reserve(size: number): void {
    if (this.length + size <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(this.#bytes.length * 2, this.length + size));
    this.#bytes.copy(grown, 0, 0, this.length);
    this.#bytes = grown;
  }

  #escape(text: string): string {
    this.escaped = true;
    const letter = (mark: string) => ESCAPE_LETTERS[mark.charCodeAt(0) - ESCAPE_MARK];
    return text.replace(EACH_MARK, (mark) => String.fromCharCode(ESCAPE_MARK) + letter(mark));
  }
}

/** Types whose values are kept as texts. */
export function isText(type: ColumnType): boolean {
  return type === 'keyword' || type === 'text' || type === 'version';
}

/** Whether the text from `second` to `end` comes after the one from `first` to the mark before it. */
function ascends(bytes: Uint8Array, first: number, second: number, end: number): boolean {
  const [size, other] = [second - 1 - first, end - second];
  for (let at = 0; at < size && at < other; at++) {
    const [before, after] = [bytes[first + at]!, bytes[second + at]!];
    if (before !== after) return before < after;
  }
  return size < other;
}

function digitsOf(value: number): number {
  let digits = 1;
  for (let power = 10; power <= value; power *= 10) digits++;
  return digits;
}

/** The last digits of a number below 2^31, as many as there is room for. */
function writeDigits(bytes: Uint8Array, start: number, end: number, value: number): void {
  for (let rest = value | 0, to = end - 1; to >= start; to--) {
    const tenth = (rest / 10) | 0;
    bytes[to] = 0x30 + (rest - tenth * 10);
    rest = tenth;
  }
}
