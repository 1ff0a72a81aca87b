// store: keeps findings, sightings, runs and the books. In: states to write. Out: what is stored, and what became of each write.
// May import: core, elastic.
import type { Finding, Fingerprint, Sighting } from '../core/finding.ts';
import type { JobState, Ledger, LedgerKey } from '../core/ledger.ts';
import type { Notice, NoticeState } from '../core/notice.ts';
import type { RunRecord } from '../core/run.ts';
import type { Instant } from '../core/time.ts';

/** A stored finding with the mark that a later write must still find (optimistic concurrency). */
export interface StoredFinding {
  readonly finding: Finding;
  readonly mark: string;
}

/** A finding to write: onto what was read (`mark`), or as the first of its id (null). */
export interface FindingWrite {
  readonly finding: Finding;
  readonly mark: string | null;
}

/** `conflict`: somebody else wrote it since it was read; read and merge again. `refused`: will not pass as it is. */
export type WriteOutcome =
  | { readonly fingerprint: Fingerprint; readonly status: 'written' | 'conflict' }
  | { readonly fingerprint: Fingerprint; readonly status: 'refused'; readonly because: string };

export interface WriteResult {
  /** One for each finding, in order. */
  readonly findings: readonly WriteOutcome[];
  /** Only those sightings that were refused. */
  readonly refusedSightings: readonly { readonly sighting: Sighting; readonly because: string }[];
}

export interface FindingFilter {
  /** Fingerprints that begin with these hex digits: people type the first few. */
  readonly idPrefix?: string;
  readonly hunt?: string;
  readonly statuses?: readonly string[];
  readonly severities?: readonly string[];
  readonly dispositions?: readonly string[];
  readonly host?: string;
  /** By `newsAt`: new or reopened at or after. */
  readonly since?: Instant;
}

export interface RunFilter {
  readonly hunt?: string;
  readonly job?: string;
  readonly verdicts?: readonly string[];
  readonly since?: Instant;
  /** Runs whose tile begins at one of these instants. */
  readonly tileStarts?: readonly Instant[];
}

/** At most `limit` items, newest first, and how many there are in all. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly total: number;
}

/** A document with the mark that a later write must still find; null: it must not be there yet. */
export interface Marked<T> {
  readonly value: T;
  readonly mark: string;
}

/** The books: which time was examined, and what people said about jobs. Reads see every write that was acknowledged. */
export interface Books {
  /** Ledgers by `ledgerName`; those not there are left out. One request for each 1,000. */
  ledgers(keys: readonly LedgerKey[], signal: AbortSignal): Promise<ReadonlyMap<string, Marked<Ledger>>>;
  /** Every ledger there is, also of jobs and hunts that are gone. */
  allLedgers(signal: AbortSignal): Promise<readonly Ledger[]>;
  /** Writes onto what was read (`mark`), or as the first (null). `conflict`: somebody else wrote it; read again. */
  writeLedger(ledger: Ledger, mark: string | null, signal: AbortSignal): Promise<'written' | 'conflict'>;
  /** By job id; those not there are left out. */
  jobStates(jobIds: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, Marked<JobState>>>;
  writeJobState(state: JobState, mark: string | null, signal: AbortSignal): Promise<'written' | 'conflict'>;
}

export interface NoticeFilter {
  readonly states?: readonly NoticeState[];
  readonly channel?: string;
}

/** News on its way to channels. */
export interface Outbox {
  /** Puts what is not there yet; what waits is said again (`saidAgain`). One request for all that are new. */
  putNotices(notices: readonly Notice[], signal: AbortSignal): Promise<void>;
  /** Of these channels those that wait and whose time has come, the longest due first, every acknowledged write seen. */
  dueNotices(
    query: { readonly now: Instant; readonly channels: readonly string[]; readonly limit: number },
    signal: AbortSignal,
  ): Promise<readonly Marked<Notice>[]>;
  /** Each onto its mark, in one request: the new mark, or null where somebody else wrote it or it is gone. In order. */
  writeNotices(writes: readonly Marked<Notice>[], signal: AbortSignal): Promise<readonly (string | null)[]>;
  /** The last written first. */
  notices(filter: NoticeFilter, limit: number, signal: AbortSignal): Promise<Page<Marked<Notice>>>;
}

/** What `hunt prune` removes: whatever ended, or was last seen, before the instant. The ledger is never pruned. */
export interface PruneRequest {
  /** Closed findings with their sightings; open ones stay whatever their age. */
  readonly findings: Instant | null;
  readonly sightings: Instant | null;
  readonly runs: Instant | null;
  /** Notices that were sent or dropped; those that wait, and dead ones, stay whatever their age. */
  readonly outbox: Instant | null;
}

/** Documents removed, or that would be. */
export interface PruneResult {
  readonly findings: number;
  readonly sightings: number;
  readonly runs: number;
  readonly outbox: number;
}

/** One thing `hunt setup` found or did. */
export interface SetupStep {
  readonly what: string;
  readonly status: 'present' | 'created' | 'updated' | 'would create' | 'would update';
}

/**
 * Keeps what hunts find. Reading what was just written through the same store gives it back; listing may lag by the
 * server's refresh unless `refresh` is called. Errors are HuntErrors.
 */
export interface Store extends Books, Outbox, AsyncDisposable {
  readonly name: 'elasticsearch' | 'sqlite' | 'memory';
  /** Makes what is needed, or says what it would make. Idempotent; migrates older versions. */
  setup(options: { readonly dryRun: boolean }, signal: AbortSignal): Promise<readonly SetupStep[]>;
  /** Rejects with STORE_NOT_READY, naming the remedy, unless `setup` has been run for this version. */
  ready(signal: AbortSignal): Promise<void>;
  /** One request for all ids; ids without a finding are left out. */
  read(ids: readonly Fingerprint[], signal: AbortSignal): Promise<ReadonlyMap<Fingerprint, StoredFinding>>;
  /** One request for all: sightings are put as they are, findings only onto their mark. */
  write(findings: readonly FindingWrite[], sightings: readonly Sighting[], signal: AbortSignal): Promise<WriteResult>;
  list(filter: FindingFilter, limit: number, signal: AbortSignal): Promise<Page<StoredFinding>>;
  sightings(fingerprint: Fingerprint, limit: number, signal: AbortSignal): Promise<Page<Sighting>>;
  saveRun(run: RunRecord, signal: AbortSignal): Promise<void>;
  runs(filter: RunFilter, limit: number, signal: AbortSignal): Promise<Page<RunRecord>>;
  /** Runs by id prefix: for `runs show`. */
  run(runId: string, signal: AbortSignal): Promise<RunRecord | null>;
  /** Removes what is older than asked; a dry run only counts. Idempotent. */
  prune(request: PruneRequest, options: { readonly dryRun: boolean }, signal: AbortSignal): Promise<PruneResult>;
  /** Everything written so far is visible to `list`, `sightings` and `runs` afterwards. */
  refresh(signal: AbortSignal): Promise<void>;
}
