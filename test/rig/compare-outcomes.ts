// What two engines made of the same query, compared as far as ES|QL defines it.
import { parseIp } from '../../src/core/ip.ts';
import type { ColumnType, Scalar, Value } from '../../src/core/row.ts';
import type { Dissect, Grok, Query } from '../../src/query/syntax/ast.ts';
import { dissectCaptures, grokCaptures } from '../../src/query/resolve/capture-names.ts';
import { parseQuery } from '../../src/query/syntax/parse.ts';
import { compareScalars } from '../../src/query/functions/order.ts';
import type { RefScalar } from '../../src/query/values/values.ts';
import { walkExpr } from '../../src/query/syntax/walk.ts';
import type { Outcome } from './differential.ts';

type Answer = Extract<Outcome, { kind: 'answer' }>;
type Cells = readonly Value[];

/** Relative difference of doubles that are equal: sums are not made in the same order. */
const CLOSE = 1e-9;
/** Below it a double loses digits. */
const SMALLEST = 2 ** -1_022;
/** Estimates by t-digest against exact ones (design.md, guarantee 7). */
const ESTIMATED = 0.1;
const ESTIMATES = new Set(['PERCENTILE', 'MEDIAN', 'MEDIAN_ABSOLUTE_DEVIATION']);
const SHOWN = 3;
/** Without a LIMIT an answer has so many rows at the most, and which ones is left open. */
const IMPLICIT_LIMIT = 1_000;

/** What ES|QL leaves open in the answer of a query. */
interface Freedom {
  /** Lists have no order (VALUES). */
  readonly sets: boolean;
  readonly close: number;
  /** Positions of the columns by which rows are in order; null: rows have no order. */
  readonly sortedBy: readonly SortedColumn[] | null;
}

interface SortedColumn {
  readonly name: string;
  readonly descending: boolean;
}

/** How the outcomes differ, in a sentence or two; null where they are equal. */
export function differenceOf(esql: string, elasticsearch: Outcome, embedded: Outcome): string | null {
  if (embedded.kind === 'broken') return `embedded broke: ${embedded.message}`;
  if (elasticsearch.kind !== 'answer' && embedded.kind !== 'answer') return null;
  if (embedded.kind !== 'answer') return `embedded refused: ${embedded.message}`;
  if (elasticsearch.kind !== 'answer') return `elasticsearch ${elasticsearch.kind}: ${reasonOf(elasticsearch.message)}`;
  return answersDiffer(freedomOf(esql), elasticsearch, embedded);
}

/** The first word of a difference: shrinking keeps to one kind. */
export function kindOfDifference(difference: string): string {
  return difference.split(' ', 2).join(' ');
}

function reasonOf(message: string): string {
  return /"reason":"((?:[^"\\]|\\.)*)"/.exec(message)?.[1] ?? message.slice(0, 300);
}

function answersDiffer(freedom: Freedom, elasticsearch: Answer, embedded: Answer): string | null {
  const [ours, theirs] = [embedded, elasticsearch].map(({ columns }) =>
    columns.map(({ name, type }) => `${name}:${type}`).join(', '),
  );
  if (ours !== theirs) return `columns differ: elasticsearch ${theirs} | embedded ${ours}`;
  const names = embedded.columns.map(({ name }) => name);
  if (embedded.rows.length === IMPLICIT_LIMIT && elasticsearch.rows.length === IMPLICIT_LIMIT) return null;
  const [missing, extra] = unmatched(elasticsearch.rows, embedded.rows, freedom);
  if (missing.length + extra.length > 0)
    return `rows differ (${elasticsearch.rows.length} and ${embedded.rows.length}), only elasticsearch: ${shown(missing)} | only embedded: ${shown(extra)}`;
  if (freedom.sortedBy === null) return null;
  const keys = freedom.sortedBy.map(({ name, descending }) => {
    const at = names.indexOf(name);
    return { at, descending, type: embedded.columns[at]?.type ?? 'null' };
  });
  const end = keys.findIndex(({ at }) => at < 0);
  const shownKeys = end < 0 ? keys : keys.slice(0, end);
  const wrong = elasticsearch.rows.findIndex((row, index) =>
    shownKeys.some(({ at, descending, type }) => {
      const [a, b] = [row[at], embedded.rows[index]?.[at]].map((cell) => sortValue(cell, descending, type));
      return !same(a, b, freedom);
    }),
  );
  return wrong < 0
    ? null
    : `order differs at row ${wrong}: elasticsearch ${shown(elasticsearch.rows.slice(wrong))} | embedded ${shown(embedded.rows.slice(wrong))}`;
}

/** Rows of each side that the other lacks, as multisets. */
function unmatched(left: readonly Cells[], right: readonly Cells[], freedom: Freedom): [Cells[], Cells[]] {
  const waiting = new Map<string, Cells[]>();
  for (const row of right) {
    const key = canonical(row, freedom);
    waiting.set(key, [...(waiting.get(key) ?? []), row]);
  }
  const missing = left.filter((row) => waiting.get(canonical(row, freedom))?.pop() === undefined);
  const extra = [...waiting.values()].flat();
  const missed = missing.filter((row) => {
    const near = extra.findIndex((other) => row.every((cell, at) => same(cell, other[at], freedom)));
    if (near >= 0) extra.splice(near, 1);
    return near < 0;
  });
  return [missed, extra];
}

