import type { Hidden, RunRecord, SourceSeen } from '../../core/run.ts';
import { DELTAS } from '../../core/finding.ts';
import { formatDuration, roughly } from '../../core/time.ts';
import type { RunResult } from '../../pipeline/request.ts';
import { type Paint, paintVerdict } from './paint.ts';
import { plural } from '../problems.ts';
import { joined, safe, safeLines, type SafeText, safeText } from './safe-text.ts';
import { facts, table, type TableColumn } from './table.ts';
import { clockTime, runFindingTable, shortId } from './view-finding.ts';

/** One run as `hunt run` tells it: verdict and reasons first, then findings, then what is not among them and why. */
export function resultView({ record, findings }: RunResult, paint: Paint, width: number | null): SafeText {
  const parts = [
    verdictLines(record, paint),
    findings.length === 0 ? null : runFindingTable(findings, paint, width),
    joined(accountLines(record), '\n'),
    nextLine({ record, findings }, paint),
  ];
  return safe`${joined(
    parts.filter((part) => part !== null && part.toString() !== '').map((part) => part ?? ''),
    '\n',
  )}\n`;
}

/** `network/rare-egress  degraded  3 findings: 2 new, 1 recurring`, then a line for each reason. */
function verdictLines(record: RunRecord, paint: Paint): SafeText {
  const head = safe`${paint.bold(record.huntId)}  ${paintVerdict(record.verdict, paint)}  ${foundText(record)}`;
  const reasons = record.reasons.map(({ verdict, text }) => safe`  ${paintVerdict(verdict, paint)}: ${text}`);
  const remedy = record.error?.remedy ?? null;
  return joined([head, ...reasons, ...(remedy === null ? [] : [safe`  ${remedy}`])], '\n');
}

function foundText({ findings, deltas, saved }: RunRecord): string {
  const parts = DELTAS.filter((delta) => deltas[delta] > 0).map((delta) => `${deltas[delta]} ${delta}`);
  const detail = parts.length === 0 ? '' : `: ${parts.join(', ')}`;
  return `${plural(findings, 'finding')}${detail}${saved ? '' : ' (not saved)'}`;
}

function accountLines(record: RunRecord): SafeText[] {
  const { tile, range, clock, hidden, population, carried, unkeyed, missingFields, warnings } = record;
  const reads = range.start < tile.start ? `, read from ${clockTime(range.start)}` : '';
  const lines: (SafeText | null)[] = [
    safe`  tile ${clockTime(tile.start)} to ${clockTime(tile.end)} (${clock} time)${reads}`,
    population === null ? null : safe`  population ${population}`,
    hidden.some(({ count }) => count > 0) ? safe`  hidden: ${hiddenText(hidden)}` : null,
    carried === 0 ? null : safe`  carried: ${plural(carried, 'row')} of which the last event lies before the tile`,
    unkeyed === null || unkeyed.events === 0
      ? null
      : safe`  without a key: ${plural(unkeyed.events, 'event')} on ${plural(unkeyed.hosts, 'host')}`,
    missingFields.length === 0 ? null : safe`  fields that are mapped nowhere: ${joined(missingFields, ', ')}`,
    ...warnings.map((warning) => safe`  note: ${warning}`),
  ];
  return lines.filter((line) => line !== null);
}

/** `list non-public 120 events, exception signed-browsers 4 events`. */
export function hiddenText(hidden: readonly Hidden[]): SafeText {
  const told = hidden.filter(({ count }) => count > 0);
  return joined(
    told.map(
      ({ by, name, unit, count }) =>
        safe`${by === name ? by : `${by} ${name}`} ${count} ${count === 1 ? unit.slice(0, -1) : unit}`,
    ),
    ', ',
  );
}

/** What a person most likely types next. */
function nextLine({ record, findings }: RunResult, paint: Paint): SafeText | null {
  const [first] = findings;
  if (record.reasons.some(({ code }) => code.startsWith('source_'))) return paint.dim(safe`  next: hunt sources`);
  if (record.error?.code === 'STORE_NOT_READY') return paint.dim(safe`  next: hunt setup`);
  if (first === undefined) return null;
  if (!record.saved) return paint.dim(safe`  next: without --dry-run, or with --save, they are kept`);
  return paint.dim(safe`  next: hunt findings show ${shortId(first.finding.state.fingerprint)}`);
}

