import { closest } from '../../core/suggest.ts';
import type { Call, ColumnRef, Expr, Literal, Param } from '../syntax/ast.ts';
import { integerOrNull, longOrNull } from '../values/bounds.ts';
import { convert } from '../values/convert.ts';
import { CAST_FUNCTION } from '../functions/conversions.ts';
import { findFunction, functionNames, newerFunction } from '../functions/registry.ts';
import type { EsqlFunction } from '../functions/define.ts';
import type { NewerFunction } from '../functions/newer.ts';
import { parseLike } from '../values/like.ts';
import { arithmeticTyping, compareTyping } from '../values/operators.ts';
import { parseRlike } from '../values/rlike.ts';
import { arrayConstant, literalConstant, paramConstant } from './type-constants.ts';
import type { ArithmeticStep, Typed, TypingScope } from './typed.ts';
import {
  appliedNode,
  badLiteral,
  checkConstants,
  constantNode,
  faultyNode,
  refusedNode,
  typedNode,
} from './typed-node.ts';
import { isFault, isString, unifiedType } from '../values/types.ts';
import type { Typing } from '../values/types.ts';
import { elementsOf, isSeveral } from '../values/values.ts';

/** The node whose kind is, or may be, K: AND and OR share one. */
type OfKind<K extends Expr['kind'], E = Expr> = E extends { kind: infer Kind } ? (K extends Kind ? E : never) : never;

/** One entry for each kind of expression; a forgotten one does not compile. */
const TYPE_OF: { readonly [K in Expr['kind']]: (expr: OfKind<K>, scope: TypingScope) => Typed } = {
  literal: (expr) => constantNode(expr, literalConstant(expr), false),
  duration: (expr) => constantNode(expr, { type: 'duration', value: { amount: expr.amount, unit: expr.unit } }, false),
  array: (expr) => constantNode(expr, arrayConstant(expr.items), false),
  map: (expr) => typedNode(expr, 'null'),
  star: (expr) => typedNode(expr, 'null'),
  param: typeParam,
  column: (expr, scope) => typeColumn(expr, expr.name, scope),
  sign: typeSign,
  arithmetic: typeArithmetic,
  compare: typeCompare,
  and: (expr, scope) => typeLogical(expr, expr.operands, scope),
  or: (expr, scope) => typeLogical(expr, expr.operands, scope),
  not: (expr, scope) => typeLogical(expr, [expr.operand], scope),
  in: typeIn,
  like: typeLike,
  rlike: typeLike,
  is_null: typeIsNull,
  match: typeMatch,
  cast: typeCast,
  call: typeCall,
};

/** The typed tree of an expression. Faults are reported; what has one is a null, which fits everywhere. */
export function typeExpr(expr: Expr, scope: TypingScope): Typed {
  // The compiler cannot follow that kind and entry belong together.
  const type = TYPE_OF[expr.kind] as (expr: Expr, scope: TypingScope) => Typed;
  return type(expr, scope);
}

/** The typed tree of a condition: a boolean, or a fault. */
export function typeCondition(expr: Expr, scope: TypingScope): Typed {
  const condition = typeExpr(expr, scope);
  if (condition.type === 'boolean' || condition.type === 'null') return condition;
  const message = `a condition must be a boolean, not ${condition.type}`;
  return faultyNode(expr, scope, 'condition-type', message, 'Compare it with something');
}

function typeParam(expr: Param, scope: TypingScope): Typed {
  const value = scope.param(expr.name);
  if (value === null) return typedNode(expr, 'null', { several: 'unknown' });
  if (value === undefined) {
    return faultyNode(
      expr,
      scope,
      'unknown-parameter',
      `there is no parameter "${expr.name}"`,
      'Declare it under params:',
    );
  }
  return expr.style === 'identifier'
    ? typeColumn(expr, String(value), scope)
    : constantNode(expr, paramConstant(value), true);
}

function typeColumn(expr: ColumnRef | Param, name: string, scope: TypingScope): Typed {
  const column = scope.column(name);
  return column === undefined
    ? faultyNode(expr, scope, 'unknown-column', `there is no column "${name}"`, scope.unknownHint(name))
    : typedNode(expr, column.type, { several: column.several, column });
}

