import type { EnrichmentAnswer } from '../core/enrichment.ts';
import type { FindingState, Latest, Sighting, SmallestSet } from '../core/finding.ts';
import { firstIdOf, type Hunt, type ReopenRule, RISK_SCORES } from '../core/hunt.ts';
import { type HuntRow, isList, type Scalar, type Value, valuesOf } from '../core/row.ts';
import { smallestSet } from '../core/smallest-set.ts';
import { belongsToTile, type Tile } from '../core/tile.ts';
import type { Instant, Span } from '../core/time.ts';
import { ecsField } from '../query/ecs.ts';
import { fingerprint } from './fingerprint.ts';
import { fillTitle } from './title.ts';

/** Values that a set keeps where the hunt does not say how many. */
const SET_CAP = 20;
/** Sample events that a finding keeps. */
export const EVIDENCE_CAP = 10;

/** Columns that are numbers of the row, not facts about the finding; they live in `latest` and in the sighting. */
const NUMBER_COLUMNS: ReadonlySet<string> = new Set(['count', 'hosts', 'population', 'first_seen', 'last_seen']);

/** What every finding of one run shares. */
export interface FindingContext {
  readonly hunt: Hunt;
  readonly keyColumns: readonly string[];
  /** The column that holds the population's values, renamed: `across` becomes `host.name`. */
  readonly across: string | null;
  readonly tile: Tile;
  readonly lookBackMs: number;
  readonly runId: string;
  readonly examinedAt: Instant;
  readonly adHoc: boolean;
  readonly population: number | null;
  readonly geoipDate: string | null;
  readonly drilldown: (row: HuntRow, events: Span) => string | null;
  readonly evidence: (row: HuntRow) => readonly string[];
  /** What other events said of a row. */
  readonly enrichment: (row: HuntRow) => readonly EnrichmentAnswer[];
}

/** One row as a finding and its sighting, ready for delivery. */
export interface FoundItem {
  readonly state: FindingState;
  readonly sighting: Sighting;
  readonly reopen: ReopenRule;
}

type TimeContext = Pick<FindingContext, 'hunt' | 'tile' | 'lookBackMs'>;

/**
 * Splits rows into those of the tile and, by number, those that its reading range only carries along. A row is of the tile
 * by its last event; of a first_seen hunt by its first.
 */
export function splitCarried(rows: readonly HuntRow[], context: TimeContext): { fresh: HuntRow[]; carried: number } {
  const seen = context.hunt.body.type === 'first_seen' ? 'firstSeen' : 'lastSeen';
  const fresh = rows.filter((row) => belongsToTile(timesOf(row, context)[seen], context.tile, context.lookBackMs));
  return { fresh, carried: rows.length - fresh.length };
}

/** A row as a finding: key and fingerprint, sets of what it saw, and the register of its newest tile. */
export function toFinding(row: HuntRow, context: FindingContext): FoundItem {
  const key = keyOf(row, context.keyColumns);
  const id = fingerprint(firstIdOf(context.hunt), key);
  const times = timesOf(row, context);
  const numbers = numbersOf(row, context);
  const shared = {
    tileStart: context.tile.start,
    tileEnd: context.tile.end,
    runId: context.runId,
    examinedAt: context.examinedAt,
  };
  const evidence = smallestSet(context.evidence(row), EVIDENCE_CAP);
  return {
    state: {
      fingerprint: id,
      firstHuntId: firstIdOf(context.hunt),
      key,
      ...times,
      sets: setsOf(row, context),
      evidence,
      latest: { ...shared, ...numbers, ...latestOf(row, context, times) },
    },
    sighting: { fingerprint: id, huntId: context.hunt.id, ...shared, adHoc: context.adHoc, ...numbers, ...times },
    reopen: context.hunt.finding.reopen,
  };
}

/** The key of a row: each key column with its value, null where it has none. */
export function keyOf(row: HuntRow, columns: readonly string[]): Record<string, Value> {
  return Object.fromEntries(columns.map((name) => [name, row.cells.get(name) ?? null]));
}

interface RowTimes {
  readonly firstSeen: Instant;
  readonly lastSeen: Instant;
  readonly eventStart: Instant;
  readonly eventEnd: Instant;
}

/**
 * When a row was seen, on the clock and in event time. A row that says nothing of the clock is of the tile; without
 * event times the clock's stand in, cut to the tile so that silence between tiles can be told.
 */