export function runTable(runs: readonly RunRecord[], paint: Paint, width: number | null): SafeText {
  const columns: TableColumn<RunRecord>[] = [
    { name: 'RUN', cell: ({ runId }) => runId },
    { name: 'STARTED', cell: ({ startedAt }) => clockTime(startedAt) },
    { name: 'TOOK', cell: ({ startedAt, endedAt }) => seconds(endedAt - startedAt), align: 'right' },
    { name: 'HUNT', cell: ({ huntId }) => huntId },
    ...(runs.some(({ job }) => job !== null) ? [jobColumn] : []),
    { name: 'TILE', cell: ({ tile }) => `${clockTime(tile.start)} to ${clockTime(tile.end)}` },
    { name: 'VERDICT', cell: ({ verdict }) => paintVerdict(verdict, paint) },
    { name: 'FINDINGS', cell: ({ findings }) => findings, align: 'right' },
    { name: 'REASONS', cell: ({ reasons }) => reasons.map(({ text }) => text).join('; ') },
  ];
  return table(runs, columns, paint, width);
}

/** A first attempt is the rule and goes without saying. */
const jobColumn: TableColumn<RunRecord> = {
  name: 'JOB',
  cell: ({ job }) => (job === null ? '-' : job.attempt === 1 ? job.id : `${job.id} (attempt ${job.attempt})`),
};

/** Everything that the record of a run holds. */
export function runPage(record: RunRecord, paint: Paint, width: number | null): SafeText {
  const { runId, huntVersion, engine, startedAt, endedAt, rows, engineMs, tookMs, params } = record;
  const about = facts(
    [
      ['run', runId],
      ['hunt version', huntVersion],
      ['engine', engine],
      ['asked for', record.job === null ? 'by a person' : `by job ${record.job.id}, attempt ${record.job.attempt}`],
      ['started', clockTime(startedAt)],
      [
        'took',
        safe`${seconds(endedAt - startedAt)}, of it ${seconds(engineMs)} awaiting the server (${seconds(tookMs)} by its own account)`,
      ],
      ['params', Object.keys(params).length === 0 ? null : JSON.stringify(params)],
      ['rows', rows],
    ],
    paint,
  );
  const parts = [
    verdictLines(record, paint),
    joined(accountLines(record), '\n'),
    about,
    record.sources.length === 0 ? null : sourceSeenTable(record.sources, paint, width),
    stageTable(record, paint),
    ...record.queries.map(
      ({ purpose, esql, tookMs }) => safe`${paint.bold(purpose)} (${tookMs} ms)\n${safeLines(esql)}`,
    ),
  ];
  return joined(
    parts.filter((part) => part !== null),
    '\n\n',
  );
}

function sourceSeenTable(sources: readonly SourceSeen[], paint: Paint, width: number | null): SafeText {
  const columns: TableColumn<SourceSeen>[] = [
    { name: 'SOURCE', cell: ({ name }) => name },
    { name: 'STATE', cell: ({ state }) => state },
    { name: 'DOCUMENTS', cell: ({ documents }) => documents, align: 'right' },
    { name: 'NEWEST', cell: ({ newest }) => clockTime(newest) },
    { name: 'LAG P50, P99, MAX', cell: ({ lag }) => lagText(lag) },
  ];
  return table(sources, columns, paint, width);
}

/** `40 s, 12 min, 3 h`; empty where it was not measured. */
function lagText(lag: SourceSeen['lag']): string {
  return lag === null ? '' : [lag.p50Ms, lag.p99Ms, lag.maxMs].map(roughly).join(', ');
}

function stageTable({ stages }: RunRecord, paint: Paint): SafeText {
  const pairs = Object.entries(stages).map(
    ([stage, time]) => [stage, safe`${time.wallMs} ms, ${time.awaitedMs} ms of it awaiting a server`] as const,
  );
  return pairs.length === 0 ? safeText('') : facts(pairs, paint);
}

function seconds(ms: number): string {
  return ms < 60_000 ? `${(ms / 1_000).toFixed(1)} s` : formatDuration(Math.round(ms / 1_000) * 1_000);
}
