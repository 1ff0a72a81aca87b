import { activated, ledgerName, recordGap } from '../core/books.ts';
import { GAP_REASONS, type Gap, type GapReason, type Ledger } from '../core/ledger.ts';
import { SECOND_MS, type Instant } from '../core/time.ts';
import { LATE_AFTER_MS, type Tell } from '../core/work-event.ts';
import type { Books } from '../store/port.ts';
import { type Assigned, assigned } from './assignments.ts';
import { changeLedger } from './change-ledger.ts';
import { type Due, due, type DueTile, workItemOf } from './due.ts';
import type { Queue } from './queue/port.ts';
import type { Roster } from './roster.ts';
import { activationOf } from './tiles.ts';

/** What the scheduler works with. */
export interface Desk {
  readonly roster: () => Pick<Roster, 'jobs'>;
  readonly books: Books;
  readonly queue: Queue;
  readonly now: () => Instant;
  readonly tell: Tell;
}

/** Missed tiles of one hunt of one job that are handed to the queue at once: the queue stays small, whatever was missed. */
const TILES_PER_LEDGER = 100;
/** Tiles handed to the queue at once; the most urgent ones. */
const TILES_AT_ONCE = 2_000;
/** Wait before more is handed over, where there was more, ms. */
const MORE_MS = 2 * SECOND_MS;

/**
 * One look at the calendar: makes ledgers for hunts that are new in a job, records what will not be caught up as gaps, and
 * hands what is due to the queue. Any number of schedulers may do so at once, and any number of times: what the queue holds
 * already stays, and what it lost is handed over again. Resolves with the instant at which the next look is worth it.
 */
export async function tick(desk: Desk, signal: AbortSignal): Promise<Instant> {
  const now = desk.now();
  const pairs = assigned(desk.roster());
  const ledgers = await openLedgers(pairs, now, desk, signal);
  const states = await desk.books.jobStates([...new Set(pairs.map(({ job }) => job.id))], signal);
  const assignments = pairs.flatMap(({ job, key }) => {
    const ledger = ledgers.get(ledgerName(key));
    return ledger === undefined ? [] : [{ job, ledger, pauses: states.get(job.id)?.value.pauses ?? [] }];
  });
  const found = due(assignments, now, { limitPerLedger: TILES_PER_LEDGER });
  await recordGaps(found, desk, signal);
  const taken = await desk.queue.add(found.tiles.slice(0, TILES_AT_ONCE).map(workItemOf), signal);
  desk.tell({
    type: 'tick',
    due: found.tiles.length,
    late: found.tiles.filter(({ dueAt, urgency }) => urgency !== 'backfill' && now - dueAt > LATE_AFTER_MS).length,
    enqueued: taken.length,
    gaps: gapCounts([...ledgers.values()].flatMap(({ gaps }) => gaps).concat(found.gaps.map(({ gap }) => gap))),
  });
  return hasMore(found.tiles) ? now + MORE_MS : found.nextAt;
}

/** Ledgers by name; a pair that never had one is activated now. */
async function openLedgers(
  pairs: readonly Assigned[],
  now: Instant,
  { books, tell }: Desk,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Ledger>> {
  const keys = pairs.map(({ key }) => key);
  const stored = await books.ledgers(keys, signal);
  const missing = pairs.filter(({ key }) => !stored.has(ledgerName(key)));
  for (const { job, key } of missing) {
    const at = activationOf(job, now);
    const made = await books.writeLedger(activated(key, at), null, signal);
    if (made === 'written') tell({ type: 'activated', key, at });
  }
  const all = missing.length === 0 ? stored : await books.ledgers(keys, signal);
  return new Map([...all].map(([name, { value }]) => [name, value]));
}

async function recordGaps({ gaps }: Due, { books, tell }: Desk, signal: AbortSignal): Promise<void> {
  const byLedger = Map.groupBy(gaps, ({ key }) => ledgerName(key));
  for (const [first, ...more] of byLedger.values()) {
    if (first === undefined) continue;
    const recorded = [first, ...more];
    await changeLedger(
      books,
      first.key,
      (ledger) => recorded.reduce((to, { gap }) => recordGap(to, gap), ledger),
      signal,
    );
    for (const each of recorded) tell({ type: 'gap_recorded', ...each });
  }
}

function gapCounts(gaps: readonly Gap[]): Record<GapReason, number> {
  const none = Object.fromEntries(GAP_REASONS.map((reason) => [reason, 0])) as Record<GapReason, number>;
  for (const { reason } of gaps) none[reason]++;
  return none;
}

function hasMore(tiles: readonly DueTile[]): boolean {
  if (tiles.length > TILES_AT_ONCE) return true;
  return [...Map.groupBy(tiles, ledgerName).values()].some((of) => of.length >= TILES_PER_LEDGER);
}
