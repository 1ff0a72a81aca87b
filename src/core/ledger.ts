import type { Instant, Span } from './time.ts';

/**
 * Why a piece of time was not examined. `failed`, `blind` and `salvaged` were tried; `paused` and `beyond_catch_up` were
 * never tried; `requested` is time before the job knew the hunt, asked for by a backfill.
 */
export const GAP_REASONS = ['failed', 'blind', 'salvaged', 'paused', 'beyond_catch_up', 'requested'] as const;
export type GapReason = (typeof GAP_REASONS)[number];

/** A piece of time that is known not to be examined. Gaps of one ledger never overlap. */
export interface Gap {
  readonly span: Span;
  readonly reason: GapReason;
  /** What happened, for people. */
  readonly text: string;
  /** When it was first recorded. */
  readonly since: Instant;
  /** Runs that tried it. */
  readonly attempts: number;
  /** Not due before; null: none left, it waits for a backfill. */
  readonly nextAttemptAt: Instant | null;
  /** Somebody asked for it: it is due below everything else. */
  readonly backfill: boolean;
  /** The last run that tried it. */
  readonly runId: string | null;
}

/** Which ledger: a job, and the first id of a hunt, so that a renamed hunt keeps it. */
export interface LedgerKey {
  readonly jobId: string;
  readonly huntId: string;
}

/** The truth about one hunt of one job: what was examined, and what is known to be missing. */
export interface Ledger extends LedgerKey {
  /** Start of the first tile that is accounted for. */
  readonly activatedAt: Instant;
  /** Sorted, apart from each other: neighbours that touch are one. */
  readonly examined: readonly Span[];
  /** Sorted by start. */
  readonly gaps: readonly Gap[];
}

/** A time during which a job's slots are not worked on; they become gaps `paused`. */
export interface Pause {
  readonly reason: string;
  readonly by: string;
  readonly from: Instant;
  /** null: until somebody resumes it. */
  readonly until: Instant | null;
}

/** What people have said about a job. Pauses that are over are kept until no due slot can lie in them. */
export interface JobState {
  readonly jobId: string;
  readonly pauses: readonly Pause[];
}
