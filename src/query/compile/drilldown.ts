import type { Row } from '../../core/row.ts';
import { EVENT_TIME_FIELD } from '../../core/source.ts';
import { type Instant, isoTime, MINUTE_MS } from '../../core/time.ts';
import type { Command, Expr, Query } from '../syntax/ast.ts';
import { and, column, compare, limit, query, sort, text, where } from '../syntax/build.ts';
import { printQuery } from '../syntax/print.ts';
import { bindRow } from './bind-row.ts';

/** Event times lie around the first and last event by up to this: clocks of hosts are off by minutes (design.md, "Clock"). */
const MARGIN_MS = 5 * MINUTE_MS;

/** Event times of a finding, for the bounds of its drill-down. */
export interface EventSpan {
  readonly start: Instant;
  readonly end: Instant;
}

/** The hunt's own drill-down with the row's values in it (`bindRow`), and event-time bounds after FROM. */
export function boundDrilldown(drilldown: Query, row: Row, span: EventSpan): string {
  const bound = bindRow(drilldown, row);
  const [from, ...rest] = bound.commands;
  return printQuery({ ...bound, commands: [...(from ? [from] : []), ...where(within(span)), ...rest] });
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
