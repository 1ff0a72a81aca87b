import { Database } from './database.ts';

/** Registered functions cannot be taken back, and each keeps what a query compiled: above this the database is renewed. */
const FUNCTIONS_MAX = 1_000;

interface Held {
  readonly opened: Promise<Database>;
  users: number;
}

/** Keeps one database open for as long as it is fit, and gives each question the one that is. */
export class DatabaseHolder implements AsyncDisposable {
  readonly #folder: string;
  #current: Held | null = null;

  /** `folder`: below it are all segments that may be read. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  async use<T>(work: (database: Database) => Promise<T>): Promise<T> {
    this.#current ??= { opened: Database.open(this.#folder), users: 0 };
    const held = this.#current;
    held.users++;
    try {
      const database = await held.opened;
      const result = await work(database);
      if (database.functions > FUNCTIONS_MAX && this.#current === held) this.#current = null;
      return result;
    } finally {
      held.users--;
      if (this.#current !== held) await closeUnused(held);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const held = this.#current;
    this.#current = null;
    if (held !== null) await closeUnused(held);
  }
}

/** The last user of a database that is no longer the current one closes it. */
async function closeUnused(held: Held): Promise<void> {
  if (held.users === 0) await (await held.opened)[Symbol.asyncDispose]();
}
