// Pure: what is to be examined now, from jobs, ledgers and pauses. The ledger is the truth; whatever a queue lost is due
// again at the next call, and nothing here counts, remembers or asks for the time.
import { accountedIn, ledgerName } from '../core/books.ts';
import { intersect, normalise, subtract } from '../core/interval.ts';
import type { CatchUpOrder, Job } from '../core/job.ts';
import type { Gap, GapReason, Ledger, LedgerKey, Pause } from '../core/ledger.ts';
import { formatDuration, SECOND_MS, type Instant, type Span } from '../core/time.ts';
import { URGENCIES, type Urgency, type WorkItem } from '../core/work-item.ts';
import { endOf, type JobClock, jobClock, pausedSpans } from './job-clock.ts';
import { newestFirst, oldestFirst } from './tiles.ts';

/** One hunt of one job, with its books and what people said about the job. */
export interface Assignment {
  readonly job: Job;
  readonly ledger: Ledger;
  readonly pauses: readonly Pause[];
}

/** A tile, or what is left of one, to be examined now. */
export interface DueTile extends LedgerKey {
  readonly tile: Span;
  /** From 1. */
  readonly attempt: number;
  readonly urgency: Urgency;
  /** Its slot. */
  readonly dueAt: Instant;
}

export interface Due {
  /** Most urgent first; within one urgency each ledger in turn, so that no backlog holds up another. They never overlap. */
  readonly tiles: readonly DueTile[];
  /** To be recorded: time that is not to be examined by itself, as big spans. */
  readonly gaps: readonly { readonly key: LedgerKey; readonly gap: Gap }[];
  /** When something becomes due that is not yet: a slot, a gap's next attempt, the end of a pause. Infinity without any. */
  readonly nextAt: Instant;
}

/**
 * What is due at `now`: of the time from activation to the end of the last slot's tile, all that is neither examined nor
 * in a gap, and gaps whose next attempt has come, cut at slots. Slots inside a pause, and those more than `catch_up.at_most`
 * back, become gaps to record. While a pause lasts only a backfill is due; the rest is held back until it ends.
 * `limitPerLedger` bounds the tiles of each urgency of a ledger; what is over is due at the next call.
 */
export function due(
  assignments: readonly Assignment[],
  now: Instant,
  options: { readonly limitPerLedger?: number } = {},
): Due {
  const limit = options.limitPerLedger ?? Number.POSITIVE_INFINITY;
  const parts = [...Map.groupBy(assignments, ({ job }) => job)].flatMap(([job, hunts]) => {
    const clock = jobClock(job, now, earliest(hunts.map(({ ledger }) => ledger.activatedAt)));
    return hunts.map((assignment) => dueOf(assignment, clock, now, limit));
  });
  return {
    tiles: URGENCIES.flatMap((urgency) => inTurn(parts.map(({ tiles }) => tiles[urgency]))),
    gaps: parts.flatMap(({ gaps }) => gaps),
    nextAt: earliest(parts.map(({ nextAt }) => nextAt)),
  };
}

/** The work of a tile. The same work has the same id, whoever names it. */
export function workItemOf(due: DueTile): WorkItem {
  const { tile, attempt } = due;
  const bounds = [tile.start, tile.end].map((instant) => Math.floor(instant / SECOND_MS));
  return { ...due, id: [ledgerName(due), ...bounds, attempt].join('.') };
}

interface DueOfOne {
  readonly tiles: Readonly<Record<Urgency, readonly DueTile[]>>;
  readonly gaps: readonly { readonly key: LedgerKey; readonly gap: Gap }[];
  readonly nextAt: Instant;
}

function dueOf({ job, ledger, pauses }: Assignment, clock: JobClock, now: Instant, limit: number): DueOfOne {
  const key = { jobId: ledger.jobId, huntId: ledger.huntId };
  const { left, gaps } = setAside(missingOf(ledger, clock), refusals(job, clock, pauses, now), now);
  const pieces = byUrgency(left, ledger, clock, now);
  const lasting = pauses.filter((pause) => pause.from <= now && now < endOf(pause));
  const take = (urgency: Urgency, order: CatchUpOrder, most: number): DueTile[] =>
    lasting.length > 0 && urgency !== 'backfill'
      ? []
      : cut(job, pieces[urgency], { ...key, urgency }, order, now, most);
  return {
    tiles: {
      present: take('present', 'oldest_first', Number.POSITIVE_INFINITY),
      retry: take('retry', 'oldest_first', limit),
      catch_up: take('catch_up', job.catchUp.order, limit),
      backfill: take('backfill', job.catchUp.order, limit),
    },
    gaps: gaps.map((gap) => ({ key, gap })),
    nextAt: earliest([clock.nextSlot, ...attemptsAfter(ledger, now), ...lasting.map(endOf)]),
  };
}

