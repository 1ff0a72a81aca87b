import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { test } from '../../../src/cli/commands/test.ts';
import type { Answer } from '../../../src/engine/port.ts';
import type { LayGround } from '../../../src/pipeline/test-hunt.ts';
import { huntText } from '../../definition/memory-files.ts';
import { bench, type BenchOptions, row, SITE } from '../fakes.ts';

const EVENT = '{ a: x }';
const tests = (...cases: readonly string[]) => `\n${cases.map((each) => `  - { ${each} }\n`).join('')}`;

/** A site whose hunts carry tests, an engine that finds `found` in each, and the events that were laid out. */
async function testing(cases: readonly string[], found: readonly string[], options: BenchOptions = {}) {
  const laid: unknown[] = [];
  const answer = ({ purpose }: { readonly purpose: string }): Partial<Answer> => {
    if (purpose === 'span')
      return { rows: [row({ oldest: '2026-11-02T09:00:00.000Z', newest: '2026-11-02T10:00:00.000Z' })] };
    if (purpose === 'source') return { rows: [row({ documents: 2, newest: '2026-11-02T10:00:00.000Z' })] };
    return purpose === 'rows' ? { rows: found.map((a) => row({ a })) } : {};
  };
  const { engine } = (await bench({ answer })).effects;
  const testGround: LayGround = async (events) => {
    laid.push(events);
    const ground = { engine: await engine(), relocate: (pattern: string) => pattern, indices: new Map() };
    return { ...ground, [Symbol.asyncDispose]: async () => {} };
  };
  const files = { ...SITE, 'hunts/net/one.yml': huntText({ tests: tests(...cases), params: '' }) };
  return { ...(await bench({ files, testGround, ...options })), laid };
}

const PASSES = `name: one is found, events: [${EVENT}], finds: [{ a: x }]`;
const FAILS = `name: another is found, events: one.ndjson, finds: [{ a: z }]`;

describe('hunt test', () => {
  it('says of each test that it passed, and which hunts have none', async () => {
    const { effects, stdout, stderr, laid, store } = await testing([PASSES], ['x']);
    expect(await test([], {}, effects)).toBe(0);
    expect(stdout.text).toBe('ok    net/one  one is found  0.0 s\n');
    expect(stderr.text).toBe('1 hunt without a test\n1 test passed\n');
    expect(laid).toEqual([{ documents: [{ a: 'x' }] }]);
    expect((await store.list({}, 1, effects.signal)).total).toBe(0);
  });

  it('exits with 1 when one fails, and shows what differs from the nearest finding', async () => {
    const { effects, stdout, stderr, laid } = await testing([PASSES, FAILS], ['x']);
    expect(await test(['net/one'], {}, effects)).toBe(1);
    expect(stdout.text).toBe(
      [
        'ok    net/one  one is found  0.0 s',
        'FAIL  net/one  another is found  0.0 s',
        '  expected, and not found: a: z',
        '  nearest: t',
        '   COLUMN  EXPECTED  FOUND',
        '   a       z         x',
        '',
        '',
      ].join('\n'),
    );
    expect(stderr.text).toBe('1 test passed, 1 failed\n');
    expect(laid[1]).toEqual({ file: '/site/hunts/net/one.ndjson' });
  });

  it('prints one JSON array, and writes JUnit XML beside it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tracehound-junit-'));
    try {
      const { effects, stdout } = await testing([PASSES, FAILS], ['x'], { format: 'json' });
      expect(await test([], { junit: join(folder, 'out.xml') }, effects)).toBe(1);
      const [passed, failed] = JSON.parse(stdout.text) as unknown[];
      expect(passed).toMatchObject({ hunt: 'net/one', test: 'one is found', passed: true, faults: [], findings: 1 });
      expect(failed).toMatchObject({
        passed: false,
        faults: [{ kind: 'missing', expected: { a: 'z' }, nearest: { finding: { columns: { a: 'x' } } } }],
      });
      expect(await readFile(join(folder, 'out.xml'), 'utf8')).toContain(
        'tests="2" failures="1" errors="0" skipped="0"',
      );
      const nowhere = join(folder, 'no', 'out.xml');
      await expect(test([], { junit: nowhere }, effects)).rejects.toMatchObject({ code: 'USAGE' });
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('runs nothing where a definition has an error, and refuses flags that fit not together', async () => {
    const broken = { ...SITE, 'hunts/net/one.yml': huntText({ esql: '"FROM logs-x | KEEEP a"', params: '' }) };
    const { effects, laid } = await testing([PASSES], ['x'], { files: broken });
    await expect(test([], {}, effects)).rejects.toMatchObject({ code: 'DEFINITION' });
    expect(laid).toEqual([]);
    const json = await testing([PASSES], ['x'], { format: 'json' });
    await expect(test([], { watch: true }, json.effects)).rejects.toMatchObject({ code: 'USAGE' });
  });
});
