// Which fields an index has: those that its own documents gave a value to, whatever else lies in the same segment.
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { openEventStore } from '../../src/embedded/segments/store.ts';
import { embeddedEngine } from '../../src/engine/embedded.ts';
import { type StoreRig, storeRig } from '../rig/event-store.ts';

const hit = (index: string, id: number, source: unknown) =>
  `${JSON.stringify({ _index: index, _id: `${id}`, _source: source })}\n`;

/** Field names of an index; `fields` of the engine and the columns of FROM tell the same. */
async function fieldsOf({ store, home }: Pick<StoreRig, 'store' | 'home'>, index: string): Promise<string[]> {
  await using engine = embeddedEngine({ snapshot: () => store.snapshot(), folder: home });
  const { signal } = new AbortController();
  const { types } = await engine.fields(index.split(','), signal);
  const { columns } = await engine.query(
    {
      purpose: 'rows',
      esql: `FROM ${index} | LIMIT 1`,
      params: {},
      filter: { time: null, excluded: [], only: [] },
      rowsMax: 1,
      deadlineMs: 30_000,
    },
    signal,
  );
  const names = columns.map(({ name }) => name);
  expect([...types.keys()].sort()).toEqual(names.toSorted());
  return names;
}

describe('the fields of an index', () => {
  it('are those of its own documents, though another index lies in the same segment', async () => {
    using rig = storeRig();
    const documents = [
      hit('a', 1, { x: 1, both: 'a' }),
      hit('b', 2, { y: 1, both: 'b' }),
      hit('b', 3, { z: 1 }),
      hit('a', 4, { x: 2, late: { in: 'a' } }),
      hit('c', 5, {}),
    ];
    await rig.ingest([rig.file('a.ndjson', documents.join(''))]);
    expect(rig.store.snapshot().segments).toHaveLength(1);
    expect(await fieldsOf(rig, 'a')).toEqual(['both', 'late.in', 'x']);
    expect(await fieldsOf(rig, 'b')).toEqual(['both', 'y', 'z']);
    expect((await fieldsOf(rig, 'a,b')).length).toBe(5);
    expect(await fieldsOf(rig, 'c')).toEqual([]);
  });

  it('are all of a long run, from its first row to its last, over chunks and segments', async () => {
    using rig = storeRig();
    const many = Array.from({ length: 5_000 }, (_, at) => {
      const only = { 0: 'first', 2_047: 'end', 2_048: 'begin', 4_999: 'last' }[at];
      return hit('a', at, { n: at, ...(only && { [only]: true }) });
    });
    const others = [hit('b', 1, { other: 1 }), hit('a', 9_999, { behind: 1 })];
    await rig.ingest([rig.file('a.ndjson', [...many, ...others].join(''))], { segmentRows: 3_000 });
    expect(rig.store.snapshot().segments).toHaveLength(2);
    expect(await fieldsOf(rig, 'a')).toEqual(['begin', 'behind', 'end', 'first', 'last', 'n']);
    expect(await fieldsOf(rig, 'b')).toEqual(['other']);
  });

  it('are one whose values did not fit, and none of a line that was refused', async () => {
    using rig = storeRig();
    const documents = [hit('a', 1, { n: 1 }), hit('b', 2, { 'source.ip': 'nowhere', kw: 'b' })];
    const broken = ['{"_index":"b","_id":"3","_source":{"broken":1,"source.port":"x",,}}\n', '{"_index":"b"}\n'];
    const count = await rig.ingest([
      rig.file('a.ndjson', [...documents, ...broken, hit('b', 4, { kw: 'c' })].join('')),
    ]);
    expect(count).toMatchObject({
      taken: 3,
      refused: 2,
      conflicts: [{ field: 'source.ip' }, { field: 'source.port' }],
    });
    expect(await fieldsOf(rig, 'a')).toEqual(['n']);
    expect(await fieldsOf(rig, 'b')).toEqual(['kw', 'source.ip']);
  });

  it('stay the same when segments are merged', async () => {
    using rig = storeRig();
    for (const at of [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]) {
      const documents = [hit('a', at, { n: at, [`a${at}`]: at }), hit('b', at, { m: at, [`b${at}`]: at })];
      await rig.ingest([rig.file(`${at}.ndjson`, documents.join(''))]);
    }
    const before = [await fieldsOf(rig, 'a'), await fieldsOf(rig, 'b')];
    expect(await rig.store.compact()).toBe(10);
    expect(rig.store.snapshot().segments).toHaveLength(1);
    expect([await fieldsOf(rig, 'a'), await fieldsOf(rig, 'b')]).toEqual(before);
    expect(before.map((names) => names.length)).toEqual([11, 11]);
  });
});

describe('a store of version 1, which did not keep the fields of each index', () => {
  /** Takes from the manifest what version 2 added. */
  function asVersion1(home: string): void {
    const manifest = new DatabaseSync(join(home, 'events', 'manifest.sqlite'));
    for (const { id, detail } of manifest.prepare('SELECT id, detail FROM segments').all()) {
      const { indices, ...others } = JSON.parse(String(detail)) as { indices: (readonly [string, number])[] };
      const before = { ...others, indices: indices.map(([name, count]) => [name, count]) };
      manifest.prepare('UPDATE segments SET detail = ? WHERE id = ?').run(JSON.stringify(before), String(id));
    }
    manifest.exec('PRAGMA user_version = 1');
    manifest.close();
  }

  it('is read as before where each segment has one index', async () => {
    using rig = storeRig();
    for (const index of ['a', 'b'])
      await rig.ingest([rig.file(`${index}.ndjson`, hit(index, 1, { n: 1, [`only-${index}`]: 1 }))]);
    asVersion1(rig.home);
    using store = openEventStore(rig.home);
    expect(await fieldsOf({ store, home: rig.home }, 'a')).toEqual(['n', 'only-a']);
    using again = openEventStore(rig.home);
    expect(await fieldsOf({ store: again, home: rig.home }, 'b')).toEqual(['n', 'only-b']);
  });

  it('is refused with what to do where a segment has several', async () => {
    using rig = storeRig();
    await rig.ingest([rig.file('a.ndjson', hit('a', 1, { n: 1 }) + hit('b', 1, { m: 1 }))]);
    asVersion1(rig.home);
    const refusal = expect.objectContaining({ code: 'STORE_NOT_READY', remedy: expect.stringContaining('ingest') });
    expect(() => openEventStore(rig.home)).toThrow(refusal as Error);
    // Nothing was changed on the way.
    expect(() => openEventStore(rig.home)).toThrow(refusal as Error);
  });
});
