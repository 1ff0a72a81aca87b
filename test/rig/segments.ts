// Segments of literal documents with given types, for tests of the embedded engine that need no ingest.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import type { ColumnType, Value } from '../../src/core/row.ts';
import { duckType, toDuck } from '../../src/embedded/duck-values.ts';
import { columnType } from '../../src/embedded/sql/sql-types.ts';
import {
  BOUNDED_FIELDS,
  columnName,
  type MappedField,
  type SegmentInfo,
  type Snapshot,
} from '../../src/embedded/segments/snapshot.ts';
import { compareScalars } from '../../src/query/functions/order.ts';
import { elementsOf, fromCell, valueOf, type RefValue } from '../../src/query/values/values.ts';

/** Documents by flat field names, as one index holds them. */
export interface LiteralIndex {
  readonly fields: Readonly<Record<string, ColumnType>>;
  readonly documents: readonly Readonly<Record<string, unknown>>[];
}

/** A store of one segment for each index. Disposing it removes its folder. */
export interface LiteralEvents extends Disposable {
  readonly folder: string;
  readonly snapshot: () => Snapshot;
}

/** Writes the documents of each index into a segment of its own; the same field has one type in all of them. */
export async function literalEvents(indices: Readonly<Record<string, LiteralIndex>>): Promise<LiteralEvents> {
  const folder = mkdtempSync(join(tmpdir(), 'tracehound-segments-'));
  const mapping = new Map<string, MappedField>();
  for (const { fields } of Object.values(indices)) {
    for (const [name, type] of Object.entries(fields))
      if (!mapping.has(name)) mapping.set(name, { id: mapping.size + 1, type });
  }
  const segments: SegmentInfo[] = [];
  for (const [name, index] of Object.entries(indices)) segments.push(await writeSegment(folder, name, index, mapping));
  return {
    folder,
    snapshot: () => ({ mapping, segments }),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

async function writeSegment(
  folder: string,
  index: string,
  { fields, documents }: LiteralIndex,
  mapping: ReadonlyMap<string, MappedField>,
): Promise<SegmentInfo> {
  const file = join(folder, `${index}.duckdb`);
  const columns = Object.keys(fields).map((name) => {
    const { id, type } = mapping.get(name)!;
    const values = documents.map((document) => ingested(document[name] as Value | undefined, type));
    return { name, id, type, values, several: values.some((value) => elementsOf(value).length > 1) };
  });
  const instance = await DuckDBInstance.create(file);
  const connection = await instance.connect();
  const declared = columns.map((column) => `, ${columnName(column.id)} ${columnType(column)}`).join('');
  await connection.run(`CREATE TABLE events (_index VARCHAR, _id VARCHAR, _source VARCHAR${declared})`);
  for (const [row, document] of documents.entries())
    await insert(connection, [index, idOf(document, `${index}-${row}`), JSON.stringify(document)], columns, row);
  await connection.run('CHECKPOINT');
  connection.closeSync();
  instance.closeSync();
  return {
    id: index,
    file,
    rows: documents.length,
    indices: new Map([[index, documents.length]]),
    columns: new Map(columns.map(({ id, several }) => [id, several ? 'several' : 'single'])),
    fields: new Map([[index, new Set(columns.map(({ id }) => id))]]),
    bounds: new Map(
      columns
        .filter(({ name }) => (BOUNDED_FIELDS as readonly string[]).includes(name))
        .flatMap(({ name, values }) => boundsOf(name, values)),
    ),
  };
}

interface LiteralColumn {
  readonly id: number;
  readonly type: ColumnType;
  readonly several: boolean;
  readonly values: readonly RefValue[];
}

async function insert(
  connection: DuckDBConnection,
  texts: readonly string[],
  columns: readonly LiteralColumn[],
  row: number,
): Promise<void> {
  const cells = columns.map(({ type, several, values }) => ({
    value: toDuck(values[row] ?? null, type, several),
    type: duckType(type, several),
  }));
  const places = [...texts, ...cells].map((_, at) => `$${at + 1}`).join(', ');
  const types = [...texts.map(() => duckType('keyword', false)), ...cells.map(({ type }) => type)];
  await connection.run(`INSERT INTO events VALUES (${places})`, [...texts, ...cells.map(({ value }) => value)], types);
}

/** Keyword, ip and boolean values come back sorted and once each, numbers and dates sorted (esql.md 5.2). */
function ingested(cell: Value | undefined, type: ColumnType): RefValue {
  const elements = elementsOf(fromCell(cell, type)).toSorted((a, b) => compareScalars(a, b, type));
  return valueOf(['keyword', 'ip', 'boolean'].includes(type) ? [...new Set(elements)] : elements);
}

function boundsOf(name: string, values: readonly RefValue[]): [string, { min: number; max: number }][] {
  const instants = values.flatMap((value) => elementsOf(value)).map(Number);
  return instants.length === 0 ? [] : [[name, { min: Math.min(...instants), max: Math.max(...instants) }]];
}

function idOf({ _id }: Readonly<Record<string, unknown>>, otherwise: string): string {
  return typeof _id === 'string' ? _id : otherwise;
}
