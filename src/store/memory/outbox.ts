import type { Notice } from '../../core/notice.ts';
import { noticeDocument, noticeOf } from '../documents/notice-document.ts';
import { outboxOn } from '../outbox.ts';
import type { Marked, NoticeFilter, Outbox } from '../port.ts';

/** Notices by id, as JSON text. */
export type NoticeTexts = Map<string, { readonly json: string; readonly mark: string }>;

/** The outbox of the memory store; `check` throws unless the store is set up. */
export function memoryOutbox(texts: NoticeTexts, check: () => void): Outbox {
  const put = (notice: Notice, mark: string) => {
    texts.set(notice.id, { json: JSON.stringify(noticeDocument(notice)), mark });
    return mark;
  };
  const all = (): Marked<Notice>[] => {
    check();
    return [...texts].map(([id, { json, mark }]) => ({ value: noticeOf(JSON.parse(json), `notice "${id}"`), mark }));
  };
  return outboxOn({
    async create(notices) {
      check();
      const there = notices.filter(({ id }) => texts.has(id));
      for (const notice of notices) if (!texts.has(notice.id)) put(notice, '1');
      return there.map(({ id }) => id);
    },
    read: async (ids) => all().filter(({ value }) => ids.includes(value.id)),
    async write(writes) {
      check();
      return writes.map(({ value, mark }) =>
        texts.get(value.id)?.mark === mark ? put(value, String(Number(mark) + 1)) : null,
      );
    },
    async dueNotices({ now, channels, limit }) {
      const isDue = ({ state, channel, nextAttemptAt }: Notice) =>
        state === 'waiting' && channels.includes(channel) && nextAttemptAt <= now;
      const due = all().filter(({ value }) => isDue(value));
      return due.toSorted((a, b) => order(a.value.nextAttemptAt, b.value.nextAttemptAt, a, b)).slice(0, limit);
    },
    async notices(filter, limit) {
      const found = all().filter(({ value }) => passes(value, filter));
      const sorted = found.toSorted((a, b) => order(b.value.writtenAt, a.value.writtenAt, a, b));
      return { items: sorted.slice(0, limit), total: found.length };
    },
  });
}

function order(time: number, other: number, a: Marked<Notice>, b: Marked<Notice>): number {
  return time - other || (a.value.id < b.value.id ? -1 : 1);
}

function passes(notice: Notice, { states, channel }: NoticeFilter): boolean {
  return (
    (states === undefined || states.includes(notice.state)) && (channel === undefined || channel === notice.channel)
  );
}
