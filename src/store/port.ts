// store: keeps findings, sightings and runs. In: states to write. Out: what is stored, and what became of each write.
// May import: core, elastic.
import type { Finding, Fingerprint, Sighting } from '../core/finding.ts';
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

/** One thing `hunt setup` found or did. */
export interface SetupStep {
  readonly what: string;
  readonly status: 'present' | 'created' | 'updated' | 'would create' | 'would update';
}

/**
 * Keeps what hunts find. Reading what was just written through the same store gives it back; listing may lag by the
 * server's refresh unless `refresh` is called. Errors are HuntErrors.
 */
export interface Store extends AsyncDisposable {
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
  /** Everything written so far is visible to `list`, `sightings` and `runs` afterwards. */
  refresh(signal: AbortSignal): Promise<void>;
}