function typeSign(expr: OfKind<'sign'>, scope: TypingScope): Typed {
  const operand = typeExpr(expr.operand, scope);
  const value = operand.constant?.value ?? null;
  const factor = expr.op === '-' ? -1 : 1;
  const param = operand.constant?.param ?? false;
  if (typeof value === 'number') {
    const signed = operand.type === 'integer' ? integerOrNull(value * factor) : value * factor;
    return constantNode(expr, { type: operand.type, value: signed }, param);
  }
  if (typeof value === 'bigint')
    return constantNode(expr, { type: operand.type, value: longOrNull(value * BigInt(factor), operand.type) }, param);
  if (value !== null && typeof value === 'object' && !isSeveral(value)) {
    return constantNode(expr, { type: 'duration', value: { ...value, amount: value.amount * factor } }, param);
  }
  const typing = arithmeticTyping('*', operand, operand);
  // A plus is no operator: what it stands before may hold several values.
  if (expr.op === '+' && !isFault(typing)) return operand;
  const single: Typing = isFault(typing) ? typing : { takes: [typing.result], result: typing.result };
  return appliedNode(expr, [operand], single, scope);
}

function typeArithmetic(expr: OfKind<'arithmetic'>, scope: TypingScope): Typed {
  const operands = expr.operands.map((operand) => typeExpr(operand, scope));
  const steps: ArithmeticStep[] = [];
  let left = operands[0] ?? typedNode(expr, 'null');
  for (const [at, op] of expr.ops.entries()) {
    const right = operands[at + 1] ?? typedNode(expr, 'null');
    const typing = arithmeticTyping(op, left, right);
    if (isFault(typing)) return refusedNode(expr, operands, typing, scope);
    checkConstants([left, right], typing.takes, scope);
    steps.push({ takes: [typing.takes[0] ?? 'null', typing.takes[1] ?? 'null'], result: typing.result });
    left = typedNode(expr, typing.result);
  }
  return typedNode(expr, left.type, { operands, takes: operands.map((operand) => operand.type), steps });
}

function typeCompare(expr: OfKind<'compare'>, scope: TypingScope): Typed {
  const [left, right] = [typeExpr(expr.left, scope), typeExpr(expr.right, scope)];
  return appliedNode(expr, [left, right], compareTyping(expr.op, left, right), scope);
}

function typeLogical(expr: Expr, parts: readonly Expr[], scope: TypingScope): Typed {
  const operands = parts.map((part) => typeCondition(part, scope));
  return typedNode(expr, 'boolean', { operands, takes: operands.map(() => 'boolean' as const) });
}

function typeIn(expr: OfKind<'in'>, scope: TypingScope): Typed {
  const operands = [expr.value, ...expr.list].map((part) => typeExpr(part, scope));
  const type = unifiedType(operands.map((operand) => ({ ...operand, constant: firstElement(operand) })));
  const types = [...new Set(operands.map((operand) => operand.type))].join(' with ');
  const typing: Typing =
    type === null
      ? { fault: `IN cannot compare ${types}`, hint: 'Write all elements in the type of the value' }
      : { takes: operands.map(() => type), result: 'boolean' };
  return appliedNode(expr, operands, typing, scope);
}

/** A list parameter is cast as its elements are. */
function firstElement({ constant }: Typed): Typed['constant'] {
  return constant === null ? null : { ...constant, value: elementsOf(constant.value)[0] ?? null };
}

function typeLike(expr: OfKind<'like' | 'rlike'>, scope: TypingScope): Typed {
  const value = typeExpr(expr.value, scope);
  if (!isString(value.type) && value.type !== 'null') {
    const message = `${expr.kind.toUpperCase()} needs a string, not ${value.type}`;
    faultyNode(expr.value, scope, 'operand-type', message, 'Convert it with ::string');
  }
  for (const pattern of expr.patterns) checkPattern(expr.kind, pattern, scope);
  return typedNode(expr, 'boolean', { operands: [value], takes: ['keyword'] });
}

function checkPattern(kind: 'like' | 'rlike', pattern: Literal, scope: TypingScope): void {
  const text = String(pattern.value);
  const tree = kind === 'rlike' ? parseRlike(text) : null;
  if (typeof tree === 'string') {
    const hint = 'RLIKE takes the regular expressions of Lucene, on the whole string';
    faultyNode(pattern, scope, 'rlike-pattern', `RLIKE pattern: ${tree}`, hint);
  } else if (kind === 'like' && parseLike(text) === null) {
    const message = 'in LIKE a backslash may stand only before *, ? and another backslash';
    faultyNode(pattern, scope, 'like-escape', message, 'Write two backslashes for one, between triple quotes');
  }
}