export function timesOf(row: HuntRow, { hunt, tile, lookBackMs }: TimeContext): RowTimes {
  const { first, last } = hunt.finding.seen ?? { first: 'first_seen', last: 'last_seen' };
  const lastSeen = timeAt(row, last) ?? timeAt(row, '@timestamp') ?? tile.end - 1;
  const firstSeen = Math.min(timeAt(row, first) ?? timeAt(row, '@timestamp') ?? tile.start, lastSeen);
  const eventEnd = timeAt(row, 'hunt.event_end') ?? lastSeen;
  const eventStart =
    timeAt(row, 'hunt.event_start') ?? Math.min(Math.max(firstSeen, tile.start - lookBackMs), eventEnd);
  return { firstSeen, lastSeen, eventStart, eventEnd };
}

function timeAt(row: HuntRow, name: string): Instant | null {
  const [value] = valuesOf(row.cells.get(name));
  const instant = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(instant) ? null : instant;
}

function numbersOf(row: HuntRow, context: FindingContext): Pick<Latest, 'count' | 'hosts' | 'population'> {
  const hosts =
    numberAt(row, 'hosts') ?? (row.cells.has('host.name') ? valuesOf(row.cells.get('host.name')).length : null);
  return { count: numberAt(row, 'count') ?? 1, hosts, population: context.population };
}

function numberAt(row: HuntRow, name: string): number | null {
  const value = row.cells.get(name);
  return typeof value === 'number' ? value : null;
}

/** Facts as sets by ECS field: every column that ECS knows and every list; numbers of the row are none. */
function setsOf(row: HuntRow, context: FindingContext): Record<string, SmallestSet> {
  const body = context.hunt.body;
  const collect: Readonly<Record<string, number>> = body.type === 'esql' ? {} : body.collect;
  const sets = [...row.cells].flatMap(([column, value]) => {
    const name = fieldOf(column, context);
    if (!isFact(column, value, context)) return [];
    const cap = (Object.hasOwn(collect, name) ? collect[name] : undefined) ?? SET_CAP;
    return [[name, smallestSet(valuesOf(value), cap, row.more.has(column))] as const];
  });
  return Object.fromEntries(sets);
}

/** The population's values stand under the name of their field. */
function fieldOf(column: string, { across }: FindingContext): string {
  return column === 'across' ? (across ?? column) : column;
}

function isFact(column: string, value: Value, context: FindingContext): boolean {
  const name = fieldOf(column, context);
  const times = context.hunt.finding.seen;
  if (value === null || NUMBER_COLUMNS.has(name) || name.startsWith('hunt.') || name === '@timestamp') return false;
  if (name === times?.first || name === times?.last) return false;
  return isList(value) || (name.includes('.') && ecsField(name) !== undefined);
}

function latestOf(
  row: HuntRow,
  context: FindingContext,
  times: RowTimes,
): Omit<Latest, 'tileStart' | 'tileEnd' | 'runId' | 'examinedAt' | 'count' | 'hosts' | 'population'> {
  const { hunt } = context;
  const enrichment = context.enrichment(row);
  return {
    adHoc: context.adHoc,
    huntId: hunt.id,
    huntName: hunt.name,
    huntVersion: hunt.version,
    hypothesis: hunt.hypothesis,
    severity: hunt.severity,
    riskScore: RISK_SCORES[hunt.severity],
    tags: hunt.tags,
    techniques: hunt.techniques,
    references: hunt.references,
    title: fillTitle(hunt.finding.title, row, context.population),
    values: plainValues(row, context),
    drilldown: context.drilldown(row, { start: times.eventStart, end: times.eventEnd }),
    geoipDate: context.geoipDate,
    ...(enrichment.length === 0 ? {} : { enrichment }),
  };
}

/** What is left of a row: rates, thresholds, times; neither facts nor the numbers every finding has. */
function plainValues(row: HuntRow, context: FindingContext): Record<string, Scalar> {
  const plain = [...row.cells].flatMap(([name, value]) => {
    const scalar = value !== null && !isList(value) && !isFact(name, value, context) ? value : null;
    return scalar === null || NUMBER_COLUMNS.has(name) || name.startsWith('hunt.') ? [] : [[name, scalar] as const];
  });
  return Object.fromEntries(plain);
}
