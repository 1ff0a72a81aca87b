import type { HuntRow } from '../../core/row.ts';
import type { Query } from '../syntax/ast.ts';
import { query, sort } from '../syntax/build.ts';
import { expressionsOf, mapQuery } from '../syntax/commands.ts';
import { bindRow, columnOfParam } from './bind-row.ts';
import { type EsqlPlan, esqlHuntQuery } from './esql-hunt.ts';
import { expandList, inlineParam, paramsOf } from './params.ts';

/** A question about other events, ready to be bound to rows. */
export interface EnrichmentPlan extends EsqlPlan {
  /** Columns to sort by, as the query itself does not; so the rows that are kept are the same each time. */
  readonly order: readonly string[];
}

/** The question for one row, with its values in it (`bindRow`). Asks for one row more than is kept. */
export function enrichmentQuery(plan: EnrichmentPlan, row: HuntRow): string {
  const listed = mapQuery(plan.query, (node) => expandList(node, plan.params));
  const bound = mapQuery(bindRow(listed, row.cells), (node) => inlineParam(node, plan.params));
  const order = plan.order.map((name) => [name, 'asc'] as const);
  return esqlHuntQuery({ ...plan, query: query([...bound.commands, ...(order.length === 0 ? [] : [sort(...order)])]) });
}

/** The columns of a row that a query asks for, by the name of their parameter. */
export function askedColumns(asked: Query, row: HuntRow): ReadonlyMap<string, string> {
  const names = new Set(asked.commands.flatMap(expressionsOf).flatMap((expr) => [...paramsOf(expr)]));
  return new Map(
    [...names].flatMap((name) => {
      const column = columnOfParam(name, row.cells.keys());
      return column === null ? [] : [[name, column] as const];
    }),
  );
}
