import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { execute } from '../rig/command.ts';
import { promtool } from '../rig/promtool.ts';

const OPS = fileURLToPath(new URL('../../ops/', import.meta.url));
const found = process.env['LIVE'] === 'off' ? { missing: 'LIVE=off' } : await promtool();

if ('missing' in found) {
  describe(`rules for Prometheus (skipped, ${found.missing})`, () => it.skip('needs what is missing', () => {}));
} else {
  describe('rules for Prometheus, by its own promtool', () => {
    it('are rules', async () => {
      const { exitCode, stdout, stderr } = await execute(found.program, ['check', 'rules', 'prometheus-rules.yml'], {
        cwd: OPS,
      });
      expect([exitCode, stderr]).toEqual([0, '']);
      expect(stdout).toMatch(/SUCCESS: \d+ rules found/);
    });

    it('alert when they should, and not when they should not', async () => {
      const { exitCode, stdout, stderr } = await execute(
        found.program,
        ['test', 'rules', 'prometheus-rules.test.yml'],
        { cwd: OPS },
      );
      expect([exitCode, `${stdout}${stderr}`]).toEqual([0, expect.stringContaining('SUCCESS')]);
    });
  });
}
