import { hash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { FieldTree, type FieldNode } from '../../ingest/fields.ts';
import type { Document } from '../../ingest/format.ts';
import { indexOf, NAMING_FIELDS, validIndex } from '../../ingest/index-name.ts';
import { JsonScanner, type ValueSink } from '../../ingest/scan.ts';
import { addBoolean, addBytes, addNumber, addText, type Fit } from './add-value.ts';
import { Column } from './column.ts';
import { isOpaqueField, type Mapping, type ValueKind } from './mapping.ts';
import { ParquetFile } from './parquet.ts';
import type { ColumnInfo } from './segment-sql.ts';
import { columnName } from './snapshot.ts';

/** Rows and bytes of documents that are put into the file at once. */
const GROUP_ROWS = 16_384;
const GROUP_BYTES = 16 * 1_048_576;
/** Hex digits of an identity: 128 bits of a SHA-256, so that nobody can make two events look like one. */
const IDENTITY_DIGITS = 32;
const DOCUMENT_COLUMNS = ['index', 'id', 'source', 'identity', 'file'] as const;
type DocumentColumn = (typeof DOCUMENT_COLUMNS)[number];

/** Documents taken apart into columns of a file, on their way into a segment. */
export interface Staged {
  readonly path: string;
  readonly rows: number;
  readonly document: Readonly<Record<DocumentColumn, ColumnInfo>>;
  /** Those that are a field of any index. */
  readonly columns: readonly ColumnInfo[];
  /** Ids of the fields of each index. */
  readonly fields: ReadonlyMap<string, ReadonlySet<number>>;
}

/** Values that their field's type could not hold, by field; `cut`: whole numbers that lost a fraction. */
export interface Conflict {
  unfit: number;
  cut: number;
}

/** Null: a field that gets no column. */
type Slot = Column | null;
type Field = FieldNode<Slot>;

/** Takes documents apart, row by row, until a segment's worth is there. */
export class Stage implements ValueSink<Slot>, Disposable {
  readonly conflicts = new Map<string, Conflict>();
  readonly #mapping: Mapping;
  readonly #tree = new FieldTree<Slot>();
  readonly #scanner = new JsonScanner(this.#tree, this);
  readonly #naming = new Map(NAMING_FIELDS.map((name) => [name, this.#tree.node(name)]));
  readonly #namers = [...this.#naming.values()];
  /** The index of the last row, and whether its own values named it. */
  #name = '';
  #isNamed = false;
  /** The first row of the group that has this index and all after it. */
  #nameSince = 0;
  /** Columns that a value of the document under way did not fit into: it has the field all the same. */
  #unfit: Column[] = [];
  #fields = new Map<string, Set<number>>();
  #nodes: Field[] = [];
  #document = documentColumns();
  readonly #folder: string;
  #file: ParquetFile | null = null;
  #files = 0;
  #closed = 0;
  #row = 0;
  #bytes = 0;
  #closedBytes = 0;

  /** `folder` is where files of documents lie until they are in a segment. */
  constructor(mapping: Mapping, folder: string) {
    this.#mapping = mapping;
    this.#folder = folder;
  }

  get rows(): number {
    return this.#closed + this.#row;
  }

  /** Rows times columns, with a value or without. */
  get cells(): number {
    return this.rows * this.#nodes.length;
  }

  /** Bytes of the documents that are staged. */
  get bytes(): number {
    return this.#closedBytes + this.#bytes;
  }

  /** Adds one document; throws Malformed, and then nothing was added. `file` tells files of one ingest apart. */
  add(bytes: Buffer, { start, end, index, id }: Document, file: number): void {
    try {
      this.#scanner.document(bytes, start, end);
    } catch (error) {
      for (const { column } of this.#nodes) column?.takeBack(this.#row);
      this.#unfit = [];
      throw error;
    }
    const row = this.#row;
    const name = index === null ? this.#nameOf(row) : validIndex(index);
    const identity = id === null ? bytes.subarray(start, end) : `id\0${name}\0${id}`;
    if (name !== this.#name) this.#endNamed(row);
    if (name === this.#name && row > 0) this.#document.index.repeat(row);
    else this.#document.index.addText(row, name);
    this.#name = name;
    this.#isNamed = index === null;
    if (this.#unfit.length > 0) this.#takeUnfit();
    if (id !== null) this.#document.id.addText(row, id);
    this.#document.source.add(row, bytes, start, end);
    this.#document.identity.addAscii(row, hash('sha256', identity, 'hex'), IDENTITY_DIGITS);
    this.#document.file.addNumber(row, file);
    this.#bytes += end - start;
    if (++this.#row === GROUP_ROWS || this.#bytes >= GROUP_BYTES) this.#closeGroup();
  }

  /** Hands over what is staged, and begins anew. */
  take(): Staged {
    if (this.#row > 0) this.#closeGroup();
    const fields = this.#fields;
    const known = new Set(fields.values().flatMap((ids) => ids));
    const columns = this.#nodes.flatMap(({ column }) => (column && known.has(column.id) ? column : []));
    const file = this.#openFile();
    file.end([...DOCUMENT_COLUMNS, ...columns.map(({ id }) => columnName(id))]);
    const staged = { path: file.path, rows: this.rows, document: this.#document, columns, fields };
    for (const node of this.#nodes) node.column = undefined;
    [this.#nodes, this.#fields, this.#document, this.#file] = [[], new Map(), documentColumns(), null];
    [this.#closed, this.#closedBytes] = [0, 0];
    return staged;
  }

  plainText(field: Field, source: Buffer, start: number, end: number): void {
    const column = field.column === undefined ? this.#columnOf(field, 'text') : field.column;
    if (column !== null) this.#told(field, addBytes(column, this.#row, source, start, end));
  }

  text(field: Field, text: string): void {
    const column = field.column === undefined ? this.#columnOf(field, 'text') : field.column;
    if (column !== null) this.#told(field, addText(column, this.#row, text));
  }

  number(field: Field, source: Buffer, start: number, end: number): void {
    const column = field.column === undefined ? this.#columnOf(field, kindOf(source, start, end)) : field.column;
    if (column !== null) this.#told(field, addNumber(column, this.#row, source, start, end));
  }

  boolean(field: Field, value: boolean): void {
    const column = field.column === undefined ? this.#columnOf(field, 'boolean') : field.column;
    if (column !== null) this.#told(field, addBoolean(column, this.#row, value));
  }

  isOpaque(field: Field): boolean {
    return (field.opaque ??= isOpaqueField(field.path));
  }

  /** The index that a row's own values name: mostly that of the row before. */
  #nameOf(row: number): string {
    if (this.#isNamed && row > 0 && this.#namers.every(({ column }) => column?.repeats(row) ?? true)) return this.#name;
    return indexOf((field) => this.#naming.get(field)?.column?.textAt(row) ?? null);
  }

  #columnOf(field: Field, kind: ValueKind): Slot {
    const mapped = this.#mapping.field(field.path, kind);
    field.column = mapped === null ? null : new Column(field.path, mapped.id, mapped.type, GROUP_ROWS);
    this.#nodes.push(field);
    return field.column;
  }

  #told(field: Field, fit: Fit): void {
    if (fit === 'whole') return;
    const conflict = this.conflicts.get(field.path) ?? { unfit: 0, cut: 0 };
    conflict[fit]++;
    this.conflicts.set(field.path, conflict);
    if (fit === 'unfit' && field.column) this.#unfit.push(field.column);
  }

  /** What the rows since the index was named have is what it has: looked at once for all of them. */
  #endNamed(row: number): void {
    if (row > this.#nameSince) {
      const fields = this.#fieldsOf(this.#name);
      for (const { column } of this.#nodes) {
        if (column && column.lastBefore(row) >= this.#nameSince) fields.add(column.id);
      }
    }
    this.#nameSince = row;
  }

  #takeUnfit(): void {
    const fields = this.#fieldsOf(this.#name);
    for (const { id } of this.#unfit) fields.add(id);
    this.#unfit = [];
  }

  #fieldsOf(index: string): Set<number> {
    const known = this.#fields.get(index);
    if (known !== undefined) return known;
    const made = new Set<number>();
    this.#fields.set(index, made);
    return made;
  }

  #closeGroup(): void {
    this.#endNamed(this.#row);
    this.#nameSince = 0;
    const columns = this.#nodes.flatMap(({ column }) => column ?? []);
    const document = DOCUMENT_COLUMNS.map((name) => this.#document[name]);
    this.#openFile().group(this.#row, [
      ...document.map((column) => column.texts(column.name)),
      ...columns.filter(({ row }) => row >= 0).map((column) => column.texts(columnName(column.id))),
    ]);
    for (const column of [...document, ...columns]) column.restart();
    this.#closed += this.#row;
    this.#closedBytes += this.#bytes;
    [this.#row, this.#bytes] = [0, 0];
  }

  #openFile(): ParquetFile {
    mkdirSync(this.#folder, { recursive: true });
    return (this.#file ??= new ParquetFile(join(this.#folder, `staged-${this.#files++}.parquet`)));
  }

  [Symbol.dispose](): void {
    this.#file?.[Symbol.dispose]();
  }
}

function documentColumns(): Record<DocumentColumn, Column> {
  const column = (name: DocumentColumn) => new Column(name, -1, 'keyword', GROUP_ROWS);
  return {
    index: column('index'),
    id: column('id'),
    source: column('source'),
    identity: column('identity'),
    file: column('file'),
  };
}

function kindOf(bytes: Uint8Array, start: number, end: number): ValueKind {
  for (let at = start; at < end; at++) {
    const byte = bytes[at]! | 0x20;
    if (byte === 0x2e || byte === 0x65) return 'fraction';
  }
  return 'whole';
}
