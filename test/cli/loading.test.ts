// What a command loads before it is asked to do anything.
import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { importsOf } from '../rig/imports.ts';

const SOURCE = fileURLToPath(new URL('../../src/', import.meta.url));

/** Every package and file that is loaded with a file, those behind `await import` left out. */
function loadedWith(file: string, seen = new Set<string>()): ReadonlySet<string> {
  seen.add(file);
  const text = readFileSync(SOURCE + file, 'utf8').replace(/\bimport\(/g, 'later(');
  for (const { specifier, runtime } of importsOf(text)) {
    if (!runtime) continue;
    const target = specifier.startsWith('.') ? posix.join(posix.dirname(file), specifier) : specifier;
    if (!seen.has(target) && target.endsWith('.ts')) loadedWith(target, seen);
    else seen.add(target);
  }
  return seen;
}

const HEAVY = ['@duckdb/node-api', 'node:sqlite', '@elastic/elasticsearch', 'geoip-lite'];

it.each([
  ['cli/hunt.ts', []],
  ['cli/commands/list.ts', []],
  ['cli/commands/check.ts', []],
  ['cli/commands/findings.ts', []],
  ['cli/commands/run.ts', []],
  ['cli/commands/test.ts', []],
  ['cli/ground-embedded.ts', ['@duckdb/node-api', 'node:sqlite']],
  ['cli/ground-elasticsearch.ts', []],
  ['store/sqlite/store.ts', ['node:sqlite']],
])('%s loads of the heavy packages only %j', (file, expected) => {
  const loaded = loadedWith(file);
  expect(HEAVY.filter((name) => loaded.has(name))).toEqual(expected);
});
