import { type Instant, isoTime, roughly } from '../../core/time.ts';
import type { EventsLeft } from '../../pipeline/events-in.ts';
import type { MissingTime } from '../../schedule/missing.ts';
import { spanJson, timeJson } from './as-json.ts';
import type { Paint } from './paint.ts';
import { safe, type SafeText } from './safe-text.ts';
import { table, type TableColumn } from './table.ts';
import { clockTime } from './view-finding.ts';

/** A gap as it is told. */
export interface ShownGap extends MissingTime {
  /** The id that its hunt has now; null where the job has that hunt no more. */
  readonly hunt: string | null;
  readonly events: EventsLeft;
}

/** `huntId` is the first id of the hunt, under which its ledger is kept; `hunt` the one it has now. */
export function gapJson(gap: ShownGap) {
  const { jobId, huntId, hunt, span, reason, text, since, attempts, nextAttemptAt, backfill, runId, events } = gap;
  const times = { span: spanJson(span), since: isoTime(since), nextAttemptAt: timeJson(nextAttemptAt) };
  return { jobId, huntId, hunt, ...times, reason, text, attempts, backfill, runId, events };
}

export function gapTable(gaps: readonly ShownGap[], now: Instant, paint: Paint, width: number | null): SafeText {
  const columns: TableColumn<ShownGap>[] = [
    { name: 'JOB', cell: ({ jobId }) => jobId },
    { name: 'HUNT', cell: ({ hunt, huntId }) => hunt ?? huntId },
    { name: 'FROM', cell: ({ span }) => slotTime(span.start) },
    { name: 'TO', cell: ({ span }) => slotTime(span.end) },
    { name: 'LENGTH', cell: ({ span }) => roughly(span.end - span.start), align: 'right' },
    { name: 'REASON', cell: (gap) => paintReason(gap, paint) },
    { name: 'SINCE', cell: ({ since }) => `${roughly(now - since)} ago` },
    { name: 'TRIED', cell: ({ attempts }) => attempts, align: 'right' },
    { name: 'NEXT', cell: (gap) => nextText(gap, now) },
    { name: 'EVENTS', cell: ({ events }) => paintEvents(events, paint) },
    { name: 'WHY', cell: ({ text }) => text },
  ];
  return table(gaps, columns, paint, width);
}

/** What fills the first gap that nothing else will fill and whose events may be there; null where there is none. */
export function nextCommand(gaps: readonly ShownGap[]): SafeText | null {
  const [first] = gaps.filter((gap) => needsBackfill(gap) && gap.events !== 'gone' && gap.hunt !== null);
  if (first === undefined) return gaps.some(({ reason }) => reason === 'overdue') ? safe`hunt start` : null;
  return safe`hunt backfill ${first.hunt ?? ''} --from ${isoTime(first.span.start)} --to ${isoTime(first.span.end)}`;
}

/** Tiles seldom begin within a minute; the table is wide enough without seconds that are 0. */
function slotTime(instant: Instant): string {
  return clockTime(instant).replace(/:00Z$/, 'Z');
}

function needsBackfill({ nextAttemptAt, hunt }: ShownGap): boolean {
  return nextAttemptAt === null || hunt === null;
}

/** Nothing takes up the gap of a hunt or job that is gone. */
function nextText(gap: ShownGap, now: Instant): string {
  const { nextAttemptAt, backfill, hunt } = gap;
  if (hunt === null) return 'never: the job has it no more';
  if (nextAttemptAt === null) return 'needs backfill';
  const when = nextAttemptAt <= now ? 'now' : `in ${roughly(nextAttemptAt - now)}`;
  return backfill ? `${when}, backfill` : when;
}

function paintReason({ reason }: ShownGap, { red, yellow, dim }: Paint): SafeText {
  if (reason === 'paused' || reason === 'requested') return dim(reason);
  return reason === 'failed' || reason === 'overdue' ? red(reason) : yellow(reason);
}

function paintEvents(events: EventsLeft, { red, dim }: Paint): SafeText {
  if (events === 'there') return safe`events there`;
  return events === 'gone' ? red('events gone') : dim('unknown');
}
