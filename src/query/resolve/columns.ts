import type { NamePattern } from '../syntax/ast.ts';
import type { KnownColumn } from './typed.ts';

/**
 * The columns at one place of a query: those that are known, in order, and which fields of the sources are columns too
 * (after FROM all, after STATS none).
 */
export interface Columns {
  readonly known: ReadonlyMap<string, KnownColumn>;
  readonly open: (name: string) => boolean;
  /** Whether any field may still be a column. */
  readonly isOpen: boolean;
  /** Commands that add columns nobody can name here (ENRICH without WITH, LOOKUP JOIN) have been passed. */
  readonly loose: boolean;
}

export const NO_COLUMNS: Columns = { known: new Map(), open: () => false, isOpen: false, loose: false };

/** With more columns at the end; one of the same name goes from where it was. */
export function withColumns(columns: Columns, added: readonly KnownColumn[]): Columns {
  const known = new Map(columns.known);
  for (const column of added) {
    known.delete(column.name);
    known.set(column.name, column);
  }
  return { ...columns, known };
}

/** With one column replaced where it stands; one that is known by its field only is added. */
export function withColumn(columns: Columns, column: KnownColumn): Columns {
  return { ...columns, known: new Map(columns.known).set(column.name, column) };
}

/** Without those columns that `gone` names. */
export function withoutColumns(columns: Columns, gone: (name: string) => boolean): Columns {
  const known = new Map([...columns.known].filter(([name]) => !gone(name)));
  return { ...columns, known, open: (name) => columns.open(name) && !gone(name) };
}

/**
 * Only those columns that the patterns name, in their order: a whole name comes before a pattern, a pattern before `*`
 * alone, and of two equals the later holds. `exact` are the columns of whole names, fields included.
 */
export function keptColumns(
  columns: Columns,
  patterns: readonly NamePattern[],
  exact: readonly KnownColumn[],
): Columns {
  const kept = new Map<string, { readonly column: KnownColumn; readonly rank: number }>();
  for (const pattern of patterns) {
    const rank = rankOf(pattern);
    for (const column of matchedBy(pattern, columns, exact)) {
      if (rank < (kept.get(column.name)?.rank ?? 0)) continue;
      kept.delete(column.name);
      kept.set(column.name, { column, rank });
    }
  }
  const wild = patterns.filter((pattern) => pattern.wild);
  return {
    ...columns,
    known: new Map([...kept].map(([name, { column }]) => [name, column])),
    open: (name) => columns.open(name) && wild.some((pattern) => matchesName(pattern, name)),
    isOpen: columns.isOpen && wild.length > 0,
    loose: columns.loose && wild.length > 0,
  };
}

/** Whether a name pattern fits a whole name. Goes back to the last wildcard only. */
export function matchesName({ pieces, wild, name: whole }: NamePattern, name: string): boolean {
  if (!wild) return whole === name;
  const [first = '', ...rest] = pieces;
  const last = rest.pop() ?? '';
  if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length) return false;
  let at = first.length;
  const end = name.length - last.length;
  for (const piece of rest) {
    const found = name.indexOf(piece, at);
    if (found < 0 || found + piece.length > end) return false;
    at = found + piece.length;
  }
  return true;
}

function rankOf(pattern: NamePattern): number {
  if (!pattern.wild) return 3;
  return pattern.pieces.every((piece) => piece === '') ? 1 : 2;
}

function matchedBy(pattern: NamePattern, columns: Columns, exact: readonly KnownColumn[]): readonly KnownColumn[] {
  if (!pattern.wild) return exact.filter((column) => column.name === pattern.name);
  return [...columns.known.values()].filter((column) => matchesName(pattern, column.name));
}
