import type { ParamValue } from '../../core/hunt.ts';
import { walkExpr } from '../syntax/walk.ts';
import type { Expr } from '../syntax/ast.ts';
import { literal } from '../syntax/build.ts';

/**
 * For `mapExpr`: puts list-valued parameters of an IN list or a call in as literals. 8.19 takes no list as a parameter,
 * and `IN (SPLIT(…))` is silently false. Single values stay parameters and travel beside the query.
 */
export function expandList(node: Expr, params: Readonly<Record<string, ParamValue>>): Expr {
  const expand = (items: readonly Expr[]) => items.flatMap((item) => listOf(item, params) ?? [item]);
  if (node.kind === 'in') return { ...node, list: expand(node.list) };
  return node.kind === 'call' ? { ...node, args: expand(node.args) } : node;
}

/** For `mapExpr`: puts a single-valued parameter in as a literal, for a query that must stand alone. */
export function inlineParam(node: Expr, params: Readonly<Record<string, ParamValue>>): Expr {
  const value = node.kind === 'param' && Object.hasOwn(params, node.name) ? params[node.name] : undefined;
  return value === undefined || typeof value === 'object' ? node : literal(value);
}

/** The named parameters that an expression mentions. */
export function paramsOf(expr: Expr): Set<string> {
  const names = new Set<string>();
  walkExpr(expr, (node) => {
    if (node.kind === 'param') names.add(node.name);
  });
  return names;
}

function listOf(expr: Expr, params: Readonly<Record<string, ParamValue>>): Expr[] | null {
  const value = expr.kind === 'param' && Object.hasOwn(params, expr.name) ? params[expr.name] : undefined;
  return Array.isArray(value) ? value.map((item: string | number | boolean) => literal(item)) : null;
}
