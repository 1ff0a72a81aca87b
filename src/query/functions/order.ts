import { textIn } from '../values/values.ts';
import type { RefScalar, ValueType } from '../values/values.ts';

/**
 * The order of two values of one type: numbers and addresses by size, strings by code point (as UTF-8 bytes sort, not as
 * UTF-16 units do), versions by their parts.
 */
export function compareScalars(a: RefScalar, b: RefScalar, type: ValueType): number {
  if (type === 'version') return compareVersions(textIn(a), textIn(b));
  if (typeof a === 'string' && typeof b === 'string') return compareCodePoints(a, b);
  return a < b ? -1 : a > b ? 1 : 0;
}

function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  let at = 0;
  while (at < length && a.charCodeAt(at) === b.charCodeAt(at)) at++;
  if (at === length) return Math.sign(a.length - b.length);
  return sortable(a.charCodeAt(at)) - sortable(b.charCodeAt(at));
}

/** Surrogates stand for code points above U+FFFF, so they sort behind every other unit. */
function sortable(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

/** Numbers by size, text by code point, a pre-release before its release (semantic versioning, 11). */
function compareVersions(a: string, b: string): number {
  const [left, right] = [versionParts(a), versionParts(b)];
  return (
    compareLists(left.core, right.core) ||
    (left.pre.length === 0 || right.pre.length === 0
      ? right.pre.length - left.pre.length
      : compareLists(left.pre, right.pre))
  );
}

function versionParts(text: string): { core: readonly string[]; pre: readonly string[] } {
  const plain = text.split('+', 1)[0] ?? '';
  const dash = plain.indexOf('-');
  const [core, pre] = dash < 0 ? [plain, ''] : [plain.slice(0, dash), plain.slice(dash + 1)];
  return { core: core.split('.'), pre: pre === '' ? [] : pre.split('.') };
}

function compareLists(a: readonly string[], b: readonly string[]): number {
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    const [left, right] = [a[at], b[at]];
    if (left === undefined || right === undefined) return left === undefined ? -1 : 1;
    const order = comparePart(left, right);
    if (order !== 0) return order;
  }
  return 0;
}

function comparePart(a: string, b: string): number {
  const [numericA, numericB] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (numericA !== numericB) return numericA ? -1 : 1;
  if (!numericA) return compareCodePoints(a, b);
  const [left, right] = [a.replace(/^0+(?=\d)/, ''), b.replace(/^0+(?=\d)/, '')];
  return left.length - right.length || compareCodePoints(left, right);
}
