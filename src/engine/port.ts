// engine: answers queries about events. In: a question (ES|QL, parameters, time range). Out: rows, and what is missing
// from them. May import: core, query, elastic.
import type { ColumnType, Table } from '../core/row.ts';
import type { Span } from '../core/time.ts';

/** The request filter in neutral form: it never changes the query's text. */
export interface QuestionFilter {
  /**
   * Documents whose time lies in `span`, read from the first present field of `clocks[i]`; with several chains (sources
   * with different clocks) a document of any of them passes, and the query itself decides by the source's own.
   */
  readonly time: { readonly clocks: readonly (readonly string[])[]; readonly span: Span } | null;
  /** A document goes when any value of `field` lies in one of these; null fields stay. */
  readonly excluded: readonly ExcludedAddresses[];
  /** A document stays only when a value of `field` lies in one of these. */
  readonly only: readonly ExcludedAddresses[];
}

export interface ExcludedAddresses {
  readonly field: string;
  readonly blocks: readonly string[];
  readonly addresses: readonly string[];
}

export interface Question {
  /** What it is for, in a word or two: `rows`, `population`, `hidden`; for the run record. */
  readonly purpose: string;
  /** Carries its own LIMIT, one more than `rowsMax`. */
  readonly esql: string;
  /** Named parameters, single values only (8.19 takes no lists). */
  readonly params: Readonly<Record<string, string | number | boolean | null>>;
  readonly filter: QuestionFilter;
  /** Rows that may be kept; one more in the answer means that it is truncated. At most 9,999. */
  readonly rowsMax: number;
  /** Longest time to wait, ms; then the work is cancelled on the server too. */
  readonly deadlineMs: number;
}

export interface Answer extends Table {
  /** There were more rows than `rowsMax`; the rest is not here. */
  readonly truncated: boolean;
  /** Why the answer is only a part (failed shards, clusters); empty for a whole one. Got by the one salvage attempt. */
  readonly partial: readonly string[];
  readonly warnings: readonly string[];
  /** The server's own time, ms. */
  readonly tookMs: number;
  /** Time spent waiting for the server, ms. */
  readonly awaitedMs: number;
}

/** What the index patterns of a hunt hold, whatever the time range. */
export interface FieldCaps {
  /** Names of the indices that match; none: no such data here. */
  readonly indices: readonly string[];
  /** Closed indices among the pattern's: skipped by every query without a word, so the run is degraded. */
  readonly closed: readonly string[];
  /** Shards that no node holds: a query whose filter keeps it from them leaves them out without a word, so degraded. */
  readonly missingShards: number;
  /** Indices of which no shard at all is there; their fields are not among `types`. */
  readonly unavailable: readonly string[];
  /** Patterns that match nothing at all: a FROM that names them beside others may fail. */
  readonly unmatched: readonly string[];
  /** Type by field; `unsupported` where indices disagree. */
  readonly types: ReadonlyMap<string, ColumnType>;
  /** For each field that indices disagree on: type and the indices with it. */
  readonly conflicts: ReadonlyMap<string, readonly string[]>;
}

export interface EngineInfo {
  readonly name: 'elasticsearch' | 'embedded';
  /** Server version where the server tells, else null. */
  readonly version: string | null;
  readonly notes: readonly string[];
  /** Those of the notes that call for action: known faults of this version. */
  readonly warnings: readonly string[];
}

/** Privileges that are missing on an index pattern; empty when all are there; null when the server has no security. */
export interface PrivilegeReport {
  readonly pattern: string;
  readonly missing: readonly string[] | null;
}

/**
 * Answers questions about events. Every method rejects with a HuntError whose code says what happened; nothing is
 * retried by the caller. After `signal` aborts, work on the server is cancelled before the promise rejects (CANCELLED).
 */
export interface Engine extends AsyncDisposable {
  readonly name: 'elasticsearch' | 'embedded';
  /** Connectivity and version. */
  info(signal: AbortSignal): Promise<EngineInfo>;
  /**
   * Fields, types, closed and missing indices under the patterns; never fails because nothing matches. Indices, fields
   * and types may be as old as `maxAgeMs`, default 0; what is closed or missing is always as it is now.
   */
  fields(patterns: readonly string[], signal: AbortSignal, maxAgeMs?: number): Promise<FieldCaps>;
  /** Whole rows in the query's order, or a truncated / partial answer that says so, or an error; may be called again. */
  query(question: Question, signal: AbortSignal): Promise<Answer>;
  /** Which of read and view_index_metadata the caller lacks on each pattern. */
  privileges(patterns: readonly string[], signal: AbortSignal): Promise<readonly PrivilegeReport[]>;
}
