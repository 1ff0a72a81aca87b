import { HuntError } from '../core/error.ts';
import type { Disposition, Finding, FindingStatus, Fingerprint, Triage } from '../core/finding.ts';
import type { Instant } from '../core/time.ts';
import type { FindingWrite, Store } from '../store/port.ts';
import { settle } from './settle.ts';
import type { WriteEffects } from './settle.ts';

/** What an analyst decides; what is left out stays. Null takes a note, an assignee or a disposition away. */
export interface TriageChange {
  readonly status?: FindingStatus;
  readonly disposition?: Disposition | null;
  readonly note?: string | null;
  readonly assignee?: string | null;
  /** The exception that now covers the finding; kept in history as the reason. */
  readonly coveredBy?: string;
}

/** How many findings may be named in one message. */
const IDS_SHOWN = 5;

/**
 * Sets the analysts' fields of findings, all or, when an id is unknown (NOT_FOUND), none. What a run merges into a finding
 * at the same time is kept. Gives the findings as written, in the order of the ids. A change that changes nothing is
 * no step of the history.
 */
export async function setTriage(
  ids: readonly Fingerprint[],
  change: TriageChange,
  store: Store,
  effects: WriteEffects,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const at = effects.now();
  const written = new Map<Fingerprint, Finding>();
  const items = [...new Set(ids)].map((fingerprint) => ({ fingerprint }));
  await settle(
    items,
    async (waiting) => {
      const writes = await decide(waiting, change, store, at, signal);
      const { findings } = await store.write(writes, [], signal);
      const inConflict = new Set<Fingerprint>();
      for (const outcome of findings) {
        if (outcome.status === 'refused') throw refused(outcome.fingerprint, outcome.because);
        if (outcome.status === 'conflict') inConflict.add(outcome.fingerprint);
      }
      for (const { finding } of writes) written.set(finding.state.fingerprint, finding);
      return waiting.filter((item) => inConflict.has(item.fingerprint));
    },
    { effects, signal },
  );
  return items.flatMap((item) => written.get(item.fingerprint) ?? []);
}

/** The triage after a change: the old status, disposition and note go into the history. */
export function changeTriage(triage: Triage, { coveredBy, ...change }: TriageChange, at: Instant): Triage {
  const next = { ...triage, ...change };
  const fields = ['status', 'disposition', 'note', 'assignee'] as const;
  if (coveredBy === undefined && fields.every((field) => next[field] === triage[field])) return triage;
  const because = coveredBy === undefined ? 'set by an analyst' : `covered by exception "${coveredBy}"`;
  const { status, disposition, note } = triage;
  return { ...next, history: [...triage.history, { at, status, disposition, note, because }] };
}

async function decide(
  waiting: readonly { readonly fingerprint: Fingerprint }[],
  change: TriageChange,
  store: Store,
  at: Instant,
  signal: AbortSignal,
): Promise<FindingWrite[]> {
  const ids = waiting.map((item) => item.fingerprint);
  const stored = await store.read(ids, signal);
  const unknown = ids.filter((id) => !stored.has(id));
  if (unknown.length > 0) throw notFound(unknown);
  return [...stored.values()].map(({ finding, mark }) => ({
    finding: { ...finding, triage: changeTriage(finding.triage, change, at) },
    mark,
  }));
}

function notFound(ids: readonly Fingerprint[]): HuntError {
  const shown = ids.slice(0, IDS_SHOWN).map((id) => `"${id}"`);
  const more = ids.length > IDS_SHOWN ? ` and ${ids.length - IDS_SHOWN} more` : '';
  return new HuntError('NOT_FOUND', `No such finding: ${shown.join(', ')}${more}`, {
    remedy: 'Take whole ids from "hunt findings"; nothing was changed',
  });
}

function refused(fingerprint: Fingerprint, because: string): HuntError {
  return new HuntError('STORE_REFUSED', `The store refused finding "${fingerprint}": ${because}`, {
    remedy: 'Correct what the reason names, a note that is too long for instance',
  });
}
