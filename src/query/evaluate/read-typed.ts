import { parseCidr } from '../../core/cidr.ts';
import type { Row } from '../../core/row.ts';
import type { Expr, Like } from '../syntax/ast.ts';
import { compileAutomaton } from '../values/automaton.ts';
import { convert } from '../values/convert.ts';
import { parseLike } from '../values/like.ts';
import type { LikePattern } from '../values/like.ts';
import { arithmetic, compare } from '../values/operators.ts';
import { isTotal, parseRlike } from '../values/rlike.ts';
import type { Typed } from '../resolve/typed.ts';
import { sameTree } from '../syntax/same.ts';
import { elementsOf, fromCell, isSeveral, textIn, valueOf } from '../values/values.ts';
import type { RefScalar, RefValue, ValueType } from '../values/values.ts';

/** Reads a value from a row. */
export type Reader = (row: Row) => RefValue;
type Truth = boolean | null;

/**
 * The reference semantics of a typed tree, compiled to closures: three-valued logic, null for several values under a
 * scalar operator, null for overflow and division by zero. The tree has no faults.
 */
export function readerOf(typed: Typed): Reader {
  const { constant, column, expr, entry } = typed;
  if (constant !== null) return () => constant.value;
  if (column !== null) return (row) => fromCell(row.get(column.name), column.type);
  if (entry !== null) return callReader(typed);
  return operatorReader(typed, expr);
}

/** Constants, columns, calls and casts have been read before. */
function operatorReader(typed: Typed, expr: Expr): Reader {
  if (expr.kind === 'and' || expr.kind === 'or') return logicalReader(typed, expr.kind === 'or');
  if (expr.kind === 'not') return notReader(typed);
  if (expr.kind === 'compare') return compareReader(typed, expr.op);
  if (expr.kind === 'in') return inReader(typed, expr.negated);
  if (expr.kind === 'like' || expr.kind === 'rlike') return likeReader(typed, expr);
  if (expr.kind === 'is_null') return isNullReader(typed, expr.negated);
  if (expr.kind === 'match') return matchReader(typed);
  if (expr.kind === 'arithmetic') return arithmeticReader(typed, expr.ops);
  return expr.kind === 'sign' ? signReader(typed, expr.op) : () => null;
}

/** The operands' readers, each bringing its value to the type the operator takes. */
function operandReaders({ operands, takes }: Typed): readonly Reader[] {
  return operands.map((operand, at) => coerced(operand, takes[at] ?? operand.type));
}

function coerced(operand: Typed, to: ValueType): Reader {
  const read = readerOf(operand);
  const from = operand.type;
  if (from === to || from === 'null') return read;
  const bring = (value: RefValue): RefValue =>
    valueOf(elementsOf(value).flatMap((element) => convert(element, from, to) ?? []));
  if (operand.constant === null) return (row) => bring(read(row));
  const value = bring(operand.constant.value);
  return () => value;
}

/** The one value a scalar operator may see: null for none and for several. */
function alone(value: RefValue): RefScalar | null {
  return isSeveral(value) ? null : value;
}

function truth(value: RefValue): Truth {
  return typeof value === 'boolean' ? value : null;
}

function callReader(typed: Typed): Reader {
  const readers = operandReaders(typed);
  const signature = { takes: typed.takes, result: typed.type };
  const evaluate = typed.entry?.evaluate ?? (() => null);
  return (row) =>
    evaluate(
      readers.map((read) => read(row)),
      signature,
    );
}

function arithmeticReader({ operands, steps }: Typed, ops: Extract<Expr, { kind: 'arithmetic' }>['ops']): Reader {
  const first = readerOf(operands[0] as Typed);
  const rest = steps.map(({ takes: [left, right], result }, at) => ({
    op: ops[at] ?? '+',
    read: coerced(operands[at + 1] as Typed, right),
    from: at === 0 ? (operands[0] as Typed).type : (steps[at - 1]?.result ?? result),
    left,
    result,
  }));
  return (row) => {
    let value = alone(first(row));
    for (const { op, read, from, left, result } of rest) {
      const right = alone(read(row));
      const brought = value === null ? null : from === 'null' ? null : convert(value, from, left);
      value = brought === null || right === null ? null : arithmetic(op, brought, right, result);
    }
    return value;
  };
}

function signReader(typed: Typed, op: '-' | '+'): Reader {
  const [read] = operandReaders(typed);
  const zero = typed.type === 'long' || typed.type === 'unsigned_long' ? 0n : 0;
  return (row) => {
    const value = alone(read?.(row) ?? null);
    return value === null || op === '+' ? value : arithmetic('-', zero, value, typed.type);
  };
}

function compareReader(typed: Typed, op: Extract<Expr, { kind: 'compare' }>['op']): Reader {
  const [left, right] = operandReaders(typed);
  const type = typed.takes[0] ?? 'null';
  return (row) => {
    const [a, b] = [alone(left?.(row) ?? null), alone(right?.(row) ?? null)];
    return a === null || b === null ? null : compare(op, a, b, type);
  };
}

/**
 * OR is true as soon as one operand is, AND false; else a null operand makes either null. An operand with several values
 * makes null of all that stands before it, unless a literal decides [measured on 8.19.21].
 */
