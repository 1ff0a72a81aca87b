import { afterAttempt, examine, gapsIn, ledgerName, recordGap } from '../core/books.ts';
import { subtract } from '../core/interval.ts';
import type { Gap, Ledger } from '../core/ledger.ts';
import type { RunRecord } from '../core/run.ts';
import type { Tell, TileOutcome } from '../core/work-event.ts';
import type { RunEffects, RunRequest } from '../pipeline/request.ts';
import { runHunt } from '../pipeline/run-hunt.ts';
import type { Store } from '../store/port.ts';
import { type Assigned, findAssigned } from './assignments.ts';
import { changeLedger } from './change-ledger.ts';
import { judgeRun, mayPass } from './judge-run.ts';
import { isPaused } from './pauses.ts';
import type { WorkItem, WorkOutcome } from './queue/port.ts';
import type { Roster } from './roster.ts';

/** What a worker needs for any tile. */
export interface Workshop extends Omit<RunEffects, 'store' | 'signal' | 'report'> {
  readonly store: Store;
  /** Hunts and jobs as they are now; hot reload changes it. */
  readonly roster: () => Pick<Roster, 'jobs'>;
  readonly newRunId: () => string;
  /** Waits before the second, third … attempt at a tile, ms. */
  readonly backOffMs: readonly number[];
  /** Rows a run may keep. */
  readonly rowsMax: number;
  readonly tell: Tell;
}

const DONE: WorkOutcome = { type: 'done' };
/** Wait before an item whose outcome could not be written down is taken up again, ms; with full jitter. */
const PUT_BACK_MS = 30_000;
/** The outcome of a run that has ended is written down also when the worker is told to stop; this long at the most. */
const SETTLE_MS = 15_000;
/** Wait before a further try within one attempt, ms; doubled each time, with full jitter. */
const TRY_WAIT_MS = 1_000;
const TRY_WAIT_MAX_MS = 60_000;

/**
 * Examines one tile and writes into the ledger what came of it. Findings are stored first: a worker that dies in between
 * leaves the tile due, and examining it again changes nothing. Whatever the ledger could not be told is put back.
 */
export async function examineTile(item: WorkItem, shop: Workshop, signal: AbortSignal): Promise<WorkOutcome> {
  try {
    return await workOn(item, shop, signal);
  } catch (error) {
    if (!signal.aborted) shop.tell({ type: 'trouble', where: 'worker', error });
    shop.tell({ type: 'tile_ended', item, runId: null, record: null, outcome: 'put_back' });
    return { type: 'put_back', delayMs: signal.aborted ? 0 : Math.round(PUT_BACK_MS * (0.5 + shop.random() / 2)) };
  }
}

async function workOn(item: WorkItem, shop: Workshop, signal: AbortSignal): Promise<WorkOutcome> {
  const found = findAssigned(shop.roster(), item);
  if (found === null || !(await isWanted(item, shop, signal))) return ended(item, shop, null, 'skipped');
  const record = await attempt(item, found, shop, signal);
  if (signal.aborted && record.error?.code === 'CANCELLED') {
    ended(item, shop, record, 'put_back');
    return { type: 'put_back', delayMs: 0 };
  }
  return ended(item, shop, record, await writeDown(item, record, shop));
}

function ended(item: WorkItem, shop: Workshop, record: RunRecord | null, outcome: TileOutcome): WorkOutcome {
  shop.tell({ type: 'tile_ended', item, runId: record?.runId ?? null, record, outcome });
  return DONE;
}

/** Whether the tile still waits for this attempt: the item may be older than what others have done since. */
async function isWanted(item: WorkItem, { store, now }: Workshop, signal: AbortSignal): Promise<boolean> {
  const ledger = (await store.ledgers([item], signal)).get(ledgerName(item))?.value;
  if (ledger === undefined || !isOpen(ledger, item)) return false;
  if (item.urgency === 'backfill') return true; // somebody asks for it, whether the job is paused or not
  const state = (await store.jobStates([item.jobId], signal)).get(item.jobId)?.value;
  return state === undefined || !isPaused(state, now());
}

function isOpen({ examined, gaps }: Ledger, { tile, attempt }: WorkItem): boolean {
  const [left, ...more] = subtract([tile], examined);
  const whole = left?.start === tile.start && left.end === tile.end && more.length === 0;
  const tried = gaps.some(
    ({ span, attempts }) => span.start < tile.end && tile.start < span.end && attempts >= attempt,
  );
  return whole && !tried;
}

/** Runs the hunt, and again what may pass, as often as the job allows; the last record counts. */
async function attempt(item: WorkItem, assigned: Assigned, shop: Workshop, signal: AbortSignal): Promise<RunRecord> {
  const { job, hunt } = assigned;
  for (let tried = 0; ; tried++) {
    const runId = shop.newRunId();
    shop.tell({ type: 'tile_begun', item, runId });
    const { record } = await runHunt(hunt, requestOf(runId, item, assigned, shop), {
      ...shop,
      signal,
      report: () => undefined,
    });
    if (tried >= job.retries || signal.aborted || !mayPass(record)) return record;
    shop.tell({ type: 'trouble', where: 'worker', error: new Error(`${item.id}: ${record.error?.message ?? ''}`) });
    await shop.sleep(shop.random() * Math.min(TRY_WAIT_MAX_MS, TRY_WAIT_MS * 2 ** tried), signal);
  }
}

function requestOf(
  runId: string,
  { tile, attempt }: WorkItem,
  { job, notify }: Assigned,
  { rowsMax }: Workshop,
): RunRequest {
  const { id, lookBackMs, timeoutMs, queryDelayMs } = job;
  return {
    runId,
    tile,
    clock: 'ingest',
    lookBackMs,
    job: { id, attempt },
    notify,
    queryDelayMs,
    params: {},
    deadlineMs: timeoutMs,
    rowsMax,
  };
}

/** Writes the outcome into the ledger: examined, or a gap with the time of its next attempt. */
async function writeDown(item: WorkItem, record: RunRecord, shop: Workshop): Promise<'examined' | 'gap'> {
  const judgement = judgeRun(record);
  const signal = AbortSignal.timeout(SETTLE_MS);
  if (judgement.examined) {
    await changeLedger(shop.store, item, (ledger) => examine(ledger, item.tile), signal);
    return 'examined';
  }
  const gapFor = gapOf(item, record.runId, judgement, shop);
  const ledger = await changeLedger(shop.store, item, (before) => recordGap(before, gapFor(before)), signal);
  shop.tell({ type: 'gap_recorded', key: { jobId: item.jobId, huntId: item.huntId }, gap: gapFor(ledger) });
  return 'gap';
}

/** The gap that an attempt leaves; it is as old, and as much asked for, as the one it was an attempt at. */
function gapOf(
  { tile, attempt }: WorkItem,
  runId: string,
  { reason, text }: Pick<Gap, 'reason' | 'text'>,
  { now, backOffMs }: Workshop,
): (ledger: Ledger) => Gap {
  const at = now();
  const nextAttemptAt = afterAttempt(attempt - 1, backOffMs, at);
  return (ledger) => {
    const [before] = gapsIn(ledger, tile);
    const since = before?.since ?? at;
    return {
      span: tile,
      reason,
      text,
      since,
      attempts: attempt,
      nextAttemptAt,
      backfill: before?.backfill ?? false,
      runId,
    };
  };
}
