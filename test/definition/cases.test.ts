import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/read-config.ts';
import { formatProblem, type Problem } from '../../src/core/problem.ts';
import { loadDefinitions } from '../../src/definition/load.ts';

const CASES = fileURLToPath(new URL('../cases/definition', import.meta.url));
const NOW = Date.parse('2026-11-21T00:00:00Z');

/** Problems of a case's folder: of its configuration, else of its definitions. */
async function problemsOf(folder: string): Promise<readonly Problem[]> {
  const config = await readConfig({ cwd: folder, env: {} });
  return config.ok ? (await loadDefinitions(config.value.site, { now: NOW })).problems : config.problems;
}

/** A missing golden is written once, for a person to read, and fails. */
function golden(path: string, actual: string): string {
  if (existsSync(path)) return readFileSync(path, 'utf8');
  writeFileSync(path, actual);
  return `written anew: read ${path}`;
}

describe('a folder of definitions has these problems', () => {
  for (const name of readdirSync(CASES).sort())
    it(name, async () => {
      const actual = (await problemsOf(join(CASES, name))).map((problem) => `${formatProblem(problem)}\n`).join('');
      expect(actual).toBe(golden(join(CASES, name, 'problems.txt'), actual));
    });

  it('fifty faults that do not touch each other are fifty problems', async () => {
    const problems = await problemsOf(join(CASES, 'fifty-faults'));
    expect(problems).toHaveLength(50);
    expect(new Set(problems.map(({ place, rule }) => `${place.file}:${place.line}:${place.column} ${rule}`)).size).toBe(
      50,
    );
  });

  it('no problem shows a secret', async () => {
    const told = (await problemsOf(join(CASES, 'config-faults'))).map(formatProblem).join('\n');
    expect(told).toContain('secret-in-file');
    expect(told).not.toMatch(/hunter2|bm90OnJlYWw/);
  });
});
