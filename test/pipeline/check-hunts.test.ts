import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/read-config.ts';
import { formatProblem, type Problem, sortProblems } from '../../src/core/problem.ts';
import { loadDefinitions } from '../../src/definition/load.ts';
import { defaultSite } from '../../src/definition/site.ts';
import { checkHunts } from '../../src/pipeline/check-hunts.ts';
import { checkJobs } from '../../src/schedule/check-jobs.ts';
import { memoryFiles, siteWith } from '../definition/memory-files.ts';
import { expectGolden } from '../rig/golden.ts';

const CASES = fileURLToPath(new URL('../cases/check', import.meta.url));
const NOW = Date.parse('2026-11-21T00:00:00Z');

/** Everything that is wrong with a folder's hunts and jobs, alone and together with what they name. */
async function problemsOf(folder: string): Promise<readonly Problem[]> {
  const config = await readConfig({ cwd: folder, env: {} });
  if (!config.ok) return config.problems;
  const definitions = await loadDefinitions(config.value.site, { now: NOW });
  const { hunts, problems } = checkHunts(definitions.hunts, { ...definitions, now: NOW });
  const { hunts: stored, brokenHunts: broken, channels } = definitions;
  const jobs = checkJobs(definitions.jobs, hunts, { stored, broken, channels });
  return sortProblems([...definitions.problems, ...problems, ...jobs.problems]);
}

/** The message of a problem is shown as it is, so its severity stands before it here. */
function shown(problem: Problem): string {
  return `${problem.severity.padEnd(7)}  ${formatProblem(problem)}\n`;
}

describe('a folder of hunts has these problems', () => {
  for (const name of readdirSync(CASES).sort())
    it(name, async () => {
      const actual = (await problemsOf(join(CASES, name))).map(shown).join('');
      expectGolden(join(CASES, name, 'problems.txt'), actual);
    });

  it('the shipped hunts have none', async () => {
    const definitions = await loadDefinitions(defaultSite('/nowhere'), { now: NOW });
    expect(definitions.hunts.length).toBeGreaterThan(40);
    const { hunts, problems } = checkHunts(definitions.hunts, { ...definitions, now: NOW });
    expect([...definitions.problems, ...problems]).toEqual([]);
    expect(hunts).toHaveLength(definitions.hunts.length);
  });

  it('a list that no request can hold', { timeout: 60_000 }, async () => {
    const hunt = (stage: string) => `name: A hunt
hypothesis: Something is rare.
status: stable
severity: low
sources: { any_of: [net] }
window: 1d
prevalence: { of: [process.name], across: host.name, at_most: 3, collect: { destination.ip: 5 } }
exclude_cidrs: [{ field: destination.ip, lists: [blocks, plain], stage: ${stage} }]
finding: { title: "{process.name}" }
`;
    const entries = (count: number, suffix: string) =>
      Array.from(
        { length: count },
        (_, at) => `  - ${10 + (at >> 15)}.${(at >> 7) & 255}.${(at & 127) * 2}.0${suffix}\n`,
      );
    const list = (lines: readonly string[]) => `description: Many.\nentries:\n${lines.join('')}`;
    const files = memoryFiles({
      '/site/hunts/sources.yml':
        'net: { index: [logs-*], clock: ["@timestamp"], heartbeat: 1h, description: N, enable: E }\n',
      '/site/hunts/a/after.yml': hunt('after'),
      '/site/hunts/a/before.yml': hunt('before'),
      '/site/lists/blocks.yml': list(entries(10_001, '/24')),
      '/site/lists/plain.yml': list(entries(50_001, '')),
    });
    const definitions = await loadDefinitions(siteWith(), { files, now: NOW });
    const { problems } = checkHunts(definitions.hunts, { ...definitions, now: NOW });
    expect([...definitions.problems, ...problems].map(formatProblem)).toEqual([
      'hunts/a/before.yml:8:50  list-too-long  List "blocks" has 10001 blocks and 0 addresses; before counting at most 10000 and 50000 can be excluded  Use "stage: after", or a shorter list',
      'hunts/a/before.yml:8:58  list-too-long  List "plain" has 0 blocks and 50001 addresses; before counting at most 10000 and 50000 can be excluded  Use "stage: after", or a shorter list',
    ]);
  });
});
