import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { parseArchitecture, violations, type Sources } from './rig/imports.ts';

const root = new URL('../', import.meta.url);

function readSources(): Sources {
  const files = readdirSync(fileURLToPath(new URL('src/', root)), { recursive: true, encoding: 'utf8' });
  const paths = files.map((file) => file.replaceAll('\\', '/')).filter((file) => file.endsWith('.ts'));
  return new Map(paths.map((file) => [file, readFileSync(new URL(`src/${file}`, root), 'utf8')]));
}

it('src imports what ARCHITECTURE.md allows, without cycles, packages by their doors, the environment by config', () => {
  const architecture = parseArchitecture(readFileSync(new URL('ARCHITECTURE.md', root), 'utf8'));
  const sources = readSources();
  expect(sources.size).toBeGreaterThan(10);
  expect(violations(architecture, sources)).toEqual([]);
});
