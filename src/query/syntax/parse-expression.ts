// Expressions, one function for each level of precedence, loosest first. Chains of one operator are read in loops; only
// what is nested in the text (parentheses, NOT, calls, signs) goes deeper, and that is bounded.
import type { ArithmeticOp, Call, ColumnRef, CompareOp, Expr, Like, Literal, Param, TextSpan } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { excerpt } from './fault.ts';
import { parseConstant, parseMap, parseParam, parseString, parseValueParam } from './parse-constant.ts';
import { paramAsName, parseColumn, reservedWord } from './parse-name.ts';
import { isReserved } from './words.ts';

const COMPARISONS = ['==', '!=', '<', '<=', '>', '>='] as const satisfies readonly CompareOp[];
const SUMS = ['+', '-'] as const satisfies readonly ArithmeticOp[];
const PRODUCTS = ['*', '/', '%'] as const satisfies readonly ArithmeticOp[];

type Read = (cursor: Cursor) => Expr;

/** Any expression: operands of OR. */
export function parseExpr(cursor: Cursor): Expr {
  return parseLogical(cursor, 'or', parseAnd);
}

function parseAnd(cursor: Cursor): Expr {
  return parseLogical(cursor, 'and', parseNot);
}

function parseLogical(cursor: Cursor, kind: 'and' | 'or', readOperand: Read): Expr {
  const { start } = cursor.current.span;
  const first = readOperand(cursor);
  const word = kind.toUpperCase();
  if (!cursor.isWord(word)) return first;
  const operands = [first];
  while (cursor.acceptWord(word)) operands.push(readOperand(cursor));
  const flat = operands.flatMap((operand) => (operand.kind === kind ? operand.operands : [operand]));
  return { kind, operands: flat, span: cursor.spanFrom(start) };
}

function parseNot(cursor: Cursor): Expr {
  const { start } = cursor.current.span;
  if (!cursor.acceptWord('NOT')) return parsePredicate(cursor);
  const operand = cursor.nested(() => parseNot(cursor));
  return { kind: 'not', operand, span: cursor.spanFrom(start) };
}

/** A comparison, and at most one of IN, LIKE, RLIKE, IS NULL and `:` after it. */
function parsePredicate(cursor: Cursor): Expr {
  const { start } = cursor.current.span;
  const value = parseCompare(cursor);
  if (cursor.isSymbol(':')) return parseMatch(cursor, value, start);
  if (cursor.acceptWord('IS')) return parseIsNull(cursor, value, start);
  const negated = cursor.isWord('NOT') && ['IN', 'LIKE', 'RLIKE'].some((word) => cursor.isWord(word, 1));
  if (negated) cursor.take();
  if (cursor.acceptWord('IN')) {
    const list = parseInList(cursor);
    const [only, ...others] = list;
    // Elasticsearch reads IN with one element as a comparison; among others it takes null.
    if (only !== undefined && others.length === 0 && isNullLiteral(only))
      throw nullComparison(cursor, 'IN', cursor.spanFrom(start));
    return { kind: 'in', negated, value, list, span: cursor.spanFrom(start) };
  }
  const kind = cursor.acceptWord('LIKE') ? 'like' : cursor.acceptWord('RLIKE') ? 'rlike' : null;
  return kind === null ? value : parseLike(cursor, { kind, negated, value }, start);
}

function parseIsNull(cursor: Cursor, value: Expr, start: number): Expr {
  const negated = cursor.acceptWord('NOT');
  cursor.expectWord('NULL');
  return { kind: 'is_null', negated, value, span: cursor.spanFrom(start) };
}

function nullComparison(cursor: Cursor, op: string, span: TextSpan) {
  const message = `A comparison with null ("${op}") is never true, and an error on 8.19`;
  return cursor.stop('null-comparison', message, `Write ${op === '!=' ? 'IS NOT NULL' : 'IS NULL'}`, span);
}

function parseInList(cursor: Cursor): Expr[] {
  cursor.expectSymbol('(');
  refuseSubquery(cursor);
  const list = cursor.nested(() => cursor.list(parseCompare));
  cursor.expectSymbol(')');
  return list;
}

