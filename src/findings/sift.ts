import type { HuntRow, Row, Scalar } from '../core/row.ts';
import { cellOf, valuesOf } from '../core/row.ts';
import type { Hidden } from '../core/run.ts';

/** Whether an expression holds for a row; null: unknown, which never hides. */
export type Predicate = (row: Row) => boolean | null;

/** The rows that are left, and what was taken away; a count of zero is left out. */
export interface Sifted {
  readonly rows: readonly HuntRow[];
  readonly hidden: readonly Hidden[];
}

/** What becomes of one row: the row as it goes on (null: it goes), and how many of its values were removed. */
export interface Outcome {
  readonly row: HuntRow | null;
  readonly removed: number;
}

/** Decides each row, in order, and counts what `by` took away. */
export function sift(
  rows: readonly HuntRow[],
  by: Pick<Hidden, 'by' | 'name'>,
  decide: (row: HuntRow) => Outcome,
): Sifted {
  const outcomes = rows.map(decide);
  const left = outcomes.map(({ row }) => row).filter((row) => row !== null);
  const counts = [
    { ...by, unit: 'values', count: outcomes.reduce((sum, { removed }) => sum + removed, 0) },
    { ...by, unit: 'rows', count: rows.length - left.length },
  ] as const;
  return { rows: left, hidden: counts.filter(({ count }) => count > 0) };
}

/** Applies stages one after the other: what an earlier one took away, a later one neither sees nor counts. */
export function siftAll<T>(
  rows: readonly HuntRow[],
  stages: readonly T[],
  apply: (rows: readonly HuntRow[], stage: T) => Sifted,
): Sifted {
  return stages.reduce<Sifted>(
    (before, stage) => {
      const after = apply(before.rows, stage);
      return { rows: after.rows, hidden: [...before.hidden, ...after.hidden] };
    },
    { rows, hidden: [] },
  );
}

/**
 * A row without those values of a column that are to be hidden. It goes only when none is left and all had been read:
 * a null cell and a set with more values than were read keep their row.
 */
export function withoutValues(row: HuntRow, column: string, isHidden: (value: Scalar) => boolean): Outcome {
  const values = valuesOf(row.cells.get(column));
  const kept = values.filter((value) => !isHidden(value));
  const removed = values.length - kept.length;
  if (removed === 0) return { row, removed };
  if (kept.length === 0 && !row.more.has(column)) return { row: null, removed };
  return { row: { cells: new Map(row.cells).set(column, cellOf(kept)), more: row.more }, removed };
}

/** Whether an expression over these columns can be trusted to hide the row: none of them had more values than were read. */
export function hasAllValues(row: HuntRow, columns: Iterable<string>): boolean {
  return [...columns].every((column) => !row.more.has(column));
}
