import type { ParamValue } from '../../core/hunt.ts';
import type { Command, From, Query } from '../syntax/ast.ts';
import { aggregate, countAll, limit, query, stats } from '../syntax/build.ts';
import { printQuery } from '../syntax/print.ts';
import { type Frame, prelude } from './frame.ts';
import { mapQuery } from '../syntax/commands.ts';
import { expandList } from './params.ts';

/** An esql hunt ready to compile. */
export interface EsqlPlan {
  readonly query: Query;
  readonly frame: Frame;
  /** For each pattern of FROM, the patterns to read in its place: a site's own, without those that match nothing. */
  readonly patterns: (pattern: string) => readonly string[];
  readonly params: Readonly<Record<string, ParamValue>>;
  readonly rowsMax: number;
}

/**
 * The hunt's own query with nulls, conversions and `hunt.clock` after FROM, lists as literals, and one row more than is
 * kept asked for. Its time range is no part of it: that travels in the request filter.
 */
export function esqlHuntQuery(plan: EsqlPlan): string {
  return printQuery(query([...bound(plan), limit(plan.rowsMax + 1)]));
}

/** One row: `events` that the hunt reads, by the commands of its query that work on single events (up to STATS). */
export function matchedEventsQuery(plan: EsqlPlan): string {
  const commands = bound(plan);
  const end = commands.findIndex((command) => !EVENT_COMMANDS.has(command.kind));
  return printQuery(
    query([...commands.slice(0, end === -1 ? undefined : end), stats([aggregate('events', countAll())]), limit(2)]),
  );
}

const EVENT_COMMANDS: ReadonlySet<Command['kind']> = new Set([
  'from',
  'where',
  'eval',
  'keep',
  'drop',
  'rename',
  'dissect',
  'grok',
]);

function bound(plan: EsqlPlan): Command[] {
  const [first, ...rest] = mapQuery(plan.query, (node) => expandList(node, plan.params)).commands;
  if (first === undefined) return [];
  return first.kind === 'from' ? [located(first, plan), ...prelude(plan.frame), ...rest] : [first, ...rest];
}

function located(from: From, plan: EsqlPlan): From {
  const patterns = [...new Set(from.sources.flatMap((source) => plan.patterns(source.pattern)))];
  return { ...from, sources: patterns.map((pattern) => ({ pattern, span: from.span })) };
}
