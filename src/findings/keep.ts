import type { HuntRow, Scalar } from '../core/row.ts';
import { valuesOf } from '../core/row.ts';
import { enrichRow, geoCells, geoColumns } from './enrich.ts';
import type { GeoLookup } from './geoip.ts';
import type { Outcome, Predicate, Sifted } from './sift.ts';
import { hasAllValues, sift, withoutValues } from './sift.ts';

/** A hunt's `keep`, ready for rows. */
export interface RowKeep {
  readonly keeps: Predicate;
  /** Columns that it reads. */
  readonly reads: ReadonlySet<string>;
  /** The several-valued column it is decided by, value by value; null: by the whole row. One of `keepFamilies`. */
  readonly family: string | null;
  /** Address fields with GeoIP columns, and where these come from; null without GeoIP. */
  readonly geoip: { readonly fields: readonly string[]; readonly lookup: GeoLookup } | null;
}

/**
 * The several-valued columns that an expression reads, themselves or by their geo and as columns, in the order of
 * `collected`. More than one is an error for the caller: "address a and port b" is no statement about pairs that were
 * seen together, so neither value can be judged alone.
 */
export function keepFamilies(
  columnsRead: Iterable<string>,
  geoip: readonly string[],
  collected: Iterable<string>,
): string[] {
  const read = new Set(columnsRead);
  return [...new Set(collected)].filter((field) => familyColumns(field, geoip).some((name) => read.has(name)));
}

/**
 * Removes what `keep` says is not wanted: rows for which it is false, never those for which it is unknown. With a
 * family each value is judged alone, with its own geo facts; values for which it is false are removed, the geo columns
 * follow, and the row goes when none is left and all had been read.
 */
export function keepRows(rows: readonly HuntRow[], keep: RowKeep): Sifted {
  const { family } = keep;
  return sift(rows, { by: 'keep', name: 'keep' }, (row) => {
    const judgedAlone = family !== null && valuesOf(row.cells.get(family)).length > 0;
    return judgedAlone ? keepValues(row, family, keep) : keepWhole(row, keep);
  });
}

function keepWhole(row: HuntRow, { keeps, reads }: RowKeep): Outcome {
  const goes = hasAllValues(row, reads) && keeps(row.cells) === false;
  return { row: goes ? null : row, removed: 0 };
}

function keepValues(row: HuntRow, family: string, { keeps, reads, geoip }: RowKeep): Outcome {
  const fields = geoip?.fields ?? [];
  const ownColumns = familyColumns(family, fields);
  const others = [...reads].filter((name) => !ownColumns.includes(name));
  if (!hasAllValues(row, others)) return { row, removed: 0 };
  const geoOf = (value: Scalar) =>
    geoip !== null && fields.includes(family) ? geoCells(family, value, geoip.lookup) : [];
  const outcome = withoutValues(
    row,
    family,
    (value) => keeps(new Map([...row.cells, [family, value], ...geoOf(value)])) === false,
  );
  const follows = outcome.row !== null && outcome.removed > 0 && geoip !== null;
  return follows ? { ...outcome, row: enrichRow(outcome.row, fields, geoip.lookup) } : outcome;
}

function familyColumns(field: string, geoip: readonly string[]): string[] {
  return geoip.includes(field) ? [field, ...geoColumns(field).map(({ name }) => name)] : [field];
}
