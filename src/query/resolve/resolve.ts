import type { Expr, Query } from '../syntax/ast.ts';
import { NO_COLUMNS } from './columns.ts';
import type { Columns } from './columns.ts';
import { resolveCommand } from './resolve-command.ts';
import { ResolveContext } from './resolve-context.ts';
import type { Catalog, Resolution } from './resolution.ts';
import { typeExpr } from './type-expr.ts';
import type { KnownColumn, MeaningFault, Typed } from './typed.ts';

/**
 * Carries columns with type and severalness through all commands of a query, as Elasticsearch's analyzer does, and
 * collects every fault of meaning: an unknown column, types that do not fit, a function that 8.19 lacks.
 */
export function resolve(query: Query, catalog: Catalog): Resolution {
  const context = new ResolveContext(catalog);
  const after: (readonly KnownColumn[])[] = [];
  let columns: Columns = NO_COLUMNS;
  for (const command of query.commands) {
    columns = resolveCommand(command, columns, context);
    after.push([...columns.known.values()]);
  }
  return {
    columns: [...columns.known.values()],
    open: columns.isOpen || columns.loose,
    after,
    fields: context.fields,
    expressions: context.expressions,
    faults: context.faults,
  };
}

/** The typed tree of an expression over known columns (the result columns of a query), with its faults. */
export function typeOf(
  expr: Expr,
  columns: readonly KnownColumn[],
  params?: Catalog['params'],
): { readonly typed: Typed; readonly faults: readonly MeaningFault[] } {
  const context = new ResolveContext({
    field: () => undefined,
    strict: true,
    ...(params === undefined ? {} : { params }),
  });
  const known = new Map(columns.map((column) => [column.name, column]));
  const typed = typeExpr(expr, context.scope({ ...NO_COLUMNS, known }));
  return { typed, faults: context.faults };
}

/** The typed tree of an expression over fields of events (`where`, an exception of a declarative hunt), with its faults. */
export function typeOnEvents(
  expr: Expr,
  catalog: Catalog,
): { readonly typed: Typed; readonly fields: ReadonlySet<string>; readonly faults: readonly MeaningFault[] } {
  const context = new ResolveContext(catalog);
  const typed = typeExpr(expr, context.scope({ ...NO_COLUMNS, open: () => true, isOpen: true }));
  return { typed, fields: context.fields, faults: context.faults };
}
