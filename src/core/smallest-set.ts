import type { SmallestSet } from './finding.ts';
import type { Scalar } from './row.ts';

/**
 * The smallest `cap` of the values, distinct and in order of `compareScalars`; `more` is set when others were left out
 * here or before. `cap` is a whole number of at least 1.
 */
export function smallestSet(values: Iterable<Scalar>, cap: number, more = false): SmallestSet {
  if (!Number.isSafeInteger(cap) || cap < 1) throw new RangeError(`A set keeps at least one value, not ${cap}`);
  const distinct = [...new Set(values)].sort(compareScalars);
  return { values: distinct.slice(0, cap), cap, more: more || distinct.length > cap };
}

/**
 * The smallest values of both; the smaller cap counts. Commutative, associative and idempotent: the smallest k of a
 * union never need a value that a set with a cap of k or more has dropped.
 */
export function uniteSets(a: SmallestSet, b: SmallestSet): SmallestSet {
  return smallestSet([...a.values, ...b.values], Math.min(a.cap, b.cap), a.more || b.more);
}

/** A total order: false, true, numbers by size, texts by UTF-16 code unit. 0 and -0 are one value, as in a Set. */
export function compareScalars(a: Scalar, b: Scalar): number {
  if (typeof a !== typeof b) return rankOf(a) - rankOf(b);
  return a < b ? -1 : a > b ? 1 : 0;
}

function rankOf(value: Scalar): number {
  return typeof value === 'boolean' ? 0 : typeof value === 'number' ? 1 : 2;
}
