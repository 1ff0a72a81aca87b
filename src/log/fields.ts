import { HuntError, messageOf } from '../core/error.ts';
import type { Gap, LedgerKey } from '../core/ledger.ts';
import type { Notice } from '../core/notice.ts';
import type { RunRecord } from '../core/run.ts';
import { isoTime, type Span } from '../core/time.ts';
import type { WorkItem } from '../core/work-item.ts';
import type { Fields } from './plain.ts';

const NS_PER_MS = 1_000_000;

/** Names are ECS where ECS has one, and under `hunt.` the same as in the documents of `hunt-runs`. */
export function keyFields({ jobId, huntId }: LedgerKey): Fields {
  return { 'rule.id': huntId, 'hunt.id': huntId, 'hunt.job': jobId };
}

export function itemFields(item: WorkItem): Fields {
  return { ...keyFields(item), ...tileFields(item.tile), 'hunt.attempt': item.attempt, 'hunt.urgency': item.urgency };
}

export function gapFields({ span, reason, attempts, nextAttemptAt, backfill, runId }: Gap): Fields {
  return {
    ...tileFields(span),
    'event.reason': reason,
    'hunt.attempt': attempts,
    'hunt.next_attempt_at': nextAttemptAt === null ? null : isoTime(nextAttemptAt),
    'hunt.backfill': backfill,
    'hunt.run_id': runId,
  };
}

/** A run, by its present id where the ledger knows the hunt by its first. */
export function recordFields(record: RunRecord): Fields {
  const { huntId, huntName, huntVersion, verdict, reasons, findings, deltas, error } = record;
  return {
    'rule.id': huntId,
    'rule.name': huntName,
    'rule.version': huntVersion,
    'event.outcome': verdict === 'failed' ? 'failure' : 'success',
    'event.duration': Math.round((record.endedAt - record.startedAt) * NS_PER_MS),
    'hunt.id': huntId,
    'hunt.verdict': verdict,
    'hunt.reason_codes': reasons.map(({ code }) => code),
    'hunt.reasons': reasons.map(({ text }) => text),
    'hunt.findings': findings,
    'hunt.deltas.new': deltas.new,
    'hunt.deltas.reopened': deltas.reopened,
    'hunt.deltas.recurring': deltas.recurring,
    'hunt.engine_ms': Math.round(record.engineMs),
    'error.code': error?.code,
    'error.message': error?.message,
  };
}

export function noticeFields(notice: Notice): Fields {
  const { jobId, huntId, tile, fingerprint, delta, severity, channel, attempts, runId, trouble, state } = notice;
  return {
    ...keyFields({ jobId, huntId }),
    ...tileFields(tile),
    'hunt.fingerprint': fingerprint,
    'hunt.delta': delta,
    'hunt.severity': severity,
    'hunt.channel': channel,
    'hunt.attempt': attempts,
    'hunt.run_id': runId,
    'hunt.next_attempt_at': state === 'waiting' ? isoTime(notice.nextAttemptAt) : null,
    'event.reason': trouble,
  };
}

/** What was thrown. A fault of the program comes with its stack, a HuntError with what to do about it. */
export function errorFields(error: unknown): Fields {
  const known = error instanceof HuntError;
  return {
    'error.type': error instanceof Error ? error.name : typeof error,
    'error.code': known ? error.code : null,
    'error.message': messageOf(error),
    'error.stack_trace': known || !(error instanceof Error) ? null : error.stack,
    'hunt.remedy': known ? error.remedy : null,
  };
}

function tileFields({ start, end }: Span): Fields {
  return { 'hunt.tile_start': isoTime(start), 'hunt.tile_end': isoTime(end) };
}

/** `network/rare-egress of nightly`. */
export function workName({ jobId, huntId }: LedgerKey): string {
  return `${huntId} of ${jobId}`;
}

export function spanText({ start, end }: Span): string {
  return `${isoTime(start)} to ${isoTime(end)}`;
}
