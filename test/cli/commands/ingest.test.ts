// `hunt ingest` as a person sees it: what was taken, refused and seen before, and the exit code that goes with it.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ingest, type IngestFlags } from '../../../src/cli/commands/ingest.ts';
import { openEventStore } from '../../../src/embedded/segments/store.ts';
import { start } from '../../rig/command.ts';
import { bench, type BenchOptions } from '../fakes.ts';

const BINARY = fileURLToPath(new URL('../../../bin/hunt.js', import.meta.url));
const lines = (...documents: readonly unknown[]) => documents.map((each) => `${JSON.stringify(each)}\n`).join('');

describe('hunt ingest', () => {
  let cwd: string;
  let home: string;
  beforeEach(async () => {
    cwd = await mkdtemp(join(await realpath(tmpdir()), 'tracehound-ingest-'));
    home = join(cwd, '.tracehound');
  });
  afterEach(() => rm(cwd, { recursive: true, force: true }));

  const write = (name: string, content: string | Uint8Array) => writeFile(join(cwd, name), content);

  async function run(files: readonly string[], options: BenchOptions & { readonly flags?: IngestFlags } = {}) {
    const { effects, stdout, stderr } = await bench({ ...options, config: { home } });
    const code = await ingest(files, options.flags ?? {}, { ...effects, cwd });
    return { code, stdout: stdout.text, stderr: stderr.text };
  }

  it('tells how many documents were taken, and of the same file again that they were seen before', async () => {
    await write('a.ndjson', lines({ n: 1 }, { n: 2 }, { n: 2 }));
    const first = await run(['a.ndjson']);
    expect(first).toMatchObject({ code: 0, stderr: '' });
    expect(first.stdout).toMatch(/^ *FILES +TAKEN +SEEN BEFORE +REFUSED *\n *1 +3 +0 +0 *\n$/);
    expect((await run(['a.ndjson', '.'])).stdout).toMatch(/\n *1 +0 +3 +0 *\n$/);
    await write('a.ndjson', lines({ n: 1 }, { n: 2 }, { n: 2 }, { n: 3 }));
    expect((await run(['*.ndjson'])).stdout).toMatch(/\n *1 +1 +3 +0 *\n$/);
  });

  it('keeps refused lines with number and reason, says where, takes all others, and ends with 4', async () => {
    await write('a.ndjson', '{"n":1}\n{"n":\n[]\n\n{"n":2}\nnone\n{"n":"\ud800"}\n{"n":3}');
    const { code, stdout, stderr } = await run(['a.ndjson']);
    expect(code).toBe(4);
    expect(stdout).toMatch(/\n *1 +\d +0 +\d *\n$/);
    expect(stderr).toContain('a.ndjson:2: the line ends too early, at byte 6\n');
    expect(stderr).toContain('a.ndjson:3: a document is a JSON object\n');
    const [, refused = '', path = ''] = /a\.ndjson: (\d+) lines refused, kept in (.*)\n/.exec(stderr) ?? [];
    const kept = readFileSync(path, 'utf8').trimEnd().split('\n');
    expect(kept).toHaveLength(Number(refused));
    expect(JSON.parse(kept[2] ?? '')).toEqual({ line: 6, reason: expect.any(String), text: 'none' });
    // Three reasons are enough on the screen.
    expect(stderr.match(/a\.ndjson:\d+: /g)).toHaveLength(3);
    expect(path.startsWith(home)).toBe(true);
    // Once the file is mended nothing is left to tell.
    await write('a.ndjson', lines({ n: 1 }));
    expect(await run(['a.ndjson'])).toMatchObject({ code: 0, stderr: '' });
  });

  it('gives the whole account as JSON, without words', async () => {
    await write('a.ndjson', `${lines({ n: 1 }, { n: 'x' }, { n: 1.5 })}{\n`);
    await write('b.ndjson.gz', gzipSync(lines({ n: 1 })));
    const { code, stdout } = await run(['.'], { format: 'json' });
    expect(code).toBe(4);
    expect(JSON.parse(stdout)).toEqual({
      taken: 3,
      seen: 1,
      refused: 1,
      inputs: [
        {
          name: 'a.ndjson',
          documents: 3,
          refused: 1,
          rejects: expect.stringContaining('a.ndjson'),
          examples: [{ line: 4, reason: expect.any(String), text: '{' }],
          cut: null,
          notes: [],
        },
        { name: 'b.ndjson.gz', documents: 1, refused: 0, rejects: null, examples: [], cut: null, notes: [] },
      ],
      conflicts: [{ field: 'n', unfit: 1, cut: 1 }],
    });
  });

  it('tells values that did not fit, ten fields at most', async () => {
    const fields = Array.from({ length: 12 }, (_, at) => `f${at}`);
    const all = (value: unknown) => Object.fromEntries(fields.map((field) => [field, value]));
    await write('a.ndjson', lines(all(1), all('x'), all(1.5)));
    const { code, stderr } = await run(['a.ndjson']);
    expect(code).toBe(0);
    expect(stderr.match(/1 value did not fit its type and count as missing/g)).toHaveLength(10);
    expect(stderr.match(/1 fraction cut off/g)).toHaveLength(10);
    expect(stderr).toContain('2 more fields with such values; --json lists them');
  });

  it('takes an empty file for no documents, and a folder without event files for a mistake', async () => {
    await write('empty.ndjson', '');
    expect(await run(['empty.ndjson'])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/\n *1 +0 +0 +0 *\n$/),
    });
    await mkdir(join(cwd, 'none'));
    await write('none/readme.md', 'x');
    await expect(run(['none'])).rejects.toMatchObject({ code: 'NOT_FOUND', exitCode: 2 });
    await expect(run(['*.gone'])).rejects.toMatchObject({ code: 'NOT_FOUND', exitCode: 2 });
  });

  it('reads what a cut file holds, says so, and ends with 4', async () => {
    const packed = gzipSync(lines(...Array.from({ length: 20_000 }, (_, n) => ({ n, text: `${Math.sin(n)}` }))));
    await write('cut.ndjson.gz', packed.subarray(0, packed.length - 1_000));
    const { code, stdout, stderr } = await run(['cut.ndjson.gz'], { format: 'json' });
    expect(code).toBe(4);
    expect(stderr).toMatch(/cut\.ndjson\.gz: it ends early or is damaged .*; what came before was read/);
    expect(JSON.parse(stdout)).toMatchObject({ inputs: [{ cut: expect.any(String) }] });
    expect((JSON.parse(stdout) as { taken: number }).taken).toBeGreaterThan(15_000);
  });

  it('keeps what it has when a later file vanishes meanwhile, and says which', async () => {
    await write('a.ndjson', lines({ n: 1 }));
    await write('b.ndjson', lines({ n: 2 }));
    const { effects } = await bench({ config: { home } });
    let asked = false;
    const config = async () => {
      const told = await effects.config();
      return { ...told, home };
    };
    // The files are found first; the clock of the progress is asked between.
    const monotonic = () => {
      if (!asked) void rm(join(cwd, 'b.ndjson'));
      asked = true;
      return 0;
    };
    await expect(ingest(['.'], {}, { ...effects, cwd, config, monotonic })).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringContaining('b.ndjson'),
    });
    await write('b.ndjson', lines({ n: 2 }));
    const again = await run(['.'], { format: 'json' });
    expect(again.code).toBe(0);
    expect(JSON.parse(again.stdout)).toMatchObject({ refused: 0, inputs: [{ documents: 1 }, { documents: 1 }] });
    using store = openEventStore(home);
    expect(store.snapshot().segments.reduce((sum, { rows }) => sum + rows, 0)).toBe(2);
  });

  it('reads everything as the format it is told', async () => {
    await write('a.ndjson', lines({ index: { _index: 'own' } }, { n: 1 }));
    await run(['a.ndjson'], { flags: { as: 'ndjson' } });
    await write('b.ndjson', lines({ create: { _index: 'own' } }, { n: 2 }));
    await run(['b.ndjson']);
    using store = openEventStore(home);
    const counts = store.snapshot().segments.map(({ indices }) => Object.fromEntries(indices));
    expect(counts).toEqual([{ 'logs-unknown-default': 2 }, { own: 1 }]);
  });

  it('stops when it is called off: what was committed stays, and nothing lies about', async () => {
    await write('a.ndjson', lines({ n: 1 }));
    await run(['a.ndjson']);
    await write('b.ndjson', lines({ n: 2 }));
    await expect(run(['b.ndjson'], { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'CANCELLED',
      exitCode: 3,
    });
    using store = openEventStore(home);
    expect(store.snapshot().segments).toHaveLength(1);
    expect(readdirSync(join(home, 'events', 'segments'))).toHaveLength(1);
    expect(existsSync(join(home, 'events', 'spill', `${process.pid}`))).toBe(false);
  });

  it('merges small segments', async () => {
    for (let at = 0; at < 8; at++) {
      await write('a.ndjson', lines({ n: at }));
      await run(['a.ndjson']);
    }
    using store = openEventStore(home);
    expect(store.snapshot().segments).toHaveLength(1);
  });

  it('is what the binary does, from standard input too', { timeout: 60_000 }, async () => {
    const binary = (args: readonly string[], input = '') =>
      start(process.execPath, [BINARY, 'ingest', ...args], {
        cwd,
        env: { PATH: process.env['PATH'] ?? '', HOME: cwd },
        input,
      }).ended;
    expect(await binary(['-', '--json'], `${lines({ n: 1 })}{\n`)).toMatchObject({
      exitCode: 4,
      stdout: expect.stringContaining('"taken": 1'),
      stderr: expect.stringMatching(/standard input:2: .*\n.*1 line refused, kept in .*stdin/),
    });
    expect(await binary(['gone.ndjson'])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(/gone\.ndjson.*NOT_FOUND/),
    });
    expect(await binary([])).toMatchObject({ exitCode: 2 });
    expect(await binary(['-', '--as', 'xml'])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('ndjson'),
    });
  });
});
