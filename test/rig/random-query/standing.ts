// What is known before a command, and what making one gives.
import type { Command } from '../../../src/query/syntax/ast.ts';
import type { KnownColumn } from '../../../src/query/resolve/typed.ts';
import { DRAWN_TYPES } from './constants.ts';
import type { Draw } from './draw.ts';
import type { Scope } from './expression.ts';

/** What is known before a command. */
export interface Standing {
  readonly columns: readonly KnownColumn[];
  /** Columns that may be shown but not computed with: their order or their last digits are left open. */
  readonly shownOnly: ReadonlySet<string>;
  readonly searchable: boolean;
  /** A column that has another value in each row; null where there is none. */
  readonly unique: string | null;
  readonly lookup: { readonly index: string; readonly key: string } | null;
}

/** A command, and the columns it makes that may only be shown. Null where the columns do not allow it. */
export type MakeCommand = (
  draw: Draw,
  standing: Standing,
) => { readonly commands: readonly Command[]; readonly shownOnly?: readonly string[] } | null;

/** What an expression may read here. */
export function scopeOf({ columns, shownOnly, searchable }: Standing, inWhere = false): Scope {
  const usable = columns.filter(
    ({ name, type }) => !shownOnly.has(name) && (type === 'text' || DRAWN_TYPES.includes(type)),
  );
  return { columns: usable, searchable: searchable && inWhere };
}