function typeIsNull(expr: OfKind<'is_null'>, scope: TypingScope): Typed {
  const value = typeExpr(expr.value, scope);
  refuseUnsupported(value, scope);
  return typedNode(expr, 'boolean', { operands: [value], takes: [value.type] });
}

function typeMatch(expr: OfKind<'match'>, scope: TypingScope): Typed {
  const [field, query] = [typeColumn(expr.field, expr.field.name, scope), typeExpr(expr.query, scope)];
  refuseUnsupported(field, scope);
  for (const value of elementsOf(query.constant?.value ?? null)) {
    const block = field.type === 'ip' && typeof value === 'string' && value.includes('/');
    const fits = block || field.type === 'null' || convert(value, query.type, field.type) !== null;
    if (!fits) badLiteral(expr.query, value, field.type, scope);
  }
  return typedNode(expr, 'boolean', { operands: [field, query], takes: [field.type, query.type] });
}

function refuseUnsupported(value: Typed, scope: TypingScope): void {
  if (value.type !== 'unsupported') return;
  const message = 'the field has different types in its indices, or one that ES|QL cannot read';
  faultyNode(value.expr, scope, 'unsupported-field', message, 'Convert it first, with ::string for instance');
}

function typeCast(expr: OfKind<'cast'>, scope: TypingScope): Typed {
  const entry = findFunction(CAST_FUNCTION.get(expr.type.toLowerCase()) ?? '');
  const value = typeExpr(expr.value, scope);
  if (entry === undefined) {
    const hint = `Types: ${[...CAST_FUNCTION.keys()].join(', ')}`;
    return faultyNode(expr, scope, 'unknown-type', `there is no type "${expr.type}" to convert to`, hint);
  }
  return withEntry(appliedNode(expr, [value], entry.typing([value]), scope), entry);
}

function typeCall(expr: Call, scope: TypingScope): Typed {
  const entry = findFunction(expr.name);
  if (entry === undefined) return unknownFunction(expr, scope);
  const newer = newerFunction(expr.name);
  if (newer !== undefined && scope.newer !== true) newerFault(expr, newer, scope);
  if (entry.kind === 'aggregate' && scope.inAggregate === null) {
    const message = `${expr.name} is an aggregate and stands outside STATS`;
    return faultyNode(expr, scope, 'aggregate-outside-stats', message, 'Compute it by STATS, then use its column');
  }
  if (expr.name !== 'COUNT' && expr.args.some((arg) => arg.kind === 'star')) {
    return faultyNode(expr, scope, 'argument-type', `only COUNT takes "*", not ${expr.name}`, entry.usage);
  }
  const inner = entry.kind === 'aggregate' ? (scope.inAggregate ?? scope) : scope;
  const given = expr.args.filter((arg) => arg.kind !== 'star' && arg.kind !== 'map');
  const operands = given.flatMap((arg) => blocksOf(expr, typeExpr(arg, inner)));
  const typing = entry.typing(operands);
  const named = isFault(typing) ? { fault: `${expr.name}: ${typing.fault}`, hint: typing.hint ?? entry.usage } : typing;
  return withEntry(appliedNode(expr, operands, named, scope), entry);
}

function withEntry(typed: Typed, entry: EsqlFunction): Typed {
  return { ...typed, several: entry.several(typed.operands), entry: entry.kind === 'scalar' ? entry : null };
}

/** A list parameter of CIDR_MATCH stands for its blocks, as it does when it is bound. */
function blocksOf(call: Call, operand: Typed): readonly Typed[] {
  const { constant, expr, type } = operand;
  if (call.name !== 'CIDR_MATCH' || constant === null || !constant.param || !isSeveral(constant.value))
    return [operand];
  return constant.value.map((value) => constantNode(expr, { type, value }, true));
}

function unknownFunction(expr: Call, scope: TypingScope): Typed {
  const newer = newerFunction(expr.name);
  if (newer !== undefined) return newerFault(expr, newer, scope);
  const near = closest(expr.name, functionNames());
  const hint = near === null ? 'Functions are those that Elasticsearch 8.19 and 9.x share' : `Did you mean ${near}?`;
  return faultyNode(expr, scope, 'unknown-function', `there is no function ${expr.name}`, hint);
}

function newerFault(expr: Call, { since, instead }: NewerFunction, scope: TypingScope): Typed {
  const hint = instead === null ? 'Stored hunts stay within what 8.19 and 9.x share' : `On both: ${instead}`;
  const message = `${expr.name} needs Elasticsearch ${since}; 8.19 lacks it`;
  return faultyNode(expr, scope, 'newer-function', message, hint);
}
