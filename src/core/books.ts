// Pure changes of a ledger (design.md, "Time: tiles, ranges, the ledger"). Whatever their order, no instant is both
// examined and in a gap, and gaps never overlap. A change that changes nothing gives the same ledger back.
import { intersect, normalise, subtract, union } from './interval.ts';
import type { Gap, Ledger, LedgerKey } from './ledger.ts';
import { SECOND_MS, type Instant, type Span } from './time.ts';

/** `<job>.<hunt>` with `/` as `~`, which ids never hold, so that no two keys share a name. BullMQ refuses `:` in ids. */
export function ledgerName({ jobId, huntId }: LedgerKey): string {
  return `${jobId}.${huntId}`.replaceAll('/', '~');
}

/** An empty ledger that accounts for the time from `at` on. */
export function activated({ jobId, huntId }: LedgerKey, at: Instant): Ledger {
  return { jobId, huntId, activatedAt: at, examined: [], gaps: [] };
}

/** The tile was examined: whatever gap lay in it is closed. Any part of it may have been examined before. */
export function examine(ledger: Ledger, tile: Span): Ledger {
  if (subtract([tile], ledger.examined).length === 0) return ledger;
  return { ...ledger, examined: union(ledger.examined, [tile]), gaps: without(ledger.gaps, tile) };
}

/**
 * The span of `gap` was not examined. What of it is examined already stays so. An attempt replaces the part of other gaps
 * that it covers. A gap that was never tried takes only time of no gap, so that whoever records it late, or twice, undoes
 * no attempt and no backfill. Neighbours that were never tried and say the same become one, since the first of them.
 */
export function recordGap(ledger: Ledger, gap: Gap): Ledger {
  const known = gap.attempts === 0 ? accountedIn(ledger) : ledger.examined;
  const parts = subtract(normalise([gap.span]), known).map((span) => ({ ...gap, span }));
  if (parts.length === 0) return ledger;
  const others = parts.reduce((gaps, { span }) => without(gaps, span), ledger.gaps);
  return { ...ledger, gaps: coalesced([...others, ...parts]) };
}

/**
 * Somebody asks for `span`: gaps in it become due now, with all attempts before them again, and time before the
 * activation that is not accounted for becomes a gap `requested`. Time that is due by itself stays as it is. The span is
 * widened to whole seconds, since the ids of work name seconds.
 */
export function askBackfill(ledger: Ledger, span: Span, now: Instant): Ledger {
  const asked = wholeSeconds(span);
  const known = inside(ledger.gaps, asked);
  const before = normalise([{ start: asked.start, end: Math.min(asked.end, ledger.activatedAt) }]);
  const requested = subtract(before, accountedIn(ledger));
  if (known.length === 0 && requested.length === 0) return ledger;
  const gaps = [
    ...outside(ledger.gaps, asked),
    ...known.map((gap) => ({ ...gap, attempts: 0, nextAttemptAt: now, backfill: true })),
    ...requested.map((part) => requestedGap(part, now)),
  ];
  return { ...ledger, gaps: coalesced(gaps) };
}

/** Takes a backfill back: gaps of it that are still open wait again, and those that only it made vanish. */
export function cancelBackfill(ledger: Ledger, span: Span): Ledger {
  const asked = wholeSeconds(span);
  const known = inside(ledger.gaps, asked);
  if (!known.some((gap) => gap.backfill)) return ledger;
  const left = known
    .filter((gap) => !(gap.backfill && gap.reason === 'requested'))
    .map((gap) => (gap.backfill ? { ...gap, nextAttemptAt: null, backfill: false } : gap));
  return { ...ledger, gaps: coalesced([...outside(ledger.gaps, asked), ...left]) };
}

/** The gaps in `span`, cut at its ends, by start. */
export function gapsIn(ledger: Ledger, span: Span): Gap[] {
  return inside(ledger.gaps, span);
}

/**
 * When a tile that was tried `previousAttempts` times before, and now once more, is due again by `backOffMs` (the wait after
 * the first attempt, after the second, ...); null: not by itself.
 */
export function afterAttempt(previousAttempts: number, backOffMs: readonly number[], now: Instant): Instant | null {
  const wait = backOffMs[previousAttempts];
  return wait === undefined ? null : now + wait;
}

function requestedGap(span: Span, now: Instant): Gap {
  return {
    span,
    reason: 'requested',
    text: 'From before the job knew the hunt; a backfill asked for it',
    since: now,
    attempts: 0,
    nextAttemptAt: now,
    backfill: true,
    runId: null,
  };
}

/** Time of which the ledger says anything. */
export function accountedIn({ examined, gaps }: Ledger): readonly Span[] {
  return gaps.length === 0
    ? examined
    : union(
        examined,
        gaps.map(({ span }) => span),
      );
}

function inside(gaps: readonly Gap[], span: Span): Gap[] {
  return gaps.flatMap((gap) => intersect([gap.span], [span]).map((part) => ({ ...gap, span: part })));
}

function outside(gaps: readonly Gap[], span: Span): Gap[] {
  return gaps.flatMap((gap) => subtract([gap.span], [span]).map((part) => ({ ...gap, span: part })));
}

function without(gaps: readonly Gap[], span: Span): readonly Gap[] {
  const touched = gaps.some((gap) => gap.span.start < span.end && span.start < gap.span.end);
  return touched ? outside(gaps, span) : gaps;
}

function coalesced(gaps: readonly Gap[]): Gap[] {
  const joined: Gap[] = [];
  for (const gap of [...gaps].sort((a, b) => a.span.start - b.span.start)) {
    const last = joined.at(-1);
    if (last === undefined || !mayJoin(last, gap)) joined.push(gap);
    else joined[joined.length - 1] = joinedGap(last, gap);
  }
  return joined;
}

function joinedGap(a: Gap, b: Gap): Gap {
  return { ...a, span: { start: a.span.start, end: b.span.end }, since: Math.min(a.since, b.since) };
}

function mayJoin(a: Gap, b: Gap): boolean {
  return (
    a.span.end === b.span.start &&
    a.attempts === 0 &&
    b.attempts === 0 &&
    a.reason === b.reason &&
    a.text === b.text &&
    a.nextAttemptAt === b.nextAttemptAt &&
    a.backfill === b.backfill &&
    a.runId === b.runId
  );
}

function wholeSeconds({ start, end }: Span): Span {
  return { start: Math.floor(start / SECOND_MS) * SECOND_MS, end: Math.ceil(end / SECOND_MS) * SECOND_MS };
}