function canonical(row: Cells, freedom: Freedom): string {
  return JSON.stringify(row.map((cell) => elements(cell, freedom)));
}

/** Minus zero and zero are one value in comparisons and in groups, and which of both a group shows is left open. */
function elements(cell: Value | undefined, { sets }: Freedom): readonly Scalar[] {
  const list = cell === null || cell === undefined ? [] : Array.isArray(cell) ? (cell as readonly Scalar[]) : [cell];
  const plain = list.map((each) => (Object.is(each, -0) ? 0 : each)) as Scalar[];
  return sets ? plain.sort(order) : plain;
}

function order(a: Scalar, b: Scalar): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  // A long beyond what a double holds is text beside numbers.
  if (typeof a !== typeof b) return typeof a < typeof b ? -1 : 1;
  return String(a) < String(b) ? -1 : String(a) > String(b) ? 1 : 0;
}

function same(left: Value | undefined, right: Value | undefined, freedom: Freedom): boolean {
  const [a, b] = [elements(left, freedom), elements(right, freedom)];
  return a.length === b.length && a.every((each, at) => sameScalar(each, b[at], freedom.close));
}

function sameScalar(a: Scalar, b: Scalar | undefined, close: number): boolean {
  if (typeof a !== 'number' || typeof b !== 'number') return a === b;
  return a === b || Math.abs(a - b) <= Math.max(SMALLEST, close * Math.max(Math.abs(a), Math.abs(b)));
}

/** Several values stand where their smallest stands, or their largest. */
function sortValue(cell: Value | undefined, descending: boolean, type: ColumnType): Value {
  const ascending = [...elements(cell, { sets: false, close: 0, sortedBy: null })].sort((a, b) =>
    compareScalars(ordered(a, type), ordered(b, type), type),
  );
  return (descending ? ascending.at(-1) : ascending[0]) ?? null;
}

function ordered(value: Scalar, type: ColumnType): RefScalar {
  return (type === 'ip' && typeof value === 'string' ? parseIp(value) : null) ?? value;
}

function shown(rows: readonly Cells[]): string {
  const text = JSON.stringify(rows.slice(0, SHOWN));
  return (
    (text.length > 600 ? `${text.slice(0, 600)}…` : text) +
    (rows.length > SHOWN ? ` and ${rows.length - SHOWN} more` : '')
  );
}

function freedomOf(esql: string): Freedom {
  const parsed = parseQuery(esql);
  if (!parsed.ok) return { sets: false, close: CLOSE, sortedBy: null };
  const called = functionsOf(parsed.value);
  return {
    sets: called.has('VALUES'),
    close: [...ESTIMATES].some((name) => called.has(name)) ? ESTIMATED : CLOSE,
    sortedBy: sortedBy(parsed.value),
  };
}

function functionsOf(query: Query): ReadonlySet<string> {
  const names = new Set<string>();
  for (const command of query.commands) {
    if (command.kind !== 'stats' && command.kind !== 'eval' && command.kind !== 'where') continue;
    const exprs =
      command.kind === 'where'
        ? [command.condition]
        : [...(command.kind === 'stats' ? [...command.aggregates, ...command.by] : command.fields)].map(
            ({ expr }) => expr,
          );
    for (const expr of exprs) walkExpr(expr, (node) => node.kind === 'call' && names.add(node.name));
  }
  return names;
}

/**
 * Columns by which the rows of the answer are in order. Where a later command makes a name anew, or the key is an
 * expression, nothing is said of the order from there on.
 */
function sortedBy(query: Query): readonly SortedColumn[] | null {
  let keys: SortedColumn[] | null = null;
  for (const command of query.commands) {
    // The fields that LOOKUP JOIN brings may take the place of keys.
    if (command.kind === 'stats' || command.kind === 'lookup_join') keys = null;
    if (command.kind === 'sort') {
      const end = command.keys.findIndex(({ expr }) => expr.kind !== 'column');
      keys = command.keys
        .slice(0, end < 0 ? undefined : end)
        .flatMap(({ expr, direction }) =>
          expr.kind === 'column' ? [{ name: expr.name, descending: direction === 'desc' }] : [],
        );
    }
    const made = madeBy(command);
    const at = keys?.findIndex(({ name }) => made.has(name)) ?? -1;
    if (keys !== null && at >= 0) keys = keys.slice(0, at);
  }
  return keys;
}

function madeBy(command: Query['commands'][number]): ReadonlySet<string> {
  if (command.kind === 'eval') return new Set(command.fields.map(({ name }) => name));
  if (command.kind === 'rename') return new Set(command.renames.flatMap(({ from, to }) => [from, to]));
  if (command.kind === 'dissect' || command.kind === 'grok') return new Set(capturedBy(command));
  return new Set(command.kind === 'mv_expand' ? [command.column.name] : []);
}

function capturedBy(command: Dissect | Grok): readonly string[] {
  const captures = command.kind === 'dissect' ? dissectCaptures(command.pattern) : grokCaptures(command.patterns);
  return typeof captures === 'string' ? [] : captures.map(({ name }) => name);
}
