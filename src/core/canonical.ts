import type { Finding } from './finding.ts';

/**
 * JSON text in which object keys stand in code-unit order, so that equal values give equal text. Properties that are
 * undefined are left out, as JSON.stringify leaves them out; the order of arrays is kept.
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_name, inner: unknown) => (isPlainObject(inner) ? withSortedKeys(inner) : inner));
}

/**
 * What of a finding must be the same whoever wrote it and however often (design.md, "Findings and sightings"): without
 * run id and time of examination, without the times of writing, without status and history, which belong to analysts.
 * Sets are sorted already: a SmallestSet always is.
 */
export function canonicalFinding({ state, triage }: Finding): string {
  const { runId: _runId, examinedAt: _examinedAt, ...latest } = state.latest;
  const { status: _status, history: _history, ...judgement } = triage;
  return canonicalJson({ state: { ...state, latest }, triage: judgement });
}

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** fromEntries defines properties instead of assigning them: a key called `__proto__` stays a key. */
function withSortedKeys(value: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
