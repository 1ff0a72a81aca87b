import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readEvents, type StoreRig, storeRig } from '../../rig/event-store.ts';
import { random } from '../../rig/random.ts';

const lines = (documents: readonly unknown[]) => documents.map((document) => `${JSON.stringify(document)}\n`).join('');
const plain = (count: number, from = 0) =>
  Array.from({ length: count }, (_, at) => ({ n: from + at, host: { name: `h${at % 7}` } }));

describe('the store of events', () => {
  it('keeps values as Elasticsearch does: flattened, typed by ECS, sets sorted, numbers and booleans with duplicates', async () => {
    using rig = storeRig();
    const document = {
      '@timestamp': '2026-11-21T04:00:00.123456Z',
      event: { category: ['network', 'b', 'network'], dataset: 'x.y' },
      'event.code': 3,
      host: { ip: ['10.0.0.1', '8.8.8.8', '::ffff:10.0.0.1'] },
      source: { port: '443', ip: '2001:db8::1' },
      own: { numbers: [3, 1, 3], flags: [true, false, true], share: 0.5, empty: [], nothing: null },
      objects: [{ a: 'y' }, { a: 'x' }],
      mark: 'a\u001fb\u001cc\u001dd',
    };
    const count = await rig.ingest([rig.file('a.ndjson', lines([document]))]);
    expect(count).toMatchObject({ taken: 1, seen: 0, refused: 0, conflicts: [] });
    const [event] = await rig.events();
    expect(event).toMatchObject({
      _index: 'logs-x.y-default',
      '@timestamp': '2026-11-21 04:00:00.123',
      'event.category': ['b', 'network'],
      'event.code': '3',
      'host.ip':
        ['281470816487432', '281470849581057'.replace('849581057', '849515521')].length === 2 ? expect.any(Array) : [],
      'source.port': '443',
      'own.numbers': ['1', '3', '3'],
      'own.flags': [false, true, true],
      'own.share': 0.5,
      'objects.a': ['x', 'y'],
      mark: 'a\u001fb\u001cc\u001dd',
    });
    expect(event?.['host.ip']).toEqual([String(0xffff_0808_0808), String(0xffff_0a00_0001)]);
    expect(Object.keys(event ?? {})).not.toContain('own.nothing');
    expect(JSON.parse(event?.['_source'] as string)).toEqual(document);
  });

  it('names the index of each document by its own values, whatever those before it had', async () => {
    using rig = storeRig();
    const named = (n: number, dataset?: string) => ({ n, ...(dataset && { data_stream: { dataset } }) });
    const refused = '{"data_stream":{"dataset":"x"},\n';
    const text = [
      lines([named(0, 'a'), named(1, 'a'), named(2), named(3), named(4, 'b')]),
      refused,
      lines([named(5, 'b'), named(6, 'a')]),
      refused,
      lines([named(7)]),
    ];
    expect(await rig.ingest([rig.file('a.ndjson', text.join(''))])).toMatchObject({ taken: 8, refused: 2 });
    const own = '{"index":{"_index":"own"}}\n';
    const bulk = `{"create":{}}\n${lines([named(10)])}${own}${lines([named(11)])}${own}${lines([named(12)])}{"create":{}}\n${lines([named(13)])}`;
    await rig.ingest([rig.file('bulk.ndjson', bulk)]);
    const indices = new Map((await rig.events()).map(({ n, _index }) => [n, _index]));
    const [a, b, none] = ['logs-a-default', 'logs-b-default', 'logs-unknown-default'];
    expect([0, 1, 2, 3, 4, 5, 6, 7].map((n) => indices.get(`${n}`))).toEqual([a, a, none, none, b, b, a, none]);
    expect([10, 11, 12, 13].map((n) => indices.get(`${n}`))).toEqual([none, 'own', 'own', none]);
  });

  it('tells values that do not fit and keeps them as missing; a fraction is cut off', async () => {
    using rig = storeRig();
    const documents = [
      { n: 1, a: 'x' },
      { n: 2.9 },
      { n: 'x' },
      { n: '7' },
      { destination: { ip: 'none' } },
      { a: true },
    ];
    const { conflicts } = await rig.ingest([rig.file('a.ndjson', lines(documents))]);
    expect(conflicts).toEqual([
      { field: 'n', unfit: 1, cut: 1 },
      { field: 'destination.ip', unfit: 1, cut: 0 },
    ]);
    expect((await rig.events()).flatMap(({ n }) => n ?? [])).toEqual(expect.arrayContaining(['1', '2', '7']));
    expect((await rig.events()).flatMap(({ a }) => a ?? [])).toEqual(expect.arrayContaining(['true', 'x']));
  });

  it('adds nothing of the same file, the rest of a longer one, and counts equal lines of one file', async () => {
    using rig = storeRig();
    const base = [...plain(5), { n: 1, same: true }, { n: 1, same: true }];
    expect(await rig.ingest([rig.file('a.ndjson', lines(base))])).toMatchObject({ taken: 7, seen: 0 });
    expect(await rig.ingest([rig.file('a.ndjson', lines(base))])).toMatchObject({ taken: 0, seen: 7 });
    const longer = [...base, { n: 1, same: true }, { n: 9 }];
    expect(await rig.ingest([rig.file('b.ndjson', lines(longer))])).toMatchObject({ taken: 2, seen: 7 });
    expect((await rig.events()).filter(({ same }) => same === true)).toHaveLength(3);
    expect(new Set((await rig.events()).map(({ _id }) => _id)).size).toBe(9);
  });

  it('counts equal lines over the segments of one file, and does not count them twice in two files', async () => {
    using rig = storeRig();
    const repeated = lines(Array.from({ length: 50 }, (_, at) => ({ x: at % 5 })));
    const files = [rig.file('a.ndjson', repeated), rig.file('b.ndjson', repeated)];
    expect(await rig.ingest(files, { segmentRows: 8 })).toMatchObject({ taken: 50, seen: 50 });
    expect(rig.store.snapshot().segments.length).toBeGreaterThan(4);
    expect(await rig.ingest(files)).toMatchObject({ taken: 0, seen: 100 });
  });

  it('knows documents with an id by index and id, whatever they hold', async () => {
    using rig = storeRig();
    const hit = (id: string, n: number) => ({ _index: 'logs-a-default', _id: id, _source: { n } });
    const bulk = `${JSON.stringify({ create: { _index: 'logs-a-default', _id: '1' } })}\n{"n":1}\n{"delete":{"_id":"9"}}\n{"index":{}}\n{"n":5}\n`;
    expect(await rig.ingest([rig.file('hits.ndjson', lines([hit('1', 1), hit('2', 2), hit('1', 3)]))])).toMatchObject({
      taken: 2,
      seen: 1,
    });
    expect(await rig.ingest([rig.file('bulk.ndjson', bulk)])).toMatchObject({ taken: 1, seen: 1 });
    const answer = JSON.stringify(
      { took: 1, hits: { total: { value: 2 }, hits: [hit('2', 2), hit('3', 3)] } },
      null,
      2,
    );
    expect(await rig.ingest([rig.file('search.json', answer)])).toMatchObject({ taken: 1, seen: 1, refused: 0 });
    expect((await rig.events()).map(({ _index, _id, n }) => [_index, (_id as string).slice(0, 3), n])).toEqual([
      ['logs-a-default', '1', '1'],
      ['logs-a-default', '2', '2'],
      ['logs-a-default', '3', '3'],
      ['logs-unknown-default', expect.any(String), '5'],
    ]);
  });

  it('refuses bad lines into a file with line and reason, and loses no other', async () => {
    using rig = storeRig();
    const path = rig.file('a.ndjson', '{"n":1}\n{"n":\n\n{"n":2}\n[1]\n{"n":3}');
    const count = await rig.ingest([path]);
    expect(count).toMatchObject({ taken: 3, refused: 2 });
    const rejects = readFileSync(count.inputs[0]?.rejects ?? '', 'utf8')
      .trim()
      .split('\n');
    expect(rejects.map((line): unknown => JSON.parse(line))).toEqual([
      { line: 2, reason: 'the line ends too early, at byte 6', text: '{"n":' },
      { line: 5, reason: 'a document is a JSON object', text: '[1]' },
    ]);
  });

  it.skipIf(!existsSync('/dev/full'))('says that the disk is full, and goes on when there is room', async () => {
    using rig = storeRig();
    const path = rig.file('a.ndjson', lines(plain(10)));
    const staged = join(rig.home, 'events', 'spill', `${process.pid}`);
    mkdirSync(staged, { recursive: true });
    symlinkSync('/dev/full', join(staged, 'staged-0.parquet'));
    await expect(rig.ingest([path])).rejects.toMatchObject({ code: 'STORE_REFUSED', remedy: expect.any(String) });
    expect(await rig.ingest([path])).toMatchObject({ taken: 10 });
  });

  it('reads gzip and zstd by what they begin with, and all that a cut file holds', async () => {
    using rig = storeRig();
    const [one, two] = [lines(plain(500)), lines(plain(20_000, 1_000))];
    expect(await rig.ingest([rig.file('a', gzipSync(one)), rig.file('b', zstdCompressSync(one))])).toMatchObject({
      taken: 500,
      seen: 500,
    });
    for (const pack of [gzipSync, zstdCompressSync]) {
      const packed = pack(two);
      const { inputs } = await rig.ingest([rig.file('cut', packed.subarray(0, packed.length - 100))]);
      expect(inputs[0]?.cut).toMatch(/ends early/);
      expect(inputs[0]?.documents).toBeGreaterThan(1_000);
    }
  });

  it('merges small segments; a snapshot taken before stays readable', async () => {
    using rig = storeRig();
    for (let at = 0; at < 9; at++)
      await rig.ingest([rig.file(`${at}.ndjson`, lines([{ n: at, list: at === 3 ? ['a', 'b'] : 'a' }]))]);
    const before = rig.store.snapshot();
    const events = await rig.events();
    expect(await rig.store.compact()).toBe(9);
    expect(rig.store.snapshot().segments).toHaveLength(1);
    expect((await rig.events()).map(({ n }) => n)).toEqual(events.map(({ n }) => n));
    expect((await rig.events()).map(({ list }) => list)).toContainEqual(['a', 'b']);
    expect(await readEvents({ snapshot: () => before })).toEqual(events);
    expect(await rig.ingest([join(rig.home, '3.ndjson')])).toMatchObject({ taken: 0, seen: 1 });
  });
});

