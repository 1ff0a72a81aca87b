import { unreachable } from '../../core/error.ts';
import type { Schedule } from '../../core/job.ts';
import type { Pause } from '../../core/ledger.ts';
import type { ChannelRule } from '../../core/notice.ts';
import { formatDuration, type Instant, isoTime } from '../../core/time.ts';
import type { CheckedJob } from '../../schedule/check-jobs.ts';
import type { HuntStatus, JobCondition, JobStatus } from '../../schedule/job-status.ts';
import { timeJson } from './as-json.ts';
import type { Paint } from './paint.ts';
import { joined, safe, type SafeText } from './safe-text.ts';
import { facts, table, type TableColumn } from './table.ts';
import { clockTime } from './view-finding.ts';

/** A job with how it stands. */
export interface ShownJob {
  readonly checked: CheckedJob;
  readonly status: JobStatus;
}

/** Every field of the job but where they stand in its file. */
export function jobJson({ checked, status }: ShownJob) {
  const { job, unscheduled } = checked;
  const { places: _places, ...rest } = job;
  const { condition, pause, hunts } = status;
  return {
    ...rest,
    state: condition,
    pause: pause === null ? null : pauseJson(pause),
    lastSlot: timeJson(status.lastSlot),
    nextSlot: isoTime(status.nextSlot),
    due: sum(hunts, 'due'),
    late: sum(hunts, 'late'),
    gaps: sum(hunts, 'gaps'),
    oldest: timeJson(oldestOf(hunts)),
    scheduled: hunts.map((hunt) => ({
      ...hunt,
      activatedAt: timeJson(hunt.activatedAt),
      examinedTo: timeJson(hunt.examinedTo),
      oldest: timeJson(hunt.oldest),
    })),
    unscheduled,
  };
}

export function pauseJson({ reason, by, from, until }: Pause) {
  return { reason, by, from: isoTime(from), until: timeJson(until) };
}

export function jobTable(jobs: readonly ShownJob[], paint: Paint, width: number | null): SafeText {
  const columns: TableColumn<ShownJob>[] = [
    { name: 'JOB', cell: ({ checked }) => checked.job.id },
    { name: 'SCHEDULE', cell: ({ checked }) => expressionOf(checked.job.schedule) },
    { name: 'TIMEZONE', cell: ({ checked }) => zoneOf(checked.job.schedule) },
    { name: 'HUNTS', cell: ({ checked }) => huntCount(checked), align: 'right' },
    { name: 'LAST', cell: ({ status }) => clockTime(status.lastSlot) },
    { name: 'NEXT', cell: ({ status }) => clockTime(status.nextSlot) },
    { name: 'STATE', cell: ({ status }) => stateText(status, paint) },
    { name: 'DUE', cell: ({ status }) => sum(status.hunts, 'due'), align: 'right' },
    { name: 'GAPS', cell: ({ status }) => sum(status.hunts, 'gaps'), align: 'right' },
    { name: 'OLDEST', cell: ({ status }) => clockTime(oldestOf(status.hunts)) },
  ];
  return table(jobs, columns, paint, width);
}

/** One job: how it is set, how it stands, and each of its hunts. */
export function jobPage(
  { checked, status }: ShownJob,
  slots: readonly Instant[],
  paint: Paint,
  width: number | null,
): SafeText {
  const parts = [
    jobFacts(checked, status, slots, paint),
    status.hunts.length === 0 ? safe`It runs no hunt` : huntTable(status.hunts, paint, width),
    ...checked.unscheduled.map(({ huntId, why }) => paint.yellow(safe`It does not run ${huntId}: ${why}`)),
  ];
  return joined(parts, '\n\n');
}

