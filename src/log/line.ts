import { messageOf, unreachable } from '../core/error.ts';
import type { Gap } from '../core/ledger.ts';
import { formatProblem, type Problem } from '../core/problem.ts';
import type { Streaks } from '../core/streaks.ts';
import { isoTime } from '../core/time.ts';
import type { WorkEvent } from '../core/work-event.ts';
import { errorFields, gapFields, itemFields, keyFields, spanText, workName } from './fields.ts';
import { noticeEnded } from './notice-ended.ts';
import type { Line } from './plain.ts';
import { tileEnded } from './tile-ended.ts';

type Told<T extends WorkEvent['type']> = Extract<WorkEvent, { type: T }>;

/** The line of an event. `streaks` counts runs that fail in a row: what keeps failing grows louder. */
export function lineOf(event: WorkEvent, streaks: Streaks): Line {
  const line = wordsOf(event, streaks);
  return { ...line, fields: { 'event.action': event.type, ...line.fields } };
}

function wordsOf(event: WorkEvent, streaks: Streaks): Line {
  switch (event.type) {
    case 'tick':
      return tick(event);
    case 'tile_begun':
      return {
        level: 'debug',
        message: `${workName(event.item)} begins ${spanText(event.item.tile)}`,
        fields: { ...itemFields(event.item), 'hunt.run_id': event.runId },
      };
    case 'tile_ended':
      return tileEnded(event, streaks);
    case 'gap_recorded':
      return gapRecorded(event);
    case 'activated':
      return {
        level: 'info',
        message: `${workName(event.key)} is accounted for from ${isoTime(event.at)} on`,
        fields: keyFields(event.key),
      };
    case 'reloaded':
    case 'reload_refused':
      return reload(event);
    case 'notice_ended':
      return noticeEnded(event);
    case 'outbox':
      return {
        level: 'debug',
        message: `Notifications waiting: ${event.waiting}, dead: ${event.dead}`,
        fields: { 'hunt.notices_waiting': event.waiting, 'hunt.notices_dead': event.dead },
      };
    case 'trouble':
      return trouble(event);
    case 'started':
    case 'stopping':
    case 'stopped':
      return { level: 'info', message: `${ROLE_NAMES[event.role]} ${event.type}`, fields: { 'hunt.role': event.role } };
    default:
      return unreachable(event);
  }
}

const ROLE_NAMES = { scheduler: 'Scheduler', worker: 'Worker', both: 'Scheduler and worker' } as const;

function tick({ due, late, enqueued, gaps }: Told<'tick'>): Line {
  const open = Object.values(gaps).reduce((sum, count) => sum + count, 0);
  return {
    level: late > 0 ? 'warn' : 'debug',
    message: `Tiles due: ${due}, late: ${late}, enqueued: ${enqueued}; open gaps: ${open}`,
    fields: {
      'hunt.tiles_due': due,
      'hunt.tiles_late': late,
      'hunt.tiles_enqueued': enqueued,
      'hunt.gaps_open': open,
    },
  };
}

/** Quiet where somebody wanted it so, loud where nothing more is tried until somebody asks for it. */
function gapRecorded({ key, gap }: Told<'gap_recorded'>): Line {
  const wanted = gap.reason === 'paused' || gap.reason === 'requested';
  const given = gap.nextAttemptAt === null ? 'error' : 'warn';
  return {
    level: wanted ? 'info' : gap.reason === 'beyond_catch_up' ? 'warn' : given,
    message: `${workName(key)} has a gap ${spanText(gap.span)}, ${gap.reason}: ${gap.text}; ${whatNext(gap)}`,
    fields: { ...keyFields(key), ...gapFields(gap) },
  };
}

function whatNext({ nextAttemptAt }: Gap): string {
  return nextAttemptAt === null ? 'it waits for hunt backfill' : `tried again at ${isoTime(nextAttemptAt)}`;
}

function reload({ type, problems }: Told<'reloaded' | 'reload_refused'>): Line {
  const fields = { 'hunt.problems': problems.map(formatProblem), 'hunt.problem_count': problems.length };
  return type === 'reloaded'
    ? {
        level: problems.length > 0 ? 'warn' : 'info',
        message: `Definitions were read again${problems.length > 0 ? `: ${firstOf(problems)}` : ''}`,
        fields,
      }
    : {
        level: 'error',
        message: `Definitions as edited cannot be used, the last good ones stay: ${firstOf(problems)}`,
        fields,
      };
}

function firstOf(problems: readonly Problem[]): string {
  const [first] = problems;
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
  return first === undefined ? 'no problem was named' : `${formatProblem(first)}${more}`;
}

function trouble({ where, error }: Told<'trouble'>): Line {
  return { level: 'error', message: `Trouble in the ${where}: ${messageOf(error)}`, fields: errorFields(error) };
}
