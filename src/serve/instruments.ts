import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { DELTAS } from '../core/finding.ts';
import { GAP_REASONS } from '../core/ledger.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../core/time.ts';
import { VERDICTS } from '../core/verdict.ts';
import { NOTICE_OUTCOMES, TROUBLE_SPOTS } from '../core/work-event.ts';
import { URGENCIES } from '../core/work-item.ts';

/** From a run right after its slot to one that was caught up after a month. */
const LAG_BUCKETS = [
  ...[1, 2, 5, 10, 30].map((s) => s * SECOND_MS),
  ...[1, 5, 10, 30].map((m) => m * MINUTE_MS),
  ...[1, 3, 6, 12].map((h) => h * HOUR_MS),
  ...[1, 3, 7, 14, 30].map((d) => d * DAY_MS),
].map((ms) => ms / SECOND_MS);

/** From a count over little data to the default deadline of a query, 10 minutes. */
const ENGINE_BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 600];

export type Instruments = ReturnType<typeof instrumentsOf>;

/**
 * Every metric. Labels have few values: names of hunts and sources, and the words of this program; nothing of an event.
 * Those that are known beforehand begin at 0, so that the first failure is an increase and not a beginning.
 */
export function instrumentsOf(registry: Registry) {
  const registers = [registry];
  const gauge = <L extends string = never>(name: string, help: string, labelNames: readonly L[] = []) =>
    new Gauge({ name: `tracehound_${name}`, help, labelNames, registers });
  const counter = <L extends string>(name: string, help: string, labelNames: readonly L[]) =>
    new Counter({ name: `tracehound_${name}`, help, labelNames, registers });
  const histogram = <L extends string>(name: string, help: string, labelNames: readonly L[], buckets: number[]) =>
    new Histogram({ name: `tracehound_${name}`, help, labelNames, buckets, registers });

  const instruments = {
    info: gauge('info', 'Always 1; names the version and what this process does.', ['version', 'role']),
    lastTick: gauge('last_tick_timestamp_seconds', 'When the scheduler last looked at all ledgers; 0: not yet.'),
    due: gauge('tiles_due', 'Tiles that were due when the scheduler last looked.'),
    late: gauge('tiles_late', 'Tiles that are due and whose slot lies more than 10 minutes back.'),
    gaps: gauge('gaps', 'Open gaps, by the reason why their time was not examined.', ['reason']),
    examined: counter('tiles_examined_total', 'Tiles this process examined.', ['hunt']),
    lag: histogram('tile_lag_seconds', 'From the end of a tile until it was examined.', ['urgency'], LAG_BUCKETS),
    runs: counter('runs_total', 'Runs, by verdict.', ['verdict']),
    failures: gauge('run_failures_in_a_row', 'Runs of a hunt in a row that were failed or blind.', ['hunt']),
    findings: counter('findings_total', 'Findings of runs, by what they meant for the store.', ['delta']),
    hidden: counter('hidden_rows_total', 'Events, rows and values that exclusions took away.', ['by', 'unit']),
    engine: histogram('engine_seconds', 'Time a run spent waiting for the engine.', ['engine'], ENGINE_BUCKETS),
    dataAge: gauge(
      'data_age_seconds',
      'From the newest event of a source to the end of the newest tile for which it was asked.',
      ['source'],
    ),
    reloadProblems: gauge('reload_problems', 'Problems of the definitions as they were last read.'),
    reloadRefused: gauge('reload_refused', '1 while edited definitions cannot be used and the last good ones stay.'),
    trouble: counter('trouble_total', 'Errors outside of runs.', ['where']),
    notices: counter('notifications_total', 'Notifications this process took up, by what became of them.', ['outcome']),
    outbox: gauge('outbox', 'Notifications that wait, and that are dead, over all processes.', ['state']),
    queueUp: gauge('queue_up', 'Whether the queue answered when it was asked for its depth.'),
    queueDepth: gauge('queue_depth', 'Items of the queue, over all workers.', ['state', 'urgency']),
  };
  for (const reason of GAP_REASONS) instruments.gaps.set({ reason }, 0);
  for (const verdict of VERDICTS) instruments.runs.inc({ verdict }, 0);
  for (const delta of DELTAS) instruments.findings.inc({ delta }, 0);
  for (const where of TROUBLE_SPOTS) instruments.trouble.inc({ where }, 0);
  for (const outcome of NOTICE_OUTCOMES) instruments.notices.inc({ outcome }, 0);
  for (const urgency of URGENCIES) instruments.lag.zero({ urgency });
  return instruments;
}
