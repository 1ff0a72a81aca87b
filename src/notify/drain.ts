import type { Finding } from '../core/finding.ts';
import type { Notice } from '../core/notice.ts';
import { type Instant, MINUTE_MS } from '../core/time.ts';
import type { Tell } from '../core/work-event.ts';
import type { Marked, Store } from '../store/port.ts';
import { ATTEMPTS_MAX, type Pauses, waitAfter } from './back-off.ts';
import { newsOf } from './news.ts';
import { type Channel, TELL_MAX_MS, type Told } from './port.ts';
import { sortOut } from './sort-out.ts';

/** What a sender needs. */
export interface Desk {
  readonly store: Pick<Store, 'dueNotices' | 'writeNotices' | 'read' | 'notices'>;
  /** By name. */
  readonly channels: ReadonlyMap<string, Channel>;
  readonly pauses: Pauses;
  readonly now: () => Instant;
  /** At least 0, below 1. */
  readonly random: () => number;
  readonly tell: Tell;
}

/** Notices that are taken up at once. */
const BATCH = 50;
/** For so long nobody else takes up what this process has; whoever is killed meanwhile leaves it to another. */
const LEASE_MS = 5 * MINUTE_MS;

/**
 * Takes up what is due, once: what is true is sent, channel beside channel and within one in order; what is not true yet is
 * looked at later. Gives whether there may be more. After `stop` nothing further is sent, and what was taken is given back.
 * A notice is marked as sent after the channel took it: who dies in between, or cannot write it down, sends it twice, with
 * the same id. Rejects with whatever the store rejects with.
 */
export async function drain(desk: Desk, stop: AbortSignal): Promise<boolean> {
  const { store, pauses, now } = desk;
  const channels = [...desk.channels.keys()].filter((name) => !pauses.isPaused(name, now()));
  if (channels.length === 0) return false;
  const due = await store.dueNotices({ now: now(), channels, limit: BATCH }, stop);
  if (due.length === 0) return false;
  const taken = await takeUp(due, desk, stop);
  const rounds = [...Map.groupBy(taken, ({ value }) => value.channel).values()].map((own) => sendAll(own, desk, stop));
  const ended = await Promise.allSettled(rounds);
  for (const outcome of ended) if (outcome.status === 'rejected') throw outcome.reason;
  return due.length === BATCH;
}

interface Taken extends Marked<Notice> {
  readonly finding: Finding;
}

/** Those that are true and that nobody else has taken, ours until the lease is over. One read, one write. */
async function takeUp(due: readonly Marked<Notice>[], { store, now, tell }: Desk, stop: AbortSignal): Promise<Taken[]> {
  const found = await store.read([...new Set(due.map(({ value }) => value.fingerprint))], stop);
  const at = now();
  const sorted = due.map(({ value, mark }) => {
    const judged = sortOut(value, found.get(value.fingerprint)?.finding ?? null, at);
    const leased = { ...value, attempts: value.attempts + 1, nextAttemptAt: at + LEASE_MS };
    return { judged, write: { value: judged.type === 'true' ? leased : judged.notice, mark } };
  });
  const marks = await store.writeNotices(
    sorted.map(({ write }) => write),
    stop,
  );
  return sorted.flatMap(({ judged, write: { value } }, index) => {
    const mark = marks[index] ?? null;
    if (mark === null) return [];
    if (judged.type === 'dropped') tell({ type: 'notice_ended', notice: value, outcome: 'dropped' });
    return judged.type === 'true' ? [{ value, mark, finding: judged.finding }] : [];
  });
}

/** What was taken up for one channel, until the channel as a whole fails; the rest is given back, and counts as not tried. */
async function sendAll(taken: readonly Taken[], desk: Desk, stop: AbortSignal): Promise<void> {
  const { store, pauses, now } = desk;
  for (const [index, each] of taken.entries()) {
    const { channel, nextAttemptAt: leaseEnds } = each.value;
    const inTime = now() + 2 * TELL_MAX_MS < leaseEnds;
    if (inTime && !stop.aborted && !pauses.isPaused(channel, now())) await sendOne(each, desk);
    else return await giveBack(taken.slice(index), { store, pauses, now });
  }
}

async function sendOne({ value: notice, mark, finding }: Taken, desk: Desk): Promise<void> {
  const { store, channels, pauses, tell } = desk;
  const channel = channels.get(notice.channel);
  if (channel === undefined) throw new TypeError(`No channel ${notice.channel}`);
  const told = await channel.tell(newsOf(notice, finding));
  if (told.ok) pauses.clear(notice.channel);
  const after = afterTelling(notice, told, desk);
  // Also when told to stop: what was sent must be written down.
  await store.writeNotices([{ value: after, mark }], AbortSignal.timeout(WRITE_DOWN_MS));
  const outcome = after.state === 'waiting' ? 'failed' : after.state;
  tell({ type: 'notice_ended', notice: after, outcome });
}

/** What a request of the store may take before the worker goes on without. */
const WRITE_DOWN_MS = 15_000;

function afterTelling(notice: Notice, told: Told, { pauses, now, random }: Desk): Notice {
  const at = now();
  if (told.ok) return { ...notice, state: 'sent', settledAt: at, trouble: null };
  const { because: trouble, retryAfterMs, alone } = told;
  const pausedUntil = alone ? at : pauses.pause(notice.channel, retryAfterMs, at, random);
  if (notice.attempts >= ATTEMPTS_MAX) return { ...notice, state: 'dead', settledAt: at, trouble };
  const own = at + Math.max(retryAfterMs ?? 0, waitAfter(notice.attempts, random));
  return { ...notice, nextAttemptAt: Math.max(own, pausedUntil), trouble };
}

async function giveBack(
  left: readonly Taken[],
  { store, pauses, now }: Pick<Desk, 'store' | 'pauses' | 'now'>,
): Promise<void> {
  const writes = left.map(({ value, mark }) => {
    const nextAttemptAt = Math.max(now(), pauses.until(value.channel));
    return { value: { ...value, attempts: value.attempts - 1, nextAttemptAt }, mark };
  });
  await store.writeNotices(writes, AbortSignal.timeout(WRITE_DOWN_MS));
}
