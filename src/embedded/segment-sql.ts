import type { ColumnType } from '../core/row.ts';
import { ESCAPE_LETTERS, ESCAPE_MARK, NULL_MARK, ROW_MARK, VALUE_MARK, type Column } from './column.ts';
import { sqlType } from './sql-types.ts';

/**
 * Types whose several values Elasticsearch keeps sorted with duplicates; text stays as it was sent, the others are sets
 * [measured on 8.19.21].
 */
const KEEPS_DUPLICATES: ReadonlySet<ColumnType> = new Set(['integer', 'long', 'double', 'date', 'boolean']);

/** The values of staged texts by row: a list of texts, one a row. */
export function rowsOf(staged: string): string {
  return `string_split(decode(${staged}), chr(${ROW_MARK}))`;
}

/** A field's column out of the text of one row. */
export function columnSql(column: Column, text: string): string {
  const present = `nullif(${text}, chr(${NULL_MARK}))`;
  return column.several ? listSql(column, present) : scalarSql(column, present);
}

/** A text of one row as it was before marks in it were escaped. */
export function textSql({ escaped }: Pick<Column, 'escaped'>, text: string): string {
  if (!escaped) return text;
  // The escape mark itself comes last, so that what it makes is not read again.
  const marks = ESCAPE_LETTERS.split('')
    .map((letter, at) => ({ letter, code: ESCAPE_MARK + at }))
    .reverse();
  return marks.reduce(
    (sql, { letter, code }) => `replace(${sql}, chr(${ESCAPE_MARK}) || '${letter}', chr(${code}))`,
    text,
  );
}

function scalarSql(column: Column, text: string): string {
  if (isText(column.type)) return textSql(column, text);
  return column.type === 'date' ? `epoch_ms(CAST(${text} AS BIGINT))` : `CAST(${text} AS ${sqlType(column.type)})`;
}

function listSql(column: Column, text: string): string {
  const parts = `string_split(${text}, chr(${VALUE_MARK}))`;
  const values = partsSql(column, parts);
  if (column.type === 'text') return values;
  if (KEEPS_DUPLICATES.has(column.type)) return `list_sort(${values})`;
  // Sorting and deduplicating costs 0.5 µs a list, and most come in order already; numbers are not ordered as their texts are.
  return isText(column.type) && column.ascending && !column.escaped ? values : `list_sort(list_distinct(${values}))`;
}

/** A list of texts as a list of values; a cast of the whole list is several times as fast as one for each element. */
function partsSql(column: Column, parts: string): string {
  if (isText(column.type) && !column.escaped) return parts;
  if (isText(column.type) || column.type === 'date') return `[${scalarSql(column, 'v')} FOR v IN ${parts}]`;
  return `CAST(${parts} AS ${sqlType(column.type)}[])`;
}

function isText(type: ColumnType): boolean {
  return type === 'keyword' || type === 'text' || type === 'version';
}