function parseLike(cursor: Cursor, like: Pick<Like, 'kind' | 'negated' | 'value'>, start: number): Expr {
  const patterns = cursor.isSymbol('(') ? parsePatternList(cursor, like.kind) : [parseLikePattern(cursor)];
  return { ...like, patterns, span: cursor.spanFrom(start) };
}

function parsePatternList(cursor: Cursor, kind: Like['kind']): Literal[] {
  if (kind === 'rlike') {
    const hint = 'Join the patterns with | in one string, or several RLIKE with OR';
    throw cursor.stop('needs-newer-version', 'A list of RLIKE patterns needs Elasticsearch 9', hint);
  }
  cursor.expectSymbol('(');
  const patterns = cursor.list(parseLikePattern);
  cursor.expectSymbol(')');
  return patterns;
}

function parseLikePattern(cursor: Cursor): Literal {
  if (cursor.current.kind !== 'param') return parseString(cursor, 'a pattern in double quotes');
  const hint = 'Write the pattern itself in double quotes';
  throw cursor.stop(
    'pattern-not-literal',
    'A pattern of LIKE or RLIKE cannot be a parameter (Elasticsearch 8.19 refuses it)',
    hint,
  );
}

function parseMatch(cursor: Cursor, field: Expr, start: number): Expr {
  if (field.kind !== 'column' || cursor.isAfter(')')) {
    throw cursor.stop('match-needs-field', 'Only a column can stand before ":"', 'Write column : "text"');
  }
  cursor.expectSymbol(':');
  const query = parseValueParam(cursor) ?? matchText(cursor);
  return { kind: 'match', field, query, span: cursor.spanFrom(start) };
}

function matchText(cursor: Cursor): Literal | Param {
  const constant = parseConstant(cursor);
  if (constant?.kind !== 'literal') throw cursor.unexpected('a constant');
  return constant;
}

function parseCompare(cursor: Cursor): Expr {
  const { start } = cursor.current.span;
  const left = parseSum(cursor);
  const op = COMPARISONS.find((symbol) => cursor.isSymbol(symbol));
  if (op === undefined) return left;
  const sign = cursor.take();
  const right = parseSum(cursor);
  if (cursor.isSymbol(...COMPARISONS)) {
    throw cursor.stop(
      'chained-comparison',
      'A comparison cannot be compared again',
      'Join two comparisons with AND, or use parentheses',
    );
  }
  if (isNullLiteral(left) || isNullLiteral(right))
    throw nullComparison(cursor, op, { start, end: Math.max(sign.span.end, right.span.end) });
  return { kind: 'compare', op, left, right, span: cursor.spanFrom(start) };
}

function isNullLiteral(expr: Expr): boolean {
  return expr.kind === 'literal' && expr.type === 'null';
}

function parseSum(cursor: Cursor): Expr {
  return parseChain(cursor, SUMS, parseProduct);
}

function parseProduct(cursor: Cursor): Expr {
  return parseChain(cursor, PRODUCTS, parseSign);
}

function parseChain(cursor: Cursor, symbols: readonly ArithmeticOp[], readOperand: Read): Expr {
  const { start } = cursor.current.span;
  const first = readOperand(cursor);
  const operands = [first];
  const ops: ArithmeticOp[] = [];
  for (let op = symbolOf(cursor, symbols); op !== undefined; op = symbolOf(cursor, symbols)) {
    cursor.take();
    ops.push(op);
    operands.push(readOperand(cursor));
  }
  return ops.length === 0 ? first : { kind: 'arithmetic', operands, ops, span: cursor.spanFrom(start) };
}

function symbolOf(cursor: Cursor, symbols: readonly ArithmeticOp[]): ArithmeticOp | undefined {
  return symbols.find((symbol) => cursor.isSymbol(symbol));
}

/** A sign before a number is part of the number, as in Elasticsearch's grammar: `-5::string` casts minus five. */
function parseSign(cursor: Cursor): Expr {
  const { start } = cursor.current.span;
  const op = cursor.isSymbol('-') ? '-' : '+';
  if (!cursor.isSymbol('-', '+') || ['integer', 'decimal'].includes(cursor.ahead(1).kind)) return parseCast(cursor);
  cursor.take();
  const operand = cursor.nested(() => parseSign(cursor));
  return { kind: 'sign', op, operand, span: cursor.spanFrom(start) };
}

