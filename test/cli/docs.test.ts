import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { cliDocs } from '../../scripts/cli-docs.ts';
import { ERROR_CODES } from '../../src/core/error.ts';

const docs = (name: string) => readFile(new URL(`../../docs/${name}`, import.meta.url), 'utf8');

describe('docs/errors.md', () => {
  it('has every code with its exit code, in the order of the source, and no other', async () => {
    const rows = [...(await docs('errors.md')).matchAll(/^\| `([A-Z_]+)` +\| (\d) +\| \S.* \| \S.* \|$/gm)];
    expect(rows.map(([, code, exit]) => [code, Number(exit)])).toEqual(Object.entries(ERROR_CODES));
  });
});

describe('docs/cli.md', () => {
  it('is what "node scripts/write-cli-docs.ts" writes', async () => {
    expect(await docs('cli.md')).toBe(cliDocs());
  });
});
