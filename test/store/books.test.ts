import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { ledgerName } from '../../src/core/books.ts';
import {
  jobStateDocument,
  jobStateId,
  jobStateOf,
  ledgerDocument,
  ledgerId,
  ledgerOf,
} from '../../src/store/documents/books-document.ts';
import { sqliteStore } from '../../src/store/sqlite/store.ts';
import { MIGRATIONS, setUp } from '../../src/store/sqlite/schema.ts';
import { connectionTo } from '../../src/store/sqlite/connection.ts';
import { start } from '../rig/command.ts';
import { KEY, tileAt } from '../rig/keep-books.ts';
import { sampleJobState, sampleLedger } from '../rig/sample-books.ts';
import { sampleFinding, sampleRun } from '../rig/sample-findings.ts';
import { findingDocument } from '../../src/store/documents/finding-document.ts';
import { runDocument } from '../../src/store/documents/run-document.ts';

const folder = mkdtempSync(join(tmpdir(), 'tracehound-books-'));
let files = 0;
const newPath = () => join(folder, `findings-${files++}.sqlite`);
afterAll(() => rm(folder, { recursive: true, force: true }));

const { signal } = new AbortController();

type Fields = Record<string, unknown>;

/** The document of the sample ledger as JSON, its record changed. */
function spoilt(change: Fields): unknown {
  const { hunt } = JSON.parse(JSON.stringify(ledgerDocument(sampleLedger()))) as { hunt: { record: Fields } };
  return { hunt: { ...hunt, record: { ...hunt.record, ...change } } };
}

describe('the document of a ledger', () => {
  it('tells in words that can be searched what the record holds', () => {
    expect(ledgerDocument(sampleLedger())).toMatchObject({
      event: { dataset: 'hunt.ledger' },
      hunt: {
        job: { id: 'nightly' },
        first_id: 'network/rare-egress',
        activated_at: '2026-11-02T00:00:00.000Z',
        examined_until: '2026-11-05T00:00:00.000Z',
        gaps: 1,
        gap_reasons: ['failed'],
        oldest_gap: '2026-11-03T00:00:00.000Z',
      },
    });
  });

  it('is small: 10,000 spans take less than 200 kB', () => {
    const examined = Array.from({ length: 10_000 }, (_, at) => tileAt(at));
    expect(JSON.stringify(ledgerDocument(sampleLedger({ examined }))).length).toBeLessThan(200_000);
  });

  it.each([
    ['nothing at all', {}],
    ['no object', 'no JSON'],
    ['no record', { hunt: {} }],
    ['no spans', spoilt({ examined: null })],
    ['an odd number of times', spoilt({ examined: [1_000] })],
    ['spans that go back', spoilt({ examined: [1_000, 10, -5, 10] })],
    ['spans that touch', spoilt({ examined: [1_000, 10, 0, 10] })],
    ['an empty span', spoilt({ examined: [1_000, 0] })],
    ['half milliseconds', spoilt({ examined: [1_000, 0.5] })],
    ['a gap for no known reason', spoilt({ gaps: [{ ...sampleLedger().gaps[0], reason: 'bored' }] })],
    ['a gap without a span', spoilt({ gaps: [{ ...sampleLedger().gaps[0], span: {} }] })],
    ['another hunt', spoilt({ huntId: 'other/hunt' })],
  ])('with %s is an error that names it, never an empty ledger', (_what, document) => {
    const read = () => ledgerOf(document, 'ledger "nightly.x"', sampleLedger());
    expect(read).toThrow(
      expect.objectContaining({ code: 'ANSWER_NOT_UNDERSTOOD', remedy: expect.stringMatching(/backup/) }),
    );
    expect(read).toThrow('Cannot read ledger "nightly.x": ');
  });

  it('of a job state is checked too', () => {
    const document = jobStateDocument(sampleJobState());
    expect(jobStateOf(JSON.parse(JSON.stringify(document)), 'a state')).toEqual(sampleJobState());
    expect(() => jobStateOf({ hunt: { record: { jobId: 'a', pauses: [{}] } } }, 'a state')).toThrow('pauses.0.reason');
  });
});

