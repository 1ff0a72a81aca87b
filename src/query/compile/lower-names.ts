import type { Expr, Literal } from '../syntax/ast.ts';
import { call } from '../syntax/build.ts';
import { columnsOf, mapExpr } from '../syntax/walk.ts';

/** Windows file names have no case: this field is compared lower-cased wherever a hunt states a condition (design.md). */
const CASELESS_FIELDS: ReadonlySet<string> = new Set(['process.name']);

/** The condition with comparisons, IN and LIKE on case-less fields made on both sides in lower case. */
export function lowerNames(condition: Expr): Expr {
  return mapExpr(condition, (node) => loweredNode(node));
}

function loweredNode(node: Expr): Expr {
  if (node.kind === 'compare' && touches(node.left, node.right)) {
    return { ...node, left: lowered(node.left), right: lowered(node.right) };
  }
  if (node.kind === 'in' && touches(node.value)) {
    return { ...node, value: lowered(node.value), list: node.list.map(lowered) };
  }
  if (node.kind === 'like' && touches(node.value)) {
    return { ...node, value: lowered(node.value), patterns: node.patterns.map(loweredLiteral) };
  }
  if (node.kind === 'call' && PREFIX_TESTS.has(node.name) && node.args[0] && touches(node.args[0])) {
    return { ...node, args: node.args.map(lowered) };
  }
  return node;
}

const PREFIX_TESTS: ReadonlySet<string> = new Set(['STARTS_WITH', 'ENDS_WITH']);

function touches(...sides: readonly Expr[]): boolean {
  return sides.some((side) => side.kind === 'column' && [...columnsOf(side)].some((name) => CASELESS_FIELDS.has(name)));
}

function lowered(expr: Expr): Expr {
  if (expr.kind === 'literal') return loweredLiteral(expr);
  return expr.kind === 'column' || expr.kind === 'param' ? call('TO_LOWER', expr) : expr;
}

function loweredLiteral(node: Literal): Literal {
  return typeof node.value === 'string' ? { ...node, value: node.value.toLowerCase() } : node;
}
