import type { ColumnType } from '../../core/row.ts';
import { describeSegment, sizeOf } from './describe-segment.ts';
import { type Duck, quoted } from './duck.ts';
import type { Manifest } from './manifest.ts';
import { createEventsSql, newFileSql } from './segment-sql.ts';
import { newSegmentId } from './segment-writer.ts';
import { columnName, type SegmentInfo, type Shape } from './snapshot.ts';
import { columnType } from '../sql/sql-types.ts';
import { removeFile } from './housekeeping.ts';

/** Below this a segment is small. Each one costs every query about a millisecond. */
const SMALL_ROWS = 65_536;
const SMALL_COUNT = 8;
const MERGED_ROWS = 524_288;

/** Small segments that are worth merging into one; none where there are few. */
export function smallSegments(live: readonly SegmentInfo[]): readonly SegmentInfo[] {
  const chosen: SegmentInfo[] = [];
  let rows = 0;
  for (const segment of live.filter((each) => each.rows < SMALL_ROWS).sort((a, b) => a.rows - b.rows)) {
    rows += segment.rows;
    if (rows > MERGED_ROWS) break;
    chosen.push(segment);
  }
  return chosen.length < SMALL_COUNT ? [] : chosen;
}

/**
 * Merges segments into a new one that takes their place in one transaction. Snapshots that name the old ones stay
 * valid: their files are kept for a while (housekeeping.ts). False where another process merged one of them first.
 */
export async function mergeSegments(
  duck: Duck,
  manifest: Manifest,
  segments: readonly SegmentInfo[],
): Promise<boolean> {
  const id = newSegmentId();
  const file = manifest.fileOf(id);
  const fields = manifest.fields();
  const types = new Map([...fields.values()].map(({ id, type }) => [id, type]));
  const typeOf = (column: number) => types.get(column) ?? 'keyword';
  const columns = mergedColumns(segments);
  manifest.announce(id);
  await duck.run(newFileSql(file, 'merged'));
  let segment;
  try {
    for (const [at, { file }] of segments.entries()) await duck.run(`ATTACH ${quoted(file)} AS part${at} (READ_ONLY)`);
    const parts = segments.map((part, at) => `SELECT ${partSql(part, columns, typeOf)} FROM part${at}.events`);
    const identities = segments.map((_, at) => `SELECT identity, nth FROM part${at}.identities`);
    await duck.run(
      createEventsSql(
        'merged',
        [...columns].map(([id, shape]) => ({ id, type: typeOf(id), several: shape === 'several' })),
      ),
      `INSERT INTO merged.events ${parts.join(' UNION ALL ')}`,
      `CREATE TABLE merged.identities AS ${identities.join(' UNION ALL ')}`,
    );
    segment = await describeSegment(duck, 'merged', id, { columns, fields: mergedFields(segments) }, fields);
  } finally {
    await duck.run('DETACH merged');
  }
  const replaced = segments.map((each) => each.id);
  const written = { ...segment, bytes: sizeOf(file) };
  const isLive = (live: readonly SegmentInfo[]) => replaced.every((each) => live.some((other) => other.id === each));
  if (manifest.commit(written, replaced, isLive)) return true;
  removeFile(file);
  manifest.forget(id);
  return false;
}

function mergedColumns(segments: readonly SegmentInfo[]): Map<number, Shape> {
  const columns = new Map<number, Shape>();
  for (const { columns: own } of segments) {
    for (const [id, shape] of own) if (shape === 'several' || !columns.has(id)) columns.set(id, shape);
  }
  return columns;
}

function mergedFields(segments: readonly SegmentInfo[]): Map<string, Set<number>> {
  const parts = Map.groupBy(
    segments.flatMap(({ fields }) => [...fields]),
    ([index]) => index,
  );
  return new Map([...parts].map(([index, each]) => [index, new Set(each.flatMap(([, columns]) => [...columns]))]));
}

/** The columns of one part in the shape of the whole. */
function partSql(
  part: SegmentInfo,
  columns: ReadonlyMap<number, Shape>,
  typeOf: (column: number) => ColumnType,
): string {
  const fields = [...columns].map(([id, shape]) => {
    const name = columnName(id);
    const own = part.columns.get(id);
    if (own === undefined) return `NULL::${columnType({ type: typeOf(id), several: shape === 'several' })} AS ${name}`;
    return own === shape ? name : `CASE WHEN ${name} IS NOT NULL THEN [${name}] END AS ${name}`;
  });
  return ['_index', '_id', '_source', ...fields].join(', ');
}