/** A value and any `::type` after it. */
function parseCast(cursor: Cursor): Expr {
  const { start } = cursor.current.span;
  let value = parsePrimary(cursor);
  while (cursor.acceptSymbol('::')) {
    const type = cursor.expect('word', 'a type').text.toLowerCase();
    value = { kind: 'cast', value, type, span: cursor.spanFrom(start) };
  }
  return value;
}

/** A constant, a parameter, a call, a column, or an expression in parentheses. Also what DISSECT and GROK read from. */
export function parsePrimary(cursor: Cursor): Expr {
  if (cursor.isSymbol('(')) return parseParentheses(cursor);
  const { kind, text } = cursor.current;
  if (kind === 'param') return parseParameter(cursor);
  if (isCall(cursor)) return parseCall(cursor);
  const constant = parseConstant(cursor);
  if (constant !== null) return constant;
  if (kind === 'word' && isReserved(text)) throw reservedWord(cursor);
  if (cursor.isWord('DISTINCT') && ['word', 'name'].includes(cursor.ahead(1).kind)) throw cursor.unexpected('a value');
  if (kind === 'word' || kind === 'name') return parseColumn(cursor);
  throw cursor.unexpected('a value');
}

function parseParentheses(cursor: Cursor): Expr {
  cursor.expectSymbol('(');
  refuseSubquery(cursor);
  const inner = cursor.nested(() => parseExpr(cursor));
  cursor.expectSymbol(')');
  return inner;
}

function parseParameter(cursor: Cursor): Expr {
  if (cursor.ahead(1).text === '(') throw paramAsName(cursor);
  const param = parseParam(cursor);
  if (param === null || (cursor.isSymbol('.') && param.style === 'identifier')) throw paramAsName(cursor);
  return param;
}

/** `first` and `last` are reserved as columns, but functions of 9.x are called so. */
function isCall(cursor: Cursor): boolean {
  const { kind, text } = cursor.current;
  const opens = cursor.ahead(1).kind === 'symbol' && cursor.ahead(1).text === '(';
  return opens && (kind === 'name' || (kind === 'word' && (!isReserved(text) || /^(?:first|last)$/i.test(text))));
}

function parseCall(cursor: Cursor): Call {
  const { start } = cursor.current.span;
  const name = cursor.take().value.toUpperCase();
  cursor.expectSymbol('(');
  const args = cursor.isSymbol(')') ? [] : cursor.nested(() => parseArguments(cursor));
  cursor.expectSymbol(')');
  return { kind: 'call', name, args, span: cursor.spanFrom(start) };
}

function parseArguments(cursor: Cursor): Expr[] {
  if (cursor.isSymbol('*') && cursor.ahead(1).text === ')') return [{ kind: 'star', span: cursor.take().span }];
  const args = cursor.list((at) => (at.isSymbol('{') ? parseMap(at) : parseExpr(at)));
  const misplaced = args.find((arg, at) => arg.kind === 'map' && (at === 0 || at < args.length - 1));
  if (misplaced === undefined) return args;
  const hint = 'Make them the last argument, after one other at least';
  throw cursor.stop('map-position', 'Options in braces stand where an argument is expected', hint, misplaced.span);
}

function refuseSubquery(cursor: Cursor): void {
  const isQuery = cursor.isWord('FROM') && ['word', 'name', 'string'].includes(cursor.ahead(1).kind);
  if (!isQuery) return;
  const hint = 'Write a LOOKUP JOIN, or two hunts';
  throw cursor.stop(
    'needs-newer-version',
    `A query in parentheses ("${excerpt(cursor.current.text)} …") needs Elasticsearch 9.5`,
    hint,
  );
}

/** Names after ON. */
export function parseJoinKey(cursor: Cursor): ColumnRef {
  const column = parseColumn(cursor);
  if (!cursor.isSymbol(...COMPARISONS)) return column;
  const hint = 'RENAME a column before, so that both sides have the same name';
  throw cursor.stop('needs-newer-version', 'LOOKUP JOIN on a comparison needs Elasticsearch 9.2', hint);
}
