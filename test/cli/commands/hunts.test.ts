import { describe, expect, it } from 'vitest';
import { check } from '../../../src/cli/commands/check.ts';
import { list } from '../../../src/cli/commands/list.ts';
import { show } from '../../../src/cli/commands/show.ts';
import { huntText } from '../../definition/memory-files.ts';
import { bench, SITE } from '../fakes.ts';

describe('hunt list', () => {
  it('lists stable hunts first', async () => {
    const { effects, stdout } = await bench();
    expect(await list({}, effects)).toBe(0);
    expect(stdout.text.split('\n').map((line) => line.split(/ +/)[0])).toEqual(['ID', 'net/one', 'net/two', '']);
  });

  it.each([
    [{ tag: 'beta' }, ['net/two']],
    [{ technique: 'T1071' }, ['net/one']],
    [{ status: 'experimental' as const }, ['net/two']],
    [{ source: 'other.events' }, []],
    [{ tag: 'alpha', status: 'stable' as const }, ['net/one']],
  ])('keeps what %j fits', async (flags, ids) => {
    const { effects, stdout } = await bench({ format: 'json' });
    await list(flags, effects);
    expect((JSON.parse(stdout.text) as { id: string }[]).map(({ id }) => id)).toEqual(ids);
  });

  it('marks a hunt that cannot run', async () => {
    const { effects, stdout, stderr } = await bench({
      files: { ...SITE, 'hunts/net/two.yml': huntText({ esql: '"FROM logs-x | WHERE nix > 1"' }) },
    });
    expect(await list({}, effects)).toBe(0);
    expect(stdout.text).toContain('net/two (has errors)');
    expect(stderr.text).toMatch(/errors?, \d+ warnings?: see hunt check/);
  });
});

describe('hunt show', () => {
  it('shows one hunt to a person', async () => {
    const { effects, stdout } = await bench();
    expect(await show('net/one', {}, effects)).toBe(0);
    expect(stdout.text).toMatch(/^First\nSomething is rare\.\n\nid +net\/one\n/);
    expect(stdout.text).toContain('Query\n  FROM logs-x | EVAL n = ?limit | KEEP a');
    expect(stdout.text).toContain('Sources\n  test.events: Events.');
  });

  it('shows the queries it sends, as text that can be pasted and as JSON', async () => {
    const text = await bench();
    expect(await show('net/one', { esql: true }, text.effects)).toBe(0);
    expect(text.stdout.text).toMatch(/^\/\/ rows\n\/\/ .*\nFROM logs-x\n\| EVAL hunt\.clock = @timestamp\n/);
    const json = await bench({ format: 'json' });
    await show('net/one', { esql: true }, json.effects);
    expect(JSON.parse(json.stdout.text)).toEqual([
      expect.objectContaining({ purpose: 'rows', esql: expect.stringMatching(/^FROM logs-x\n/) }),
    ]);
  });

  it('shows one hunt only', async () => {
    const { effects } = await bench();
    await expect(show('net/*', {}, effects)).rejects.toMatchObject({ code: 'USAGE', message: '"net/*" names 2 hunts' });
    await expect(show('net/three', {}, effects)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('tells why a broken hunt has no queries', async () => {
    const { effects, stderr } = await bench({
      files: { ...SITE, 'hunts/net/two.yml': huntText({ esql: '"FROM logs-x | WHERE a ="' }) },
    });
    await expect(show('net/two', { esql: true }, effects)).rejects.toMatchObject({ code: 'DEFINITION' });
    expect(stderr.text).toMatch(/^hunts\/net\/two\.yml:\d+:\d+ {2}/);
  });
});

describe('hunt check', () => {
  it('counts what is whole', async () => {
    const { effects, stdout, stderr } = await bench();
    expect(await check([], effects)).toBe(0);
    expect(stdout.text).toBe('');
    expect(stderr.text).toBe('2 hunts, 0 errors, 0 warnings\n');
  });

  const broken = { ...SITE, 'hunts/b.yml': 'name: [', 'hunts/a.yml': huntText({ window: '0d', severity: 'mild' }) };

  it('names every problem of every file in reading order, and exits with 2', async () => {
    const { effects, stdout, stderr } = await bench({ files: broken });
    expect(await check([], effects)).toBe(2);
    const places = stdout.text
      .trim()
      .split('\n')
      .map((line) => /^(\S+):\d+:\d+ {2}[\w-]+ {2}\S.* {2}\S/.exec(line)?.[1]);
    expect(places).toEqual(['hunts/a.yml', 'hunts/a.yml', 'hunts/b.yml']);
    expect(stderr.text).toBe('2 hunts, 3 errors, 0 warnings\n');
  });

  it('gives the same as JSON', async () => {
    const { effects, stdout } = await bench({ files: broken, format: 'json' });
    expect(await check([], effects)).toBe(2);
    expect(JSON.parse(stdout.text)).toMatchObject({
      hunts: 2,
      problems: [{ severity: 'error', place: { file: 'hunts/a.yml' } }, {}, {}],
    });
  });

  it('names the hunts that a site cannot run, for it has none of their data', async () => {
    const { effects, stderr } = await bench();
    const stock = await effects.stock();
    const absent = [...stock.checked].map(
      ([id, each]) => [id, { ...each, sources: [], absent: ['test.events'] }] as const,
    );
    expect(await check([], { ...effects, stock: async () => ({ ...stock, checked: new Map(absent) }) })).toBe(0);
    expect(stderr.text).toContain('net/one cannot run here: the site declares test.events absent\n');
  });
});
