// Expressions to text that reads back as the same tree.
import type { Arithmetic, Expr, Logical, Sign } from './ast.ts';
import { printArray, printDuration, printLiteral, printMap } from './print-literal.ts';
import { quoteFunction, quoteName } from './quote.ts';
import type { OfKind } from './walk.ts';

type Kind = Expr['kind'];

/** How tightly a node holds together; an operand that is looser than its place stands in parentheses. */
const TIGHTNESS = {
  or: 1,
  and: 2,
  not: 3,
  predicate: 4,
  compare: 5,
  sum: 6,
  product: 7,
  sign: 8,
  cast: 9,
  primary: 10,
} as const;

/**
 * Elasticsearch 8.19 counts the terms of a chain as depth and refuses more than 300 (esql.md, section 4), so a longer
 * chain is printed as a balanced tree. Parsing takes it apart again.
 */
const CHAIN_MAX = 200;
/** Terms in a leaf of that tree: 10,000 terms are then 20 + 2 * 9 deep. */
const CHAIN_LEAF = 20;

const TIGHTNESS_OF: { readonly [K in Kind]: (node: OfKind<K>) => number } = {
  literal: () => TIGHTNESS.primary,
  duration: () => TIGHTNESS.primary,
  array: () => TIGHTNESS.primary,
  map: () => TIGHTNESS.primary,
  param: () => TIGHTNESS.primary,
  column: () => TIGHTNESS.primary,
  star: () => TIGHTNESS.primary,
  sign: () => TIGHTNESS.sign,
  arithmetic: tightnessOfChain,
  compare: () => TIGHTNESS.compare,
  and: () => TIGHTNESS.and,
  or: () => TIGHTNESS.or,
  not: () => TIGHTNESS.not,
  in: () => TIGHTNESS.predicate,
  like: () => TIGHTNESS.predicate,
  rlike: () => TIGHTNESS.predicate,
  is_null: () => TIGHTNESS.predicate,
  match: () => TIGHTNESS.predicate,
  cast: () => TIGHTNESS.cast,
  call: () => TIGHTNESS.primary,
};

const PRINTERS: { readonly [K in Kind]: (node: OfKind<K>) => string } = {
  literal: printLiteral,
  duration: printDuration,
  array: printArray,
  map: printMap,
  param: ({ name, style }) => `${style === 'identifier' ? '??' : '?'}${name}`,
  column: ({ name }) => quoteName(name),
  star: () => '*',
  sign: printSign,
  arithmetic: printArithmetic,
  compare: ({ left, op, right }) => `${operand(left, TIGHTNESS.sum)} ${op} ${operand(right, TIGHTNESS.sum)}`,
  and: printLogical,
  or: printLogical,
  not: ({ operand: negated }) => `NOT ${operand(negated, negated.kind === 'not' ? TIGHTNESS.not : TIGHTNESS.sum)}`,
  in: ({ value, negated, list }) =>
    `${operand(value, TIGHTNESS.sum)} ${negated ? 'NOT ' : ''}IN (${list.map((item) => operand(item, TIGHTNESS.sum)).join(', ')})`,
  like: printLike,
  rlike: printLike,
  is_null: ({ value, negated }) => `${operand(value, TIGHTNESS.sum)} IS ${negated ? 'NOT ' : ''}NULL`,
  match: ({ field, query }) => `${printExpr(field)} : ${printExpr(query)}`,
  cast: ({ value, type }) => `${operand(value, TIGHTNESS.cast)}::${type}`,
  call: ({ name, args }) => `${quoteFunction(name)}(${args.map(printExpr).join(', ')})`,
};

/** ES|QL of an expression, on one line. Throws DEFINITION on what no literal can hold (see `quoteString`). */
export function printExpr(expr: Expr): string {
  return printerOf(expr)(expr);
}

/** The table above at one node. The compiler cannot follow that kind and entry belong together. */
function printerOf(expr: Expr): (node: Expr) => string {
  return PRINTERS[expr.kind] as unknown as (node: Expr) => string;
}

function tightnessOf(expr: Expr): number {
  return (TIGHTNESS_OF[expr.kind] as unknown as (node: Expr) => number)(expr);
}

function tightnessOfChain({ ops }: Arithmetic): number {
  return ops[0] === '+' || ops[0] === '-' ? TIGHTNESS.sum : TIGHTNESS.product;
}

/** An expression where at least this tightness is needed. */
function operand(expr: Expr, tightness: number): string {
  const text = printExpr(expr);
  return tightnessOf(expr) >= tightness ? text : `(${text})`;
}

/** What DISSECT and GROK read from. */
export function printPrimary(expr: Expr): string {
  return operand(expr, TIGHTNESS.primary);
}

/** A sign before digits would be read as part of the number. */
function printSign({ op, operand: signed }: Sign): string {
  const text = operand(signed, TIGHTNESS.sign);
  return /^[\d.]/.test(text) ? `${op}(${text})` : `${op}${text}`;
}

function printArithmetic(chain: Arithmetic): string {
  const tightness = tightnessOfChain(chain) + 1;
  return chain.operands
    .map((item, at) => (at === 0 ? '' : ` ${chain.ops[at - 1]} `) + operand(item, tightness))
    .join('');
}

function printLike({ value, kind, negated, patterns }: OfKind<'like'>): string {
  const printed = patterns.map(printLiteral).join(', ');
  const word = kind.toUpperCase();
  return `${operand(value, TIGHTNESS.sum)} ${negated ? 'NOT ' : ''}${word} ${patterns.length === 1 ? printed : `(${printed})`}`;
}

function printLogical({ kind, operands }: Logical): string {
  const terms = operands.map((item) => operand(item, TIGHTNESS[kind] + 1));
  const word = ` ${kind.toUpperCase()} `;
  return terms.length <= CHAIN_MAX ? terms.join(word) : balanced(terms, word);
}

function balanced(terms: readonly string[], word: string): string {
  if (terms.length <= CHAIN_LEAF) return terms.join(word);
  const half = Math.ceil(terms.length / 2);
  return `(${balanced(terms.slice(0, half), word)})${word}(${balanced(terms.slice(half), word)})`;
}
