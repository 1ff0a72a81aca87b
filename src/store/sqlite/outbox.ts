import type { DatabaseSync } from 'node:sqlite';
import type { Notice } from '../../core/notice.ts';
import { noticeDocument, noticeOf } from '../documents/notice-document.ts';
import { outboxOn } from '../outbox.ts';
import type { Marked, NoticeFilter, Outbox } from '../port.ts';

type Transaction = <T>(work: (db: DatabaseSync) => T) => T;

interface KeptNotice {
  readonly id: string;
  readonly version: number;
  readonly document: string;
}

/** The outbox of the SQLite store, over its transactions. */
export function sqliteOutbox(reading: Transaction, writing: Transaction): Outbox {
  return outboxOn({
    create: async (notices) => writing((db) => notices.filter(inserter(db)).map(({ id }) => id)),
    read: async (ids) =>
      reading((db) => {
        const select = db.prepare(`${SELECT} WHERE id IN (SELECT value FROM json_each(?))`);
        return keptIn(select.all(JSON.stringify(ids)));
      }),
    write: async (writes) => writing((db) => writes.map(updater(db))),
    dueNotices: async ({ now, channels, limit }) =>
      reading((db) => {
        const of = 'channel IN (SELECT value FROM json_each(?))';
        const where = `WHERE state = 'waiting' AND next_attempt_at <= ? AND ${of} ORDER BY next_attempt_at, id LIMIT ?`;
        return keptIn(db.prepare(`${SELECT} ${where}`).all(now, JSON.stringify(channels), limit));
      }),
    notices: async (filter, limit) =>
      reading((db) => {
        const { sql, parameters } = condition(filter);
        const rows = db.prepare(`${SELECT} WHERE ${sql} ORDER BY written_at DESC, id LIMIT ?`);
        const count = db.prepare(`SELECT count(*) AS total FROM outbox WHERE ${sql}`);
        const { total } = count.get(...parameters) as { readonly total: number };
        return { items: keptIn(rows.all(...parameters, limit)), total };
      }),
  });
}

const SELECT = 'SELECT id, version, document FROM outbox';

/** Gives whether a notice is there already. */
function inserter(db: DatabaseSync): (notice: Notice) => boolean {
  const insert = db.prepare(`
    INSERT INTO outbox (id, version, channel, state, written_at, next_attempt_at, settled_at, document)
    VALUES (?, 1, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`);
  return (notice) => insert.run(notice.id, ...valuesOf(notice)).changes === 0;
}

/** Gives the new mark; null where the version is another. */
function updater(db: DatabaseSync): (write: Marked<Notice>) => string | null {
  const update = db.prepare(`
    UPDATE outbox SET version = version + 1,
      channel = ?, state = ?, written_at = ?, next_attempt_at = ?, settled_at = ?, document = ?
    WHERE id = ? AND version = ?`);
  return ({ value, mark }) => {
    const { changes } = update.run(...valuesOf(value), value.id, Number(mark));
    return changes === 0 ? null : String(Number(mark) + 1);
  };
}

function valuesOf(notice: Notice) {
  const { channel, state, writtenAt, nextAttemptAt, settledAt } = notice;
  return [channel, state, writtenAt, nextAttemptAt, settledAt, JSON.stringify(noticeDocument(notice))] as const;
}

function keptIn(rows: readonly unknown[]): Marked<Notice>[] {
  return (rows as readonly KeptNotice[]).map(({ id, version, document }) => ({
    value: noticeOf(JSON.parse(document), `notice "${id}"`),
    mark: String(version),
  }));
}

function condition({ states, channel }: NoticeFilter): {
  readonly sql: string;
  readonly parameters: readonly string[];
} {
  const terms = [
    ...(states === undefined
      ? []
      : [{ sql: 'state IN (SELECT value FROM json_each(?))', parameter: JSON.stringify(states) }]),
    ...(channel === undefined ? [] : [{ sql: 'channel = ?', parameter: channel }]),
  ];
  const sql = terms.length === 0 ? 'TRUE' : terms.map((term) => term.sql).join(' AND ');
  return { sql, parameters: terms.map(({ parameter }) => parameter) };
}
