import type { DatabaseSync } from 'node:sqlite';
import { booksOn } from '../books.ts';
import type { Books } from '../port.ts';

type Transaction = <T>(work: (db: DatabaseSync) => T) => T;

interface KeptBook {
  readonly id: string;
  readonly version: number;
  readonly document: string;
}

/** The books of the SQLite store, over its transactions. */
export function sqliteBooks(reading: Transaction, writing: Transaction): Books {
  return booksOn({
    read: async (ids) =>
      reading((db) => {
        const select = db.prepare(
          'SELECT id, version, document FROM books WHERE id IN (SELECT value FROM json_each(?))',
        );
        const kept = select.all(JSON.stringify(ids)) as unknown as readonly KeptBook[];
        return new Map(
          kept.map(({ id, version, document }) => [id, { value: parsed(document), mark: String(version) }] as const),
        );
      }),
    allLedgers: async () =>
      reading((db) => {
        const select = db.prepare(
          "SELECT id, document FROM books WHERE id >= 'ledger:' AND id < 'ledger;' ORDER BY id",
        );
        const kept = select.all() as unknown as readonly KeptBook[];
        return kept.map(({ id, document }) => ({ id, document: parsed(document) }));
      }),
    write: async (id, document, mark) =>
      writing((db) => {
        const { changes } =
          mark === null
            ? db
                .prepare('INSERT INTO books (id, version, document) VALUES (?, 1, ?) ON CONFLICT (id) DO NOTHING')
                .run(id, JSON.stringify(document))
            : db
                .prepare('UPDATE books SET version = version + 1, document = ? WHERE id = ? AND version = ?')
                .run(JSON.stringify(document), id, Number(mark));
        return changes === 0 ? 'conflict' : 'written';
      }),
  });
}

/** Text that is no JSON is given on as it is: the check of its shape tells which document it was. */
function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return json;
  }
}
