import { mkdir } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type ErrorCode, HuntError, messageOf } from '../../core/error.ts';

/** How long a writer waits for another process, ms. A write of 1,000 findings with their sightings takes some 200 ms. */
const BUSY_MS = 5_000;

/** One connection to a database file, opened when it is first needed. */
export interface Connection extends Disposable {
  readonly path: string;
  /** Whether the file is there; nothing is made by asking. */
  exists(): boolean;
  /** Makes the folder and the file, or opens what is there. */
  create(): Promise<DatabaseSync>;
  /** What `work` reads is one state of the database. Throws STORE_NOT_READY where there is no file. */
  reading<T>(work: (db: DatabaseSync) => T): T;
  /** Lets readers go on while one writes. The file keeps the mode, so this is done once for it, outside transactions. */
  useWriteAheadLog(): void;
  /** All of what `work` writes, or nothing. */
  writing<T>(work: (db: DatabaseSync) => T): T;
}

/** `work` never waits inside a transaction, so two connections of one process cannot block each other for good. */
export function connectionTo(path: string): Connection {
  let opened: DatabaseSync | null = null;
  const open = (): DatabaseSync => (opened ??= new DatabaseSync(path, { timeout: BUSY_MS }));
  const existing = (): DatabaseSync => {
    if (opened === null && !existsSync(path)) throw notReady(`There is no store at "${path}"`);
    return open();
  };
  return {
    path,
    exists: () => opened !== null || existsSync(path),
    async create() {
      await understood(path, () => mkdir(dirname(path), { recursive: true }));
      return explained(path, open);
    },
    reading: (work) => explained(path, () => transaction(existing(), 'BEGIN', work)),
    useWriteAheadLog: () => explained(path, () => existing().exec('PRAGMA journal_mode = WAL')),
    // A deferred transaction that reads and then writes fails at once, without waiting, when another one wrote between.
    writing: (work) => explained(path, () => transaction(existing(), 'BEGIN IMMEDIATE', work)),
    [Symbol.dispose]() {
      opened?.close();
      opened = null;
    },
  };
}

/** The one way in which the store says that it has not been set up. */
export function notReady(message: string, remedy = 'Run "hunt setup"'): HuntError {
  return new HuntError('STORE_NOT_READY', message, { remedy });
}

function transaction<T>(db: DatabaseSync, begin: 'BEGIN' | 'BEGIN IMMEDIATE', work: (db: DatabaseSync) => T): T {
  db.exec(begin);
  try {
    const result = work(db);
    db.exec('COMMIT');
    return result;
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
}

function explained<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw asHuntError(path, error);
  }
}

async function understood(path: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    throw asHuntError(path, error);
  }
}

/** A fault of file or disk as a HuntError; a bug stays what it is. */
function asHuntError(path: string, error: unknown): unknown {
  if (error instanceof HuntError || !(error instanceof Error)) return error;
  const { errcode, code } = error as Error & { readonly errcode?: number; readonly code?: string };
  // The low byte is the primary result code; the rest says more (https://sqlite.org/rescode.html).
  const fault = errcode === undefined ? undefined : FAULTS.get(errcode & 0xff);
  if (fault === undefined && !(code !== undefined && /^E[A-Z]+$/.test(code))) return error;
  const { code: kind, remedy } = fault ?? UNUSABLE;
  return new HuntError(kind, `Cannot use the store "${path}": ${messageOf(error)}`, { remedy, cause: error });
}

interface Fault {
  readonly code: ErrorCode;
  readonly remedy: string;
}

const UNUSABLE: Fault = {
  code: 'STORE_REFUSED',
  remedy: 'Look at folder, permissions and free space, or set TRACEHOUND_HOME to another folder',
};
const BUSY: Fault = { code: 'OVERLOADED', remedy: 'Another process holds the store: try again when it has ended' };
const SPOILT: Fault = {
  code: 'STORE_REFUSED',
  remedy: 'Restore the file from a backup, or move it away and run the hunts again',
};

/** SQLite's primary result codes: busy 5, locked 6, read-only 8, input/output 10, corrupt 11, full 13, cannot open 14, no database 26. */
const FAULTS: ReadonlyMap<number, Fault> = new Map([
  [5, BUSY],
  [6, BUSY],
  [8, UNUSABLE],
  [10, UNUSABLE],
  [11, SPOILT],
  [13, UNUSABLE],
  [14, UNUSABLE],
  [26, SPOILT],
]);
