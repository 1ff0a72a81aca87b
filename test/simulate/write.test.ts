import { mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { simulate } from '../../src/simulate/simulate.ts';
import { targetOf, writeSimulation } from '../../src/simulate/write.ts';

const never = new AbortController().signal;
const simulation = (seed = '1') =>
  simulate({ seed, hosts: 12, days: 1, end: Date.parse('2026-11-14'), density: 0.1, shape: 'sysmon', attacks: [] });

describe('writeSimulation', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(await realpath(tmpdir()), 'tracehound-simulate-'));
  });
  afterEach(() => rm(folder, { recursive: true }));
  const write = (path: string, seed?: string) =>
    writeSimulation(simulation(seed), targetOf(join(folder, path)), { signal: never, onLines: () => {} });

  it('writes events and manifest into a folder, and the same events into a compressed file', async () => {
    let told = 0;
    const manifest = await writeSimulation(simulation(), targetOf(join(folder, 'a/b')), {
      signal: never,
      onLines: (count) => (told += count),
    });
    await write('week.ndjson.gz');
    const events = await readFile(join(folder, 'a/b/events.ndjson'));
    expect(events.toString().split('\n')).toHaveLength(manifest.documents + 1);
    expect(told).toBe(manifest.documents);
    expect(gunzipSync(await readFile(join(folder, 'week.ndjson.gz'))).equals(events)).toBe(true);
    const texts = await Promise.all(
      ['a/b/manifest.json', 'week.manifest.json'].map((path) => readFile(join(folder, path), 'utf8')),
    );
    expect(texts[1]).toBe(texts[0]);
    expect(JSON.parse(texts[0] ?? '')).toEqual(manifest);
  });

  it('replaces what an earlier simulation wrote', async () => {
    await write('office');
    const before = await readFile(join(folder, 'office/events.ndjson'), 'utf8');
    await write('office', '2');
    expect(await readFile(join(folder, 'office/events.ndjson'), 'utf8')).not.toBe(before);
  });

  it.each(['events.ndjson', 'manifest.json'])('keeps a file %s that is not its own', async (name) => {
    await mkdir(join(folder, 'mine'));
    await writeFile(join(folder, 'mine', name), 'mine');
    await expect(write('mine')).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining(name) as string,
    });
    expect(await readdir(join(folder, 'mine'))).toEqual([name]);
    expect(await readFile(join(folder, 'mine', name), 'utf8')).toBe('mine');
  });

  it('leaves nothing half behind when it is called off', async () => {
    const stop = new AbortController();
    const written = writeSimulation(simulation(), targetOf(join(folder, 'x')), {
      signal: stop.signal,
      onLines: () => stop.abort(),
    });
    await expect(written).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(await readdir(join(folder, 'x'))).toEqual([]);
  });

  it('says where it cannot write', async () => {
    await writeFile(join(folder, 'file'), '');
    await expect(write('file/office')).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining('file/office') as string,
    });
  });
});