function jobFacts({ job, notify }: CheckedJob, status: JobStatus, slots: readonly Instant[], paint: Paint): SafeText {
  const { schedule, calendar, catchUp } = job;
  const order = catchUp.order === 'oldest_first' ? 'oldest first' : 'newest first';
  return facts(
    [
      ['job', job.id],
      ['file', job.file],
      ['schedule', `${expressionOf(schedule)}, ${zoneOf(schedule)}`],
      ['calendar', calendar === null ? null : `from ${calendar.starts} to ${calendar.ends}`],
      ['hunts', job.hunts.join(', ')],
      ['query delay', formatDuration(job.queryDelayMs)],
      ['look-back', formatDuration(job.lookBackMs)],
      ['catch-up', `at most ${formatDuration(catchUp.atMostMs)}, ${order}`],
      ['timeout', `${formatDuration(job.timeoutMs)} a query, ${job.retries} further tries`],
      ['tells', notify.length === 0 ? null : notify.map(ruleText).join('; ')],
      ['state', stateText(status, paint)],
      ['paused', status.pause === null ? null : pauseText(status.pause)],
      ['last slot', clockTime(status.lastSlot)],
      ['next slots', slots.map(clockTime).join(', ')],
    ],
    paint,
  );
}

/** `webhook:soc (high and above, new, reopened)`. */
function ruleText({ channel, severity, deltas }: ChannelRule): string {
  return `${channel} (${severity} and above, ${deltas.join(', ')})`;
}

function huntTable(hunts: readonly HuntStatus[], paint: Paint, width: number | null): SafeText {
  const columns: TableColumn<HuntStatus>[] = [
    { name: 'HUNT', cell: ({ huntId }) => huntId },
    {
      name: 'ACCOUNTED SINCE',
      cell: ({ activatedAt }) => (activatedAt === null ? 'its next tick' : clockTime(activatedAt)),
    },
    { name: 'EXAMINED TO', cell: ({ examinedTo }) => clockTime(examinedTo) },
    { name: 'DUE', cell: ({ due }) => due, align: 'right' },
    { name: 'LATE', cell: ({ late }) => (late > 0 ? paint.red(late) : late), align: 'right' },
    { name: 'GAPS', cell: ({ gaps }) => (gaps > 0 ? paint.yellow(gaps) : gaps), align: 'right' },
    { name: 'OLDEST', cell: ({ oldest }) => clockTime(oldest) },
  ];
  return table(hunts, columns, paint, width);
}

/** `until 2026-11-23T00:00:00Z, by kim since 2026-11-21T12:00:00Z: reason`. */
export function pauseText({ reason, by, from, until }: Pause): string {
  const end = until === null ? 'until somebody resumes it' : `until ${clockTime(until)}`;
  return `${end}, by ${by} since ${clockTime(from)}: ${reason}`;
}

function stateText({ condition, pause }: JobStatus, paint: Paint): SafeText {
  const colour = colourOf(condition, paint);
  return pause === null || pause.until === null ? colour(condition) : colour(`paused until ${clockTime(pause.until)}`);
}

function colourOf(condition: JobCondition, { green, yellow, red, dim }: Paint): Paint['green'] {
  switch (condition) {
    case 'active':
      return green;
    case 'paused':
      return yellow;
    case 'behind':
      return red;
    case 'new':
      return dim;
    default:
      return unreachable(condition);
  }
}

/** Hunts that run, and how many more the job names. */
function huntCount({ hunts, unscheduled }: CheckedJob): string {
  return unscheduled.length === 0 ? String(hunts.length) : `${hunts.length} (+${unscheduled.length} not run)`;
}

function expressionOf(schedule: Schedule): string {
  return schedule.type === 'cron' ? schedule.cron : `every ${formatDuration(schedule.everyMs)}`;
}

function zoneOf(schedule: Schedule): string {
  return schedule.type === 'cron' ? schedule.timezone : 'UTC';
}

function oldestOf(hunts: readonly HuntStatus[]): Instant | null {
  return hunts.reduce<Instant | null>(
    (first, { oldest }) => (oldest === null ? first : first === null ? oldest : Math.min(first, oldest)),
    null,
  );
}

function sum(hunts: readonly HuntStatus[], what: 'due' | 'late' | 'gaps'): number {
  return hunts.reduce((total, hunt) => total + hunt[what], 0);
}
