// Small constructors of syntax trees, so that compiled queries are trees that the printer quotes, never spliced text.
import type {
  Aggregate,
  Call,
  ColumnRef,
  Command,
  CompareOp,
  Expr,
  Field,
  Literal,
  Param,
  Query,
  SortKey,
  TextSpan,
} from './ast.ts';

/** Compiled nodes come from no text. */
const NOWHERE: TextSpan = { start: 0, end: 0 };

export function column(name: string): ColumnRef {
  return { kind: 'column', name, span: NOWHERE };
}

export function text(value: string): Literal {
  return { kind: 'literal', type: 'keyword', value, span: NOWHERE };
}

/** An integer, or a double where the number has a fraction. */
export function number(value: number): Literal {
  return { kind: 'literal', type: Number.isInteger(value) ? 'integer' : 'double', value, span: NOWHERE };
}

export function literal(value: string | number | boolean): Literal {
  if (typeof value === 'string') return text(value);
  return typeof value === 'number' ? number(value) : { kind: 'literal', type: 'boolean', value, span: NOWHERE };
}

/** A value of an event. Half of a surrogate pair cannot be sent, and no engine holds it: U+FFFD stands in its place. */
export function eventLiteral(value: string | number | boolean): Literal {
  return literal(typeof value === 'string' ? value.toWellFormed() : value);
}

export function param(name: string): Param {
  return { kind: 'param', name, style: 'value', span: NOWHERE };
}

export function call(name: string, ...args: readonly Expr[]): Call {
  return { kind: 'call', name, args, span: NOWHERE };
}

/** `COUNT(*)`. */
export function countAll(): Call {
  return call('COUNT', { kind: 'star', span: NOWHERE });
}

/** A null of a type: a bare `null` column cannot be compared on 8.19. */
export function typedNull(type: string): Expr {
  return { kind: 'cast', value: { kind: 'literal', type: 'null', value: null, span: NOWHERE }, type, span: NOWHERE };
}

export function compare(left: Expr, op: CompareOp, right: Expr): Expr {
  return { kind: 'compare', op, left, right, span: NOWHERE };
}

export function subtract(left: Expr, right: Expr): Expr {
  return { kind: 'arithmetic', operands: [left, right], ops: ['-'], span: NOWHERE };
}

export function isNull(value: Expr): Expr {
  return { kind: 'is_null', negated: false, value, span: NOWHERE };
}

export function isNotNull(value: Expr): Expr {
  return { kind: 'is_null', negated: true, value, span: NOWHERE };
}

/** The opposite, written as people write it: `a NOT IN (…)`, `a IS NOT NULL`. */
export function not(operand: Expr): Expr {
  if (operand.kind === 'not') return operand.operand;
  if (operand.kind === 'in' || operand.kind === 'like' || operand.kind === 'rlike' || operand.kind === 'is_null') {
    return { ...operand, negated: !operand.negated };
  }
  return { kind: 'not', operand, span: NOWHERE };
}

/** The conjunction of all; itself for one, null for none. Nested conjunctions are flattened. */
export function and(operands: readonly Expr[]): Expr | null {
  return chain('and', operands);
}

/** The disjunction of all; itself for one, null for none. Nested disjunctions are flattened. */
export function or(operands: readonly Expr[]): Expr | null {
  return chain('or', operands);
}

function chain(kind: 'and' | 'or', operands: readonly Expr[]): Expr | null {
  const flat = operands.flatMap((operand) => (operand.kind === kind ? operand.operands : [operand]));
  return flat.length > 1 ? { kind, operands: flat, span: NOWHERE } : (flat[0] ?? null);
}

export function field(name: string, expr: Expr): Field {
  return { name, named: true, expr, span: NOWHERE };
}

/** A group key or a column kept as it is. */
export function bare(name: string): Field {
  return { name, named: false, expr: column(name), span: NOWHERE };
}

export function aggregate(name: string, expr: Expr, where: Expr | null = null): Aggregate {
  return { name, named: true, expr, where, span: NOWHERE };
}

export function from(sources: readonly string[], metadata: readonly string[] = []): Command {
  return { kind: 'from', sources: sources.map((pattern) => ({ pattern, span: NOWHERE })), metadata, span: NOWHERE };
}

/** `WHERE condition`, or nothing for null. */
export function where(condition: Expr | null): Command[] {
  return condition === null ? [] : [{ kind: 'where', condition, span: NOWHERE }];
}

/** `EVAL …`, or nothing for no fields. */
export function evaluate(fields: readonly Field[]): Command[] {
  return fields.length === 0 ? [] : [{ kind: 'eval', fields, span: NOWHERE }];
}

export function stats(aggregates: readonly Aggregate[], by: readonly Field[] = []): Command {
  return { kind: 'stats', aggregates, by, span: NOWHERE };
}

export function sort(...keys: readonly (readonly [name: string, direction: 'asc' | 'desc'])[]): Command {
  const made = keys.map(([name, direction]): SortKey => ({
    expr: column(name),
    direction,
    nulls: null,
    span: NOWHERE,
  }));
  return { kind: 'sort', keys: made, span: NOWHERE };
}

export function limit(rows: number): Command {
  return { kind: 'limit', count: number(rows), span: NOWHERE };
}

export function query(commands: readonly Command[]): Query {
  return { commands, span: NOWHERE };
}