describe('ids of books', () => {
  it('can be read where the ids are as the definition wants them', () => {
    expect(ledgerId(sampleLedger())).toBe('ledger:nightly:network/rare-egress');
    expect(jobStateId('nightly')).toBe('job:nightly');
  });

  it('are hashed where they are not, and no longer than Elasticsearch takes', () => {
    for (const huntId of ['x'.repeat(600), 'a:b', 'É'])
      expect(ledgerId({ jobId: 'j', huntId })).toMatch(/^ledger:[0-9a-f]{64}$/);
  });
});

describe('books in a SQLite file', () => {
  it('of the version before are added to it, and everything it held is still read', async () => {
    const path = newPath();
    using connection = connectionTo(path);
    await setUp(connection, false, MIGRATIONS.slice(0, 1));
    fillVersionOne(path);
    await using store = sqliteStore(path);
    await expect(store.ledgers([KEY], signal)).rejects.toMatchObject({ code: 'STORE_NOT_READY' });
    expect(new Set((await store.setup({ dryRun: false }, signal)).map(({ status }) => status))).toEqual(
      new Set(['updated']),
    );
    expect((await store.list({}, 1, signal)).items[0]?.finding).toEqual(sampleFinding());
    expect((await store.runs({}, 1, signal)).items).toEqual([sampleRun({ adHoc: true, job: null })]);
    expect((await store.runs({ job: 'nightly' }, 1, signal)).total).toBe(0);
    await store.writeLedger(sampleLedger(), null, signal);
    expect(await store.allLedgers(signal)).toEqual([sampleLedger()]);
  });

  it.each(['{}', 'no JSON', ''])('that hold %j in place of a ledger are an error', async (document) => {
    const path = newPath();
    await using store = sqliteStore(path);
    await store.setup({ dryRun: false }, signal);
    await store.writeLedger(sampleLedger(), null, signal);
    using db = new DatabaseSync(path);
    db.prepare('UPDATE books SET document = ?').run(document);
    const refusal = { code: 'ANSWER_NOT_UNDERSTOOD', message: expect.stringContaining('nightly') };
    await expect(store.ledgers([sampleLedger()], signal)).rejects.toMatchObject(refusal);
    await expect(store.allLedgers(signal)).rejects.toMatchObject(refusal);
  });

  it('lose no acknowledged write of four processes, one of them killed with -9', { timeout: 60_000 }, async () => {
    const path = newPath();
    const script = fileURLToPath(new URL('../rig/keep-books.ts', import.meta.url));
    const children = [0, 1, 2, 3].map((at) => start(process.execPath, [script, path, String(at * 100), '60']));
    await children[0]?.says(/^20$/m);
    children[0]?.kill('SIGKILL');
    const ended = await Promise.all(children.map((child) => child.ended));
    expect(ended.slice(1).map(({ exitCode, stderr }) => ({ exitCode, stderr }))).toEqual(
      [1, 2, 3].map(() => ({ exitCode: 0, stderr: '' })),
    );
    const acknowledged = ended.flatMap(({ stdout }) => stdout.trim().split('\n').map(Number));
    await using store = sqliteStore(path);
    const examined = (await store.ledgers([KEY], signal)).get(ledgerName(KEY))?.value.examined ?? [];
    const starts = new Set(examined.map((span) => span.start));
    expect(acknowledged.length).toBeGreaterThan(200);
    expect(acknowledged.filter((at) => !starts.has(tileAt(at).start))).toEqual([]);
    // A write that was killed after its commit was not acknowledged, and is there.
    expect(examined.length - acknowledged.length).toBeLessThanOrEqual(1);
  });
});

/** What the version before wrote: a run's record that names no job. */
function fillVersionOne(path: string): void {
  using db = new DatabaseSync(path);
  const { job: _job, ...record } = sampleRun({ adHoc: true, job: null });
  const run = runDocument(sampleRun({ adHoc: true, job: null }));
  const older = { ...run, hunt: { ...(run['hunt'] as Fields), record } };
  db.prepare(
    "INSERT INTO runs (run_id, hunt_id, verdict, started_at, document) VALUES ('run-1', 'h', 'clean', 1, ?)",
  ).run(JSON.stringify(older));
  const finding = sampleFinding();
  db.prepare(
    "INSERT INTO findings (fingerprint, hunt_id, first_id, status, severity, news_at, document) VALUES (?, 'h', 'h', 'open', 'low', 1, ?)",
  ).run(finding.state.fingerprint, JSON.stringify(findingDocument(finding)));
}
