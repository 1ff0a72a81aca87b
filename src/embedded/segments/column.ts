import type { ColumnType } from '../../core/row.ts';
import type { TextColumn } from './parquet.ts';

/** Between the values of one row (ASCII record separator). */
export const VALUE_MARK = 0x1e;
/** Stands before a letter for a mark that is part of a value. */
export const ESCAPE_MARK = 0x1c;
/** Letters of the marks, each after an escape mark. */
export const LETTER_OF_MARK: ReadonlyMap<number, string> = new Map([
  [VALUE_MARK, 'v'],
  [ESCAPE_MARK, 'e'],
]);

// eslint-disable-next-line no-control-regex
const MARKS = /[\u001c\u001e]/;
// eslint-disable-next-line no-control-regex
const EACH_MARK = /[\u001c\u001e]/g;
const FIRST_BYTES = 4_096;
/** Bytes of the length that stands before a text. */
const PREFIX = 4;
const LOW_DIGITS = 8;
const LOW_HALF = 10 ** LOW_DIGITS;

/**
 * The values of one field in a group of rows, as the text columns of a Parquet file: handing over each value by itself
 * costs 0.4 µs, this a tenth (bench/ingest.ts). Several values of a row are one text with marks between.
 * A value may not hold a mark as it is; JSON has control characters only as escapes, so only `addText` need look.
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
  /** The last row that has a value, -1 for none, and where its first value starts and its last one ends. */
  row = -1;
  start = 0;
  length = 0;
  #bytes: Buffer = Buffer.allocUnsafeSlow(FIRST_BYTES);
  readonly #present: Uint8Array;
  #count = 0;
  /** Where the last value starts, and the one before it in its row (-1: none). */
  #value = 0;
  #previous = -1;
  /** To take back what a refused document has told. */
  #rowBefore = -1;
  #startBefore = 0;
  #lengthBefore = 0;

  /** `rowsMax`: rows of the longest group. */
  constructor(name: string, id: number, type: ColumnType, rowsMax: number) {
    this.#present = new Uint8Array(Math.ceil(rowsMax / 8));
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

  /** The values of the row before once more; it has to have some, in this group. */
  repeat(row: number): void {
    this.add(row, this.#bytes, this.start, this.length);
  }

  /** Whether a row, the last one so far, has what the one before it in its group has. */
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

  /** The last row in front of one, the last one so far, that has a value here; below 0: none in this group. */
  lastBefore(row: number): number {
    return this.row < row ? this.row : this.#rowBefore;
  }

  /** Forgets the values of a row that turned out to be no document. */
  takeBack(row: number): void {
    if (this.row !== row) return;
    this.row = this.#rowBefore;
    this.start = this.#startBefore;
    this.length = this.#lengthBefore;
    this.#present[row >> 3]! &= ~(1 << (row & 7));
    this.#count--;
  }

  /** The group as it is, in memory that the next one uses again. */
  texts(name: string): TextColumn {
    return { name, count: this.#count, present: this.#present, texts: this.#bytes.subarray(0, this.length) };
  }

  /** Begins a new group. */
  restart(): void {
    this.row = -1;
    this.length = 0;
    this.#count = 0;
    this.#present.fill(0);
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
    this.#reserve(size + PREFIX);
    this.row = row;
    this.#present[row >> 3]! |= 1 << (row & 7);
    this.#count++;
    this.#previous = -1;
    this.length += PREFIX;
    return (this.start = this.#value = this.length);
  }

  /** After a value: whether it comes after the one before it in its row. */
  #added(size: number): void {
    this.length += size;
    const [bytes, at, whole] = [this.#bytes, this.start - PREFIX, this.length - this.start];
    bytes[at] = whole;
    bytes[at + 1] = whole >> 8;
    bytes[at + 2] = whole >> 16;
    bytes[at + 3] = whole >> 24;
    if (this.#previous < 0 || !this.ascending) return;
    this.ascending = ascends(this.#bytes, this.#previous, this.#value, this.length);
  }

  #reserve(size: number): void {
    if (this.length + size <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(this.#bytes.length * 2, this.length + size));
    this.#bytes.copy(grown, 0, 0, this.length);
    this.#bytes = grown;
  }

  #escape(text: string): string {
    this.escaped = true;
    return text.replace(
      EACH_MARK,
      (mark) => String.fromCharCode(ESCAPE_MARK) + (LETTER_OF_MARK.get(mark.charCodeAt(0)) ?? ''),
    );
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
