// Expressions of a given type over given columns.
import type { ColumnType } from '../../../src/core/row.ts';
import type { ArithmeticOp, Call, CompareOp, Expr } from '../../../src/query/syntax/ast.ts';
import { call, column, compare, number } from '../../../src/query/syntax/build.ts';
import type { KnownColumn } from '../../../src/query/resolve/typed.ts';
import { columnsOf } from '../../../src/query/syntax/walk.ts';
import { fixedArgument } from './arguments.ts';
import { EXACT_CALLS, type CallShape } from './calls.ts';
import { constantOf, DRAWN_TYPES, durationOf, patternsOf, spelled } from './constants.ts';
import type { Draw } from './draw.ts';

/** What an expression may read. */
export interface Scope {
  readonly columns: readonly KnownColumn[];
  /** Whether `field : value` may be asked here. */
  readonly searchable: boolean;
}

const span = { start: 0, end: 0 };
const WHOLE: ReadonlySet<ColumnType> = new Set(['integer', 'long', 'unsigned_long']);

/** Shapes by the type that comes out and by name: a function of many shapes is drawn no more often than another. */
const CALLS: ReadonlyMap<ColumnType, readonly (readonly CallShape[])[]> = new Map(
  DRAWN_TYPES.map((type) => {
    const byName = Map.groupBy(
      EXACT_CALLS.filter(({ result }) => result === type),
      ({ name }) => name,
    );
    return [type, [...byName.values()]];
  }),
);

/** An expression of a type, at most `depth` levels high. */
export function expressionOf(draw: Draw, type: ColumnType, scope: Scope, depth: number): Expr {
  if (depth <= 0 || draw.chance(0.25)) return leafOf(draw, type, scope);
  if (draw.chance(0.5)) {
    const made = operatorOf(draw, type, scope, depth);
    if (made !== null) return made;
  }
  return callOf(draw, type, scope, depth) ?? leafOf(draw, type, scope);
}

/** A column of the type, or a constant. */
function leafOf(draw: Draw, type: ColumnType, scope: Scope): Expr {
  const wanted = type === 'keyword' ? ['keyword', 'text'] : [type];
  const fitting = scope.columns.filter((known) => wanted.includes(known.type));
  return fitting.length > 0 && draw.chance(0.8) ? column(draw.pick(fitting).name) : constantOf(draw, type);
}

/** A type that some column has: an expression of it is more than a constant. */
export function drawnType(draw: Draw, scope: Scope): ColumnType {
  const types = [...new Set(scope.columns.map(({ type }) => type))].filter((type) => DRAWN_TYPES.includes(type));
  return types.length > 0 && draw.chance(0.85) ? draw.pick(types) : draw.pick(DRAWN_TYPES);
}

function callOf(draw: Draw, type: ColumnType, scope: Scope, depth: number): Expr | null {
  const named = CALLS.get(type) ?? [];
  return named.length === 0 ? null : calling(draw, draw.pick(draw.pick(named)), scope, depth);
}

/** A call of a shape, its arguments drawn. */
export function calling(draw: Draw, { name, takes }: CallShape, scope: Scope, depth: number): Call {
  const args = takes.map((type, at) => {
    const fixed = fixedArgument(name, at);
    return fixed === undefined || type !== 'fixed'
      ? expressionOf(draw, type as ColumnType, scope, depth - 1)
      : fixed(draw);
  });
  return call(name, ...args);
}

function operatorOf(draw: Draw, type: ColumnType, scope: Scope, depth: number): Expr | null {
  if (type === 'boolean') return conditionOf(draw, scope, depth);
  if (type === 'date' || type === 'date_nanos')
    return arithmeticOf(draw.pick(['+', '-'] as const), expressionOf(draw, type, scope, depth - 1), durationOf(draw));
  if (type === 'integer' || type === 'long' || type === 'double' || type === 'unsigned_long')
    return computed(draw, type, scope, depth);
  return null;
}

