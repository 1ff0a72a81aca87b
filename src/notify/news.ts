import type { Delta, Finding } from '../core/finding.ts';
import type { Severity } from '../core/hunt.ts';
import type { Notice } from '../core/notice.ts';
import { type Scalar, type Value, valuesOf } from '../core/row.ts';
import { DAY_MS, type Instant, isoTime } from '../core/time.ts';

/** Longest text of an event that is sent on, characters; a command line is seldom longer. */
const TEXT_MAX = 1_000;
/** Values of one field, and fields: with the longest texts a body has some 300 kB. */
const VALUES_MAX = 10;
const FIELDS_MAX = 30;
/** A drill-down that was cut would be another query. */
const DRILLDOWN_MAX = 20_000;

/** What a receiver is told: names as `hunt findings show --json` has them, texts and lists cut. */
export interface News {
  /** Of this shape; fields may be added to it. */
  readonly version: 1;
  /** The same for every repetition of the same news. */
  readonly id: string;
  readonly type: 'finding' | 'test';
  readonly delta: Delta;
  readonly job: { readonly id: string };
  readonly run: { readonly id: string };
  readonly tile: { readonly start: string; readonly end: string };
  readonly hunt: {
    readonly id: string;
    readonly name: string;
    readonly version: string;
    readonly hypothesis: string;
    readonly techniques: readonly string[];
    readonly tags: readonly string[];
    readonly references: readonly string[];
  };
  readonly finding: {
    readonly fingerprint: string;
    readonly title: string;
    readonly severity: Severity;
    readonly riskScore: number;
    readonly status: string;
    readonly key: Readonly<Record<string, Value>>;
    /** Hosts, addresses, ports and so on. */
    readonly values: Readonly<Record<string, readonly Scalar[]>>;
    /** Fields of `values` that have more of them. */
    readonly more: readonly string[];
    readonly count: number;
    readonly hosts: number | null;
    readonly population: number | null;
    readonly firstSeen: string;
    readonly lastSeen: string;
    readonly eventStart: string;
    readonly eventEnd: string;
    readonly drilldown: string | null;
  };
}

/** What a notice tells of its finding, as the finding is now. */
export function newsOf({ news, delta, jobId, runId, tile }: Notice, { state, triage }: Finding): News {
  const { latest } = state;
  const sets = Object.entries(state.sets).slice(0, FIELDS_MAX);
  return {
    version: 1,
    id: news,
    type: 'finding',
    delta,
    job: { id: jobId },
    run: { id: runId },
    tile: { start: isoTime(tile.start), end: isoTime(tile.end) },
    hunt: {
      id: latest.huntId,
      name: latest.huntName,
      version: latest.huntVersion,
      hypothesis: short(latest.hypothesis),
      techniques: latest.techniques,
      tags: latest.tags,
      references: latest.references,
    },
    finding: {
      fingerprint: state.fingerprint,
      title: short(latest.title),
      severity: latest.severity,
      riskScore: latest.riskScore,
      status: triage.status,
      key: Object.fromEntries(Object.entries(state.key).map(([name, value]) => [name, shortValue(value)])),
      values: Object.fromEntries(sets.map(([name, { values }]) => [name, shortList(values)])),
      more: sets.filter(([, set]) => set.more || set.values.length > VALUES_MAX).map(([name]) => name),
      count: latest.count,
      hosts: latest.hosts,
      population: latest.population,
      firstSeen: isoTime(state.firstSeen),
      lastSeen: isoTime(state.lastSeen),
      eventStart: isoTime(state.eventStart),
      eventEnd: isoTime(state.eventEnd),
      drilldown: (latest.drilldown?.length ?? 0) > DRILLDOWN_MAX ? null : latest.drilldown,
    },
  };
}

/** A piece of news that is none, to try a channel with; `unique` makes it another than any before. */
export function sampleNews(now: Instant, unique: string): News {
  const [start, end] = [isoTime(now - DAY_MS), isoTime(now)];
  return {
    version: 1,
    id: `test.${unique}`,
    type: 'test',
    delta: 'new',
    job: { id: 'test' },
    run: { id: unique },
    tile: { start, end },
    hunt: {
      id: 'test/notification',
      name: 'Test of a channel',
      version: '0'.repeat(64),
      hypothesis: 'Whoever should be told can be told.',
      techniques: [],
      tags: [],
      references: [],
    },
    finding: {
      fingerprint: '0'.repeat(64),
      title: 'This is a test: Tracehound can tell this channel',
      severity: 'low',
      riskScore: 21,
      status: 'open',
      key: {},
      values: {},
      more: [],
      count: 0,
      hosts: null,
      population: null,
      firstSeen: start,
      lastSeen: end,
      eventStart: start,
      eventEnd: end,
      drilldown: null,
    },
  };
}

/** Half a character, left by a cut or sent by an intruder, is no JSON to some receivers. */
function short(text: string): string {
  return (text.length > TEXT_MAX ? `${text.slice(0, TEXT_MAX - 1)}…` : text).toWellFormed();
}

function shortScalar(value: Scalar): Scalar {
  return typeof value === 'string' ? short(value) : value;
}

function shortList(values: readonly Scalar[]): readonly Scalar[] {
  return values.slice(0, VALUES_MAX).map(shortScalar);
}

function shortValue(value: Value): Value {
  if (value === null) return null;
  return Array.isArray(value) ? shortList(valuesOf(value)) : shortScalar(value as Scalar);
}
