import { isUtf8 } from 'node:buffer';

/** Whole lines of a file, as ranges of one buffer. `number` counts from 1, blank lines and refused ones included. */
export interface LineBlock {
  readonly bytes: Buffer;
  readonly lines: readonly Line[];
  /** Bytes of the input up to here, after unpacking. */
  readonly read: number;
}

export interface Line {
  readonly number: number;
  readonly start: number;
  readonly end: number;
  /** Why the line cannot be read; its range then holds what was kept of it. */
  readonly fault: string | null;
}

/** The longest line that is read. */
const LINE_MAX = 64 * 1_048_576;
const KEPT_OF_LONG = 1_024;
const NEWLINE = 0x0a;
const BOM = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * Lines of bytes, split at line feeds; a carriage return before one and a byte order mark are left out, blank lines
 * passed. A line that is too long or no UTF-8 is told as a fault and costs none of its neighbours. A piece of the input
 * has to hold until the next is asked for, and so long does a block.
 */
export async function* readLines(input: AsyncIterable<Buffer>, longest = LINE_MAX): AsyncGenerator<LineBlock> {
  const splitter = new Splitter(longest);
  for await (const bytes of input) {
    for (const block of splitter.take(bytes)) if (block.lines.length > 0) yield block;
  }
  const rest = splitter.end();
  if (rest.lines.length > 0) yield rest;
}

class Splitter {
  readonly #longest: number;
  /** The beginning of a line whose end has not come, in pieces. */
  #open: Buffer[] = [];
  #openLength = 0;
  #number = 1;
  #read = 0;

  constructor(longest: number) {
    this.#longest = longest;
  }

  /** The line that began in an earlier piece, and those that are whole in this one, which are not copied. */
  take(bytes: Buffer): readonly LineBlock[] {
    this.#read += bytes.length;
    const last = bytes.lastIndexOf(NEWLINE) + 1;
    const first = this.#openLength === 0 ? 0 : bytes.indexOf(NEWLINE) + 1;
    if (first > 0) this.#keep(bytes.subarray(0, first - 1));
    const blocks = first > 0 ? [this.end()] : [];
    if (last > first) blocks.push(this.#blockOf(bytes.subarray(first, last), 0));
    this.#keep(bytes.subarray(last));
    return blocks;
  }

  /** The line that is open; what follows the last line feed is one too. */
  end(): LineBlock {
    const bytes = Buffer.concat(this.#open);
    const skipped = this.#openLength - bytes.length;
    [this.#open, this.#openLength] = [[], 0];
    return this.#blockOf(bytes, skipped);
  }

  #blockOf(bytes: Buffer, skipped: number): LineBlock {
    return { bytes, lines: this.#split(bytes, skipped), read: this.#read };
  }

  /** Keeps a beginning; of one that is too long already no more than its start. */
  #keep(bytes: Buffer): void {
    if (this.#openLength <= this.#longest && bytes.length > 0) this.#open.push(Buffer.from(bytes));
    this.#openLength += bytes.length;
  }

  /** `skipped`: bytes of the first line that were not kept. */
  #split(block: Buffer, skipped: number): Line[] {
    const valid = isUtf8(block);
    const lines: Line[] = [];
    for (let start = 0; start < block.length; this.#number++) {
      const found = block.indexOf(NEWLINE, start);
      const feed = found < 0 ? block.length : found;
      const first = this.#number === 1 && block.subarray(0, 3).equals(BOM) ? 3 : start;
      const end = feed > first && block[feed - 1] === 0x0d ? feed - 1 : feed;
      const length = end - first + (start === 0 ? skipped : 0);
      const fault = valid && length <= this.#longest ? null : this.#faultOf(block.subarray(first, end), length);
      const kept = length > this.#longest ? Math.min(end, first + KEPT_OF_LONG) : end;
      if (!isBlankRange(block, first, end)) lines.push({ number: this.#number, start: first, end: kept, fault });
      start = feed + 1;
    }
    return lines;
  }

  #faultOf(line: Buffer, length: number): string | null {
    if (length > this.#longest) return `the line has ${length} bytes, more than ${this.#longest}`;
    return isUtf8(line) ? null : 'the line is no UTF-8';
  }
}

function isBlankRange(bytes: Buffer, start: number, end: number): boolean {
  let at = start;
  while (at < end && (bytes[at] === 0x20 || bytes[at] === 0x09)) at++;
  return at === end;
}
