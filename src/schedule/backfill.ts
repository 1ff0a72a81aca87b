import PQueue from 'p-queue';
import { activated, askBackfill, cancelBackfill, gapsIn, ledgerName } from '../core/books.ts';
import { lengthOf, normalise } from '../core/interval.ts';
import type { Gap, Ledger, LedgerKey } from '../core/ledger.ts';
import type { Instant, Span } from '../core/time.ts';
import type { Books } from '../store/port.ts';
import type { Assigned } from './assignments.ts';
import { changeLedger } from './change-ledger.ts';
import { due, type DueTile, workItemOf } from './due.ts';
import { examineTile, type Workshop } from './examine-tile.ts';
import { activationOf, tilesOf } from './tiles.ts';

/** What a backfill still has before it, and what it gave up, over all ledgers it was asked for. */
export interface BackfillState {
  /** Time that is asked for and due, ms over all ledgers. */
  readonly leftMs: number;
  /** Gaps in the span that are not due: what failed again, or what nobody asked for. */
  readonly waiting: readonly { readonly key: LedgerKey; readonly gap: Gap }[];
}

/** Tiles taken up at a time: what was asked for may be withdrawn in between. */
const PORTION = 50;

/**
 * Asks for a span of time in each ledger, of which those that were never begun are begun now. Only time that a slot which
 * has come accounts for: what lies between the windows of a calendar is never due. Idempotent.
 */
export async function askForBackfill(
  pairs: readonly Assigned[],
  span: Span,
  now: Instant,
  books: Books,
  signal: AbortSignal,
): Promise<void> {
  const stored = await books.ledgers(
    pairs.map(({ key }) => key),
    signal,
  );
  for (const { key, job } of pairs) {
    if (!stored.has(ledgerName(key))) await books.writeLedger(activated(key, activationOf(job, now)), null, signal);
    const parts = normalise(tilesOf(job, span, now).map(({ tile }) => tile));
    const ask = (ledger: Ledger) => parts.reduce((asked, part) => askBackfill(asked, part, now), ledger);
    await changeLedger(books, key, ask, signal);
  }
}

/** Takes back what was asked for and is not examined yet. Idempotent; a tile that is under way is ended. */
export async function callOffBackfill(
  pairs: readonly Assigned[],
  span: Span,
  books: Books,
  signal: AbortSignal,
): Promise<void> {
  const ledgers = await books.ledgers(
    pairs.map(({ key }) => key),
    signal,
  );
  for (const { value } of ledgers.values())
    await changeLedger(books, value, (ledger) => cancelBackfill(ledger, span), signal);
}

/** How far a backfill is, read from the ledgers: whoever works on it, and however often it was begun. */
export async function backfillState(
  pairs: readonly Assigned[],
  span: Span,
  now: Instant,
  books: Books,
  signal: AbortSignal,
): Promise<BackfillState> {
  const ledgers = await books.ledgers(
    pairs.map(({ key }) => key),
    signal,
  );
  const gaps = [...ledgers.values()].flatMap(({ value }) =>
    gapsIn(value, span).map((gap) => ({ key: { jobId: value.jobId, huntId: value.huntId }, gap })),
  );
  const isDue = ({ gap }: { gap: Gap }) => gap.backfill && gap.nextAttemptAt !== null && gap.nextAttemptAt <= now;
  return {
    leftMs: lengthOf(gaps.filter(isDue).map(({ gap }) => gap.span)),
    waiting: gaps.filter((each) => !isDue(each)),
  };
}

/**
 * Examines in this process what a backfill asked for, some tiles at once, until nothing of it is due. What others examine
 * meanwhile is skipped; when the signal aborts, the rest stays asked for.
 */
export async function workOffBackfill(
  pairs: readonly Assigned[],
  span: Span,
  shop: Workshop,
  concurrency: number,
  signal: AbortSignal,
): Promise<void> {
  const hands = new PQueue({ concurrency });
  const taken = new Set<string>();
  for (;;) {
    const tiles = await dueOfBackfill(pairs, span, shop, signal);
    const items = tiles.map(workItemOf).filter(({ id }) => !taken.has(id));
    if (items.length === 0 || signal.aborted) return;
    for (const { id } of items) taken.add(id);
    await hands.addAll(items.map((item) => () => (signal.aborted ? null : examineTile(item, shop, signal))));
  }
}

async function dueOfBackfill(
  pairs: readonly Assigned[],
  span: Span,
  { store, now }: Workshop,
  signal: AbortSignal,
): Promise<readonly DueTile[]> {
  if (signal.aborted) return [];
  const ledgers = await store.ledgers(
    pairs.map(({ key }) => key),
    signal,
  );
  const assignments = pairs.flatMap(({ job, key }) => {
    const ledger = ledgers.get(ledgerName(key))?.value;
    return ledger === undefined ? [] : [{ job, ledger: within(ledger, span), pauses: [] }];
  });
  return due(assignments, now(), { limitPerLedger: PORTION }).tiles.filter(({ urgency }) => urgency === 'backfill');
}

/** The ledger with the gaps of a span only. */
function within(ledger: Ledger, span: Span): Ledger {
  return { ...ledger, gaps: gapsIn(ledger, span) };
}
