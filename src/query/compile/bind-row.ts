import { type Row, type Scalar, valuesOf } from '../../core/row.ts';
import type { Expr, Literal, Query } from '../syntax/ast.ts';
import { call, eventLiteral } from '../syntax/build.ts';
import { mapQuery } from '../syntax/commands.ts';

/** The column that a parameter stands for: `?hosts`, or with underscores for dots, as names of parameters have none, `?process_name`. */
export function columnOfParam(param: string, columns: Iterable<string>): string | null {
  for (const name of columns) if (name === param || name.replaceAll('.', '_') === param) return name;
  return null;
}

/**
 * A query with the row's values in the place of `?column`, as literals. Of several values `==`, IN and CIDR_MATCH take each,
 * and the first stands where only one can. Without a value, a comparison is unknown of every event. Parameters that are no
 * column of the row stay.
 */
export function bindRow(query: Query, row: Row): Query {
  const severally = mapQuery(query, (node) => withEach(node, row));
  return mapQuery(severally, (node) => unknownIfNull(withOne(node, row)));
}

/** The same node with each of several values, where more than one has a meaning. */
function withEach(node: Expr, row: Row): Expr {
  const each = (items: readonly Expr[]) => items.flatMap((item): readonly Expr[] => severalOf(item, row) ?? [item]);
  if (node.kind === 'in') return { ...node, list: each(node.list) };
  if (node.kind === 'call') return node.name === 'CIDR_MATCH' ? { ...node, args: each(node.args) } : node;
  const list = node.kind === 'compare' && node.op === '==' ? severalOf(node.right, row) : null;
  return node.kind !== 'compare' || list === null
    ? node
    : { kind: 'in', negated: false, value: node.left, list, span: node.span };
}

function withOne(node: Expr, row: Row): Expr {
  const values = valuesFor(node, row);
  return values === null ? node : literalOf(values[0], node);
}

/** The values of a parameter that has more than one. */
function severalOf(node: Expr, row: Row): readonly Literal[] | null {
  const values = valuesFor(node, row) ?? [];
  return values.length < 2 ? null : values.map(eventLiteral);
}

/** What a parameter stands for; null for a node that is none, or that names no column of the row. */
function valuesFor(node: Expr, row: Row): readonly Scalar[] | null {
  const column = node.kind === 'param' ? columnOfParam(node.name, row.keys()) : null;
  return column === null ? null : valuesOf(row.get(column));
}

/** Both engines refuse a comparison with null itself [8.19.21: "second argument must also be [keyword] but was [null]"]. */
function unknownIfNull(node: Expr): Expr {
  const sides = node.kind === 'compare' ? [node.left, node.right] : [];
  const isUnknown = node.kind === 'in' ? node.list.every(isNull) : sides.some(isNull);
  return isUnknown ? call('TO_BOOLEAN', literalOf(undefined, node)) : node;
}

function isNull(node: Expr): boolean {
  return node.kind === 'literal' && node.type === 'null';
}

function literalOf(value: Scalar | undefined, { span }: Expr): Literal {
  return value === undefined ? { kind: 'literal', type: 'null', value: null, span } : eventLiteral(value);
}
