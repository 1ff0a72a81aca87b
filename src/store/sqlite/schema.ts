import type { DatabaseSync } from 'node:sqlite';
import type { Connection } from './connection.ts';
import { notReady } from './connection.ts';
import type { SetupStep } from '../port.ts';
import { KINDS } from '../elasticsearch/templates.ts';

/** "hunt" in ASCII, in the header of the file: a database of something else is never written to. */
const APPLICATION_ID = 0x68756e74;

/**
 * The schema, as steps: the one at position n brings version n to n + 1. A step that has been released is never changed.
 * A step that programs of earlier versions cannot go on beside says so: `UPDATE compatibility SET oldest = n + 1`. They can
 * beside a new table, index or column that may be empty; not beside a new value in a field that they know.
 * `document` is the JSON of an ECS document, the same as in Elasticsearch; the columns beside it are what lists filter
 * and sort by. `seq` grows with every write of a finding and is never used again, so it is the mark of a write.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE findings (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    fingerprint TEXT NOT NULL UNIQUE,
    hunt_id TEXT NOT NULL,
    first_id TEXT NOT NULL,
    status TEXT NOT NULL,
    severity TEXT NOT NULL,
    disposition TEXT,
    news_at INTEGER NOT NULL,
    document TEXT NOT NULL
  ) STRICT;
  CREATE INDEX findings_by_news ON findings (news_at DESC, fingerprint);
  CREATE INDEX findings_by_hunt ON findings (hunt_id);
  CREATE INDEX findings_by_first_id ON findings (first_id);
  CREATE TABLE finding_hosts (
    fingerprint TEXT NOT NULL REFERENCES findings (fingerprint) ON DELETE CASCADE,
    host TEXT NOT NULL,
    PRIMARY KEY (fingerprint, host)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX finding_hosts_by_host ON finding_hosts (host);
  CREATE TABLE sightings (
    fingerprint TEXT NOT NULL,
    tile_start INTEGER NOT NULL,
    tile_end INTEGER NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (fingerprint, tile_end DESC, tile_start)
  ) STRICT;
  CREATE TABLE runs (
    run_id TEXT PRIMARY KEY,
    hunt_id TEXT NOT NULL,
    verdict TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    document TEXT NOT NULL
  ) STRICT;
  CREATE INDEX runs_by_start ON runs (started_at DESC, run_id);
  CREATE INDEX runs_by_hunt ON runs (hunt_id);
  `,
  `
  CREATE TABLE books (id TEXT PRIMARY KEY, version INTEGER NOT NULL, document TEXT NOT NULL) STRICT;
  ALTER TABLE runs ADD COLUMN job_id TEXT;
  CREATE INDEX runs_by_job ON runs (job_id, started_at DESC) WHERE job_id IS NOT NULL;
  CREATE INDEX sightings_by_end ON sightings (tile_end);
  `,
  `
  CREATE TABLE compatibility (oldest INTEGER NOT NULL) STRICT;
  INSERT INTO compatibility (oldest) VALUES (3);
  `,
  `
  CREATE TABLE outbox (
    id TEXT PRIMARY KEY,
    version INTEGER NOT NULL,
    channel TEXT NOT NULL,
    state TEXT NOT NULL,
    written_at INTEGER NOT NULL,
    next_attempt_at INTEGER NOT NULL,
    settled_at INTEGER,
    document TEXT NOT NULL
  ) STRICT;
  CREATE INDEX outbox_waiting ON outbox (next_attempt_at, id) WHERE state = 'waiting';
  CREATE INDEX outbox_by_time ON outbox (written_at DESC, id);
  `,
];

/** Brings the file up to the newest version, in one transaction; two processes that begin at once both end well. */
export async function setUp(
  connection: Connection,
  dryRun: boolean,
  migrations: readonly string[] = MIGRATIONS,
): Promise<SetupStep[]> {
  const told = (status: SetupStep['status']): SetupStep[] =>
    KINDS.map((kind) => ({ what: `${kind} in "${connection.path}"`, status }));
  if (dryRun) {
    const version = connection.exists() ? connection.reading((db) => versionIn(db, connection, migrations)) : 0;
    return told(version >= migrations.length ? 'present' : version === 0 ? 'would create' : 'would update');
  }
  await connection.create();
  const before = connection.writing((db) => migrate(db, connection, migrations));
  connection.useWriteAheadLog();
  return told(before >= migrations.length ? 'present' : before === 0 ? 'created' : 'updated');
}

/** Throws STORE_NOT_READY unless the file has this version's schema, or a newer one beside which this version may go on. */
export function refuseUnlessSetUp(db: DatabaseSync, connection: Connection): void {
  const version = versionIn(db, connection, MIGRATIONS);
  if (version < MIGRATIONS.length) throw notReady(`The store "${connection.path}" is not set up for this version`);
}

function migrate(db: DatabaseSync, connection: Connection, migrations: readonly string[]): number {
  const version = versionIn(db, connection, migrations);
  for (const step of migrations.slice(version)) db.exec(step);
  if (version < migrations.length) {
    db.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${migrations.length}`);
  }
  return version;
}

/**
 * The schema version of a file: 0 when it is empty. Throws for one that is newer and says that this version is too old for
 * it, or that is something else's.
 */
function versionIn(db: DatabaseSync, { path }: Connection, migrations: readonly string[]): number {
  const version = pragma(db, 'user_version');
  if (pragma(db, 'application_id') !== APPLICATION_ID) {
    const { tables } = db.prepare('SELECT count(*) AS tables FROM sqlite_schema').get() as { readonly tables: number };
    if (tables === 0 && version === 0) return 0;
    throw notReady(`"${path}" is a database of something else`, 'Set TRACEHOUND_HOME to another folder');
  }
  if (version <= migrations.length || oldestFor(db) <= migrations.length) return version;
  throw notReady(
    `The store "${path}" has schema ${version}, and this version of Tracehound knows ${migrations.length}`,
    'Upgrade Tracehound',
  );
}

/** The oldest schema whose programs may use the file; every file with a newer schema than ours says it. */
function oldestFor(db: DatabaseSync): number {
  return (db.prepare('SELECT oldest FROM compatibility').get() as { readonly oldest: number }).oldest;
}

function pragma(db: DatabaseSync, name: 'user_version' | 'application_id'): number {
  return (db.prepare(`PRAGMA ${name}`).get() as Readonly<Record<string, number>>)[name] ?? 0;
}
