import { type Finding, UNTOUCHED_TRIAGE } from '../core/finding.ts';
import { deliver, refusalError } from '../findings/deliver.ts';
import type { FoundItem } from '../findings/to-finding.ts';
import type { Account } from './account.ts';
import type { RunEffects, RunFinding, RunRequest } from './request.ts';

/** Writes the findings, or only shows them when there is no store to write to. */
export async function deliverItems(
  items: readonly FoundItem[],
  { job, notify = [] }: RunRequest,
  effects: RunEffects,
  account: Account,
): Promise<RunFinding[]> {
  account.findings = items.length;
  const { store, signal } = effects;
  if (store === null) return items.map((item) => ({ finding: unwritten(item, effects.now()), delta: null }));
  const audience = job === null || notify.length === 0 ? null : { jobId: job.id, rules: notify };
  const delivery = await account.awaited(deliver(items, store, effects, signal, audience));
  account.findings = delivery.delivered.length;
  account.deltas = delivery.deltas;
  const refusal = refusalError(delivery.refused);
  if (refusal !== null) throw refusal;
  return delivery.delivered.map(({ finding, delta }) => ({ finding, delta }));
}

function unwritten({ state }: FoundItem, now: number): Finding {
  return { state, triage: UNTOUCHED_TRIAGE, newsAt: now, createdAt: now };
}
