import type { DatabaseSync } from 'node:sqlite';
import type { Fingerprint } from '../../core/finding.ts';
import { findingOf } from '../documents/finding-document.ts';
import type { Page, Store, StoredFinding } from '../port.ts';
import { theRun } from '../run-by-prefix.ts';
import { runOf } from '../documents/run-document.ts';
import { sightingOf } from '../documents/sighting-document.ts';
import { type Connection, connectionTo } from './connection.ts';
import { refuseUnlessSetUp, setUp } from './schema.ts';
import { sqliteBooks } from './books.ts';
import { sqliteOutbox } from './outbox.ts';
import { countRows, pruneRows } from './prune.ts';
import { beginsWith, findingCondition, runCondition } from './search.ts';
import { writeAll, writeRun } from './write.ts';

/**
 * Findings, sightings, runs, the ledger and the outbox in one SQLite file, for several processes at once: every write is one immediate
 * transaction that waits up to 5 s for another's, so a kill at any moment leaves all of it or nothing.
 * What was committed is on disk (`synchronous` is FULL, SQLite's own default).
 */
export function sqliteStore(path: string): Store {
  const connection = connectionTo(path);
  const reading = <T>(work: (db: DatabaseSync) => T): T => connection.reading(checked(connection, work));
  const writing = <T>(work: (db: DatabaseSync) => T): T => connection.writing(checked(connection, work));
  return {
    name: 'sqlite',
    setup: ({ dryRun }) => setUp(connection, dryRun),
    ready: async () => reading(() => undefined),
    read: async (ids) => reading((db) => findingsOf(db, ids)),
    write: async (findings, sightings) => writing((db) => writeAll(db, findings, sightings)),
    saveRun: async (run) => writing((db) => writeRun(db, run)),
    ...listings(reading),
    ...sqliteBooks(reading, writing),
    ...sqliteOutbox(reading, writing),
    prune: (request, { dryRun }, signal) =>
      dryRun ? Promise.resolve(reading((db) => countRows(db, request))) : pruneRows(writing, request, signal),
    refresh: async () => undefined,
    [Symbol.asyncDispose]: async () => connection[Symbol.dispose](),
  };
}

/** The schema is looked at in every transaction: a newer Tracehound may have migrated the file meanwhile. */
function checked<T>(connection: Connection, work: (db: DatabaseSync) => T): (db: DatabaseSync) => T {
  return (db) => {
    refuseUnlessSetUp(db, connection);
    return work(db);
  };
}

type Reading = <T>(work: (db: DatabaseSync) => T) => T;

function listings(reading: Reading): Pick<Store, 'list' | 'sightings' | 'runs' | 'run'> {
  return {
    list: async (filter, limit) => {
      const { sql, parameters } = findingCondition(filter);
      const rows = { table: 'findings', where: sql, parameters, order: 'news_at DESC, fingerprint', limit } as const;
      return reading((db) => pageOf(db, rows, storedFinding));
    },
    sightings: async (fingerprint, limit) => {
      const where = { where: 'fingerprint = ?', parameters: [fingerprint] };
      const rows = { table: 'sightings', ...where, order: 'tile_end DESC, tile_start', limit } as const;
      return reading((db) => pageOf(db, rows, ({ document }) => sightingOf(JSON.parse(document), 'a sighting')));
    },
    runs: async (filter, limit) => {
      const { sql, parameters } = runCondition(filter);
      const rows = { table: 'runs', where: sql, parameters, order: 'started_at DESC, run_id', limit } as const;
      return reading((db) => pageOf(db, rows, runIn));
    },
    run: async (prefix) => {
      // An id that is the beginning of another sorts before it, so two are enough to know.
      const { sql, parameters } = beginsWith('run_id', prefix);
      const rows = { table: 'runs', where: sql, parameters, order: 'run_id', limit: 2 } as const;
      return theRun(prefix, reading((db) => pageOf(db, rows, runIn)).items);
    },
  };
}

interface Rows {
  readonly table: 'findings' | 'sightings' | 'runs';
  readonly where: string;
  readonly parameters: readonly (string | number)[];
  readonly order: string;
  readonly limit: number;
}

interface Kept {
  readonly seq: number;
  readonly document: string;
}

function pageOf<T>(
  db: DatabaseSync,
  { table, where, parameters, order, limit }: Rows,
  read: (row: Kept) => T,
): Page<T> {
  const rows = db.prepare(`SELECT rowid AS seq, document FROM ${table} WHERE ${where} ORDER BY ${order} LIMIT ?`);
  const count = db.prepare(`SELECT count(*) AS total FROM ${table} WHERE ${where}`);
  const items = (rows.all(...parameters, limit) as unknown as readonly Kept[]).map(read);
  return { items, total: (count.get(...parameters) as { readonly total: number }).total };
}

function findingsOf(db: DatabaseSync, ids: readonly Fingerprint[]): Map<Fingerprint, StoredFinding> {
  const select = db.prepare('SELECT seq, document FROM findings WHERE fingerprint IN (SELECT value FROM json_each(?))');
  const stored = (select.all(JSON.stringify(ids)) as unknown as readonly Kept[]).map(storedFinding);
  return new Map(stored.map((each) => [each.finding.state.fingerprint, each]));
}

function storedFinding({ seq, document }: Kept): StoredFinding {
  return { finding: findingOf(JSON.parse(document), 'a finding'), mark: String(seq) };
}

function runIn({ document }: Kept): ReturnType<typeof runOf> {
  return runOf(JSON.parse(document), 'a run');
}
