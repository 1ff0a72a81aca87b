import { unreachable } from '../core/error.ts';
import type { NoticeOutcome, WorkEvent } from '../core/work-event.ts';
import { isoTime } from '../core/time.ts';
import { noticeFields } from './fields.ts';
import type { Line, LogLevel } from './plain.ts';

const LEVELS: Readonly<Record<NoticeOutcome, LogLevel>> = {
  sent: 'info',
  failed: 'warn',
  dropped: 'warn',
  dead: 'error',
};

type NoticeEnded = Extract<WorkEvent, { type: 'notice_ended' }>;

/** What became of a notice: loud where somebody was not told, loudest where nobody tries any more. */
export function noticeEnded(event: NoticeEnded): Line {
  const { notice, outcome } = event;
  return {
    level: LEVELS[outcome],
    message: `${notice.channel} ${wordsOf(event)}`,
    fields: { ...noticeFields(notice), 'hunt.outcome': outcome },
  };
}

function wordsOf({ notice, outcome }: NoticeEnded): string {
  const { attempts, nextAttemptAt, trouble } = notice;
  const what = `${notice.delta} finding ${notice.fingerprint.slice(0, 12)} of ${notice.huntId}`;
  const because = trouble ?? 'no reason given';
  switch (outcome) {
    case 'sent':
      return `was told of the ${what}`;
    case 'failed':
      return `was not told of the ${what}: ${because}; attempt ${attempts}, tried again at ${isoTime(nextAttemptAt)}`;
    case 'dead':
      return `was not told of the ${what} in ${attempts} attempts: ${because}; hunt notify send --dead tries again`;
    case 'dropped':
      return `is not told of the ${what}: ${because}`;
    default:
      return unreachable(outcome);
  }
}