function logicalReader(typed: Typed, decisive: boolean): Reader {
  const literal = typed.operands.map(({ constant }) => constant?.value);
  if (literal.includes(decisive)) return () => decisive;
  const readers = operandReaders(typed).filter((_, at) => literal[at] !== !decisive);
  return (row) => {
    let result: RefValue = !decisive;
    for (const [at, read] of readers.entries()) {
      const value = read(row);
      if (at === 0) result = value;
      else if (isSeveral(value) || isSeveral(result)) result = null;
      else if (result !== decisive && (value === decisive || value === null)) result = value;
    }
    return truth(result);
  };
}

function notReader(typed: Typed): Reader {
  const [read] = operandReaders(typed);
  return (row) => negated(truth(read?.(row) ?? null), true);
}

function negated(value: Truth, negate: boolean): Truth {
  return value === null ? null : value !== negate;
}

/** Whether the list of an IN holds one thing that is no constant, once or more often. */
export function seeksOne({ operands: [, first, ...others] }: Typed): boolean {
  return first?.constant === null && others.every(({ expr }) => sameTree(expr, first.expr));
}

/**
 * True when an element is equal, else null when one is null; an element with several values matches nothing. Alone in its
 * list it is compared as by `==`, so several values are null [measured on 8.19.21].
 */
function inReader(typed: Typed, negate: boolean): Reader {
  if (seeksOne(typed)) return compareReader(typed, negate ? '!=' : '==');
  const [value, ...elements] = operandReaders(typed);
  const type = typed.takes[0] ?? 'null';
  const constants = typed.operands.slice(1).every((operand) => operand.constant !== null);
  const params = new Set(
    typed.operands.slice(1).flatMap((operand, at) => (operand.constant?.param === true ? [at] : [])),
  );
  const spread = (row: Row): RefValue[] =>
    elements.flatMap((read, at): RefValue[] => (params.has(at) ? [...elementsOf(read(row))] : [read(row)]));
  const fixed = constants ? spread(new Map()) : null;
  const quick = fixed === null || type === 'version' ? null : new Set(fixed);
  return (row) => {
    const sought = alone(value?.(row) ?? null);
    if (sought === null) return null;
    const list = fixed ?? spread(row);
    const found = quick?.has(sought) ?? list.some((item) => isEqual(sought, item, type));
    return negated(found || !(quick?.has(null) ?? list.includes(null)) ? found : null, negate);
  };
}

function isEqual(sought: RefScalar, item: RefValue, type: ValueType): boolean {
  return item !== null && !isSeveral(item) && compare('==', sought, item, type);
}

/** A pattern that matches anything is IS NOT NULL in Elasticsearch, so that its NOT selects nulls. */
function likeReader(typed: Typed, expr: Like): Reader {
  const [read] = operandReaders(typed);
  const patterns = expr.patterns.map((pattern) => matcherOf(expr.kind, String(pattern.value)));
  const [only] = patterns;
  if (only?.total === true && patterns.length === 1) return (row) => ((read?.(row) ?? null) === null) === expr.negated;
  return (row) => {
    const value = alone(read?.(row) ?? null);
    return typeof value === 'string' ? patterns.some((pattern) => pattern.matches(value)) !== expr.negated : null;
  };
}

/** What a pattern of LIKE or RLIKE matches; nothing where it is none. */
export function matcherOf(kind: Like['kind'], pattern: string): LikePattern {
  const nothing: LikePattern = { total: false, matches: () => false };
  if (kind === 'like') return parseLike(pattern) ?? nothing;
  const tree = parseRlike(pattern);
  if (typeof tree === 'string') return nothing;
  return { total: isTotal(tree), matches: compileAutomaton(tree) ?? nothing.matches };
}

function isNullReader(typed: Typed, negate: boolean): Reader {
  const [read] = operandReaders(typed);
  return (row) => ((read?.(row) ?? null) === null) !== negate;
}

/** Any element matches; a null does not, so NOT selects it. On text: any word of the query, case aside. */
function matchReader({ operands: [field, query] }: Typed): Reader {
  const read = field === undefined ? () => null : readerOf(field);
  const type = field?.type ?? 'null';
  const wanted = elementsOf(query?.constant?.value ?? null).map((value) =>
    elementTest(value, query?.type ?? 'null', type),
  );
  return (row) => elementsOf(read(row)).some((element) => wanted.some((matches) => matches(element)));
}

/** Whether an element of a field of `type` is what `:` asks for. */
export function elementTest(value: RefScalar, from: ValueType, type: ValueType): (element: RefScalar) => boolean {
  const block = type === 'ip' && typeof value === 'string' ? parseCidr(value) : null;
  if (block !== null)
    return (element) => typeof element === 'bigint' && element >= block.first && element <= block.last;
  if (type === 'text') {
    const words = new Set(wordsOf(textIn(value)));
    return (element) => wordsOf(textIn(element)).some((word) => words.has(word));
  }
  const wanted = convert(value, from, type);
  return (element) => wanted !== null && compare('==', element, wanted, type);
}

/** What the standard analyzer makes of a text, closely enough for words of letters and digits. */
function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? [];
}
