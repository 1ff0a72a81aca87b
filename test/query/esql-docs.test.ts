import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { esqlDocs } from '../../scripts/write-esql-docs.ts';

describe('docs/esql.md', () => {
  it('is what the generator writes from the code: node scripts/write-esql-docs.ts', async () => {
    expect(await esqlDocs()).toBe(readFileSync(new URL('../../docs/esql.md', import.meta.url), 'utf8'));
  });
});
