import type { Notice, NoticeState } from '../../core/notice.ts';
import { type Instant, isoTime, roughly } from '../../core/time.ts';
import { spanJson, timeJson } from './as-json.ts';
import type { Paint } from './paint.ts';
import type { SafeText } from './safe-text.ts';
import { table, type TableColumn } from './table.ts';

export function noticeJson(notice: Notice) {
  const { tile, writtenAt, nextAttemptAt, settledAt } = notice;
  const times = {
    writtenAt: isoTime(writtenAt),
    nextAttemptAt: isoTime(nextAttemptAt),
    settledAt: timeJson(settledAt),
  };
  return { ...notice, ...times, tile: spanJson(tile) };
}

export function noticeTable(notices: readonly Notice[], now: Instant, paint: Paint, width: number | null): SafeText {
  const columns: TableColumn<Notice>[] = [
    { name: 'STATE', cell: ({ state }) => painted(state, paint) },
    { name: 'CHANNEL', cell: ({ channel }) => channel },
    { name: 'FINDING', cell: ({ fingerprint }) => fingerprint.slice(0, 12) },
    { name: 'DELTA', cell: ({ delta }) => delta },
    { name: 'SEVERITY', cell: ({ severity }) => severity },
    { name: 'HUNT', cell: ({ huntId }) => huntId },
    { name: 'JOB', cell: ({ jobId }) => jobId },
    { name: 'WRITTEN', cell: ({ writtenAt }) => `${roughly(now - writtenAt)} ago` },
    { name: 'TRIED', cell: ({ attempts }) => attempts, align: 'right' },
    { name: 'NEXT', cell: (notice) => nextText(notice, now) },
    { name: 'WHY', cell: ({ trouble }) => trouble ?? '' },
  ];
  return table(notices, columns, paint, width);
}

function painted(state: NoticeState, { green, red, yellow, dim }: Paint): SafeText {
  return { waiting: yellow, sent: green, dead: red, dropped: dim }[state](state);
}

function nextText({ state, nextAttemptAt }: Notice, now: Instant): string {
  if (state !== 'waiting') return '';
  return nextAttemptAt <= now ? 'now' : `in ${roughly(nextAttemptAt - now)}`;
}

/** Channels that notices wait for and that this site does not have. */
export function strangersOf(
  notices: readonly Pick<Notice, 'channel' | 'state'>[],
  { notify }: { readonly notify: readonly { readonly channel: string }[] },
): string[] {
  const known = new Set(notify.map(({ channel }) => channel));
  const waiting = notices.filter(({ state, channel }) => state === 'waiting' && !known.has(channel));
  return [...new Set(waiting.map(({ channel }) => channel))].sort();
}
