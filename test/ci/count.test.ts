import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { execute } from '../rig/command.ts';

const COUNT = fileURLToPath(new URL('../../.ci/count.mjs', import.meta.url));
const PASSED = { status: 'passed', assertionResults: [{}] };
const UNLOADED = { status: 'failed', assertionResults: [] };
const report = (passed: number, failed: number, skipped: number, testResults: readonly object[] = [PASSED]) =>
  JSON.stringify({
    numPassedTests: passed,
    numFailedTests: failed,
    numPendingTests: skipped,
    numTodoTests: 0,
    testResults,
  });

async function closingLine(text: string, exitCode: number, failedSteps: number) {
  const folder = await mkdtemp(join(tmpdir(), 'tracehound-count-'));
  const file = join(folder, 'report.json');
  await writeFile(file, text);
  const ended = await execute(process.execPath, [COUNT, 'line', file, String(exitCode), String(failedSteps)]);
  await rm(folder, { recursive: true });
  return [ended.stdout.trimEnd().split('\n').at(-1), ended.exitCode];
}

describe('.ci/count.mjs', () => {
  it.each([
    ['all is well', report(7, 0, 0), 0, 0, '7 passed, 0 failed', 0],
    ['some are skipped', report(7, 0, 2), 0, 0, '7 passed, 0 failed, 2 skipped', 0],
    ['tests and steps failed', report(7, 2, 0), 1, 3, '7 passed, 5 failed', 1],
    ['a file cannot be loaded', report(7, 0, 0, [PASSED, UNLOADED]), 1, 0, '7 passed, 1 failed', 1],
    ['an error came outside of every test', report(7, 0, 0), 1, 0, '7 passed, 1 failed', 1],
    ['there is no report', '', 1, 0, '0 passed, 1 failed', 1],
    ['there is no report of a success', '', 0, 1, '0 passed, 2 failed', 1],
  ])('when %s', async (_, text, exitCode, failedSteps, line, status) => {
    expect(await closingLine(text, exitCode, failedSteps)).toEqual([line, status]);
  });

  it('names the steps of the gate', async () => {
    const { stdout } = await execute(process.execPath, [COUNT, 'steps']);
    const steps = stdout.trimEnd().split('\n');
    expect(steps.length).toBeGreaterThan(3);
    expect(steps).toEqual(expect.arrayContaining(['npm run types', 'npm run lint']));
  });
});
