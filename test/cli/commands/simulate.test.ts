import { mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type SimulateFlags, simulateOffice } from '../../../src/cli/commands/simulate.ts';
import { bench, NOW } from '../fakes.ts';

const FLAGS: SimulateFlags = {
  hosts: 12,
  days: 1,
  seed: '1',
  attacks: 'rare-egress,browser-beacon',
  as: 'sysmon',
  end: '2026-11-14',
  density: 0.05,
};

describe('hunt simulate', () => {
  let cwd: string;
  beforeEach(async () => {
    cwd = await mkdtemp(join(await realpath(tmpdir()), 'tracehound-simulate-'));
  });
  afterEach(() => rm(cwd, { recursive: true }));

  async function run(flags: Partial<SimulateFlags>, format: 'text' | 'json' = 'text') {
    const { effects, stdout, stderr } = await bench({ format });
    const code = await simulateOffice({ ...FLAGS, ...flags }, { ...effects, cwd });
    return { code, stdout: stdout.text, stderr: stderr.text };
  }

  it('writes a folder, shows what is planted and what keeps it out, and says what comes next', async () => {
    const { code, stdout, stderr } = await run({ out: 'office' });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^\d+ documents of 12 hosts, .*: office\/events\.ndjson\n/);
    expect(stdout).toMatch(/rare-egress +attack +1 +\d+ +nothing: to be found\n/);
    expect(stdout).toMatch(/rare-egress\.site-link +look-alike .* in the list our-ranges\n/);
    expect(stdout).toMatch(/browser-beacon\.long-call +look-alike .* the hunt: It lasts 3 h/);
    expect(stderr).toBe('Next: hunt ingest office/events.ndjson\n');
  });

  it('gives the manifest as JSON, the same as in its file', async () => {
    const { stdout } = await run({ out: 'office', attacks: 'browser-beacon' }, 'json');
    const answer = JSON.parse(stdout) as { manifestFile: string; manifest: { attacks: { name: string }[] } };
    expect(answer.manifest.attacks.map(({ name }) => name)).toEqual(['browser-beacon']);
    expect(JSON.parse(await readFile(join(cwd, answer.manifestFile), 'utf8'))).toEqual(answer.manifest);
  });

  it('ends at the last full hour when it is to end now', async () => {
    const { stdout } = await run({ out: 'office', end: 'now', attacks: 'none' }, 'json');
    const { span } = (JSON.parse(stdout) as { manifest: { span: { end: string } } }).manifest;
    expect(span.end).toBe(new Date(NOW).toISOString());
  });

  it.each([
    [{}, 'name either --out or --index'],
    [{ out: 'x', index: true }, 'name either --out or --index'],
    [{ out: 'x', attacks: 'rare-egress,__proto__' }, 'Cannot plant "__proto__"'],
    [{ out: 'x', end: 'tomorrow' }, 'Cannot read --end "tomorrow"'],
    [{ out: 'x', hosts: 3 }, 'Cannot simulate with hosts "3"'],
  ])('refuses %o', async (flags, message) => {
    await expect(run(flags)).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining(message) as string,
    });
  });
});
