import { readdirSync } from 'node:fs';
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { embeddedGround } from '../../src/cli/ground-embedded.ts';
import { readTestEvents } from '../../src/cli/test-events.ts';
import type { TestEvents } from '../../src/pipeline/test-hunt.ts';

const { signal } = new AbortController();
const EVENT = { '@timestamp': '2026-11-02T09:00:00Z', event: { dataset: 'x' }, 'process.name': 'a' };
const HIT = { _index: 'logs-y', _id: '1', _source: EVENT };

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(await realpath(tmpdir()), 'tracehound-ground-'));
  vi.stubEnv('TMPDIR', folder);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

async function fileOf(content: string | Uint8Array, name = 'events.ndjson'): Promise<TestEvents> {
  await writeFile(join(folder, name), content);
  return { file: join(folder, name) };
}

describe('the events of a test', () => {
  it('lie where ingest would put them, alone, and go with the ground', async () => {
    const ground = await embeddedGround(await fileOf(`${JSON.stringify(EVENT)}\n${JSON.stringify(EVENT)}\n`), signal);
    expect(ground.indices).toEqual(new Map([['logs-x-default', 2]]));
    const caps = await ground.engine.fields(['*'], signal);
    expect([...caps.types.keys()]).toContain('process.name');
    await ground[Symbol.asyncDispose]();
    expect(readdirSync(folder)).toEqual(['events.ndjson']);
  });

  it.each([
    ['a packed file', () => fileOf(gzipSync(JSON.stringify(HIT)), 'events.gz'), 'logs-y', '1'],
    ['a hit in the hunt', async () => ({ documents: [HIT] }), 'logs-y', '1'],
    ['an event in the hunt', async () => ({ documents: [EVENT] }), 'logs-x-default', null],
    [
      'dotted and nested names',
      async () => ({ documents: [{ 'data_stream.dataset': 'a', data_stream: { namespace: 'n' } }] }),
      'logs-a-n',
      null,
    ],
  ] as [string, () => Promise<TestEvents>, string, string | null][])(
    'are read alike for both engines: %s',
    async (_, events, index, id) => {
      expect(await readTestEvents(await events())).toMatchObject([{ index, id }]);
      await using ground = await embeddedGround(await events(), signal);
      expect(ground.indices).toEqual(new Map([[index, 1]]));
    },
  );

  it.each([
    ['a line that is none', `${JSON.stringify(EVENT)}\n{"a":\n`, /events\.ndjson:2/],
    ['no object', '[1]', /events\.ndjson/],
  ])('are all there or an error that names the line: %s', async (_, content, message) => {
    const events = await fileOf(content);
    const error = { code: 'DEFINITION', message: expect.stringMatching(message) };
    await expect(embeddedGround(events, signal)).rejects.toMatchObject(error);
    await expect(readTestEvents(events)).rejects.toMatchObject(error);
  });

  it('may not be missing, nor hold a value that its type does not take', async () => {
    const missing = { file: join(folder, 'none.ndjson') };
    await expect(embeddedGround(missing, signal)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(readTestEvents(missing)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const unfit = { documents: [{ ...EVENT, destination: { ip: 'nowhere' } }] };
    await expect(embeddedGround(unfit, signal)).rejects.toMatchObject({
      code: 'DEFINITION',
      message: expect.stringContaining('destination.ip'),
    });
  });
});
