import { dirname } from 'node:path';
import { Database } from './database.ts';
import type { Snapshot } from './snapshot.ts';

/** Registered functions cannot be taken back, and each keeps what a query compiled: above this the database is renewed. */
const FUNCTIONS_MAX = 1_000;

interface Held {
  readonly opened: Promise<Database>;
  readonly folders: ReadonlySet<string>;
  users: number;
}

/** Keeps one database open for as long as it is fit, and gives each question the one that is. */
export class DatabaseHolder implements AsyncDisposable {
  #current: Held | null = null;

  /** Does work on a database that may read the segments of the snapshot. */
  async use<T>({ segments }: Snapshot, work: (database: Database) => Promise<T>): Promise<T> {
    const held = await this.#fit(new Set(segments.map(({ file }) => dirname(file))));
    held.users++;
    try {
      const database = await held.opened;
      const result = await work(database);
      if (database.functions > FUNCTIONS_MAX && this.#current === held) this.#current = null;
      return result;
    } finally {
      held.users--;
      if (this.#current !== held) await closed(held);
    }
  }

  /** The database that is open, or a new one when that may not read all of the folders. */
  async #fit(folders: ReadonlySet<string>): Promise<Held> {
    const current = this.#current;
    if (current !== null && folders.isSubsetOf(current.folders)) return current;
    this.#current = { opened: Database.open([...folders]), folders, users: 0 };
    const fresh = this.#current;
    if (current !== null) await closed(current);
    return fresh;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const held = this.#current;
    this.#current = null;
    if (held !== null) await closed(held);
  }
}

/** The last user of a database that is no longer the current one closes it. */
async function closed(held: Held): Promise<void> {
  if (held.users === 0) await (await held.opened)[Symbol.asyncDispose]();
}
