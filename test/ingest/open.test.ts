import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findInputs, type Input, openInput } from '../../src/ingest/open.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tracehound-open-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function files(...names: readonly string[]): Promise<void> {
  for (const name of names) {
    await mkdir(join(folder, name, '..'), { recursive: true });
    await writeFile(join(folder, name), '{}\n');
  }
}

const namesOf = async (...args: readonly string[]) => (await findInputs(args, folder)).map(({ name }) => name);

describe('findInputs', () => {
  it('finds all event files below a folder, in order, and nothing else', async () => {
    await files(
      'b.ndjson',
      'a.jsonl',
      'c.JSON',
      'd.log.gz',
      'e.ndjson.zst',
      'sub/deep/f.json.zstd',
      'readme.md',
      'x.gz',
      'ndjson',
    );
    const found = ['a.jsonl', 'b.ndjson', 'c.JSON', 'd.log.gz', 'e.ndjson.zst', 'sub/deep/f.json.zstd'];
    expect(await namesOf('.')).toEqual(found);
    expect(await namesOf('sub')).toEqual(['sub/deep/f.json.zstd']);
  });

  it('takes a file that is named whatever it is called, with its size and its whole path', async () => {
    await files('readme.md');
    expect(await findInputs(['readme.md'], folder)).toEqual([
      { name: 'readme.md', path: join(folder, 'readme.md'), size: 3 },
    ]);
    expect(await findInputs([join(folder, 'readme.md')], '/')).toMatchObject([{ path: join(folder, 'readme.md') }]);
  });

  it('follows globs, in order, into folders too; a name with signs of a glob is a name first', async () => {
    await files('a1.ndjson', 'a2.ndjson', 'b.ndjson', 'sub/a3.ndjson', 'a[1].ndjson');
    expect(await namesOf('a?.ndjson')).toEqual(['a1.ndjson', 'a2.ndjson']);
    expect(await namesOf('**/a*.ndjson')).toEqual(['a1.ndjson', 'a2.ndjson', 'a[1].ndjson', 'sub/a3.ndjson']);
    expect(await namesOf('{b,sub}*')).toEqual(['b.ndjson', 'sub/a3.ndjson']);
    expect(await namesOf('a[1].ndjson')).toEqual(['a[1].ndjson']);
  });

  it('names each file once, however often it is named', async () => {
    await files('a.ndjson', 'b.ndjson');
    expect(await namesOf('b.ndjson', '.', './b.ndjson', '*.ndjson')).toEqual(['b.ndjson', 'a.ndjson']);
  });

  it('takes - for standard input', async () => {
    expect(await findInputs(['-'], folder)).toEqual([{ name: 'standard input', path: null, size: null }]);
  });

  it.each([
    ['missing.ndjson', 'Cannot find "missing.ndjson"'],
    ['*.ndjson', 'Cannot find "*.ndjson"'],
    ['readme.md/below', 'Cannot find "readme.md/below"'],
    ['empty', 'Cannot find any file of events in the folder "empty"'],
  ])('rejects %s, saying what would be found', async (arg, message) => {
    await files('readme.md');
    await mkdir(join(folder, 'empty'));
    await expect(findInputs([arg], folder)).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringContaining(message),
      remedy: expect.any(String),
    });
  });
});

const BIG = Buffer.from(Array.from({ length: 200_000 }, (_, at) => `line ${at}\n`).join(''));

async function read(path: string | null, stdin: readonly Buffer[] = []): Promise<{ text: string; cut: string | null }> {
  const input: Input = { name: 'x', path, size: null };
  async function* pieces() {
    yield* stdin;
  }
  const { bytes, cut } = openInput(input, pieces);
  let text = '';
  // Pieces hold until the next is asked for.
  for await (const piece of bytes) text += piece.toString();
  return { text, cut: cut() };
}

describe('openInput', () => {
  it.each([
    ['plain', BIG],
    ['gzip', gzipSync(BIG)],
    ['gzip in two members', Buffer.concat([gzipSync(BIG.subarray(0, 1_000)), gzipSync(BIG.subarray(1_000))])],
    ['zstd', zstdCompressSync(BIG)],
  ])('reads a file that is %s whole', async (_, content) => {
    const path = join(folder, 'file');
    await writeFile(path, content);
    expect(await read(path)).toEqual({ text: BIG.toString(), cut: null });
  });

  it('reads standard input, packed or not, in whatever pieces it comes', async () => {
    expect(await read(null, [Buffer.from('a\n'), Buffer.from('b')])).toEqual({ text: 'a\nb', cut: null });
    const packed = gzipSync(BIG);
    expect(await read(null, [packed.subarray(0, 100), packed.subarray(100)])).toEqual({
      text: BIG.toString(),
      cut: null,
    });
    expect(await read(null)).toEqual({ text: '', cut: null });
  });

  it('gives nothing of an empty file', async () => {
    await writeFile(join(folder, 'empty'), '');
    expect(await read(join(folder, 'empty'))).toEqual({ text: '', cut: null });
  });

  it('gives what a cut or damaged file holds, and says that it was cut', async () => {
    const packed = gzipSync(BIG);
    await writeFile(join(folder, 'cut'), packed.subarray(0, packed.length - 20_000));
    const cut = await read(join(folder, 'cut'));
    expect(cut.cut).toMatch(/ends early or is damaged/);
    expect(BIG.toString().startsWith(cut.text)).toBe(true);
    expect(cut.text.length).toBeGreaterThan(BIG.length / 2);
    await writeFile(join(folder, 'none'), Buffer.concat([packed.subarray(0, 10), Buffer.alloc(1_000, 0xff)]));
    expect((await read(join(folder, 'none'))).cut).toMatch(/damaged/);
  });

  it('rejects a file that is gone, or may not be read', async () => {
    await expect(read(join(folder, 'gone'))).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringContaining('"gone"'),
    });
    await writeFile(join(folder, 'secret'), 'x');
    await chmod(join(folder, 'secret'), 0);
    // The superuser reads it all the same.
    if (process.getuid?.() !== 0)
      await expect(read(join(folder, 'secret'))).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('lets go of the file when nobody reads on', async () => {
    const path = join(folder, 'file');
    await writeFile(path, BIG);
    const { bytes } = openInput({ name: 'x', path, size: null }, () => Promise.reject(new Error('no input')) as never);
    for await (const piece of bytes) {
      expect(piece.length).toBeGreaterThan(0);
      break;
    }
    // A file handle that is collected while it is open ends the process with a warning; a second reading works.
    expect((await read(path)).text.length).toBe(BIG.length);
  });
});
