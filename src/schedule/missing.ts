import { ledgerName, recordGap } from '../core/books.ts';
import { intersect, normalise, subtract } from '../core/interval.ts';
import type { Gap, GapReason, Ledger, LedgerKey } from '../core/ledger.ts';
import type { Instant, Span } from '../core/time.ts';
import { LATE_AFTER_MS } from '../core/work-event.ts';
import { type Assignment, due, type DueTile } from './due.ts';

/** Time that was not examined: a gap, or `overdue`, which nobody has taken up although its slot is over. */
export interface MissingTime extends LedgerKey, Omit<Gap, 'reason'> {
  readonly reason: GapReason | 'overdue';
}

/**
 * Everything that ledgers are missing at `now`, oldest first. Also what a scheduler would write down if one were
 * running: where none is, no gap is recorded, and a list of recorded gaps alone would look as if all were well.
 * `assignments`: the ledgers of jobs and hunts that still are; the other ledgers have their recorded gaps only.
 */
export function missingTime(
  ledgers: readonly Ledger[],
  assignments: readonly Assignment[],
  now: Instant,
): readonly MissingTime[] {
  const { tiles, gaps } = due(assignments, now);
  const late = Map.groupBy(
    tiles.filter(({ dueAt }) => dueAt <= now - LATE_AFTER_MS),
    ledgerName,
  );
  const unwritten = Map.groupBy(gaps, ({ key }) => ledgerName(key));
  return ledgers
    .flatMap((ledger) => {
      const name = ledgerName(ledger);
      const whole = (unwritten.get(name) ?? []).reduce((to, { gap }) => recordGap(to, gap), ledger);
      const { jobId, huntId } = ledger;
      return [...whole.gaps, ...overdue(whole, late.get(name) ?? [])].map((gap) => ({ jobId, huntId, ...gap }));
    })
    .sort((a, b) => a.span.start - b.span.start);
}

/** Late tiles that are in no gap, those that touch as one, due since the first of their slots. */
function overdue({ gaps }: Ledger, tiles: readonly DueTile[]): Omit<MissingTime, keyof LedgerKey>[] {
  const known = gaps.map(({ span }) => span);
  const open = tiles.flatMap(({ tile, dueAt }) => subtract([tile], known).map((span) => ({ span, dueAt })));
  return normalise(open.map(({ span }) => span)).map((span) => {
    const since = Math.min(...within(open, span).map(({ dueAt }) => dueAt));
    return {
      span,
      reason: 'overdue',
      text: 'Nobody has taken it up: is a scheduler running, and a worker?',
      since,
      attempts: 0,
      nextAttemptAt: since,
      backfill: false,
      runId: null,
    };
  });
}

function within<T extends { readonly span: Span }>(items: readonly T[], span: Span): readonly T[] {
  return items.filter((item) => intersect([item.span], [span]).length > 0);
}
