import { HuntError } from '../core/error.ts';
import { type Notice, saidAgain } from '../core/notice.ts';
import type { Marked, Outbox } from './port.ts';

/** What the outbox needs of a store. Reads by id see every acknowledged write. */
export interface NoticeShelf extends Pick<Outbox, 'dueNotices' | 'notices'> {
  /** Puts those whose id is not there yet; gives the ids that are. */
  create(notices: readonly Notice[], signal: AbortSignal): Promise<readonly string[]>;
  /** In any order; those not there are left out. */
  read(ids: readonly string[], signal: AbortSignal): Promise<readonly Marked<Notice>[]>;
  /** Each onto its mark: the new mark, or null where somebody else wrote it, or it is gone. In order. */
  write(writes: readonly Marked<Notice>[], signal: AbortSignal): Promise<readonly (string | null)[]>;
}

/** Whoever loses comes again at once; senders touch a notice a few times in all. */
const TRIES = 12;

/** The outbox of any store. */
export function outboxOn(shelf: NoticeShelf): Outbox {
  return {
    async putNotices(notices, signal) {
      let waiting = notices;
      for (let tried = 0; waiting.length > 0; tried++) {
        if (tried === TRIES) throw contended(waiting);
        waiting = await putOnce(shelf, waiting, signal);
      }
    },
    dueNotices: (query, signal) => shelf.dueNotices(query, signal),
    writeNotices: async (writes, signal) => (writes.length === 0 ? [] : await shelf.write(writes, signal)),
    notices: (filter, limit, signal) => shelf.notices(filter, limit, signal),
  };
}

/** One request where all are new. Gives back those that somebody else changed, or removed, in between. */
async function putOnce(
  shelf: NoticeShelf,
  notices: readonly Notice[],
  signal: AbortSignal,
): Promise<readonly Notice[]> {
  const there = new Set(await shelf.create(notices, signal));
  if (there.size === 0) return [];
  const again = notices.filter(({ id }) => there.has(id));
  const kept = new Map((await shelf.read([...there], signal)).map((marked) => [marked.value.id, marked]));
  const renewals = again.flatMap((notice) => {
    const found = kept.get(notice.id);
    const value = found === undefined ? null : saidAgain(found.value, notice);
    return found === undefined || value === null ? [] : [{ notice, write: { value, mark: found.mark } }];
  });
  const marks =
    renewals.length === 0
      ? []
      : await shelf.write(
          renewals.map(({ write }) => write),
          signal,
        );
  const gone = again.filter(({ id }) => !kept.has(id));
  return [...gone, ...renewals.filter((_renewal, at) => marks[at] === null).map(({ notice }) => notice)];
}

function contended(waiting: readonly Notice[]): HuntError {
  const which = `${waiting.length} notifications, "${waiting[0]?.id ?? ''}" among them`;
  return new HuntError('CONFLICT', `Cannot write ${which}: others kept changing them (${TRIES} tries)`, {
    remedy: 'Run it again: what was written stays and is not doubled',
  });
}
