import { HuntError } from '../../core/error.ts';
import { firstIdOf } from '../../core/hunt.ts';
import type { Ledger, LedgerKey } from '../../core/ledger.ts';
import { SECOND_MS } from '../../core/time.ts';
import { suggestion } from '../../core/suggest.ts';
import { type EventsLeft, eventsIn } from '../../pipeline/events-in.ts';
import { type Assigned, assigned } from '../../schedule/assignments.ts';
import type { Assignment } from '../../schedule/due.ts';
import { type MissingTime, missingTime } from '../../schedule/missing.ts';
import type { Store } from '../../store/port.ts';
import { type Effects, readyStore } from '../effects.ts';
import { plural } from '../problems.ts';
import { startProgress } from '../progress.ts';
import { safe } from '../views/safe-text.ts';
import type { Stock } from '../stock.ts';
import { gapJson, gapTable, nextCommand, type ShownGap } from '../views/view-gaps.ts';

export interface GapsFlags extends Asked {
  readonly limit: number;
}

interface Asked {
  readonly job?: string | undefined;
  readonly hunt?: string | undefined;
}

/** Longest wait for one answer about events, ms: the list itself is what people wait for. */
const QUESTION_MS = 30 * SECOND_MS;

/** `hunt gaps`: time that jobs were to examine and that is not examined, with what will become of it. */
export async function listGaps({ job, hunt, limit }: GapsFlags, effects: Effects): Promise<number> {
  const { out, signal, now, monotonic } = effects;
  const stock = await effects.stock();
  const store = await readyStore(effects);
  const ledgers = await store.allLedgers(signal);
  refuseUnknown({ job, hunt }, ledgers, stock);
  const all = assigned(stock);
  const chosen = ledgers.filter((ledger) => isAsked(ledger, { job, hunt }, all));
  const missing = missingTime(chosen, await assignmentsOf(chosen, all, store, signal), now());
  const oldest = missing.slice(0, limit);
  using progress = startProgress(out, monotonic);
  progress.doing(safe`asking whether the events still exist`);
  const events = await eventsOf(oldest, stock, effects);
  progress.clear();
  const gaps = oldest.map((gap): ShownGap => ({ ...gap, hunt: idNow(gap, all), events: events.get(gap) ?? 'unknown' }));
  out.answer(gaps.map(gapJson), () => (gaps.length === 0 ? safe`` : gapTable(gaps, now(), out.paint, out.width)));
  tell(gaps, missing, effects);
  return 0;
}

/** The id that the hunt has now, null where it is gone; a ledger is kept under the first it had. */
export function idNow({ jobId, huntId }: LedgerKey, all: readonly Assigned[]): string | null {
  return all.find(({ key }) => key.jobId === jobId && key.huntId === huntId)?.hunt.hunt.id ?? null;
}

function isAsked(ledger: Ledger, { job, hunt }: Asked, all: readonly Assigned[]): boolean {
  if (job !== undefined && ledger.jobId !== job) return false;
  return (
    hunt === undefined ||
    ledger.huntId === hunt ||
    all.some(({ key, hunt: { hunt: now } }) => key.huntId === ledger.huntId && now.id === hunt)
  );
}

/** An empty list because of a slip of the keyboard would look as if all were well. */
function refuseUnknown({ job, hunt }: Asked, ledgers: readonly Ledger[], stock: Stock): void {
  const jobs = new Set([...ledgers.map(({ jobId }) => jobId), ...stock.jobs.keys()]);
  const ids = stock.definitions.hunts.flatMap((each) => [each.id, firstIdOf(each)]);
  const hunts = new Set([...ledgers.map(({ huntId }) => huntId), ...ids]);
  if (job !== undefined && !jobs.has(job)) throw notFound('job', job, jobs);
  if (hunt !== undefined && !hunts.has(hunt)) throw notFound('hunt', hunt, hunts);
}

function notFound(noun: string, name: string, known: ReadonlySet<string>): HuntError {
  return new HuntError('NOT_FOUND', `There is no ${noun} "${name}"`, { remedy: suggestion(name, known) });
}

/** Those of the ledgers whose job still has the hunt, with what its job says of pauses. */
export async function assignmentsOf(
  ledgers: readonly Ledger[],
  all: readonly Assigned[],
  store: Store,
  signal: AbortSignal,
): Promise<readonly Assignment[]> {
  const states = await store.jobStates([...new Set(ledgers.map(({ jobId }) => jobId))], signal);
  return ledgers.flatMap((ledger) => {
    const found = all.find(({ key }) => key.jobId === ledger.jobId && key.huntId === ledger.huntId);
    const pauses = states.get(ledger.jobId)?.value.pauses ?? [];
    return found === undefined ? [] : [{ job: found.job, ledger, pauses }];
  });
}

/** One look at the fields and one short question a gap, for each hunt that can still be read. */
async function eventsOf(
  gaps: readonly MissingTime[],
  { checked }: Stock,
  effects: Effects,
): Promise<ReadonlyMap<MissingTime, EventsLeft>> {
  const left = new Map<MissingTime, EventsLeft>();
  if (gaps.length === 0) return left;
  const { signal } = effects;
  const engine = await effects.engine();
  const deadlineMs = Math.min(QUESTION_MS, (await effects.config()).limits.deadlineMs);
  for (const [huntId, own] of Map.groupBy(gaps, (gap) => gap.huntId)) {
    const known = [...checked.values()].find(({ hunt }) => firstIdOf(hunt) === huntId);
    if (known === undefined) continue;
    const spans = own.map(({ span }) => span);
    const answers = await eventsIn(known, spans, { engine, deadlineMs, signal });
    for (const [at, gap] of own.entries()) left.set(gap, answers[at] ?? 'unknown');
  }
  return left;
}

function tell(gaps: readonly ShownGap[], missing: readonly MissingTime[], { out }: Effects): void {
  if (missing.length === 0) return out.note(safe`No gap`);
  if (gaps.length < missing.length)
    out.note(safe`${gaps.length} of ${plural(missing.length, 'gap')}, oldest first; --limit shows more`);
  const next = nextCommand(gaps);
  if (next !== null && out.format === 'text') out.note(out.notePaint.dim(safe`next: ${next}`));
}