/** Ingests in a process of its own; killed after `killAfterMs` of its work, if given. */
async function ingestApart(rig: StoreRig, files: readonly string[], killAfterMs: number | null): Promise<string> {
  const script = join(import.meta.dirname, '../../rig/ingest-child.ts');
  const child = spawn(process.execPath, [script, rig.home, ...files], { stdio: ['ignore', 'pipe', 'inherit'] });
  let told = '';
  child.stdout.on('data', (text: Buffer) => {
    if (told === '' && killAfterMs !== null) setTimeout(() => child.kill('SIGKILL'), killAfterMs);
    told += text.toString();
  });
  await once(child, 'close');
  return told;
}

/** How long a process takes for a file when nobody kills it, after it has begun. */
async function timeOf(path: string): Promise<number> {
  using rig = storeRig();
  const started = performance.now();
  await ingestApart(rig, [path], null);
  return performance.now() - started;
}

describe('several processes', () => {
  it('hold every document once after 20 kills at random moments', { timeout: 120_000 }, async () => {
    using rig = storeRig();
    const path = rig.file('a.ndjson', lines([...plain(11_000), ...plain(1_000)]));
    const next = random(4);
    const wholeMs = await timeOf(path);
    let [finished, committed] = [0, 0];
    for (let round = 0; round < 20; round++) {
      const told = await ingestApart(rig, [path], next() * wholeMs);
      if (told.includes('done')) finished++;
      const rows = rig.store.snapshot().segments.reduce((sum, segment) => sum + segment.rows, 0);
      expect(await rig.events()).toHaveLength(rows);
      if (!told.includes('done') && rows > 0) committed++;
    }
    expect(finished).toBeLessThan(20);
    // Some were killed between two segments.
    expect(committed).toBeGreaterThan(0);
    await rig.ingest([path]);
    const events = await rig.events();
    expect(events).toHaveLength(12_000);
    expect(new Set(events.map(({ _id }) => _id)).size).toBe(12_000);
    // Nothing is left of the killed ones but segments of the manifest.
    const files = readdirSync(join(rig.home, 'events/segments'));
    expect(files.sort()).toEqual(
      rig.store
        .snapshot()
        .segments.map(({ id }) => `${id}.duckdb`)
        .sort(),
    );
  });

  it('ingest the same file at once, and take each document once', { timeout: 60_000 }, async () => {
    using rig = storeRig();
    const path = rig.file('a.ndjson', lines(plain(20_000)));
    await Promise.all([
      ingestApart(rig, [path], null),
      ingestApart(rig, [path], null),
      rig.ingest([path], { segmentRows: 4_000 }),
    ]);
    const events = await rig.events();
    expect(events).toHaveLength(20_000);
    expect(new Set(events.map(({ n }) => n)).size).toBe(20_000);
  });
});
