// What conditions ask, as far as the stated reasons need it.
import type { Expr, Field, Query } from '../../../src/query/syntax/ast.ts';
import { expressionsOf } from '../../../src/query/syntax/commands.ts';
import { columnsOf, walkExpr } from '../../../src/query/syntax/walk.ts';
import { MAPPING } from '../adversarial.ts';

/** Whether any node of any expression of a query fits. */
export function anyExpr({ commands }: Query, fits: (node: Expr) => boolean): boolean {
  return commands.flatMap(expressionsOf).some((expr) => anyNode(expr, fits));
}

function anyNode(expr: Expr, fits: (node: Expr) => boolean): boolean {
  let found = false;
  walkExpr(expr, (node) => (found ||= fits(node)));
  return found;
}

export const isCall = (node: Expr, names: ReadonlySet<string>): boolean => node.kind === 'call' && names.has(node.name);

/** `f IS NULL` in one condition or WHERE, and another that reads f. */
export function takesForNull({ commands }: Query): boolean {
  const conjunctions: Expr[][] = [commands.flatMap((command) => (command.kind === 'where' ? [command.condition] : []))];
  for (const expr of commands.flatMap(expressionsOf))
    walkExpr(expr, (node) => node.kind === 'and' && conjunctions.push([...node.operands]));
  return conjunctions.some((operands) => {
    const parts = operands.flatMap((operand) => (operand.kind === 'and' ? operand.operands : [operand]));
    return parts.some((part) => {
      const name = nullColumn(part);
      return name !== null && parts.some((other) => other !== part && columnsOf(other).has(name));
    });
  });
}

/** The column that a condition says is null, `NOT NOT` and `NOT … IS NOT NULL` included. */
function nullColumn(node: Expr, negated = false): string | null {
  if (node.kind === 'not') return nullColumn(node.operand, !negated);
  return node.kind === 'is_null' && node.negated === negated && node.value.kind === 'column' ? node.value.name : null;
}

/** Functions that have a value of a null. */
const OF_NULLS: ReadonlySet<string> = new Set(['CASE', 'COALESCE', 'MV_APPEND', 'MV_ZIP']);
const CONDITIONS: ReadonlySet<Expr['kind']> = new Set(['is_null', 'and', 'or', 'not', 'like', 'rlike', 'in', 'match']);

/** IS NOT NULL, or LIKE "*" which is the same, over something that has a value of a null further down. */
export function asksForValue(node: Expr): boolean {
  const isTotal = (pattern: unknown): boolean => /^[.*]+$/.test(String(pattern));
  const asks =
    (node.kind === 'is_null' && node.value.kind !== 'column') ||
    ((node.kind === 'like' || node.kind === 'rlike') && node.patterns.some(({ value }) => isTotal(value)));
  return asks && anyNode(node.value, (inner) => isCall(inner, OF_NULLS) || CONDITIONS.has(inner.kind));
}

/** A CASE that decides before it reads, or an AND or OR with a condition that reads nothing. */
export function holdsConstant(node: Expr): boolean {
  if (node.kind === 'call' && node.name === 'CASE' && node.args.some(isBoolean)) return true;
  if (node.kind !== 'and' && node.kind !== 'or') return false;
  return node.operands.some((operand) => columnsOf(operand).size === 0);
}

const isBoolean = (node: Expr): boolean => node.kind === 'literal' && node.type === 'boolean';

/** Two or more comparisons of one thing under AND or OR. */
export function excludesItself(node: Expr): boolean {
  if (node.kind !== 'and' && node.kind !== 'or') return false;
  const read = node.operands.flatMap((operand) => {
    const inner = operand.kind === 'not' ? operand.operand : operand;
    return inner.kind === 'compare' || inner.kind === 'in' ? [...columnsOf(inner)] : [];
  });
  return new Set(read).size < read.length;
}

/** `x == true` or `NOT NOT x`. */
export function isItself(node: Expr): boolean {
  if (node.kind === 'not') return node.operand.kind === 'not';
  return node.kind === 'compare' && [node.left, node.right].some(isBoolean);
}

/** A comparison with several values that are known before any row is read. */
export function comparesConstantList(node: Expr): boolean {
  if (node.kind !== 'compare' && node.kind !== 'in') return false;
  const sides = node.kind === 'compare' ? [node.left, node.right] : [node.value, ...node.list];
  return sides.some((side) => columnsOf(side).size === 0 && anyNode(side, (inner) => isCall(inner, LISTS)));
}

const LISTS: ReadonlySet<string> = new Set(['MV_APPEND', 'SPLIT', 'MV_ZIP']);

const MIXING: ReadonlySet<string> = new Set(['CASE', 'COALESCE', 'GREATEST', 'LEAST']);

/** An EVAL that makes a column anew by a function that may have to widen a number, and reads it again. */
export function readsStale({ commands }: Query): boolean {
  return commands.some(
    (command) =>
      command.kind === 'eval' &&
      command.fields.some(
        ({ name, expr }, at) =>
          anyNode(expr, (node) => isCall(node, MIXING)) &&
          command.fields.slice(at + 1).some((later) => columnsOf(later.expr).has(name)),
      ),
  );
}

/** No field of the documents is read, but an EVAL reads what it makes itself, KEEP has a pattern, or DROP names any. */
export function readsNoField({ commands }: Query): boolean {
  const [, ...rest] = commands;
  const named = rest.flatMap((command) => (command.kind === 'keep' ? command.patterns.map(({ name }) => name) : []));
  const read = [...named, ...rest.flatMap(expressionsOf).flatMap((expr) => [...columnsOf(expr)])];
  const made = new Set(
    rest.flatMap((command) => {
      if (command.kind === 'stats') return [...command.aggregates, ...command.by].map(({ name }) => name);
      return command.kind === 'eval' ? command.fields.map(({ name }) => name) : [];
    }),
  );
  if (read.some((name) => MAPPING.has(name) && !made.has(name))) return false;
  return rest.some((command) => {
    if (command.kind === 'keep') return command.patterns.some(({ wild }) => wild);
    return command.kind === 'drop' || (command.kind === 'eval' && readsItself(command.fields));
  });
}

function readsItself(fields: readonly Field[]): boolean {
  return fields.some(({ name }, at) => fields.slice(at + 1).some((later) => columnsOf(later.expr).has(name)));
}
