// The claims about the recorded captures, asked of the embedded engine over a real ingest of all of them.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openEventStore, type EventStore } from '../../src/embedded/segments/store.ts';
import { embeddedEngine } from '../../src/engine/embedded.ts';
import type { Engine } from '../../src/engine/port.ts';
import { findInputs } from '../../src/ingest/open.ts';
import { expectedOfCaptures } from '../rig/captures.ts';
import { describeCaptures } from '../rig/live.ts';

describeCaptures('the recorded captures, ingested', [], (_servers, folder) => {
  const { files, expected } = expectedOfCaptures(folder);
  const { signal } = new AbortController();
  let home: string;
  let store: EventStore;
  let engine: Engine;

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'tracehound-captures-'));
    store = openEventStore(home);
    const inputs = await findInputs([join(folder, '*.ndjson.gz')], home);
    const noInput = () => {
      throw new Error('no standard input here');
    };
    const { taken, refused } = await store.ingest(inputs, { format: null, signal, stdin: noInput });
    expect({ taken, refused }).toEqual({ taken: files.reduce((sum, { docs }) => sum + docs, 0), refused: 0 });
    engine = embeddedEngine({ snapshot: () => store.snapshot(), folder: join(home, 'events') });
  });

  afterAll(async () => {
    await engine[Symbol.asyncDispose]();
    store[Symbol.dispose]();
    await rm(home, { recursive: true, force: true });
  });

  it('come with 68 claims', () => expect(expected).toHaveLength(68));

  it.each(expected)('$file: $note', async ({ count, first, last, esql }) => {
    const filter = { time: null, excluded: [], only: [] };
    const question = { purpose: 'rows', esql, params: {}, filter, rowsMax: 9_999, deadlineMs: 60_000 };
    const { rows } = await engine.query(question, signal);
    const [row] = rows;
    expect({
      rows: rows.length,
      count: row?.get('count'),
      first: row?.get('first_seen'),
      last: row?.get('last_seen'),
    }).toEqual({
      rows: 1,
      count,
      first: first ?? null,
      last: last ?? null,
    });
  });
});
