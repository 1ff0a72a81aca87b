import { BLOB, blobValue, DuckDBDataChunk, type DuckDBValue, INTEGER } from '@duckdb/node-api';
import type { Column } from './column.ts';
import { describeSegment } from './describe-segment.ts';
import type { Duck } from './duck.ts';
import type { WrittenSegment } from './manifest.ts';
import { columnSql, createEventsSql, newFileSql, rowsOf, textSql } from './segment-sql.ts';
import { columnName, type Shape } from './snapshot.ts';
import type { Staged } from './stage.ts';

/** What identities are judged by, in the table `heads`: a row a document, with its place among the staged ones. */
export async function loadHeads(duck: Duck, { chunks, document }: Staged): Promise<void> {
  const columns = [document.identity, document.file, document.id];
  await duck.run('CREATE OR REPLACE TEMP TABLE staged (chunk INTEGER, n INTEGER, identity BLOB, file BLOB, own BLOB)');
  const appender = await duck.connection.createAppender('staged', 'main', 'temp');
  for (const [chunk, rows] of chunks.entries()) {
    const row = DuckDBDataChunk.create([INTEGER, INTEGER, BLOB, BLOB, BLOB], 1);
    row.setRows([[chunk, rows, ...columns.map((column) => blobOf(column, chunk))]]);
    appender.appendDataChunk(row);
  }
  appender.closeSync();
  await duck.run(
    `CREATE OR REPLACE TEMP TABLE heads AS
       SELECT chunk, unnest(range(n)) AS pos, unnest(${rowsOf('identity')})::UUID AS identity,
         unnest(${rowsOf('file')})::INTEGER AS file, coalesce(unnest(${rowsOf('own')}) <> chr(29), false) AS own
       FROM staged`,
    'DROP TABLE staged',
  );
}

function blobOf(column: Column, chunk: number): DuckDBValue {
  const bytes = column.chunks.get(chunk);
  return bytes === undefined ? null : blobValue(bytes);
}

/** Where a segment goes, and how many rows the table `odd` has (identities.ts). */
interface Target {
  readonly id: string;
  readonly file: string;
  readonly odd: number;
}

/** Writes the staged documents that are new into a file of its own, which is whole on the disk when this resolves. */
export async function writeSegment(duck: Duck, target: Target, staged: Staged): Promise<Omit<WrittenSegment, 'bytes'>> {
  const { columns, fields } = staged;
  const shapes = new Map(columns.map(({ id, several }): [number, Shape] => [id, several ? 'several' : 'single']));
  const mapping = new Map(columns.map(({ name, id }) => [name, { id }]));
  await duck.run(newFileSql(target.file, 'written'));
  try {
    await duck.run('BEGIN', createEventsSql('written', columns));
    await insertChunks(duck, staged, target.odd);
    await duck.run(identitiesSql(target.odd), 'COMMIT');
    return await describeSegment(duck, 'written', target.id, { columns: shapes, fields }, mapping);
  } catch (error) {
    // There is nothing to roll back where the fault came after the transaction; the fault itself is what counts.
    await duck.run('ROLLBACK').catch(() => {});
    throw error;
  } finally {
    // Detaching writes what is still in its log, and gives up the file's lock.
    await duck.run('DETACH written');
  }
}

/** One prepared statement for all chunks: a chunk's texts are its parameters, a column each. */
async function insertChunks(duck: Duck, { chunks, document, columns }: Staged, odd: number): Promise<void> {
  const sources = [document.index, document.id, document.source, document.identity, ...columns];
  const insert = await duck.connection.prepare(insertSql(document, columns, odd));
  try {
    for (const chunk of chunks.keys()) {
      insert.bindInteger(1, chunk);
      insert.bindInteger(2, chunks[chunk] ?? 0);
      for (const [at, column] of sources.entries()) {
        const bytes = column.chunks.get(chunk);
        if (bytes === undefined) insert.bindNull(at + 3);
        else insert.bindBlob(at + 3, bytes);
      }
      await insert.run();
    }
  } finally {
    insert.destroySync();
  }
}

function insertSql(document: Staged['document'], columns: readonly Column[], odd: number): string {
  const names = ['idx', 'own', 'src', 'identity', ...columns.map(({ id }) => columnName(id))];
  const unfolded = names.map((name, at) => `unnest(${rowsOf(`$${at + 3}`)}) AS ${name}`).join(', ');
  const nth = odd === 0 ? '0' : 'coalesce(nth, 0)';
  const values = [
    textSql(document.index, 'idx'),
    `coalesce(${textSql(document.id, 'nullif(own, chr(29))')}, identity || CASE ${nth} WHEN 0 THEN '' ELSE '-' || ${nth} END)`,
    'src',
    ...columns.map((column) => columnSql(column, columnName(column.id))),
  ];
  const rows = `(SELECT $1::INTEGER AS chunk, unnest(range($2::INTEGER)) AS pos, ${unfolded})`;
  return `INSERT INTO written.events SELECT ${values.join(', ')} FROM ${rows} ${isNew(odd)}`;
}

function identitiesSql(odd: number): string {
  const nth = odd === 0 ? '0' : 'coalesce(nth, 0)';
  return `CREATE TABLE written.identities AS SELECT identity, (${nth})::INTEGER AS nth FROM heads ${isNew(odd)}`;
}

/** Leaves out what is seen before; without odd rows there is nothing to look for. */
function isNew(odd: number): string {
  return odd === 0 ? '' : 'LEFT JOIN odd USING (chunk, pos) WHERE seen IS NOT TRUE';
}
