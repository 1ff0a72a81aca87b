import type { ParamValue } from '../../core/hunt.ts';
import { type HuntRow, valuesOf } from '../../core/row.ts';
import type { Expr, Query } from '../syntax/ast.ts';
import { call, eventLiteral, query, sort } from '../syntax/build.ts';
import { expressionsOf, mapQuery } from '../syntax/commands.ts';
import { columnOfParam } from './drilldown.ts';
import { type EsqlPlan, esqlHuntQuery } from './esql-hunt.ts';
import { expandList, inlineParam, paramsOf } from './params.ts';

/** A question about other events, ready to be bound to rows. */
export interface EnrichmentPlan extends EsqlPlan {
  /** Columns to sort by, as the query itself does not; so the rows that are kept are the same each time. */
  readonly order: readonly string[];
}

/**
 * The question for one row: a list of values is put into IN and calls, elsewhere a column's first value stands for it.
 * Asks for one row more than is kept.
 */
export function enrichmentQuery(plan: EnrichmentPlan, row: HuntRow): string {
  const lists = listsOf(plan.query, row);
  const listed = mapQuery(plan.query, (node) => expandList(expandList(node, plan.params), lists));
  const inlined = mapQuery(listed, (node) => inlineParam(oneValue(node, row), plan.params));
  const bound = mapQuery(inlined, unknownIfNull);
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

/** Parameters whose column has several values. One value, and none, are put in as they stand. */
function listsOf(asked: Query, row: HuntRow): Record<string, ParamValue> {
  const columns = [...askedColumns(asked, row)];
  const values = columns.map(([name, column]) => [name, valuesOf(row.cells.get(column))] as const);
  return Object.fromEntries(values.filter(([, several]) => several.length > 1));
}

function oneValue(node: Expr, row: HuntRow): Expr {
  const column = node.kind === 'param' ? columnOfParam(node.name, row.cells.keys()) : null;
  if (column === null) return node;
  const [first] = valuesOf(row.cells.get(column));
  return first === undefined ? { kind: 'literal', type: 'null', value: null, span: node.span } : eventLiteral(first);
}

/** What a row has no value for is unknown of every event: both engines refuse a comparison with null itself. */
function unknownIfNull(node: Expr): Expr {
  const sides = node.kind === 'compare' ? [node.left, node.right] : node.kind === 'in' ? node.list : [];
  const isNull = (side: Expr) => side.kind === 'literal' && side.type === 'null';
  const isUnknown = node.kind === 'in' ? sides.every(isNull) : sides.some(isNull);
  return sides.length > 0 && isUnknown
    ? call('TO_BOOLEAN', { kind: 'literal', type: 'null', value: null, span: node.span })
    : node;
}
