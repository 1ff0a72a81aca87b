// STATS with aggregates and keys whose values do not depend on the order of rows.
import type { Aggregate, Call, Expr, Field, Literal } from '../../../src/query/syntax/ast.ts';
import { aggregate, bare, call, column, countAll, field } from '../../../src/query/syntax/build.ts';
import { columnsOf } from '../../../src/query/syntax/walk.ts';
import { AGGREGATE_CALLS, type CallShape } from './calls.ts';
import { durationOf } from './constants.ts';
import type { Draw } from './draw.ts';
import { calling, conditionOf, drawnType, expressionOf, type Scope } from './expression.ts';
import { scopeOf, type MakeCommand, type Standing } from './standing.ts';

const span = { start: 0, end: 0 };

/** Aggregates whose result is a set, an estimate, or a sum that the order of its parts changes. */
const OPEN: ReadonlySet<string> = new Set([
  'VALUES',
  'MEDIAN',
  'MEDIAN_ABSOLUTE_DEVIATION',
  'PERCENTILE',
  'STD_DEV',
  'AVG',
  'WEIGHTED_AVG',
  'SUM',
]);
export const SUMS: ReadonlySet<string> = new Set(
  'SUM AVG STD_DEV WEIGHTED_AVG MEDIAN MEDIAN_ABSOLUTE_DEVIATION PERCENTILE'.split(' '),
);
const BY_AGGREGATE = [...Map.groupBy(AGGREGATE_CALLS, ({ name }) => name).values()];

export function grouped(draw: Draw, standing: Standing): ReturnType<MakeCommand> {
  const scope = scopeOf(standing);
  const by = draw.chance(0.75) ? draw.times(1, 2, () => keyOf(draw, scope)) : [];
  const made = draw.times(1, 3, () => aggregated(draw, scope));
  const taken = new Set(by.map(({ name }) => name));
  const aggregates = made.map(({ item }, at) => ({ ...item, name: taken.has(`a${at}`) ? `b${at}` : `a${at}` }));
  const shownOnly = aggregates.filter((_, at) => made[at]?.open).map(({ name }) => name);
  return { commands: [{ kind: 'stats', aggregates, by, span }], shownOnly };
}

function aggregated(draw: Draw, scope: Scope): { readonly item: Aggregate; readonly open: boolean } {
  const where = draw.chance(0.2) ? conditionOf(draw, scope, 2) : null;
  if (draw.chance(0.2)) return { item: aggregate('', countAll(), where), open: false };
  const shape: CallShape = draw.pick(draw.pick(BY_AGGREGATE));
  const call = tamed(calling(draw, shape, scope, draw.chance(0.6) ? 1 : 2), shape);
  if (columnsOf(call).size === 0) return { item: aggregate('', countAll(), where), open: false };
  const open = OPEN.has(shape.name);
  return { item: aggregate('', open || draw.chance(0.7) ? call : wrapped(draw, call, shape), where), open };
}

/** Sums of doubles that are far apart depend on the order of the rows: `x % 1000.0` are not. */
function tamed(aggregated: Call, { name, takes }: CallShape): Call {
  if (!SUMS.has(name)) return aggregated;
  const args = aggregated.args.map((arg, at): Expr => {
    const thousand: Literal = { kind: 'literal', type: 'double', value: 1_000, span };
    return takes[at] === 'double' ? { kind: 'arithmetic', operands: [arg, thousand], ops: ['%'], span } : arg;
  });
  return { ...aggregated, args };
}

/** Whether an argument of a sum is bounded. */
export const isTamed = (node: Expr): boolean => node.kind === 'arithmetic' && node.ops.at(-1) === '%';

/** What may stand around an aggregate: a comparison with nothing, a text of it, a count of its values. */
function wrapped(draw: Draw, expr: Expr, { result }: CallShape): Expr {
  if (draw.chance(0.3)) return call('MV_COUNT', expr);
  if (draw.chance(0.5)) return { kind: 'is_null', negated: draw.chance(0.5), value: expr, span };
  return result === 'version' || result === 'date_nanos' ? call('COALESCE', expr, expr) : call('TO_STRING', expr);
}

/** No double that is computed: minus zero is a group of its own on 8.19.21 (known.txt). */
function keyOf(draw: Draw, scope: Scope): Field {
  const dates = scope.columns.filter(({ type }) => type === 'date');
  if (dates.length > 0 && draw.chance(0.15))
    return field('k1', call('BUCKET', column(draw.pick(dates).name), durationOf(draw)));
  const numbers = scope.columns.filter(({ type }) => type === 'long' || type === 'integer');
  if (numbers.length > 0 && draw.chance(0.1)) {
    const size: Literal = { kind: 'literal', type: 'double', value: draw.pick([1, 10, 0.5]), span };
    return field('k2', call('BUCKET', column(draw.pick(numbers).name), size));
  }
  const keys = scope.columns.filter(({ type, origin }) => type !== 'double' || origin === 'field');
  if (keys.length > 0 && draw.chance(0.7)) return bare(draw.pick(keys).name);
  const type = drawnType(draw, scope);
  return field('k', expressionOf(draw, type === 'double' ? 'keyword' : type, scope, 2));
}
