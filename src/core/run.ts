import type { Column } from './row.ts';
import type { Delta } from './finding.ts';
import type { Clock } from './tile.ts';
import type { Instant, Span } from './time.ts';
import type { Reason, Verdict } from './verdict.ts';

/** The stages of one run, in order; a run record has own and awaited time of each. */
export const STAGES = [
  'prepare',
  'sources',
  'query',
  'except',
  'enrich',
  'keep',
  'enrich_events',
  'evidence',
  'deliver',
] as const;
export type Stage = (typeof STAGES)[number];

/** The account of one hunt over one tile, or ad hoc. */
export interface RunRecord {
  readonly runId: string;
  readonly huntId: string;
  readonly huntName: string;
  readonly huntVersion: string;
  readonly engine: 'elasticsearch' | 'embedded';
  readonly adHoc: boolean;
  /** The job whose tile it was, and the attempt at it, from 1; null for an ad hoc run. */
  readonly job: { readonly id: string; readonly attempt: number } | null;
  /** False for a dry run, a parameter override or a file outside `hunts/`: nothing was written. */
  readonly saved: boolean;
  readonly startedAt: Instant;
  readonly endedAt: Instant;
  readonly tile: Span;
  readonly range: Span;
  readonly clock: Clock;
  readonly params: Readonly<Record<string, unknown>>;
  readonly verdict: Verdict;
  readonly reasons: readonly Reason[];
  /** Rows as the engine answered, before exclusions. */
  readonly rows: number;
  /** Rows whose last event lies before the tile: read for their history only. */
  readonly carried: number;
  /** Events and hosts without a key, for declarative hunts. */
  readonly unkeyed: { readonly events: number; readonly hosts: number } | null;
  readonly hidden: readonly Hidden[];
  readonly findings: number;
  readonly deltas: Readonly<Record<Delta, number>>;
  /** Hosts that sent anything within the reading range, and within the tile; null where no population is counted. */
  readonly population: number | null;
  readonly tilePopulation: number | null;
  readonly sources: readonly SourceSeen[];
  /** Fields of the query that are mapped nowhere and were read as null. */
  readonly missingFields: readonly string[];
  readonly columns: readonly Column[];
  /** Queries as sent, in order, with what each was for. */
  readonly queries: readonly SentQuery[];
  readonly warnings: readonly string[];
  /** ms awaiting the engine's server, and ms of its own time as it reports it. */
  readonly engineMs: number;
  readonly tookMs: number;
  readonly stages: Readonly<Partial<Record<Stage, StageTime>>>;
  readonly error: { readonly code: string; readonly message: string; readonly remedy: string | null } | null;
}

export interface StageTime {
  /** ms from its start to its end. */
  readonly wallMs: number;
  /** ms of it spent waiting for a server. */
  readonly awaitedMs: number;
}

/** What an exclusion took away. */
export interface Hidden {
  readonly by: 'list' | 'exception' | 'keep' | 'enrichment';
  /** Name of the list with its field, id of the exception, `keep`, or name of the enrichment. */
  readonly name: string;
  /** `events` where it acted before counting, `rows` or `values` on result rows. */
  readonly unit: 'events' | 'rows' | 'values';
  readonly count: number;
}

/** What a source sent, over the time on which its silence is judged. */
export interface SourceSeen {
  readonly name: string;
  readonly documents: number;
  readonly newest: Instant | null;
  /** `no_clock`: there are indices, but none with a field of the clock, so they hold something else. */
  readonly state: 'sent' | 'silent' | 'never' | 'absent' | 'no_index' | 'no_clock';
  /** Of the tile's events, on scheduled runs; null where nothing tells when an event arrived. */
  readonly lag: SourceLag | null;
}

/** From event time to arrival, ms; negative where a clock runs ahead. `p50` and `p99` are estimates, `max` is exact. */
export interface SourceLag {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

export interface SentQuery {
  readonly purpose: string;
  readonly esql: string;
  readonly tookMs: number;
}
