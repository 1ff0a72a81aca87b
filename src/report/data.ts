// report: findings and the account of what was examined, as a page or a table for people outside of the tool.
// In: findings, runs and gaps. Out: text. May import: core.
import type { Finding } from '../core/finding.ts';
import type { GapReason } from '../core/ledger.ts';
import type { RunRecord } from '../core/run.ts';
import type { Instant, Span } from '../core/time.ts';

/** Everything that a report tells. Nothing in it is trusted but the times. */
export interface ReportData {
  readonly madeAt: Instant;
  readonly version: string;
  /** The filters, in words; empty: everything that is stored. */
  readonly asked: readonly string[];
  /** Newest first. */
  readonly findings: readonly Finding[];
  /** Findings that fit, of which some may be left out. */
  readonly total: number;
  /** Runs that started in `period`, newest first. */
  readonly runs: readonly RunRecord[];
  readonly runsTotal: number;
  readonly period: Span;
  /** Oldest first. */
  readonly gaps: readonly ReportGap[];
  /** Hunts of jobs whose time is accounted for. */
  readonly ledgers: number;
  /** What to do with a finding, by id of its hunt. */
  readonly guides: ReadonlyMap<string, Guide>;
}

/** Time that a job was to examine and that is not examined. */
export interface ReportGap {
  readonly jobId: string;
  readonly huntId: string;
  readonly span: Span;
  readonly reason: GapReason | 'overdue';
  readonly text: string;
  readonly attempts: number;
  readonly nextAttemptAt: Instant | null;
}

/** What the stored hunt tells whoever looks at a finding. */
export interface Guide {
  readonly runbook: string;
  readonly falsePositives: readonly string[];
}
