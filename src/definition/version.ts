import { createHash } from 'node:crypto';
import type { Hunt } from '../core/hunt.ts';

/** Where things stand is no part of what they mean. */
const NOT_MEANING: ReadonlySet<string> = new Set(['file', 'version', 'place', 'places', 'margin', 'joints']);

/**
 * SHA-256 (hex) over the definition as canonical JSON: keys sorted, without files and places. Two files that mean the
 * same have one version; a changed parameter or exception is another.
 */
export function versionOf(hunt: Omit<Hunt, 'version'>): string {
  return createHash('sha256').update(canonical(hunt, true)).digest('hex');
}

/** Values of events and parameters are data: only the hunt's own nouns lose their places. */
function canonical(value: unknown, noun: boolean): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonical(item, noun)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value).filter(([key]) => !(noun && NOT_MEANING.has(key)));
  return `{${entries
    .sort(byKey)
    .map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner, noun && !isData(key))}`)
    .join(',')}}`;
}

function isData(key: string): boolean {
  return key === 'tests' || key === 'params' || key === 'collect';
}

function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
