/**
 * The column types of ES|QL that hunts meet (reference: Elastic's "ES|QL data types"). `unsupported` is a field whose
 * type differs between indices, or that ES|QL cannot read.
 */
const COLUMN_TYPES = [
  'keyword',
  'text',
  'integer',
  'long',
  'unsigned_long',
  'double',
  'boolean',
  'date',
  'date_nanos',
  'ip',
  'version',
  'geo_point',
  'null',
  'unsupported',
] as const;
export type ColumnType = (typeof COLUMN_TYPES)[number];

export interface Column {
  readonly name: string;
  readonly type: ColumnType;
}

/** One value as an answer carries it: dates and addresses are text (ISO 8601 in UTC; canonical), numbers are numbers. */
export type Scalar = string | number | boolean;

/** Absent, one value, or several (in the order of the answer). A list never has fewer than two elements. */
export type Value = null | Scalar | readonly Scalar[];

/** A row by column name. A Map, not an object: a column may be called `__proto__`. */
export type Row = ReadonlyMap<string, Value>;

export interface Table {
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
}

/** The values of a cell as a list: none for null, one, or all. */
export function valuesOf(value: Value | undefined): readonly Scalar[] {
  if (value === null || value === undefined) return [];
  return isList(value) ? value : [value];
}

/** A list as a cell: null when empty, the value itself when alone. */
export function cellOf(values: readonly Scalar[]): Value {
  return values.length === 0 ? null : values.length === 1 ? (values[0] ?? null) : values;
}

/** Whether a cell holds several values. */
export function isList(value: Value): value is readonly Scalar[] {
  return Array.isArray(value);
}

/** A row under way from the engine to a finding: its cells, and the columns that had more values than were read. */
export interface HuntRow {
  readonly cells: Row;
  readonly more: ReadonlySet<string>;
}
