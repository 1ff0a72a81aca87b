import type { Place, PlacedText } from './place.ts';
import type { EventEnrichment } from './enrichment.ts';
import type { Exception } from './exception.ts';

export const SEVERITIES = ['low', 'medium', 'high', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** Elastic's default risk score of each severity (Kibana detection rules: 21, 47, 73, 99). */
export const RISK_SCORES: Readonly<Record<Severity, number>> = { low: 21, medium: 47, high: 73, critical: 99 };

export const HUNT_STATUSES = ['experimental', 'stable', 'deprecated'] as const;
export type HuntStatus = (typeof HUNT_STATUSES)[number];

/** A value a person may put into a hunt: `?name` in its ES|QL. A list is bound as escaped literals. */
export type ParamValue = string | number | boolean | readonly (string | number | boolean)[];

/** The stored unit: what we believe, how to look, what to leave out, how a finding is keyed, and its own tests. */
export interface Hunt {
  /** Path below its hunts folder without the ending: `network/rare-egress`. */
  readonly id: string;
  readonly file: string;
  readonly name: string;
  /** Ids this file had before, the first one first; findings follow the first. */
  readonly formerIds: readonly string[];
  readonly hypothesis: string;
  readonly status: HuntStatus;
  readonly severity: Severity;
  readonly tags: readonly string[];
  /** ATT&CK technique ids (`T1071`, `T1071.004`). */
  readonly techniques: readonly string[];
  readonly sources: SourceNeed;
  /** How far back a run reads, ms; at least 1. */
  readonly windowMs: number;
  readonly params: Readonly<Record<string, ParamValue>>;
  readonly body: EsqlBody | DeclarativeBody;
  readonly excludeCidrs: readonly CidrExclusion[];
  /** The hunt's own exceptions; a site's are added by `definition` for the hunts its globs name. */
  readonly exceptions: readonly Exception[];
  /** Rules of what never to exclude that its own conditions break on purpose. */
  readonly leavesOut: readonly LeftOut[];
  readonly geoip: readonly string[];
  readonly enrichments: readonly EventEnrichment[];
  readonly keep: PlacedText | null;
  readonly finding: FindingShape;
  readonly falsePositives: readonly string[];
  readonly runbook: string;
  readonly references: readonly string[];
  readonly tests: readonly HuntTest[];
  /** SHA-256 (hex) over the normalised definition, with params as overridden: the version a run record names. */
  readonly version: string;
  /** Places of the file's values by dotted path (`finding.key.0`, `prevalence.where`); `` is the document. */
  readonly places: ReadonlyMap<string, Place>;
}

/** Which sources a hunt needs: one of them at least, or every one. */
export interface SourceNeed {
  readonly need: 'any_of' | 'all_of';
  readonly names: readonly string[];
}

/** A hunt that writes its own ES|QL, `FROM` included. */
export interface EsqlBody {
  readonly type: 'esql';
  readonly query: PlacedText;
  /** Whether the query's own final LIMIT is meant (a "top 20"), not a truncation. */
  readonly top: boolean;
}

/** A statement about entities, from which Tracehound makes the query. */
export type DeclarativeBody = PrevalenceBody | FirstSeenBody;

/** What all declarative hunts have. */
interface EntityBody {
  /** Entity fields, lower-cased; they are the finding's key. */
  readonly of: readonly string[];
  /** The field whose distinct values are counted, and are the population. */
  readonly across: string;
  readonly where: PlacedText | null;
  /** Distinct values to carry along by field: the smallest n. */
  readonly collect: Readonly<Record<string, number>>;
}

/** Few hosts have it: entity, population, threshold. */
export interface PrevalenceBody extends EntityBody {
  readonly type: 'prevalence';
  /** Largest number of `across` values a row may have. */
  readonly atMost: NumberOrParam;
  /** Smallest population on which the result says anything; below it the run is degraded. */
  readonly minPopulation: NumberOrParam;
}

/** It was never there before: the first event of an entity in tile and history lies in the tile. */
export interface FirstSeenBody extends EntityBody {
  readonly type: 'first_seen';
  /** Least time before the tile that must be known, ms, or the parameter with a duration; null: half of the window. */
  readonly minHistory: NumberOrParam | null;
}

/** A number, or the name of a parameter that holds it (`?max_hosts`). */
export type NumberOrParam = number | { readonly param: string };

/** A rule that a hunt breaks with what it leaves out, and why that is right for it. */
interface LeftOut {
  readonly rule: string;
  readonly because: string;
}

export interface CidrExclusion {
  readonly field: string;
  readonly lists: readonly string[];
  /** `before`: in the request filter, on events. `after`: on the values of result rows. */
  readonly stage: 'before' | 'after';
}

export interface FindingShape {
  /** `{column}` placeholders; `{hosts}` and other columns of the row. */
  readonly title: string;
  /** Columns that make a finding the same finding; for declarative hunts always the `of` fields. */
  readonly key: readonly string[];
  /** ES|QL with `?column` parameters that shows a finding's events. */
  readonly drilldown: PlacedText | null;
  /** Columns holding a row's first and last event on the clock, when its rows may cover more than the tile. */
  readonly seen: { readonly first: string; readonly last: string } | null;
  readonly reopen: ReopenRule;
}

export interface ReopenRule {
  /** A silence between event times longer than this reopens, ms; null: never by silence. */
  readonly afterMs: number | null;
  /** A value not seen before in one of these columns reopens. */
  readonly on: readonly string[];
}

/** One case a hunt carries; run by `hunt test`. */
export interface HuntTest {
  readonly name: string;
  /** Events beside the hunt (a file name) or written inline. */
  readonly events: string | readonly Readonly<Record<string, unknown>>[];
  readonly params: Readonly<Record<string, ParamValue>>;
  readonly tile: { readonly from: string; readonly to: string } | null;
  /** Columns that each finding must show; the number of findings must be equal. */
  readonly finds: readonly Readonly<Record<string, unknown>>[];
  readonly verdict: string | null;
}

/** Where a value of the hunt stands, or the nearest enclosing one. */
export function placeOf(
  hunt: { readonly file: string; readonly places: ReadonlyMap<string, Place> },
  path: string,
): Place {
  for (let at = path; ; at = at.slice(0, Math.max(0, at.lastIndexOf('.')))) {
    const place = hunt.places.get(at);
    if (place !== undefined) return place;
    if (at === '') return { file: hunt.file, line: 1, column: 1 };
  }
}

/** The id that findings are keyed by: the first this hunt ever had. */
export function firstIdOf(hunt: Pick<Hunt, 'id' | 'formerIds'>): string {
  return hunt.formerIds[0] ?? hunt.id;
}
