import type { Delta, Fingerprint } from './finding.ts';
import { SEVERITIES, type Severity } from './hunt.ts';
import type { Instant, Span } from './time.ts';

/** What is news: a recurring finding is none. */
export const NEWS_DELTAS = ['new', 'reopened'] as const satisfies readonly Delta[];
export type NewsDelta = (typeof NEWS_DELTAS)[number];

/** Which news a channel is told. */
export interface ChannelRule {
  /** `webhook:soc`, `slack:hunting`, `stdout`. */
  readonly channel: string;
  /** This severity and above. */
  readonly severity: Severity;
  readonly deltas: readonly NewsDelta[];
}

/** Who is told of what a run finds. */
export interface Audience {
  readonly jobId: string;
  readonly rules: readonly ChannelRule[];
}

/**
 * `waiting`: to be sent, or sent again, or not yet known to be true. `sent`: the channel has taken it. `dead`: tried as
 * often as is reasonable. `dropped`: its finding was never written so, and nobody is told.
 */
export const NOTICE_STATES = ['waiting', 'sent', 'dead', 'dropped'] as const;
export type NoticeState = (typeof NOTICE_STATES)[number];

/** An entry of the outbox: one piece of news for one channel. Written before the finding, sent after it. */
export interface Notice {
  /** The news and the channel. The same tile, run again, makes the same id. */
  readonly id: string;
  /** Fingerprint, delta and tile: what a receiver knows a repetition by. */
  readonly news: string;
  readonly channel: string;
  readonly fingerprint: Fingerprint;
  readonly delta: NewsDelta;
  readonly tile: Span;
  readonly severity: Severity;
  readonly huntId: string;
  readonly jobId: string;
  readonly runId: string;
  readonly state: NoticeState;
  /** When a run last said so. */
  readonly writtenAt: Instant;
  /** Not taken up before; while somebody sends it, until when nobody else does. */
  readonly nextAttemptAt: Instant;
  /** Times that it was taken up to be sent. */
  readonly attempts: number;
  /** When it came to its end; null while it waits. */
  readonly settledAt: Instant | null;
  /** Why it was not sent the last time. */
  readonly trouble: string | null;
}

/** News that a finding keeps of itself: proof that it was written so. More than a hundred lie in no outbox at once. */
export const NEWS_KEPT = 100;

/** What a finding keeps of its news: delta and tile, `new.1793491200000.1793494800000`. */
export function newsKey(delta: NewsDelta, { start, end }: Span): string {
  return `${delta}.${start}.${end}`;
}

/** Whether a channel is told of a delta at a severity. */
export function isTold({ severity, deltas }: ChannelRule, delta: NewsDelta, of: Severity): boolean {
  return deltas.includes(delta) && SEVERITIES.indexOf(of) >= SEVERITIES.indexOf(severity);
}

/** A notice as it begins. */
export function newNotice(
  news: Pick<Notice, 'fingerprint' | 'delta' | 'tile' | 'severity' | 'huntId' | 'jobId' | 'runId'>,
  channel: string,
  at: Instant,
): Notice {
  const key = `${news.fingerprint}.${newsKey(news.delta, news.tile)}`;
  return {
    ...news,
    id: `${key}.${channel}`,
    news: key,
    channel,
    state: 'waiting',
    writtenAt: at,
    nextAttemptAt: at,
    attempts: 0,
    settledAt: null,
    trouble: null,
  };
}

/**
 * What is kept once a run says again what stands in the outbox already; null: as it is. One that nobody has sent yet is
 * younger now, so that it is not dropped while its finding is being written; one that was dropped too early begins anew.
 * One that was taken up to be sent is true, and left to whoever has it: somebody else ran the same tile at the same time.
 */
export function saidAgain(kept: Notice, { writtenAt, runId, nextAttemptAt }: Notice): Notice | null {
  const { state, attempts } = kept;
  if (state === 'sent' || state === 'dead' || (state === 'waiting' && attempts > 0)) return null;
  const fresh = state === 'dropped' ? { state: 'waiting' as const, attempts: 0, settledAt: null } : {};
  return { ...kept, ...fresh, writtenAt, runId, nextAttemptAt: Math.min(kept.nextAttemptAt, nextAttemptAt) };
}
