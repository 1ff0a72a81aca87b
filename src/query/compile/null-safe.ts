import type { Command, Expr, Like } from '../syntax/ast.ts';
import { and, call, column, compare, evaluate, field, isNull, literal, not, or, where } from '../syntax/build.ts';
import { parseLike } from '../values/like.ts';
import { isTotal, parseRlike } from '../values/rlike.ts';
import { columnsOf } from '../syntax/walk.ts';

/** How an exception was written into the query: terms Elasticsearch answers from its index, or a test of every row. */
export type NegationForm = 'pushed down' | 'row by row';

export interface Negation {
  readonly expr: Expr;
  readonly form: NegationForm;
}

/**
 * An expression that is true unless `expr` is true: unknown never hides a row. Conjunctions and disjunctions of simple
 * terms become `f IS NULL OR NOT term`, which is pushed down (0.1 s over 2 million rows on 8.19.21); anything else
 * becomes NOT COALESCE(…, false), which is not (0.3 s, and 13 s with a long CIDR list). `single` says which fields never
 * hold several values: on those only the cheap form is safe, since NOT of a several-valued comparison is null.
 */
export function unlessTrue(expr: Expr, single: (field: string) => boolean): Negation {
  if (expr.kind === 'and' || expr.kind === 'or') {
    const parts = expr.operands.map((operand) => unlessTrue(operand, single));
    const joined = (expr.kind === 'and' ? or : and)(parts.map((part) => part.expr));
    const form = parts.every((part) => part.form === 'pushed down') ? 'pushed down' : 'row by row';
    // Split, a part "f IS NULL" would meet a test of f in one AND, which 8.19.21 then takes for null (see leftBy).
    return joined === null || form === 'row by row' ? rowByRow(expr) : { expr: joined, form };
  }
  if (expr.kind === 'is_null') return { expr: not(expr), form: 'pushed down' };
  const field = simpleTermField(expr);
  if (field === null || !single(field)) return rowByRow(expr);
  const absent = isNull({ kind: 'column', name: field, span: expr.span });
  return { expr: or([absent, negate(expr)]) ?? absent, form: 'pushed down' };
}

/**
 * Commands that leave what no negation hides. Those tested row by row become columns first: where one WHERE, or several
 * in a row, ask `f IS NULL` and test f elsewhere, 8.19.21 takes the test for null and drops every row, also for
 * `NOT COALESCE(f == 1, false)`.
 */
export function leftBy(negations: readonly (Negation & { readonly name: string })[]): Command[] {
  const tested = negations.filter(({ form }) => form === 'row by row');
  const pushed = negations.filter(({ form }) => form === 'pushed down');
  return [
    ...where(and(pushed.map(({ expr }) => expr))),
    ...evaluate(tested.map(({ name, expr }) => field(name, expr))),
    ...where(and(tested.map(({ name }) => column(name)))),
  ];
}

function rowByRow(expr: Expr): Negation {
  return { expr: not(call('COALESCE', oneValued(expr), literal(false))), form: 'row by row' };
}

/** A column or a call may hold several booleans, which COALESCE lets through and NOT makes null; a comparison has one. */
function oneValued(expr: Expr): Expr {
  const hasOne = expr.kind !== 'column' && expr.kind !== 'call' && expr.kind !== 'cast' && expr.kind !== 'param';
  return hasOne ? expr : compare(expr, '==', literal(true));
}

/** `NOT flag` reads better, and is pushed down, as `flag == false`. */
function negate(expr: Expr): Expr {
  return expr.kind === 'column' ? compare(expr, '==', literal(false)) : not(expr);
}

/** The one field that a term compares with constants, or null for a term of another kind. */
function simpleTermField(expr: Expr): string | null {
  const inner = expr.kind === 'not' ? expr.operand : expr;
  const fields = [...columnsOf(inner)];
  return fields.length === 1 && isSimpleTerm(inner) ? (fields[0] ?? null) : null;
}

const SIMPLE_CALLS: ReadonlySet<string> = new Set(['CIDR_MATCH', 'STARTS_WITH', 'ENDS_WITH']);

function isSimpleTerm(expr: Expr): boolean {
  if (expr.kind === 'column') return true;
  if (expr.kind === 'compare') {
    const [left, right] = [expr.left, expr.right];
    return (isFieldOrLowered(left) && isConstant(right)) || (isConstant(left) && isFieldOrLowered(right));
  }
  if (expr.kind === 'in') return isFieldOrLowered(expr.value) && expr.list.every(isConstant);
  if (expr.kind === 'like' || expr.kind === 'rlike') return expr.value.kind === 'column' && !matchesAll(expr);
  if (expr.kind !== 'call') return false;
  return SIMPLE_CALLS.has(expr.name) && expr.args[0]?.kind === 'column' && expr.args.slice(1).every(isConstant);
}

/** `TO_LOWER(field) == "x"` is pushed down as a case-insensitive term (10 ms over 2 million rows). */
function isFieldOrLowered(expr: Expr): boolean {
  return (
    expr.kind === 'column' || (expr.kind === 'call' && expr.name === 'TO_LOWER' && expr.args[0]?.kind === 'column')
  );
}

/** With a null among its constants a term is unknown for fields that have a value. */
function isConstant(expr: Expr): boolean {
  return (expr.kind === 'literal' && expr.value !== null) || expr.kind === 'param';
}

/** Elasticsearch reads LIKE "*" as IS NOT NULL, which is false for null where any other pattern is unknown. */
function matchesAll({ kind, patterns }: Like): boolean {
  return patterns.some(({ value }) => {
    const pattern = String(value);
    if (kind === 'like') return parseLike(pattern)?.total ?? false;
    const regular = parseRlike(pattern);
    return typeof regular !== 'string' && isTotal(regular);
  });
}
