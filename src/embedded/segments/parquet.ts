import { closeSync, openSync, writeSync } from 'node:fs';
import { ThriftWriter, varint } from './thrift.ts';

/** The texts of one column in a group of rows. */
export interface TextColumn {
  readonly name: string;
  /** Rows that have a text. */
  readonly count: number;
  /** A bit for each row, the lowest first: whether it has a text. */
  readonly present: Uint8Array;
  /** The texts one after the other, each after its length in four bytes, the lowest first. */
  readonly texts: Uint8Array;
}

/** Where a column of a group stands in the file. */
interface Page {
  readonly at: number;
  readonly size: number;
}

interface Group {
  readonly rows: number;
  readonly pages: ReadonlyMap<string, Page>;
}

// Numbers of https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift
const MAGIC = Buffer.from('PAR1');
const BYTE_ARRAY = 6;
const OPTIONAL = 1;
const UTF8 = 0;
const DATA_PAGE = 0;
const UNCOMPRESSED = 0;
const PLAIN = 0;
const RLE = 3;

/**
 * A Parquet file of columns of text that may be missing, plain and uncompressed: the fastest way by which DuckDB takes
 * values out of this process (bench/ingest.ts). Groups are on their way to the disk when `group` returns, so the bytes
 * of their columns may be used again.
 */
export class ParquetFile implements Disposable {
  readonly path: string;
  readonly #groups: Group[] = [];
  #file: number | null;
  #at = 0;

  constructor(path: string) {
    this.path = path;
    this.#file = openSync(path, 'w');
    this.#write(MAGIC);
  }

  /** Adds rows; a column that no row has a value of need not be among them. */
  group(rows: number, columns: readonly TextColumn[]): void {
    const pages = columns.map((column) => [column.name, this.#page(rows, column)] as const);
    this.#groups.push({ rows, pages: new Map(pages) });
  }

  /** Writes what makes the groups a file, with these columns, and closes it. */
  end(names: readonly string[]): void {
    const empty = this.#emptyPages();
    const groups = this.#groups.map(({ rows, pages }) => {
      const none = empty.get(rows) ?? { at: 0, size: 0 };
      return { rows, pages: names.map((name) => pages.get(name) ?? none) };
    });
    const footer = footerOf(names, groups);
    const size = Buffer.alloc(4);
    size.writeUInt32LE(footer.length);
    this.#write(footer);
    this.#write(size);
    this.#write(MAGIC);
    this[Symbol.dispose]();
  }

  [Symbol.dispose](): void {
    if (this.#file !== null) closeSync(this.#file);
    this.#file = null;
  }

  #page(rows: number, { count, present, texts }: Omit<TextColumn, 'name'>): Page {
    const levels = levelsOf(rows, count, present);
    const at = this.#at;
    this.#write(pageHeader(rows, levels.length + texts.length));
    this.#write(levels);
    this.#write(texts);
    return { at, size: this.#at - at };
  }

  /** Columns without any value in a group share one page. */
  #emptyPages(): Map<number, Page> {
    const nothing = { count: 0, present: new Uint8Array(), texts: new Uint8Array() };
    const sizes = new Set(this.#groups.map(({ rows }) => rows));
    return new Map([...sizes].map((rows) => [rows, this.#page(rows, nothing)]));
  }

  #write(bytes: Uint8Array): void {
    if (this.#file === null) throw new Error('The file is closed');
    let written = 0;
    while (written < bytes.length) written += writeSync(this.#file, bytes, written);
    this.#at += bytes.length;
  }
}

/** Which rows have a value: one run where all or none do, else a bit for each. */
function levelsOf(rows: number, count: number, present: Uint8Array): Buffer {
  const bytes = Math.ceil(rows / 8);
  const mixed = count > 0 && count < rows;
  const head = mixed ? varint(bytes * 2 + 1) : [...varint(rows * 2), count === 0 ? 0 : 1];
  const levels = Buffer.alloc(4 + head.length + (mixed ? bytes : 0));
  levels.writeUInt32LE(levels.length - 4);
  levels.set(head, 4);
  if (mixed) levels.set(present.subarray(0, bytes), 4 + head.length);
  return levels;
}

function pageHeader(rows: number, size: number): Buffer {
  const thrift = new ThriftWriter();
  thrift.number(1, DATA_PAGE);
  thrift.number(2, size);
  thrift.number(3, size);
  thrift.struct(5, () => {
    thrift.number(1, rows);
    thrift.number(2, PLAIN);
    thrift.number(3, RLE);
    thrift.number(4, RLE);
  });
  return thrift.end();
}

function footerOf(
  names: readonly string[],
  groups: readonly { readonly rows: number; readonly pages: readonly Page[] }[],
): Buffer {
  const thrift = new ThriftWriter();
  thrift.number(1, 1);
  thrift.structs(2, [null, ...names], (name) => {
    if (name !== null) {
      thrift.number(1, BYTE_ARRAY);
      thrift.number(3, OPTIONAL);
    }
    thrift.text(4, name ?? 'root');
    if (name === null) thrift.number(5, names.length);
    else thrift.number(6, UTF8);
  });
  thrift.number(3, sum(groups.map(({ rows }) => rows)), 64);
  thrift.structs(4, groups, ({ rows, pages }) => {
    const columns = pages.map((page, at) => ({ page, name: names[at] ?? '' }));
    thrift.structs(1, columns, ({ page, name }) => {
      thrift.number(2, page.at, 64);
      thrift.struct(3, () => columnData(thrift, name, rows, page));
    });
    thrift.number(2, sum(pages.map(({ size }) => size)), 64);
    thrift.number(3, rows, 64);
  });
  return thrift.end();
}

function columnData(thrift: ThriftWriter, name: string, rows: number, { at, size }: Page): void {
  thrift.number(1, BYTE_ARRAY);
  thrift.numbers(2, [PLAIN, RLE]);
  thrift.texts(3, [name]);
  thrift.number(4, UNCOMPRESSED);
  thrift.number(5, rows, 64);
  thrift.number(6, size, 64);
  thrift.number(7, size, 64);
  thrift.number(9, at, 64);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
