// Queries by rule, over documents that are hard on purpose: the embedded engine and the real node give the same answer,
// or both refuse. test/cases/differential holds the queries, and in known.txt those that differ for a stated reason.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { adversarialLines, MAPPING, neighbourLines, sparseLines } from '../rig/adversarial.ts';
import { differenceOf } from '../rig/compare-outcomes.ts';
import { openPair, type Pair } from '../rig/differential.ts';
import { describeLive, uniqueName } from '../rig/live.ts';
import { queryCases } from '../rig/query-cases.ts';

const CASES = queryCases('differential');
const KNOWN = new Set(
  readFileSync(new URL('../cases/differential/known.txt', import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#')),
);

describeLive('the same queries on both engines', ['elasticsearch8'], ({ elasticsearch8 }) => {
  const name = uniqueName('adv');
  let pair: Pair;

  beforeAll(async () => {
    const properties = Object.fromEntries([...MAPPING].map(([field, type]) => [field, { type }]));
    const few = ['id', '@timestamp', 'kw', 'n', 'tags'].map((field) => [field, properties[field]]);
    pair = await openPair(elasticsearch8, {
      [name]: { lines: adversarialLines(), properties },
      [`${name}-two`]: {
        lines: sparseLines(),
        properties: { ...Object.fromEntries(few), extra: { type: 'keyword' } },
      },
      [`beside-${name}`]: {
        lines: neighbourLines(),
        properties: { id: properties['id'], kw: properties['kw'], only: { type: 'keyword' } },
        beside: `${name}-two`,
      },
    });
  });

  afterAll(() => pair[Symbol.asyncDispose]());

  it('have the same columns, types and rows, or are refused by both', async () => {
    const differences: string[] = [];
    const equalAgain: string[] = [];
    let answered = 0;
    for (const { file, rule, esql } of CASES) {
      const query = esql.replaceAll(/\badv\b/g, name);
      const [theirs, ours] = [await pair.elasticsearch(query), await pair.embedded(query)];
      if (theirs.kind === 'answer' && ours.kind === 'answer') answered++;
      const difference = differenceOf(query, theirs, ours);
      const known = KNOWN.has(esql.replaceAll('\n', ' '));
      if (known && difference === null) equalAgain.push(esql);
      if (!known && difference !== null) differences.push(`${file}: ${rule}\n  ${esql}\n  ${difference.slice(0, 600)}`);
    }
    expect(answered).toBeGreaterThanOrEqual(1_500);
    expect(differences).toEqual([]);
    expect(equalAgain, 'queries of known.txt that no longer differ').toEqual([]);
  }, 600_000);
});
