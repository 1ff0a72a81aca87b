import type { EnrichmentAnswer } from './enrichment.ts';
import type { Severity } from './hunt.ts';
import type { Scalar, Value } from './row.ts';
import type { Instant } from './time.ts';

declare const brand: unique symbol;
/** 64 hex digits; made only by `findings/fingerprint.ts`. It is the finding's `_id`. */
export type Fingerprint = string & { readonly [brand]: 'Fingerprint' };

/** The smallest `cap` of all values ever merged in, sorted; `more` when there were others. */
export interface SmallestSet {
  readonly values: readonly Scalar[];
  readonly cap: number;
  readonly more: boolean;
}

/**
 * What was true of one finding in one tile. Its `_id` is fingerprint, tile start and tile end, so writing it again is
 * writing the same document.
 */
export interface Sighting {
  readonly fingerprint: Fingerprint;
  readonly huntId: string;
  readonly tileStart: Instant;
  readonly tileEnd: Instant;
  readonly runId: string;
  readonly examinedAt: Instant;
  /** Asked for by a person, outside the schedule: left out of counts over time. */
  readonly adHoc: boolean;
  /** Events in the tile. */
  readonly count: number;
  readonly hosts: number | null;
  readonly population: number | null;
  /** First and last event on the clock, within the reading range. */
  readonly firstSeen: Instant;
  readonly lastSeen: Instant;
  /** First and last event of the tile itself, in event time. */
  readonly eventStart: Instant;
  readonly eventEnd: Instant;
}

/** The state of the newest tile that saw the finding: the highest (tile end, examined at) wins whole. */
export interface Latest {
  readonly tileStart: Instant;
  readonly tileEnd: Instant;
  readonly examinedAt: Instant;
  readonly runId: string;
  readonly adHoc: boolean;
  readonly huntId: string;
  readonly huntName: string;
  readonly huntVersion: string;
  readonly hypothesis: string;
  readonly severity: Severity;
  readonly riskScore: number;
  readonly tags: readonly string[];
  readonly techniques: readonly string[];
  readonly references: readonly string[];
  readonly title: string;
  readonly count: number;
  readonly hosts: number | null;
  readonly population: number | null;
  /** Columns of the row that are neither key nor set, as text or number: thresholds, rates. */
  readonly values: Readonly<Record<string, Value>>;
  /** ES|QL that shows the finding's events and needs no parameters. */
  readonly drilldown: string | null;
  /** Date of the GeoIP data that was used (ISO day), null when none was. */
  readonly geoipDate: string | null;
  /** What other events said of it (`enrich.events`); absent in what was written before there were any. */
  readonly enrichment?: readonly EnrichmentAnswer[];
}

/**
 * What the runner knows of a finding: every field merges as a semilattice (core/merge.ts), so tiles may arrive in any
 * order and any number of times.
 */
export interface FindingState {
  readonly fingerprint: Fingerprint;
  /** The hunt's first id. */
  readonly firstHuntId: string;
  readonly key: Readonly<Record<string, Value>>;
  readonly firstSeen: Instant;
  readonly lastSeen: Instant;
  /**
   * First and last event in event time, of the tiles' own events: not of those that were read for their history only,
   * so that the silence between two tiles can be told (core/merge.ts).
   */
  readonly eventStart: Instant;
  readonly eventEnd: Instant;
  /** Sets by ECS field: hosts, addresses, ports, countries. */
  readonly sets: Readonly<Record<string, SmallestSet>>;
  /** Sample events, `index/_id`. */
  readonly evidence: SmallestSet;
  readonly latest: Latest;
}

export const FINDING_STATUSES = ['open', 'acknowledged', 'closed'] as const;
export type FindingStatus = (typeof FINDING_STATUSES)[number];

export const DISPOSITIONS = ['true_positive', 'benign', 'false_positive', 'undetermined'] as const;
export type Disposition = (typeof DISPOSITIONS)[number];

/** Fields that belong to analysts; the runner changes them only when a finding reopens. */
export interface Triage {
  readonly status: FindingStatus;
  readonly disposition: Disposition | null;
  readonly note: string | null;
  readonly assignee: string | null;
  /** Earlier states, oldest first. */
  readonly history: readonly TriageStep[];
}

export interface TriageStep {
  readonly at: Instant;
  readonly status: FindingStatus;
  readonly disposition: Disposition | null;
  readonly note: string | null;
  readonly because: string;
}

/** A finding as stored. `newsAt` becomes `@timestamp`: the write that made it new or reopened it. */
export interface Finding {
  readonly state: FindingState;
  readonly triage: Triage;
  readonly newsAt: Instant;
  readonly createdAt: Instant;
  /** The newest of its news that somebody is told of, oldest first (`newsKey` in core/notice.ts); absent where nobody is. */
  readonly news?: readonly string[];
}

/** What a merge meant: decided when it happens, told to run record and log, never stored with the sighting. */
export const DELTAS = ['new', 'reopened', 'recurring'] as const;
export type Delta = (typeof DELTAS)[number];

export const UNTOUCHED_TRIAGE: Triage = { status: 'open', disposition: null, note: null, assignee: null, history: [] };
