import { describeSegment } from './describe-segment.ts';
import type { Duck } from './duck.ts';
import type { WrittenSegment } from './manifest.ts';
import { columnSql, createEventsSql, newFileSql, stagedSql, textSql } from './segment-sql.ts';
import { columnName, type Shape } from './snapshot.ts';
import type { Staged } from './stage.ts';

/** What identities are judged by, in the table `heads`: a row a document, by its number among the staged ones. */
export async function loadHeads(duck: Duck, { path }: Staged): Promise<void> {
  await duck.run(
    `CREATE OR REPLACE TEMP TABLE heads AS
       SELECT file_row_number AS place, identity::UUID AS identity, file::INTEGER AS file, id IS NOT NULL AS own
       FROM ${stagedSql(path, ', file_row_number = true')}`,
  );
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
    await duck.run(
      'BEGIN',
      createEventsSql('written', columns),
      eventsSql(staged, target.odd),
      identitiesSql(target.odd),
      'COMMIT',
    );
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

function eventsSql({ path, document, columns }: Staged, odd: number): string {
  const values = [
    textSql(document.index, 'index'),
    `coalesce(${textSql(document.id, 'id')}, identity || CASE ${nthSql(odd)} WHEN 0 THEN '' ELSE '-' || ${nthSql(odd)} END)`,
    'source',
    ...columns.map((column) => columnSql(column, columnName(column.id))),
  ];
  const rows =
    odd === 0 ? stagedSql(path) : `${stagedSql(path, ', file_row_number = true')} e ${onlyNew('e.file_row_number')}`;
  return `INSERT INTO written.events SELECT ${values.join(', ')} FROM ${rows}`;
}

function identitiesSql(odd: number): string {
  const rows = odd === 0 ? 'heads' : `heads ${onlyNew('heads.place')}`;
  return `CREATE TABLE written.identities AS SELECT identity, (${nthSql(odd)})::INTEGER AS nth FROM ${rows}`;
}

function nthSql(odd: number): string {
  return odd === 0 ? '0' : 'coalesce(odd.nth, 0)';
}

/** Leaves out what is seen before; without odd rows there is nothing to look for. */
function onlyNew(place: string): string {
  return `LEFT JOIN odd ON odd.place = ${place} WHERE odd.seen IS NOT TRUE`;
}
