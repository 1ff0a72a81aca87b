// `npm run demo` as a whole. It needs no server; it stands here because it takes as long as a live suite.
import { mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Manifest } from '../../src/simulate/manifest.ts';
import { run } from '../rig/command.ts';

const DEMO = fileURLToPath(new URL('../../scripts/demo.ts', import.meta.url));

/** With the address of a server that the demo must not ask. */
const ENVIRONMENT = { PATH: process.env['PATH'] ?? '', TRACEHOUND_ELASTICSEARCH_NODES: 'http://127.0.0.1:9' };

let parent: string;
beforeEach(async () => {
  parent = await mkdtemp(join(await realpath(tmpdir()), 'tracehound-demo-'));
});
afterEach(() => rm(parent, { recursive: true }));

it('finds both attacks in countries, tells what was hidden, and may be shown again', { timeout: 300_000 }, async () => {
  const folder = join(parent, 'demo');
  for (let time = 0; time < 2; time++) {
    const stdout = await run(process.execPath, [DEMO, folder], { env: ENVIRONMENT });
    const { attacks } = JSON.parse(await readFile(join(folder, 'office/manifest.json'), 'utf8')) as Manifest;
    const listed = stdout.slice(stdout.indexOf('$ hunt findings'));
    expect(listed).toContain('COUNTRY');
    for (const { name, plants } of attacks) {
      const truth = plants.find(({ id }) => id === name);
      const row = listed.split('\n').find((line) => line.includes(truth?.destination?.ip ?? 'nothing'));
      expect(row).toMatch(/ {2}[A-Z]{2} {2}/);
    }
    expect(listed.match(/^[0-9a-f]{12} /gm)).toHaveLength(attacks.length);
    expect(await readFile(join(folder, 'report.html'), 'utf8')).toContain('network/rare-egress');
    expect(stdout).toMatch(/hidden: .*fleetcopy-of-administrators \d+ events.*list our-ranges/);
    expect(stdout).toContain(`cd "${folder}"`);
  }
});

it('leaves a folder alone that it did not make', async () => {
  await writeFile(join(parent, 'mine'), 'mine');
  await expect(run(process.execPath, [DEMO, parent])).rejects.toThrow(/exists, and the demo did not make it/);
  expect(await readFile(join(parent, 'mine'), 'utf8')).toBe('mine');
});
