import { userInfo } from 'node:os';
import type { Notice, NoticeState } from '../../core/notice.ts';
import type { NoticeOutcome, WorkEvent } from '../../core/work-event.ts';
import { Pauses } from '../../notify/back-off.ts';
import { drain } from '../../notify/drain.ts';
import { sampleNews } from '../../notify/news.ts';
import type { NoticeFilter, Store } from '../../store/port.ts';
import { openChannel, openChannels } from '../channels.ts';
import { type Effects, readyStore } from '../effects.ts';
import { plural } from '../problems.ts';
import { safe } from '../views/safe-text.ts';
import { noticeJson, noticeTable, strangersOf } from '../views/view-notice.ts';

export interface ListFlags {
  readonly state?: readonly NoticeState[];
  readonly channel?: string;
  readonly limit: number;
}

export interface SendFlags {
  readonly dead?: boolean;
  readonly channel?: string;
}

/** Exit code where somebody could not be told. */
const UNTOLD_EXIT = 3;
/** Notices that are changed with one request. */
const CHANGED_AT_ONCE = 500;

/** `hunt notify list`: the outbox, the last written first. */
export async function listNotices({ state, channel, limit }: ListFlags, effects: Effects): Promise<number> {
  const { out, signal, now } = effects;
  const store = await readyStore(effects);
  const filter = { ...(state === undefined ? {} : { states: state }), ...(channel === undefined ? {} : { channel }) };
  const { items, total } = await store.notices(filter, limit, signal);
  const notices = items.map(({ value }) => value);
  out.answer(notices.map(noticeJson), () =>
    notices.length === 0 ? safe`` : noticeTable(notices, now(), out.paint, out.width),
  );
  if (total === 0) out.note(safe`No notification`);
  else if (notices.length < total) out.note(safe`${notices.length} of ${total}, newest first; --limit shows more`);
  const strangers = strangersOf(notices, await effects.config());
  if (strangers.length > 0) out.note(safe`Not configured here, so not sent by this site: ${strangers.join(', ')}`);
  return 0;
}

/** `hunt notify test`: tells a channel something that is no finding, at once and past the outbox. */
export async function testChannel(name: string, effects: Effects): Promise<number> {
  const { out, now, newRunId } = effects;
  const channel = await openChannel(name, effects);
  const news = sampleNews(now(), newRunId());
  const told = await channel.tell(news);
  if (name === 'stdout') return 0;
  const because = told.ok ? null : told.because;
  out.answer({ channel: name, id: news.id, told: told.ok, because }, () =>
    told.ok ? safe`${name} was told` : out.paint.red(safe`${name} was not told: ${told.because}`),
  );
  return told.ok ? 0 : UNTOLD_EXIT;
}

/** `hunt notify send`: sends what is due now, and with --dead what was given up too. */
export async function sendNotices({ dead = false, channel }: SendFlags, effects: Effects): Promise<number> {
  const { out, signal, now, random } = effects;
  const channels =
    channel === undefined ? await openChannels(effects) : new Map([[channel, await openChannel(channel, effects)]]);
  const store = await readyStore(effects);
  if (dead) await revive(store, [...channels.keys()], effects);
  const counts: Record<NoticeOutcome, number> = { sent: 0, failed: 0, dead: 0, dropped: 0 };
  const tell = (event: WorkEvent) => {
    if (event.type !== 'notice_ended') return;
    counts[event.outcome] += 1;
    const { notice, outcome } = event;
    if (outcome !== 'sent') out.note(safe`${notice.channel}: ${outcome}: ${notice.trouble ?? ''} (${notice.id})`);
  };
  const desk = { store, channels, pauses: new Pauses(), now, random, tell };
  while (await drain(desk, signal));
  const waiting = (await store.notices({ states: ['waiting'] }, 0, signal)).total;
  out.answer({ ...counts, waiting }, () => safe`${plural(counts.sent, 'notification')} sent, ${waiting} waiting`);
  return counts.failed + counts.dead > 0 ? UNTOLD_EXIT : 0;
}

/** `hunt notify drop`: gives up what waits for a channel or is dead: one that is no more, or that need not know. */
export async function dropNotices(channel: string, effects: Effects): Promise<number> {
  const { out, now } = effects;
  const store = await readyStore(effects);
  const trouble = `given up by ${userInfo().username}`;
  const drop = (notice: Notice): Notice => ({ ...notice, state: 'dropped', settledAt: now(), trouble });
  const dropped = await changeAll(store, { states: ['waiting', 'dead'], channel }, drop, effects);
  out.answer({ channel, dropped }, () => safe`${plural(dropped, 'notification')} of ${channel} dropped`);
  return 0;
}

/** Dead notices begin anew. */
async function revive(store: Store, channels: readonly string[], effects: Effects): Promise<void> {
  const again = (notice: Notice): Notice => {
    const at = effects.now();
    return { ...notice, state: 'waiting', settledAt: null, attempts: 0, writtenAt: at, nextAttemptAt: at };
  };
  for (const channel of channels) await changeAll(store, { states: ['dead'], channel }, again, effects);
}

/** Changes all that pass the filter, until none is left that does. What another process does meanwhile stands. */
async function changeAll(
  store: Store,
  filter: NoticeFilter,
  change: (notice: Notice) => Notice,
  { signal }: Effects,
): Promise<number> {
  for (let changed = 0; ;) {
    const { items } = await store.notices(filter, CHANGED_AT_ONCE, signal);
    const writes = items.map(({ value, mark }) => ({ value: change(value), mark }));
    const marks = await store.writeNotices(writes, signal);
    changed += marks.filter((mark) => mark !== null).length;
    if (items.length < CHANGED_AT_ONCE) return changed;
  }
}
