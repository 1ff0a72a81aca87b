// The published package: packed, installed into an empty prefix, and used as a newcomer would. Needs the npm registry.
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { execute } from '../rig/command.ts';
import { beacon } from '../rig/beacons.ts';
import { huntRig, type HuntRig } from '../rig/hunt.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Folders of PATH without the pinned Node of this checkout: what the machine itself has. */
const MACHINE_PATH = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => !folder.includes('node_modules'));

describe('the package as it is published', () => {
  let prefix: string;
  let rig: HuntRig;

  beforeAll(async () => {
    prefix = await mkdtemp(join(tmpdir(), 'tracehound-packed-'));
    await npm(ROOT, 'pack', '--pack-destination', prefix);
    const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as { version: string };
    const home = join(prefix, 'app');
    await mkdir(home);
    await writeFile(join(home, 'package.json'), '{"name":"app","private":true}');
    await npm(home, 'install', '--no-audit', '--no-fund', join(prefix, `tracehound-${version}.tgz`));
    rig = await huntRig({ binary: join(home, 'node_modules', 'tracehound', 'bin', 'hunt.js') });
  });

  afterAll(async () => {
    await rig?.[Symbol.asyncDispose]();
    await rm(prefix, { recursive: true, force: true });
  });

  it('holds built JavaScript and no source', () => {
    const folder = join(prefix, 'app', 'node_modules', 'tracehound');
    expect(existsSync(join(folder, 'dist', 'cli', 'hunt.js'))).toBe(true);
    expect(existsSync(join(folder, 'src'))).toBe(false);
  });

  it('makes a site, checks it, ingests, hunts, and lists what it found', async () => {
    const events = beacon({
      shape: 'sysmon',
      host: 'ws-01',
      process: 'relay.exe',
      instance: 'a',
      ip: '198.41.0.4',
      perHour: 2,
      hours: 2,
      port: 4444,
    });
    await rig.write('events.ndjson', events.map((event) => JSON.stringify(event)).join('\n'));
    for (const args of [['init'], ['check'], ['test'], ['ingest', 'events.ndjson']]) {
      const { exitCode, stderr, stdout } = await rig.hunt(...args);
      expect({ args, exitCode }, stderr + stdout).toEqual({ args, exitCode: 0 });
    }
    const run = await rig.hunt('run', 'network/rare-egress', '--param', 'min_population=1', '--save');
    expect(run.exitCode, run.stderr).toBe(0);
    const { stdout } = await rig.hunt('findings', '--json');
    expect(stdout).toContain('relay.exe');
  });

  it('says on an older Node what to do', async (context) => {
    const old = MACHINE_PATH.map((folder) => join(folder, 'node')).find((path) => existsSync(path));
    const version = old === undefined ? 'none' : (await execute(old, ['--version'])).stdout.trim();
    const older = old !== undefined && Number(version.slice(1).split('.')[0]) < 24;
    context.skip(!older, `the machine's own Node is ${version}`);
    const binary = join(prefix, 'app', 'node_modules', 'tracehound', 'bin', 'hunt.js');
    const { exitCode, stderr } = await execute(old ?? '', [binary, '--version']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('Tracehound needs Node 24 or newer');
    expect(stderr).toContain('npx --package node@24');
  });
});

async function npm(cwd: string, ...args: readonly string[]): Promise<void> {
  const { exitCode, stderr } = await execute('npm', args, { cwd });
  if (exitCode !== 0) throw new Error(`npm ${args.join(' ')} ended with ${exitCode}: ${stderr}`);
}