/** What the ledger knows nothing of, up to the end of the last slot's tile, within the calendar. */
function missingOf(ledger: Ledger, { closedAt, windows }: JobClock): Span[] {
  const accountable = normalise([{ start: ledger.activatedAt, end: closedAt }]);
  const unknown = subtract(accountable, accountedIn(ledger));
  return windows === null ? unknown : intersect(unknown, windows);
}

/** Time that is not examined by itself, and why. */
interface Refusal {
  readonly span: Span;
  readonly reason: GapReason;
  readonly text: string;
}

/** A pause goes first: somebody said why. */
function refusals(job: Job, { beyondUntil }: JobClock, pauses: readonly Pause[], now: Instant): Refusal[] {
  const paused = pauses.flatMap((pause) =>
    pausedSpans(job, pause, now).map((span): Refusal => ({
      span,
      reason: 'paused',
      text: `Paused by ${pause.by}: ${pause.reason}`,
    })),
  );
  const text = `Missed for longer than ${formatDuration(job.catchUp.atMostMs)}, the most that is caught up`;
  return [...paused, { span: until(beyondUntil), reason: 'beyond_catch_up', text }];
}

/** Takes each refusal's part out of the missing time, as gaps. */
function setAside(
  missing: readonly Span[],
  refused: readonly Refusal[],
  now: Instant,
): { left: readonly Span[]; gaps: Gap[] } {
  let left = missing;
  const gaps: Gap[] = [];
  for (const { span, reason, text } of missing.length === 0 ? [] : refused) {
    const untouched = { reason, text, since: now, attempts: 0, nextAttemptAt: null, backfill: false, runId: null };
    gaps.push(...intersect(left, [span]).map((part) => ({ span: part, ...untouched })));
    left = subtract(left, [span]);
  }
  return { left, gaps };
}

/** Time to be examined, and how often it was tried. */
interface Piece {
  readonly span: Span;
  readonly attempts: number;
}

/** Missing time by whether its slot is the newest, gaps whose next attempt has come by whether somebody asked for it. */
function byUrgency(
  missing: readonly Span[],
  { gaps }: Ledger,
  { presentFrom }: JobClock,
  now: Instant,
): Readonly<Record<Urgency, readonly Piece[]>> {
  const untried = (spans: readonly Span[]) => spans.map((span) => ({ span, attempts: 0 }));
  const ready = gaps.filter(({ nextAttemptAt }) => nextAttemptAt !== null && nextAttemptAt <= now);
  return {
    present: untried(intersect(missing, [since(presentFrom)])),
    retry: ready.filter(({ backfill }) => !backfill),
    catch_up: untried(intersect(missing, [until(presentFrom)])),
    backfill: ready.filter(({ backfill }) => backfill),
  };
}

/** The first tiles of the pieces, in order. */
function cut(
  job: Job,
  pieces: readonly Piece[],
  what: LedgerKey & { readonly urgency: Urgency },
  order: CatchUpOrder,
  now: Instant,
  most: number,
): DueTile[] {
  const oldest = order === 'oldest_first';
  const tiles: DueTile[] = [];
  for (const { span, attempts } of oldest ? pieces : pieces.toReversed()) {
    for (const { tile, slot } of oldest ? oldestFirst(job, span, now) : newestFirst(job, span, now)) {
      if (tiles.length >= most) return tiles;
      tiles.push({ ...what, tile, attempt: attempts + 1, dueAt: slot });
    }
  }
  return tiles;
}

/** The first of each list, then the second of each. */
function inTurn<T>(lists: readonly (readonly T[])[]): T[] {
  const rounds: T[][] = [];
  for (const list of lists) for (const [round, item] of list.entries()) (rounds[round] ??= []).push(item);
  return rounds.flat();
}

function since(start: Instant): Span {
  return { start, end: Number.POSITIVE_INFINITY };
}

function until(end: Instant): Span {
  return { start: Number.NEGATIVE_INFINITY, end };
}

function attemptsAfter({ gaps }: Ledger, now: Instant): Instant[] {
  return gaps.flatMap(({ nextAttemptAt }) => (nextAttemptAt !== null && nextAttemptAt > now ? [nextAttemptAt] : []));
}

function earliest(instants: readonly Instant[]): Instant {
  return instants.reduce((first, instant) => Math.min(first, instant), Number.POSITIVE_INFINITY);
}
