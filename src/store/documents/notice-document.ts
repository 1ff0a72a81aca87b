import { SEVERITIES } from '../../core/hunt.ts';
import { NEWS_DELTAS, NOTICE_STATES, type Notice } from '../../core/notice.ts';
import { isoTime } from '../../core/time.ts';
import { ECS_VERSION, withoutNulls } from './document.ts';
import type { Document } from './document.ts';
import { checkShape, fields, isNumber, isText, nullOr, oneOf } from '../shape.ts';

/** `hunt.record` (not indexed) is what is read back, the rest a view of it. */
export function noticeDocument(notice: Notice): Document {
  const { tile, jobId, huntId, nextAttemptAt, settledAt } = notice;
  return {
    '@timestamp': isoTime(notice.writtenAt),
    ecs: { version: ECS_VERSION },
    event: { kind: 'state', module: 'tracehound', dataset: 'hunt.outbox' },
    rule: { id: huntId },
    hunt: {
      id: huntId,
      job: { id: jobId },
      run_id: notice.runId,
      fingerprint: notice.fingerprint,
      delta: notice.delta,
      severity: notice.severity,
      tile_start: isoTime(tile.start),
      tile_end: isoTime(tile.end),
      notice: withoutNulls({
        id: notice.id,
        channel: notice.channel,
        state: notice.state,
        attempts: notice.attempts,
        next_attempt_at: isoTime(nextAttemptAt),
        settled_at: settledAt === null ? null : isoTime(settledAt),
        trouble: notice.trouble,
      }),
      record: notice,
    },
  };
}

/** The notice that was written. ANSWER_NOT_UNDERSTOOD where a document is none. */
export function noticeOf(document: unknown, what: string): Notice {
  checkShape(document, STORED, what, 'Restore the document, or delete it: then nobody is told of this news');
  return (document as { readonly hunt: { readonly record: Notice } }).hunt.record;
}

const STORED = fields({
  hunt: fields({
    record: fields({
      id: isText,
      news: isText,
      channel: isText,
      fingerprint: isText,
      delta: oneOf(NEWS_DELTAS),
      tile: fields({ start: isNumber, end: isNumber }),
      severity: oneOf(SEVERITIES),
      huntId: isText,
      jobId: isText,
      runId: isText,
      state: oneOf(NOTICE_STATES),
      writtenAt: isNumber,
      nextAttemptAt: isNumber,
      attempts: isNumber,
      settledAt: nullOr(isNumber),
      trouble: nullOr(isText),
    }),
  }),
});
