import type { RunRecord, SourceSeen } from '../../core/run.ts';
import { isoTime } from '../../core/time.ts';
import { VERDICTS } from '../../core/verdict.ts';
import { ECS_VERSION, withoutNulls } from './document.ts';
import type { Document } from './document.ts';
import {
  fields,
  isBoolean,
  isNumber,
  isText,
  listOf,
  nullOr,
  oneOf,
  optional,
  checkShape,
  recordOf,
} from '../shape.ts';

const NS_PER_MS = 1_000_000;

/** A run record as an ECS document: `hunt.record` (not indexed) is the record itself, the rest a view of it. */
export function runDocument(run: RunRecord): Document {
  return {
    '@timestamp': isoTime(run.startedAt),
    message: run.reasons.map((reason) => reason.text).join('; '),
    ecs: { version: ECS_VERSION },
    event: {
      kind: 'event',
      module: 'tracehound',
      dataset: 'hunt.runs',
      outcome: run.verdict === 'failed' ? 'failure' : 'success',
      created: isoTime(run.endedAt),
      start: isoTime(run.startedAt),
      end: isoTime(run.endedAt),
      duration: Math.round((run.endedAt - run.startedAt) * NS_PER_MS),
    },
    ...(run.error === null ? {} : { error: { code: run.error.code, message: run.error.message } }),
    hunt: huntView(run),
  };
}

function huntView(run: RunRecord): Document {
  return withoutNulls({
    id: run.huntId,
    name: run.huntName,
    version: run.huntVersion,
    run_id: run.runId,
    engine: run.engine,
    ad_hoc: run.adHoc,
    job: run.job,
    saved: run.saved,
    clock: run.clock,
    verdict: run.verdict,
    reasons: run.reasons.map((reason) => reason.text),
    reason_codes: run.reasons.map((reason) => reason.code),
    rows: run.rows,
    carried: run.carried,
    hidden: run.hidden.reduce((sum, hidden) => sum + hidden.count, 0),
    findings: run.findings,
    deltas: run.deltas,
    population: run.population,
    tile_population: run.tilePopulation,
    tile_start: isoTime(run.tile.start),
    tile_end: isoTime(run.tile.end),
    range_start: isoTime(run.range.start),
    range_end: isoTime(run.range.end),
    missing_fields: run.missingFields,
    warnings: run.warnings,
    engine_ms: Math.round(run.engineMs),
    took_ms: Math.round(run.tookMs),
    lag_ms: worstLag(run.sources),
    delay_ms: run.endedAt - run.tile.end,
    record: run,
  });
}

/** The longest of the sources' p99 from event to arrival, ms; null where no lag was measured. */
function worstLag(sources: readonly SourceSeen[]): number | null {
  const lags = sources.flatMap(({ lag }) => (lag === null ? [] : [Math.round(lag.p99Ms)]));
  return lags.length === 0 ? null : Math.max(...lags);
}

/** Runs were ad hoc, named no job and measured no lag until there were jobs. */
type OlderRecord = Omit<RunRecord, 'job' | 'sources'> & {
  readonly job?: RunRecord['job'];
  readonly sources: readonly (Omit<SourceSeen, 'lag'> & { readonly lag?: SourceSeen['lag'] })[];
};

/** The run that was written. ANSWER_NOT_UNDERSTOOD where a document is none. */
export function runOf(document: unknown, what: string): RunRecord {
  checkShape(document, STORED, what);
  const { record } = (document as { readonly hunt: { readonly record: OlderRecord } }).hunt;
  const sources = record.sources.map((source) => ({ ...source, lag: source.lag ?? null }));
  return { ...record, job: record.job ?? null, sources };
}

const SPAN = fields({ start: isNumber, end: isNumber });

const LAG = fields({ p50Ms: isNumber, p99Ms: isNumber, maxMs: isNumber });

const RECORD = fields({
  runId: isText,
  huntId: isText,
  huntName: isText,
  huntVersion: isText,
  engine: oneOf(['elasticsearch', 'embedded']),
  adHoc: isBoolean,
  job: optional(nullOr(fields({ id: isText, attempt: isNumber }))),
  saved: isBoolean,
  startedAt: isNumber,
  endedAt: isNumber,
  tile: SPAN,
  range: SPAN,
  clock: oneOf(['event', 'ingest']),
  params: fields({}),
  verdict: oneOf(VERDICTS),
  reasons: listOf(fields({ verdict: oneOf(VERDICTS), code: isText, text: isText })),
  rows: isNumber,
  carried: isNumber,
  unkeyed: nullOr(fields({ events: isNumber, hosts: isNumber })),
  hidden: listOf(fields({ by: isText, name: isText, unit: isText, count: isNumber })),
  findings: isNumber,
  deltas: recordOf(isNumber),
  population: nullOr(isNumber),
  tilePopulation: nullOr(isNumber),
  sources: listOf(
    fields({ name: isText, documents: isNumber, newest: nullOr(isNumber), state: isText, lag: optional(nullOr(LAG)) }),
  ),
  missingFields: listOf(isText),
  columns: listOf(fields({ name: isText, type: isText })),
  queries: listOf(fields({ purpose: isText, esql: isText, tookMs: isNumber })),
  warnings: listOf(isText),
  engineMs: isNumber,
  tookMs: isNumber,
  stages: recordOf(fields({ wallMs: isNumber, awaitedMs: isNumber })),
  error: nullOr(fields({ code: isText, message: isText, remedy: nullOr(isText) })),
});

const STORED = fields({ hunt: fields({ record: RECORD }) });
