import { canonicalJson } from '../core/canonical.ts';
import { HuntError } from '../core/error.ts';
import { DELTAS } from '../core/finding.ts';
import type { Delta, Finding, FindingState, Fingerprint } from '../core/finding.ts';
import { mergeFinding } from '../core/merge.ts';
import type { Audience, Notice } from '../core/notice.ts';
import type { Instant } from '../core/time.ts';
import type { FindingWrite, Store, StoredFinding, WriteResult } from '../store/port.ts';
import { announce } from './announce.ts';
import { gather, type DeliveryItem, type Gathered } from './gather.ts';
import { settle } from './settle.ts';
import type { WriteEffects } from './settle.ts';

/** Findings of one multi-get and one bulk (design.md, "Delivery"): with their sightings 2,000 documents, some 5 MB. */
const CHUNK = 1_000;
/** Refusals that a message spells out. */
const REFUSALS_SHOWN = 10;

interface Delivered {
  readonly fingerprint: Fingerprint;
  readonly delta: Delta;
  readonly finding: Finding;
}

/** Something the store will not take as it is; everything else was written. */
export interface Refusal {
  readonly fingerprint: Fingerprint;
  readonly what: 'finding' | 'sighting';
  readonly because: string;
}

export interface Delivery {
  readonly delivered: readonly Delivered[];
  readonly deltas: Readonly<Record<Delta, number>>;
  readonly refused: readonly Refusal[];
}

/**
 * Merges what a run found into the store: per 1,000 findings one read and one write, and those in conflict alone again.
 * Give all rows of a tile at once, since rows with the same key are counted together. May be repeated, by others at the
 * same time too, and be ended anywhere: the store ends the same. Refused findings are told, not thrown (see
 * `refusalError`). Errors: CONFLICT, CANCELLED, whatever the store rejects with; chunks written before stay.
 * News that an audience is told goes into the outbox first, in one request more where there is any.
 */
export async function deliver(
  items: readonly DeliveryItem[],
  store: Store,
  effects: WriteEffects,
  signal: AbortSignal,
  audience: Audience | null = null,
): Promise<Delivery> {
  const gathered = gather(items);
  const delivery = { at: effects.now(), store, signal, audience, delivered: [], refused: [] };
  for (let from = 0; from < gathered.length; from += CHUNK) {
    const chunk = gathered.slice(from, from + CHUNK);
    await settle(chunk, (waiting, tried) => attempt(waiting, tried === 0, delivery), { effects, signal });
  }
  return { delivered: delivery.delivered, deltas: countDeltas(delivery.delivered), refused: delivery.refused };
}

/** STORE_REFUSED, naming findings and reasons; null when nothing was refused. */
export function refusalError(refused: readonly Refusal[]): HuntError | null {
  if (refused.length === 0) return null;
  const shown = refused
    .slice(0, REFUSALS_SHOWN)
    .map(({ what, fingerprint, because }) => `${what} "${fingerprint}": ${because}`);
  const rest = refused.length > shown.length ? [`and ${refused.length - shown.length} more`] : [];
  return new HuntError(
    'STORE_REFUSED',
    `The store refused ${refused.length} ${refused.length === 1 ? 'document' : 'documents'}: ${[...shown, ...rest].join('; ')}`,
    {
      remedy: 'Everything else was written. Correct what the reason names and run the hunt again over the same time',
    },
  );
}

interface Progress {
  readonly at: Instant;
  readonly store: Store;
  readonly signal: AbortSignal;
  readonly audience: Audience | null;
  readonly delivered: Delivered[];
  readonly refused: Refusal[];
}

/** Reads, merges, announces, writes; sightings go with the first attempt, as no conflict concerns them. Gives back what conflicted. */
async function attempt(waiting: readonly Gathered[], first: boolean, progress: Progress): Promise<readonly Gathered[]> {
  const { store, signal } = progress;
  const stored = await store.read(
    waiting.map((item) => item.fingerprint),
    signal,
  );
  const merged = waiting.map((item) => mergeGathered(item, stored.get(item.fingerprint) ?? null, progress));
  const writes = merged.flatMap(({ write }) => write ?? []);
  const notices = merged.flatMap((each) => each.notices);
  if (notices.length > 0) await store.putNotices(notices, signal);
  const result = await store.write(writes, first ? waiting.flatMap((item) => item.sightings) : [], signal);
  const failed = new Map(
    result.findings.filter(({ status }) => status !== 'written').map((outcome) => [outcome.fingerprint, outcome]),
  );
  progress.refused.push(...refusalsOf(result));
  progress.delivered.push(...merged.filter(({ fingerprint }) => !failed.has(fingerprint)).map(withoutWrite));
  return waiting.filter((item) => failed.get(item.fingerprint)?.status === 'conflict');
}

interface Merged extends Delivered {
  /** Null: the store has it already. */
  readonly write: FindingWrite | null;
  /** Whom to tell of it, once it is written. */
  readonly notices: readonly Notice[];
}

/** Folds a finding's tiles into what is stored; the first delta that is news is what this delivery means for it. */
function mergeGathered(
  { fingerprint, states, reopen }: Gathered,
  stored: StoredFinding | null,
  { at, audience }: Pick<Progress, 'at' | 'audience'>,
): Merged {
  let finding = stored?.finding ?? null;
  const deltas: Delta[] = [];
  for (const state of states) {
    const merged = mergeFinding(finding, state, reopen, at);
    finding = merged.finding;
    deltas.push(merged.delta);
  }
  if (finding === null) throw new TypeError(`Finding ${fingerprint} came without a tile`);
  const before = stored === null ? null : writtenBefore(stored.finding, finding, states, at);
  if (before !== null) return { fingerprint, delta: before, finding, write: null, notices: [] };
  const delta = DELTAS.find((word) => deltas.includes(word)) ?? 'recurring';
  const cause = states[deltas.indexOf(delta)];
  const told = audience === null || cause === undefined ? null : announce(finding, delta, cause, { audience, at });
  const written = told?.finding ?? finding;
  const write = { finding: written, mark: stored?.mark ?? null };
  return { fingerprint, delta, finding: written, write, notices: told?.notices ?? [] };
}

/**
 * What this same delivery did to a finding in an attempt whose answer was an overload or never came; null when it did
 * nothing yet. Without it a finding written by such an attempt would be told as recurring, and its news be lost.
 */
function writtenBefore(stored: Finding, merged: Finding, states: readonly FindingState[], at: Instant): Delta | null {
  const ours = states.some(({ latest }) => latest.runId === stored.state.latest.runId);
  if (!ours || canonicalJson(stored.state) !== canonicalJson(merged.state)) return null;
  if (stored.newsAt !== at) return 'recurring';
  return stored.createdAt === at ? 'new' : 'reopened';
}

function withoutWrite({ fingerprint, delta, finding }: Merged): Delivered {
  return { fingerprint, delta, finding };
}

function refusalsOf({ findings, refusedSightings }: WriteResult): Refusal[] {
  return [
    ...findings.flatMap((outcome) =>
      outcome.status === 'refused'
        ? [{ fingerprint: outcome.fingerprint, what: 'finding' as const, because: outcome.because }]
        : [],
    ),
    ...refusedSightings.map(({ sighting, because }) => ({
      fingerprint: sighting.fingerprint,
      what: 'sighting' as const,
      because,
    })),
  ];
}

function countDeltas(delivered: readonly Delivered[]): Record<Delta, number> {
  const count = (delta: Delta) => delivered.filter((item) => item.delta === delta).length;
  return { new: count('new'), reopened: count('reopened'), recurring: count('recurring') };
}
