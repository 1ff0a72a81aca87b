import { canonicalJson } from './canonical.ts';
import { UNTOUCHED_TRIAGE } from './finding.ts';
import type { Delta, Finding, FindingState, Latest, SmallestSet, Triage } from './finding.ts';
import type { ReopenRule } from './hunt.ts';
import { uniteSets } from './smallest-set.ts';
import { formatDuration } from './time.ts';
import type { Instant } from './time.ts';

/**
 * What two tiles, or two runs over one tile, say together of one finding. Every field is a semilattice (minimum, maximum,
 * union of smallest sets, the newest register), so the whole is commutative, associative and idempotent: tiles may
 * arrive in any order, overlap, and come again.
 * Throws a TypeError for two different findings.
 */
export function mergeStates(a: FindingState, b: FindingState): FindingState {
  if (a.fingerprint !== b.fingerprint) {
    throw new TypeError(`Cannot merge finding ${a.fingerprint} with ${b.fingerprint}: they are two`);
  }
  return {
    fingerprint: a.fingerprint,
    // Equal in meaning wherever the fingerprint is equal; several key values may still stand in another order.
    firstHuntId: smaller(a.firstHuntId, b.firstHuntId),
    key: smaller(a.key, b.key),
    firstSeen: Math.min(a.firstSeen, b.firstSeen),
    lastSeen: Math.max(a.lastSeen, b.lastSeen),
    eventStart: Math.min(a.eventStart, b.eventStart),
    eventEnd: Math.max(a.eventEnd, b.eventEnd),
    sets: mergeSets(a.sets, b.sets),
    evidence: uniteSets(a.evidence, b.evidence),
    latest: newer(a.latest, b.latest),
  };
}

/**
 * The finding after one more tile, and what that means. Nothing stored: new. Reopened: see `reopenReason`. Anything
 * else, and every replay: recurring, with status, history and `newsAt` as they were.
 * A finding that is still open is told as reopened too, since a new host or a return after silence is news either way;
 * its triage stays, as there is no older status to put away.
 */
export function mergeFinding(
  stored: Finding | null,
  incoming: FindingState,
  rule: ReopenRule,
  now: Instant,
): { readonly finding: Finding; readonly delta: Delta } {
  if (stored === null) {
    // Merged with itself it has the form that a replay leaves behind.
    const state = mergeStates(incoming, incoming);
    return { finding: { state, triage: UNTOUCHED_TRIAGE, newsAt: now, createdAt: now }, delta: 'new' };
  }
  const state = mergeStates(stored.state, incoming);
  const because = reopenReason(stored.state, incoming, rule);
  if (because === null) return { finding: { ...stored, state }, delta: 'recurring' };
  return { finding: { ...stored, state, triage: reopen(stored.triage, because, now), newsAt: now }, delta: 'reopened' };
}

/**
 * Why a tile reopens a finding, null where it does not. Only a tile that ends after the newest one can, so neither a
 * replay (whichever run it belongs to) nor catch-up of an older tile ever does. Reasons: events start again after a
 * silence longer than `afterMs`; a column of `on` has a value that the stored set, being complete, did not have.
 * A column without a stored set was not collected then (the hunt has changed since): nothing can be new in it.
 */
function reopenReason(stored: FindingState, incoming: FindingState, rule: ReopenRule): string | null {
  if (incoming.latest.tileEnd <= stored.latest.tileEnd) return null;
  const silence = incoming.eventStart - stored.eventEnd;
  if (rule.afterMs !== null && silence > rule.afterMs) return `seen again after ${formatDuration(silence)}`;
  const column = rule.on.find((name) => hasNewValue(setOf(stored.sets, name), setOf(incoming.sets, name)));
  return column === undefined ? null : `new value in ${column}`;
}

function hasNewValue(stored: SmallestSet | null, incoming: SmallestSet | null): boolean {
  if (stored === null || incoming === null || stored.more) return false;
  const known = new Set(stored.values);
  return incoming.values.some((value) => !known.has(value));
}

/** Status open again. Disposition, note and assignee stay what the analyst made them. */
function reopen(triage: Triage, because: string, now: Instant): Triage {
  if (triage.status === 'open') return triage;
  const { status, disposition, note } = triage;
  return { ...triage, status: 'open', history: [...triage.history, { at: now, status, disposition, note, because }] };
}

type Sets = Readonly<Record<string, SmallestSet>>;

function mergeSets(a: Sets, b: Sets): Sets {
  const merged = new Map<string, SmallestSet>();
  for (const [field, set] of [...Object.entries(a), ...Object.entries(b)]) {
    merged.set(field, uniteSets(merged.get(field) ?? set, set));
  }
  return Object.fromEntries(merged);
}

/** Own properties only: a field called `constructor` has no set unless it was given one. */
function setOf(sets: Sets, field: string): SmallestSet | null {
  return Object.hasOwn(sets, field) ? (sets[field] ?? null) : null;
}

/** The register of the highest (tile end, examined at); the last word, on equal times, has the canonical text. */
function newer(a: Latest, b: Latest): Latest {
  const order = a.tileEnd - b.tileEnd || a.examinedAt - b.examinedAt;
  if (order !== 0) return order > 0 ? a : b;
  return smaller(a, b);
}

function smaller<T>(a: T, b: T): T {
  return a === b || canonicalJson(a) <= canonicalJson(b) ? a : b;
}
