import type { ColumnType } from '../../core/row.ts';

/** A field of the store: its column is `c<id>`, in every segment that has it. Names never become SQL identifiers. */
export interface MappedField {
  readonly id: number;
  readonly type: ColumnType;
}

/** Whether a column of a segment is plain, or a LIST because some document of the segment has several values. */
export type Shape = 'single' | 'several';

/** Smallest and largest instant (epoch ms) of a date field in a segment. */
export interface Bounds {
  readonly min: number;
  readonly max: number;
}

/**
 * One DuckDB file with one table `events`: `_index`, `_id`, `_source` (the document as text), and `c<id>` for each field
 * that any of its documents has. Never changed once it is in the manifest.
 */
export interface SegmentInfo {
  readonly id: string;
  /** Absolute path; to be attached READ_ONLY. */
  readonly file: string;
  readonly rows: number;
  /** Documents by the name of their index. */
  readonly indices: ReadonlyMap<string, number>;
  readonly columns: ReadonlyMap<number, Shape>;
  /** By the name of an index, the columns that any of its documents gave a value to: its fields. */
  readonly fields: ReadonlyMap<string, ReadonlySet<number>>;
  /** By field name, for the fields of `BOUNDED_FIELDS` that hold any value here. */
  readonly bounds: ReadonlyMap<string, Bounds>;
}

/** What the store holds at one moment. A file that was merged into another stays for an hour (housekeeping.ts). */
export interface Snapshot {
  /** By field name, case-sensitive. */
  readonly mapping: ReadonlyMap<string, MappedField>;
  readonly segments: readonly SegmentInfo[];
}

/** Dates whose bounds a segment keeps: the clocks of sources, so that a range of time skips whole segments. */
export const BOUNDED_FIELDS = ['@timestamp', 'event.ingested', 'event.created'] as const;

/** The name of the column of a field. */
export function columnName(id: number): string {
  return `c${id}`;
}
