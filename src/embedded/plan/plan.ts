import type { ColumnType } from '../../core/row.ts';
import type { Dissect, Grok, LookupJoin } from '../../query/syntax/ast.ts';
import type { Typed } from '../../query/resolve/typed.ts';

/** A column between stages, `s<id>` in SQL. Names of a query never become SQL: they live in the planner's tables. */
export interface Slot {
  readonly id: number;
  readonly type: ColumnType;
}

/** The columns that names stand for at one place of a query, in order. */
export type Names = ReadonlyMap<string, Slot>;

/** A typed tree with what its column names stand for. */
export interface Bound {
  readonly typed: Typed;
  readonly names: Names;
}

interface Assigned {
  readonly slot: Slot;
  readonly value: Bound;
}

export interface SortBy {
  readonly slot: Slot;
  readonly direction: 'asc' | 'desc';
  readonly nulls: 'first' | 'last';
}

/** An aggregate call whose arguments and condition are columns of the stage before. */
export interface AggregateCall {
  readonly slot: Slot;
  readonly typed: Typed;
  readonly name: string;
  readonly args: readonly Bound[];
  readonly where: Slot | null;
}

export type Metadata = '_index' | '_id' | '_source' | '_version';

/** One step from rows to rows. A LIMIT that follows a SORT keeps its order; later stages carry what was sorted by. */
export type Stage =
  | {
      readonly kind: 'scan';
      readonly fields: readonly ScanField[];
      readonly metadata: readonly ScanMetadata[];
      readonly where: readonly Bound[];
    }
  | { readonly kind: 'one_row' }
  | { readonly kind: 'where'; readonly condition: Bound }
  | { readonly kind: 'assign'; readonly assigned: readonly Assigned[] }
  | {
      readonly kind: 'explode';
      readonly from: Slot;
      readonly to: Slot;
      readonly distinct: boolean;
      readonly ordinal: Slot | null;
    }
  | { readonly kind: 'aggregate'; readonly keys: readonly Slot[]; readonly calls: readonly AggregateCall[] }
  | { readonly kind: 'limit'; readonly count: number; readonly order: readonly SortBy[] }
  | { readonly kind: 'extract'; readonly command: Dissect | Grok; readonly input: Bound; readonly made: Names }
  | {
      readonly kind: 'lookup';
      readonly command: LookupJoin;
      /** What is compared, on either side. */
      readonly key: Slot;
      readonly otherKey: ScanField;
      readonly made: readonly ScanField[];
    };

export interface ScanField {
  readonly slot: Slot;
  /** Id of the field in the mapping. */
  readonly id: number;
  readonly name: string;
}

export interface ScanMetadata {
  readonly slot: Slot;
  readonly name: Metadata;
}

export interface Plan {
  readonly stages: readonly Stage[];
  /** Columns of the answer, in order. */
  readonly columns: Names;
  readonly order: readonly SortBy[];
  /** Rows that the answer may have, as ES|QL bounds them. */
  readonly limit: number;
}

export type StageOf<K extends Stage['kind']> = Extract<Stage, { kind: K }>;
