import { existsSync, mkdtempSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { canonicalFinding } from '../../../src/core/canonical.ts';
import { deliver } from '../../../src/findings/deliver.ts';
import { sqliteStore } from '../../../src/store/sqlite/store.ts';
import { connectionTo } from '../../../src/store/sqlite/connection.ts';
import { MIGRATIONS, setUp } from '../../../src/store/sqlite/schema.ts';
import { storeContract } from '../../contracts/store.ts';
import { start } from '../../rig/command.ts';
import { tileOf } from '../../rig/deliver-tile.ts';
import { random } from '../../rig/random.ts';
import { sampleNotice } from '../../rig/sample-notices.ts';
import { DAY_ONE, sampleFinding, sampleRun } from '../../rig/sample-findings.ts';

const folder = mkdtempSync(join(tmpdir(), 'tracehound-sqlite-'));
let files = 0;
const newPath = () => join(folder, `home-${files++}`, 'findings.sqlite');
afterAll(() => rm(folder, { recursive: true, force: true }));

const { signal } = new AbortController();
const SETUP = { dryRun: false };

storeContract('sqlite', () => {
  const path = newPath();
  return Promise.resolve({ store: sqliteStore(path), other: sqliteStore(path) });
});

describe('the file of a sqlite store', () => {
  it('is not made by asking', async () => {
    const path = newPath();
    await using store = sqliteStore(path);
    await expect(store.ready(signal)).rejects.toMatchObject({ code: 'STORE_NOT_READY' });
    await store.setup({ dryRun: true }, signal);
    expect(existsSync(dirname(path))).toBe(false);
  });

  it('is brought up to a newer schema, step by step and once, with what it holds', async () => {
    const path = newPath();
    await using store = sqliteStore(path);
    await store.setup(SETUP, signal);
    await store.saveRun(sampleRun(), signal);
    using connection = connectionTo(path);
    const newer = [...MIGRATIONS, 'ALTER TABLE runs ADD COLUMN note TEXT', 'UPDATE runs SET note = upper(run_id)'];
    const statuses = async (dryRun: boolean) =>
      new Set((await setUp(connection, dryRun, newer)).map(({ status }) => status));
    expect(await statuses(true)).toEqual(new Set(['would update']));
    expect(await statuses(false)).toEqual(new Set(['updated']));
    expect(await statuses(false)).toEqual(new Set(['present']));
    expect(connection.reading((db) => db.prepare('SELECT note FROM runs').all())).toMatchObject([{ note: 'RUN-1' }]);
  });

  it('of the version before there was an outbox gets one, and keeps what it holds', async () => {
    const path = newPath();
    using connection = connectionTo(path);
    await setUp(connection, false, MIGRATIONS.slice(0, 3));
    await using store = sqliteStore(path);
    await expect(store.notices({}, 1, signal)).rejects.toMatchObject({ code: 'STORE_NOT_READY' });
    connection.writing((db) => db.exec(`INSERT INTO books VALUES ('job:a', 1, '{}')`));
    expect(new Set((await store.setup(SETUP, signal)).map(({ status }) => status))).toEqual(new Set(['updated']));
    await store.putNotices([sampleNotice()], signal);
    expect((await store.notices({}, 1, signal)).total).toBe(1);
    expect(connection.reading((db) => db.prepare('SELECT id FROM books').all())).toMatchObject([{ id: 'job:a' }]);
    const oldest = connection.reading((db) => db.prepare('SELECT oldest FROM compatibility').get());
    expect(oldest).toEqual({ oldest: 3 });
  });

  it('of a newer version beside which this one may go on is used, and left as it is', async () => {
    const path = newPath();
    await using store = sqliteStore(path);
    await store.setup(SETUP, signal);
    using connection = connectionTo(path);
    await setUp(connection, false, [...MIGRATIONS, 'ALTER TABLE runs ADD COLUMN note TEXT']);
    await store.ready(signal);
    await store.saveRun(sampleRun(), signal);
    expect((await store.runs({}, 1, signal)).total).toBe(1);
    const again = await store.setup(SETUP, signal);
    expect(new Set(again.map(({ status }) => status))).toEqual(new Set(['present']));
    expect(new Set((await store.setup({ dryRun: true }, signal)).map(({ status }) => status))).toEqual(
      new Set(['present']),
    );
    const version = connection.reading((db) => db.prepare('PRAGMA user_version').get());
    expect(version).toMatchObject({ user_version: MIGRATIONS.length + 1 });
  });

  it('of a newer version for which this one is too old is refused before anything is read or written', async () => {
    const path = newPath();
    await using store = sqliteStore(path);
    await store.setup(SETUP, signal);
    using connection = connectionTo(path);
    const breaking = `DROP TABLE runs; UPDATE compatibility SET oldest = ${MIGRATIONS.length + 1}`;
    await setUp(connection, false, [...MIGRATIONS, breaking]);
    const refusal = { code: 'STORE_NOT_READY', remedy: 'Upgrade Tracehound' };
    await expect(store.ready(signal)).rejects.toMatchObject(refusal);
    await expect(store.setup(SETUP, signal)).rejects.toMatchObject(refusal);
    await expect(store.write([{ finding: sampleFinding(), mark: null }], [], signal)).rejects.toMatchObject(refusal);
  });

  it('of a migration that fails stays as it was', async () => {
    const path = newPath();
    using connection = connectionTo(path);
    await setUp(connection, false);
    const broken = [...MIGRATIONS, 'DROP TABLE runs', 'DROP TABLE never_was'];
    await expect(setUp(connection, false, broken)).rejects.toThrow('never_was');
    await using store = sqliteStore(path);
    expect((await store.runs({}, 1, signal)).total).toBe(0);
  });

  it('of another program is left alone', async () => {
    const path = newPath();
    await mkdir(dirname(path));
    using other = new DatabaseSync(path);
    other.exec('CREATE TABLE bookmarks (url TEXT)');
    await using store = sqliteStore(path);
    const refusal = { code: 'STORE_NOT_READY', message: expect.stringContaining('something else') };
    await expect(store.setup(SETUP, signal)).rejects.toMatchObject(refusal);
    await expect(store.ready(signal)).rejects.toMatchObject(refusal);
    expect(other.prepare('SELECT name FROM sqlite_schema').all()).toMatchObject([{ name: 'bookmarks' }]);
    expect(other.prepare('PRAGMA journal_mode').get()).toMatchObject({ journal_mode: 'delete' });
  });

  it('that is none, or that cannot be made, is an error with a remedy', async () => {
    const text = newPath();
    await mkdir(dirname(text));
    await writeFile(text, 'not a database, and longer than the header of one would be '.repeat(20));
    const below = join(text, 'findings.sqlite');
    for (const path of [text, below]) {
      await using store = sqliteStore(path);
      await expect(store.setup(SETUP, signal), path).rejects.toMatchObject({
        code: 'STORE_REFUSED',
        message: expect.stringContaining(path),
        remedy: expect.stringMatching(/\w/),
      });
    }
  });

  it('held by another is told as such, so that delivery waits', async () => {
    const path = newPath();
    await using store = sqliteStore(path);
    await store.setup(SETUP, signal);
    using holder = new DatabaseSync(path);
    holder.exec('BEGIN IMMEDIATE');
    await expect(store.saveRun(sampleRun(), signal)).rejects.toMatchObject({ code: 'OVERLOADED' });
    expect((await store.runs({}, 1, signal)).total).toBe(0);
    holder.exec('ROLLBACK');
    await store.saveRun(sampleRun(), signal);
  }, 15_000);
});

const FINDINGS = 2_500;
const KILLS = 15;
const CHILD = fileURLToPath(new URL('../../rig/deliver-tile.ts', import.meta.url));

/** What a store holds in the end, in the form that runs must not change. */
async function contents(path: string): Promise<readonly string[]> {
  await using store = sqliteStore(path);
  const { items, total } = await store.list({}, FINDINGS * 2, signal);
  expect(items).toHaveLength(total);
  const sightings = await Promise.all(
    items.map(async ({ finding }) => (await store.sightings(finding.state.fingerprint, 10, signal)).total),
  );
  return items.map(({ finding }, at) => `${sightings[at]} ${canonicalFinding(finding)}`).toSorted();
}

async function undisturbed(): Promise<readonly string[]> {
  const path = newPath();
  await using store = sqliteStore(path);
  await store.setup(SETUP, signal);
  await deliver(tileOf('r0', FINDINGS), store, { now: () => DAY_ONE, random: () => 0, sleep: async () => {} }, signal);
  return contents(path);
}

describe('one tile delivered by several processes', { timeout: 120_000 }, () => {
  const delivering = (path: string, run: string, ...more: readonly string[]) =>
    start(process.execPath, [CHILD, path, run, String(FINDINGS), ...more]);

  it('at once, from no file at all, ends as by one, and each finding is new once', async () => {
    const path = newPath();
    const ended = await Promise.all(['r1', 'r2', 'r3', 'r4'].map((run) => delivering(path, run).ended));
    expect(ended.map(({ exitCode, stderr }) => ({ exitCode, stderr }))).toEqual(
      ended.map(() => ({ exitCode: 0, stderr: '' })),
    );
    const deltas = ended.map(({ stdout }) => JSON.parse(stdout.split('\n')[1] ?? '') as Record<string, number>);
    expect(deltas.reduce((sum, delta) => sum + (delta['new'] ?? 0), 0)).toBe(FINDINGS);
    expect(deltas.reduce((sum, delta) => sum + (delta['recurring'] ?? 0), 0)).toBe(3 * FINDINGS);
    expect(await contents(path)).toEqual(await undisturbed());
  });

  it('killed with -9 between two chunks keeps the first, and ends as undisturbed when delivered again', async () => {
    const path = newPath();
    const child = delivering(path, 'r1', 'halt');
    await child.says(/halted/);
    child.kill('SIGKILL');
    expect((await child.ended).signal).toBe('SIGKILL');
    expect(await contents(path)).toHaveLength(1_000);
    expect((await delivering(path, 'r2').ended).exitCode).toBe(0);
    expect(await contents(path)).toEqual(await undisturbed());
  });

  it(`killed with -9 at ${KILLS} random moments and then delivered once more ends as undisturbed`, async () => {
    const path = newPath();
    const measured = performance.now();
    await delivering(newPath(), 'r0').ended;
    const wholeMs = performance.now() - measured;
    const next = random(20_261_121);
    let killed = 0;
    for (let kill = 1; kill <= KILLS; kill++) {
      const child = delivering(path, `r${kill}`);
      await child.says(/ready/);
      // The moment of the kill is what is drawn; it falls anywhere in a delivery.
      await setTimeout((next() * wholeMs) / 2);
      child.kill('SIGKILL');
      if ((await child.ended).signal === 'SIGKILL') killed++;
    }
    expect(killed).toBeGreaterThan(KILLS / 2);
    expect((await delivering(path, 'r99').ended).exitCode).toBe(0);
    expect(await contents(path)).toEqual(await undisturbed());
  });
});
