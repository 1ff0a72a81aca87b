import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { execute } from '../rig/command.ts';
import { describeLocal } from '../rig/live.ts';
import { promtool } from '../rig/promtool.ts';

const OPS = fileURLToPath(new URL('../../ops/', import.meta.url));
const found = process.env['LIVE'] === 'off' ? { missing: 'LIVE=off' } : await promtool();

const program = 'missing' in found ? '' : found.program;

describeLocal('rules for Prometheus, by its own promtool', 'missing' in found ? found.missing : null, () => {
  it('are rules', async () => {
    const { exitCode, stdout, stderr } = await execute(program, ['check', 'rules', 'prometheus-rules.yml'], {
      cwd: OPS,
    });
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/SUCCESS: \d+ rules found/);
  });

  it('alert when they should, and not when they should not', async () => {
    const { exitCode, stdout, stderr } = await execute(program, ['test', 'rules', 'prometheus-rules.test.yml'], {
      cwd: OPS,
    });
    expect([exitCode, `${stdout}${stderr}`]).toEqual([0, expect.stringContaining('SUCCESS')]);
  });
});
