import type { ParamValue } from '../../core/hunt.ts';
import type { ColumnType } from '../../core/row.ts';
import type { Command } from '../syntax/ast.ts';
import type { KnownColumn, MeaningFault, Typed } from './typed.ts';

/** What is known of the fields of a query's sources. */
export interface Catalog {
  readonly field: (name: string) => { readonly type: ColumnType; readonly array: boolean } | undefined;
  /** Whether an unknown field is a fault; else it is a keyword of unknown severalness. */
  readonly strict: boolean;
  /** Values of the parameters; left out where they are not known yet, then any name and type will do. */
  readonly params?: Readonly<Record<string, ParamValue>>;
  /** Whether functions may be called that 8.19 lacks, where the embedded engine has them; else they are faults. */
  readonly newer?: boolean;
  /** Names to choose from for "did you mean". */
  readonly names?: () => Iterable<string>;
  /** The fields of an index that LOOKUP JOIN names, undefined for no such index; left out where indices are not known. */
  readonly lookup?: (index: string) => readonly KnownColumn[] | undefined;
  /** Every field of the sources, where all are known: FROM then makes each of them a column, by name. */
  readonly all?: readonly string[];
}

/** An expression of a query with its types, and the command it stands in. */
export interface Placed {
  readonly command: Command;
  readonly typed: Typed;
}

/** A query with its columns, types and severalness, through all of its commands. */
export interface Resolution {
  /** The columns of the answer, in order. */
  readonly columns: readonly KnownColumn[];
  /** Whether the answer also has fields of the sources that no command names (no KEEP, no STATS): those come first, by name. */
  readonly open: boolean;
  /** The known columns after each command. */
  readonly after: readonly (readonly KnownColumn[])[];
  /** Fields of the sources that any command reads. */
  readonly fields: ReadonlySet<string>;
  /** Every expression, typed, in the order of the text. */
  readonly expressions: readonly Placed[];
  readonly faults: readonly MeaningFault[];
}
