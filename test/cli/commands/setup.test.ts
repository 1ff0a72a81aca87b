import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { setup } from '../../../src/cli/commands/setup.ts';
import { realEffects } from '../../../src/cli/effects.ts';
import { Output } from '../../../src/cli/output.ts';
import { huntRig } from '../../rig/hunt.ts';
import { bench, Captured } from '../fakes.ts';

const GOLDEN = new URL('../../cases/kibana/export.ndjson', import.meta.url);

describe('hunt setup --kibana', () => {
  it('tells what was made in Kibana after what was made in the store', async () => {
    const asked: boolean[] = [];
    const kibana = async ({ dryRun }: { readonly dryRun: boolean }) => {
      asked.push(dryRun);
      return [{ what: 'Kibana tag "t"', status: 'created' as const }];
    };
    const { effects, stdout } = await bench({ kibana, format: 'json' });
    expect(await setup({ kibana: true }, effects)).toBe(0);
    expect((JSON.parse(stdout.text) as object[]).at(-1)).toEqual({ what: 'Kibana tag "t"', status: 'created' });
    await setup({ kibana: true, dryRun: true }, effects);
    expect(asked).toEqual([false, true]);
  });

  it('asks no Kibana without the flag', async () => {
    const { effects } = await bench({ kibana: () => Promise.reject(new Error('asked')) });
    expect(await setup({}, effects)).toBe(0);
  });

  it.each([
    ['no Kibana', { TRACEHOUND_ELASTICSEARCH_NODES: 'http://127.0.0.1:9' }, 'kibana.url'],
    ['no Elasticsearch', { TRACEHOUND_KIBANA_URL: 'http://127.0.0.1:9' }, 'elasticsearch.nodes'],
  ])('says what is missing where %s is configured, before it makes anything', async (_what, env, remedy) => {
    await using rig = await huntRig({ env });
    const { exitCode, stdout, stderr } = await rig.hunt('setup', '--kibana');
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(remedy);
  });
});

describe('hunt setup --export', () => {
  it('writes the file that people import, and asks nobody', async () => {
    await using rig = await huntRig({ env: { TRACEHOUND_ELASTICSEARCH_NODES: 'http://127.0.0.1:9' } });
    const ended = await rig.hunt('setup', '--export', 'out.ndjson');
    expect(ended).toMatchObject({ exitCode: 0, stdout: 'out.ndjson\n' });
    expect(ended.stderr).toContain('14 objects; import them in Kibana');
    expect(await readFile(join(rig.folder, 'out.ndjson'), 'utf8')).toBe(await readFile(GOLDEN, 'utf8'));
  });

  it('writes to standard output, with the prefix of the site', async () => {
    await using rig = await huntRig({
      files: { 'hunt.config.yml': 'elasticsearch: { nodes: ["http://127.0.0.1:9"], prefix: soc }\n' },
    });
    const { exitCode, stdout } = await rig.hunt('setup', '--export', '-');
    expect(exitCode).toBe(0);
    const objects = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { id: string });
    expect(objects).toHaveLength(14);
    for (const { id } of objects) expect(id).toMatch(/^tracehound-soc-/);
  });

  it('tells the file as JSON, and refuses to mix the two', async () => {
    const stdout = new Captured();
    const out = new Output({ stdout, stderr: new Captured() }, 'json');
    const { signal } = new AbortController();
    await using rig = await huntRig();
    await using effects = realEffects({ out, cwd: rig.folder, flags: {}, signal });
    await expect(setup({ export: '-' }, effects)).rejects.toMatchObject({ code: 'USAGE' });
    expect(await setup({ export: 'a.ndjson' }, effects)).toBe(0);
    expect(JSON.parse(stdout.text)).toEqual({ file: 'a.ndjson', objects: 14 });
    await expect(setup({ export: 'no/such/folder/a.ndjson' }, effects)).rejects.toMatchObject({ code: 'USAGE' });
  });

  it('goes with neither --kibana nor --dry-run', async () => {
    await using rig = await huntRig();
    for (const flag of ['--kibana', '--dry-run']) {
      const { exitCode, stderr } = await rig.hunt('setup', '--export', '-', flag);
      expect(exitCode).toBe(2);
      expect(stderr).toContain('cannot be used with option');
    }
  });
});
