// Queries outside of the subset (test/cases/refused): each is refused with its place and by name, none is answered.
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Engine } from '../../../src/engine/port.ts';
import { MAPPING } from '../../rig/adversarial.ts';
import { engineOver } from '../../rig/ask-embedded.ts';
import { askEmbedded } from '../../rig/differential.ts';
import { queryCases } from '../../rig/query-cases.ts';

const CASES = queryCases('refused');
let engine: Engine;

beforeAll(async () => {
  engine = await engineOver({
    adv: { fields: Object.fromEntries(MAPPING), documents: [{ id: 1, kw: 'a', n: 1 }] },
    look: { fields: { kw: 'keyword', extra: 'keyword', n: 'long' }, documents: [{ kw: 'a' }] },
  });
});
afterAll(() => engine[Symbol.asyncDispose]());

it('are a hundred and more', () => {
  expect(new Set(CASES.map(({ esql }) => esql)).size).toBeGreaterThanOrEqual(100);
});

it.each(CASES)('$esql', async ({ esql, rule }) => {
  const outcome = await askEmbedded(engine, esql);
  expect(outcome).toMatchObject({ kind: 'refused', message: expect.stringContaining(`line ${rule}`) });
});

it('is no test that a query inside the subset passes', async () => {
  expect(await askEmbedded(engine, 'FROM adv | KEEP id')).toMatchObject({ kind: 'answer', rows: [[1]] });
});
