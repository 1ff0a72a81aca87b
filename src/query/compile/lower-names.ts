import type { Expr, Literal } from '../ast.ts';
import { call } from '../build.ts';
import { columnsOf, mapExpr } from '../walk.ts';

/** Windows file names have no case: this field is compared lower-cased wherever a hunt states a condition (design.md). */
const CASELESS_FIELDS: ReadonlySet<string> = new Set(['process.name']);

/** The condition with comparisons, IN and LIKE on case-less fields made on both sides in lower case. */
export function lowerNames(condition: Expr): Expr {
  return mapExpr(condition, (node) => {
    switch (node.kind) {
      case 'compare':
        return touches(node.left, node.right) ? { ...node, left: lowered(node.left), right: lowered(node.right) } : node;
      case 'in':
        return touches(node.value) ? { ...node, value: lowered(node.value), list: node.list.map(lowered) } : node;
      case 'like':
        return touches(node.value) ? { ...node, value: lowered(node.value), patterns: node.patterns.map(loweredLiteral) } : node;
      case 'call':
        return PREFIX_TESTS.has(node.name) && node.args[0] && touches(node.args[0])
          ? { ...node, args: node.args.map(lowered) }
          : node;
      default:
        return node;
    }
  });
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
