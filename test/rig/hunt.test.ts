import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { isAlive } from './assemble.ts';
import { huntRig } from './hunt.ts';

const folder = mkdtempSync(join(tmpdir(), 'tracehound-fake-'));
const binary = join(folder, 'fake.mjs');
writeFileSync(
  binary,
  `const [what, ...rest] = process.argv.slice(2);
if (what === 'tell') console.log(JSON.stringify({ rest, cwd: process.cwd(), env: process.env }));
if (what === 'fail') { console.error('no such hunt'); process.exitCode = 2; }
if (what === 'wait') { console.error('waiting'); setInterval(() => {}, 1000); }
`,
);
afterAll(() => rmSync(folder, { recursive: true }));

describe('huntRig', () => {
  it('runs in a folder of its own with a clean environment, and removes the folder', async () => {
    const rig = await huntRig({ binary, files: { 'hunts/a/b.yml': 'name: x' }, env: { TRACEHOUND_URL: 'http://x' } });
    await rig.write('c.txt', 'later');
    const files = ['hunts/a/b.yml', 'c.txt'].map((path) => readFileSync(join(rig.folder, path), 'utf8'));
    const { stdout, ...ended } = await rig.hunt('tell', 'a b', '*');
    await rig[Symbol.asyncDispose]();

    expect(files).toEqual(['name: x', 'later']);
    expect(ended).toEqual({ exitCode: 0, signal: null, stderr: '' });
    const told = JSON.parse(stdout) as { env: Record<string, string> };
    expect(told).toMatchObject({ rest: ['a b', '*'], cwd: rig.folder });
    expect(told.env).toMatchObject({ TRACEHOUND_URL: 'http://x', HOME: rig.folder, TZ: 'UTC' });
    expect(process.env['VITEST']).toBeDefined();
    expect(told.env['VITEST']).toBeUndefined();
    expect(existsSync(rig.folder)).toBe(false);
  });

  it('tells how a run ended', async () => {
    await using rig = await huntRig({ binary });
    expect(await rig.hunt('fail')).toEqual({ exitCode: 2, signal: null, stdout: '', stderr: 'no such hunt\n' });
  });

  it('kills a run with a given signal', async () => {
    await using rig = await huntRig({ binary });
    const started = rig.start('wait');
    await started.says(/waiting/);
    started.kill('SIGTERM');
    expect(await started.ended).toMatchObject({ exitCode: null, signal: 'SIGTERM' });
  });

  it('kills what still runs when it is disposed of', async () => {
    const rig = await huntRig({ binary });
    const started = rig.start('wait');
    await started.says(/waiting/);
    await rig[Symbol.asyncDispose]();
    expect((await started.ended).signal).toBe('SIGKILL');
    expect(isAlive(started.pid)).toBe(false);
  });
});