function computed(draw: Draw, type: ColumnType, scope: Scope, depth: number): Expr {
  const left = expressionOf(draw, type, scope, depth - 1);
  if (type !== 'unsigned_long' && draw.chance(0.1)) return { kind: 'sign', op: '-', operand: left, span };
  const op = draw.pick(['+', '-', '*', '/', '%'] as const);
  const divided = op === '/' || op === '%';
  // By -1 the smallest long wraps around on 8.19.21 (known.txt), so whole numbers are divided by other constants only.
  if (divided && type !== 'unsigned_long' && WHOLE.has(type))
    return arithmeticOf(op, left, number(draw.pick([0, 1, 2, 3, 10, 256, -3])));
  return arithmeticOf(op, left, expressionOf(draw, type, scope, depth - 1));
}

function arithmeticOf(op: ArithmeticOp, left: Expr, right: Expr): Expr {
  return { kind: 'arithmetic', operands: [left, right], ops: [op], span };
}

type MakeCondition = (draw: Draw, scope: Scope, depth: number) => Expr | null;

const SIMPLE: readonly MakeCondition[] = [
  compared,
  compared,
  membership,
  matching,
  searched,
  (draw, scope, depth) => callOf(draw, 'boolean', scope, depth),
  (draw, scope, depth) => {
    const value = expressionOf(draw, drawnType(draw, scope), scope, depth - 1);
    return { kind: 'is_null', negated: draw.chance(0.5), value, span };
  },
];
const NESTED: readonly MakeCondition[] = [
  logical,
  (draw, scope, depth) => ({ kind: 'not', operand: conditionOf(draw, scope, depth - 1), span }),
];

/** A boolean that is no constant where it can be helped: both engines drop constants before they read a row. */
export function conditionOf(draw: Draw, scope: Scope, depth: number): Expr {
  for (let tries = 0; tries < 5; tries++) {
    const makers = depth > 1 && draw.chance(0.4) ? NESTED : SIMPLE;
    const made = draw.pick(makers)(draw, scope, depth);
    if (made !== null && columnsOf(made).size > 0) return made;
  }
  const read = scope.columns[0];
  if (read === undefined) return compared(draw, scope, 0);
  return { kind: 'is_null', negated: draw.chance(0.5), value: column(read.name), span };
}

const ORDERS: readonly CompareOp[] = ['==', '!=', '<', '<=', '>', '>='];

function compared(draw: Draw, scope: Scope, depth: number): Expr {
  const type = drawnType(draw, scope);
  const op = draw.pick(type === 'boolean' ? ORDERS.slice(0, 2) : ORDERS);
  const left = expressionOf(draw, type, scope, depth - 1);
  const right = (draw.chance(0.5) ? spelled(draw, type) : null) ?? expressionOf(draw, type, scope, depth - 2);
  return compare(left, op, right);
}

function logical(draw: Draw, scope: Scope, depth: number): Expr {
  const kind = draw.pick(['and', 'or'] as const);
  const parts = draw.times(2, 3, () => conditionOf(draw, scope, depth - 1));
  const operands = parts.flatMap((part) => (part.kind === kind ? part.operands : [part]));
  return { kind, operands, span };
}

function membership(draw: Draw, scope: Scope, depth: number): Expr {
  const type = drawnType(draw, scope);
  const list = draw.times(1, 3, () =>
    draw.chance(0.7) ? (spelled(draw, type) ?? constantOf(draw, type)) : leafOf(draw, type, scope),
  );
  return { kind: 'in', negated: draw.chance(0.4), value: expressionOf(draw, type, scope, depth - 1), list, span };
}

function matching(draw: Draw, scope: Scope, depth: number): Expr {
  const kind = draw.pick(['like', 'like', 'rlike'] as const);
  const value = expressionOf(draw, 'keyword', scope, depth - 1);
  return { kind, negated: draw.chance(0.3), value, patterns: patternsOf(draw, kind), span };
}

/** `field : value`, on fields as the documents hold them. */
function searched(draw: Draw, { columns, searchable }: Scope): Expr | null {
  const fields = columns.filter(
    ({ field, name, type }) => field === name && ['keyword', 'long', 'ip', 'boolean'].includes(type),
  );
  if (!searchable || fields.length === 0) return null;
  const { name, type } = draw.pick(fields);
  const query = (type === 'ip' ? spelled(draw, 'ip') : null) ?? constantOf(draw, type);
  if (query.kind !== 'literal') return null;
  return { kind: 'match', field: { kind: 'column', name, span }, query, span };
}
