import type { Typed } from './typed.ts';
import { isWhole } from '../values/types.ts';

/** Functions that give one of their arguments: what was truncated before still is. */
const PASSING = new Set(['GREATEST', 'LEAST', 'COALESCE', 'CASE', 'ABS']);

/**
 * Whether a fraction is cut off to make the value: a conversion of a double to a whole number, FLOOR, DATE_DIFF (whole
 * units that have passed), a division of whole numbers, or a column made so.
 */
export function isTruncated(typed: Typed): boolean {
  const { expr, entry, column, operands, steps } = typed;
  if (column !== null) return column.truncated === true;
  if (expr.kind === 'arithmetic') return steps.some((step, at) => expr.ops[at] === '/' && isWhole(step.result));
  if (entry === null) return false;
  if (entry.name === 'DATE_DIFF') return true;
  if (PASSING.has(entry.name)) return operands.some(isTruncated);
  const [first] = operands;
  return first !== undefined && cutsFraction(entry.name, typed, first);
}

function cutsFraction(name: string, typed: Typed, first: Typed): boolean {
  const conversion = name.startsWith('TO_');
  if (name === 'FLOOR' || (conversion && isWhole(typed.type))) return first.type === 'double' || isTruncated(first);
  return conversion && isTruncated(first);
}
