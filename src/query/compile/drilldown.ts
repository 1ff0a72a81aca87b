import { type Row, valuesOf } from '../../core/row.ts';
import { EVENT_TIME_FIELD } from '../../core/source.ts';
import { type Instant, isoTime, MINUTE_MS } from '../../core/time.ts';
import type { Command, Expr, Literal, Query } from '../syntax/ast.ts';
import { and, column, compare, eventLiteral, limit, query, sort, text, where } from '../syntax/build.ts';
import { printQuery } from '../syntax/print.ts';
import { mapQuery } from '../syntax/commands.ts';

/** Event times lie around the first and last event by up to this: clocks of hosts are off by minutes (design.md, "Clock"). */
const MARGIN_MS = 5 * MINUTE_MS;

/** Event times of a finding, for the bounds of its drill-down. */
export interface EventSpan {
  readonly start: Instant;
  readonly end: Instant;
}

/** The column that a parameter stands for: `?hosts`, or with underscores for dots, as names of parameters have none, `?process_name`. */
export function columnOfParam(param: string, columns: Iterable<string>): string | null {
  for (const name of columns) if (name === param || name.replaceAll('.', '_') === param) return name;
  return null;
}

/**
 * The hunt's own drill-down with `?column` put in as literals of the row, and event-time bounds after FROM. Where the row has
 * several values, `field == ?column` asks for any of them; elsewhere, where only one can stand, the first does.
 */
export function boundDrilldown(drilldown: Query, row: Row, span: EventSpan): string {
  const severally = mapQuery(drilldown, (node) => anyValue(node, row));
  const bound = mapQuery(severally, (node) => {
    const values = paramValues(node, row);
    return values === null ? node : literalOf(values[0], node);
  });
  const [from, ...rest] = bound.commands;
  return printQuery({ ...bound, commands: [...(from ? [from] : []), ...where(within(span)), ...rest] });
}

/** `field == ?column` as `field IN (…)` where the column has several values; every other node as it is. */
function anyValue(node: Expr, row: Row): Expr {
  if (node.kind !== 'compare' || node.op !== '==') return node;
  const values = paramValues(node.right, row) ?? [];
  if (values.length < 2) return node;
  return { kind: 'in', negated: false, value: node.left, list: values.map(eventLiteral), span: node.span };
}

/** What a parameter stands for in the row; null for a node that is none, or that names no column of it. */
function paramValues(node: Expr, row: Row): ReturnType<typeof valuesOf> | null {
  const name = node.kind === 'param' ? columnOfParam(node.name, row.keys()) : null;
  return name === null ? null : valuesOf(row.get(name));
}

function literalOf(value: string | number | boolean | undefined, { span }: Expr): Literal {
  return value === undefined ? { kind: 'literal', type: 'null', value: null, span } : eventLiteral(value);
}

/** A drill-down made for a declarative hunt: the events before grouping, of one entity, newest first. */
export function entityDrilldown(events: readonly Command[], entity: Expr | null, span: EventSpan): string {
  const wanted = and([within(span), ...(entity === null ? [] : [entity])]);
  return printQuery(query([...events, ...where(wanted), sort([EVENT_TIME_FIELD, 'desc']), limit(1_000)]));
}

function within(span: EventSpan): Expr {
  const time = column(EVENT_TIME_FIELD);
  const bounds = [
    compare(time, '>=', text(isoTime(span.start - MARGIN_MS))),
    compare(time, '<=', text(isoTime(span.end + MARGIN_MS))),
  ];
  return and(bounds) ?? time;
}
