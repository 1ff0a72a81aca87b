import { createHash } from 'node:crypto';
import { HuntError } from '../../core/error.ts';
import { GAP_REASONS } from '../../core/ledger.ts';
import type { Gap, JobState, Ledger, LedgerKey } from '../../core/ledger.ts';
import { isoTime, type Span } from '../../core/time.ts';
import { ECS_VERSION, withoutNulls } from './document.ts';
import type { Document } from './document.ts';
import { checkShape, fields, isBoolean, isNumber, isText, listOf, nullOr, oneOf } from '../shape.ts';

/** Elasticsearch takes an `_id` of up to 512 bytes; ids of hunts and jobs are of these characters, and seldom that long. */
const READABLE = /^[a-z0-9._:/-]{1,512}$/;

/** The `_id` of a ledger: one for each pair of ids, whatever they hold. */
export function ledgerId({ jobId, huntId }: LedgerKey): string {
  return documentId('ledger', jobId, huntId);
}

/** The `_id` of what people said about a job. */
export function jobStateId(jobId: string): string {
  return documentId('job', jobId);
}

/** Ids that could be mistaken for others (a colon in them), or are too long, are hashed. */
function documentId(kind: 'ledger' | 'job', ...ids: readonly string[]): string {
  const name = [kind, ...ids].join(':');
  if (READABLE.test(name) && !ids.some((id) => id.includes(':'))) return name;
  return `${kind}:${createHash('sha256').update(JSON.stringify(ids)).digest('hex')}`;
}

/** `hunt.record` (not indexed) is what is read back, the rest a view of it. */
export function ledgerDocument(ledger: Ledger): Document {
  const { jobId, huntId, activatedAt, examined, gaps } = ledger;
  return bookDocument('hunt.ledger', {
    job: { id: jobId },
    first_id: huntId,
    activated_at: isoTime(activatedAt),
    examined_until: instantOf(examined.at(-1)?.end),
    gaps: gaps.length,
    gap_reasons: [...new Set(gaps.map(({ reason }) => reason))],
    oldest_gap: instantOf(gaps[0]?.span.start),
    record: { jobId, huntId, activatedAt, examined: stepsOf(examined), gaps },
  });
}

export function jobStateDocument(state: JobState): Document {
  return bookDocument('hunt.jobs', { job: { id: state.jobId }, pauses: state.pauses.length, record: state });
}

function bookDocument(dataset: string, hunt: Document): Document {
  return {
    ecs: { version: ECS_VERSION },
    event: { kind: 'state', module: 'tracehound', dataset },
    hunt: withoutNulls(hunt),
  };
}

/** The ledger that was written under the key, when one was asked for. ANSWER_NOT_UNDERSTOOD where a document is none. */
export function ledgerOf(document: unknown, what: string, key: LedgerKey | null): Ledger {
  checkShape(document, LEDGER, what, RESTORE);
  const { examined, ...ledger } = (document as { readonly hunt: { readonly record: StoredLedger } }).hunt.record;
  if (key !== null && (key.jobId !== ledger.jobId || key.huntId !== ledger.huntId)) throw misplaced(what);
  return { ...ledger, examined: spansOf(examined, what) };
}

export function jobStateOf(document: unknown, what: string): JobState {
  checkShape(document, JOB_STATE, what, RESTORE);
  return (document as { readonly hunt: { readonly record: JobState } }).hunt.record;
}

interface StoredLedger extends LedgerKey {
  readonly activatedAt: number;
  readonly examined: readonly number[];
  readonly gaps: readonly Gap[];
}

/**
 * Spans as distances: each number is how long after the one before a span starts, or ends. 10,000 spans of 15 minutes
 * take 160 kB so, against 540 kB as objects; a ledger is written with every tile.
 */
function stepsOf(spans: readonly Span[]): number[] {
  const times = spans.flatMap(({ start, end }) => [start, end]);
  return times.map((time, at) => time - (times[at - 1] ?? 0));
}

/** Anything but growing times would tell of something examined that was not, or hide it. */
function spansOf(steps: readonly number[], what: string): Span[] {
  if (steps.length % 2 !== 0 || steps.some((step, at) => !Number.isSafeInteger(step) || (step <= 0 && at > 0))) {
    throw damaged(what, 'what was examined is no sorted list of spans');
  }
  const spans: Span[] = [];
  let time = 0;
  for (let at = 0; at < steps.length; at += 2) {
    const start = time + (steps[at] ?? 0);
    time = start + (steps[at + 1] ?? 0);
    spans.push({ start, end: time });
  }
  return spans;
}

function instantOf(instant: number | undefined): string | null {
  return instant === undefined ? null : isoTime(instant);
}

function misplaced(what: string): HuntError {
  return damaged(what, 'it is about another job or hunt');
}

/** Never an empty ledger instead: everything would be examined again, and what was missing would look as if it were not. */
function damaged(what: string, how: string): HuntError {
  return new HuntError('ANSWER_NOT_UNDERSTOOD', `Cannot read ${what}: ${how}`, { remedy: RESTORE });
}

const RESTORE = 'Restore the document from a backup; without it the job begins anew, and what was missing is forgotten';

const SPAN = fields({ start: isNumber, end: isNumber });

const GAP = fields({
  span: SPAN,
  reason: oneOf(GAP_REASONS),
  text: isText,
  since: isNumber,
  attempts: isNumber,
  nextAttemptAt: nullOr(isNumber),
  backfill: isBoolean,
  runId: nullOr(isText),
});

const LEDGER = fields({
  hunt: fields({
    record: fields({
      jobId: isText,
      huntId: isText,
      activatedAt: isNumber,
      examined: listOf(isNumber),
      gaps: listOf(GAP),
    }),
  }),
});

const PAUSE = fields({ reason: isText, by: isText, from: isNumber, until: nullOr(isNumber) });

const JOB_STATE = fields({ hunt: fields({ record: fields({ jobId: isText, pauses: listOf(PAUSE) }) }) });
