// A store of events in a temporary folder, and what its segments hold.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance, type Json } from '@duckdb/node-api';
import type { IngestCount, IngestOptions } from '../../src/embedded/segments/ingest.ts';
import { columnName, type SegmentInfo } from '../../src/embedded/segments/snapshot.ts';
import { openEventStore, type EventStore } from '../../src/embedded/segments/store.ts';
import { findInputs } from '../../src/ingest/open.ts';

/** A document of the store by field name; lists where the segment has a LIST. */
export type StoredEvent = Readonly<Record<string, Json>>;

export interface StoreRig extends Disposable {
  readonly home: string;
  readonly store: EventStore;
  /** Writes a file into the folder of the rig and gives its path. */
  file(name: string, content: string | Uint8Array): string;
  ingest(files: readonly string[], options?: Partial<IngestOptions>): Promise<IngestCount>;
  /** All documents of the live segments, ordered by index and id. */
  events(): Promise<StoredEvent[]>;
}

export function storeRig(): StoreRig {
  const home = mkdtempSync(join(tmpdir(), 'tracehound-store-'));
  const store = openEventStore(home);
  const base: IngestOptions = { format: null, signal: new AbortController().signal, stdin: () => process.stdin };
  return {
    home,
    store,
    file: (name, content) => {
      writeFileSync(join(home, name), content);
      return join(home, name);
    },
    ingest: async (files, options) => store.ingest(await findInputs(files, home), { ...base, ...options }),
    events: () => readEvents(store),
    [Symbol.dispose]: () => {
      store[Symbol.dispose]();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

export async function readEvents(store: Pick<EventStore, 'snapshot'>): Promise<StoredEvent[]> {
  const { mapping, segments } = store.snapshot();
  const names = new Map([...mapping].map(([name, { id }]) => [columnName(id), name]));
  const each = await Promise.all(segments.map((segment) => readSegment(segment, names)));
  const key = (event: StoredEvent) => `${event['_index'] as string} ${event['_id'] as string}`;
  return each.flat().sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

async function readSegment({ file }: SegmentInfo, names: ReadonlyMap<string, string>): Promise<StoredEvent[]> {
  const instance = await DuckDBInstance.create(file, { access_mode: 'READ_ONLY' });
  const connection = await instance.connect();
  try {
    const rows = (await connection.runAndReadAll('SELECT * FROM events')).getRowObjectsJson();
    return rows.map((row) =>
      Object.fromEntries(Object.entries(row).map(([name, value]) => [names.get(name) ?? name, value])),
    );
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
