import type { ColumnType } from '../../core/row.ts';
import { ESCAPE_MARK, isText, LETTER_OF_MARK, VALUE_MARK, type Column } from './column.ts';
import { quoted } from './duck.ts';
import { columnName } from './snapshot.ts';
import { columnType, sqlType } from '../sql/sql-types.ts';

/**
 * Types whose several values Elasticsearch keeps sorted with duplicates; text stays as it was sent, the others are sets
 * [measured on 8.19.21].
 */
const KEEPS_DUPLICATES: ReadonlySet<ColumnType> = new Set(['integer', 'long', 'double', 'date', 'boolean']);

/** Attaches a new file that is to become a segment. */
export function newFileSql(file: string, alias: string): string {
  return `ATTACH ${quoted(file)} AS ${alias} (STORAGE_VERSION 'v1.5.0')`;
}

/**
 * Makes a segment's table of events. What repeats from line to line, which is most of `_source`, zstd finds best: 34
 * bytes of 807 remain and 1.6 µs a document, where DuckDB's own choice takes 257 bytes and 3.4 µs (bench/ingest.ts).
 */
export function createEventsSql(
  alias: string,
  columns: readonly { readonly id: number; readonly type: ColumnType; readonly several: boolean }[],
): string {
  const fields = columns.map((column) => `${columnName(column.id)} ${columnType(column)}`);
  const names = ['_index VARCHAR', '_id VARCHAR', "_source VARCHAR USING COMPRESSION 'zstd'", ...fields];
  return `CREATE TABLE ${alias}.events (${names.join(', ')})`;
}

/** What of a column its SQL needs. */
export type ColumnInfo = Pick<Column, 'id' | 'name' | 'type' | 'several' | 'escaped' | 'ascending'>;

/** A field's column out of its text. */
export function columnSql(column: ColumnInfo, text: string): string {
  return column.several ? listSql(column, text) : scalarSql(column, text);
}

/** A text as it was before marks in it were escaped. */
export function textSql({ escaped }: Pick<Column, 'escaped'>, text: string): string {
  if (!escaped) return text;
  // The escape mark itself comes last, so that what it makes is not read again.
  return LETTER_OF_MARK.entries().reduce(
    (sql, [mark, letter]) => `replace(${sql}, chr(${ESCAPE_MARK}) || '${letter}', chr(${mark}))`,
    text,
  );
}

function scalarSql(column: ColumnInfo, text: string): string {
  if (isText(column.type)) return textSql(column, text);
  return column.type === 'date' ? `epoch_ms(CAST(${text} AS BIGINT))` : `CAST(${text} AS ${sqlType(column.type)})`;
}

function listSql(column: ColumnInfo, text: string): string {
  const parts = `string_split(${text}, chr(${VALUE_MARK}))`;
  const values = partsSql(column, parts);
  if (column.type === 'text') return values;
  if (KEEPS_DUPLICATES.has(column.type)) return `list_sort(${values})`;
  // Sorting and deduplicating costs 0.5 µs a list, and most come in order already; numbers are not ordered as their texts are.
  return isText(column.type) && column.ascending && !column.escaped ? values : `list_sort(list_distinct(${values}))`;
}

/** A list of texts as a list of values; a cast of the whole list is several times as fast as one for each element. */
function partsSql(column: ColumnInfo, parts: string): string {
  if (isText(column.type) && !column.escaped) return parts;
  if (isText(column.type) || column.type === 'date') return `[${scalarSql(column, 'v')} FOR v IN ${parts}]`;
  return `CAST(${parts} AS ${sqlType(column.type)}[])`;
}

/** Reads the columns of a staged file; signs that would make its path a pattern stand for themselves. */
export function stagedSql(path: string, options = ''): string {
  const plain = path.replaceAll(/[[*?]/g, (sign) => `[${sign}]`);
  return `read_parquet(${quoted(plain)}, hive_partitioning = false${options})`;
}
