// The search for differences, on two embedded engines: one of them with a fault planted into it.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ColumnType } from '../../../src/core/row.ts';
import type { Engine } from '../../../src/engine/port.ts';
import type { Expr } from '../../../src/query/syntax/ast.ts';
import { mapQuery } from '../../../src/query/syntax/commands.ts';
import { parseQuery } from '../../../src/query/syntax/parse.ts';
import { printQuery } from '../../../src/query/syntax/print.ts';
import { engineOver } from '../ask-embedded.ts';
import { askEmbedded } from '../differential.ts';
import { drawOf } from './draw.ts';
import { randomQuery, type Events } from './query.ts';
import { askBatch, emptyTally } from './round.ts';

const FIELDS: Readonly<Record<string, ColumnType>> = {
  id: 'long',
  kw: 'keyword',
  tags: 'keyword',
  n: 'long',
  d: 'double',
  b: 'boolean',
  '@timestamp': 'date',
  ip: 'ip',
};
const DOCUMENTS = [
  { id: 0, kw: 'Alpha', tags: ['x', 'Y'], n: 5, d: 1.5, b: true, '@timestamp': '2026-11-01T00:00:00Z', ip: '10.0.0.1' },
  { id: 1, kw: 'beta', n: -1, d: -2.5, b: false, ip: '::1' },
  { id: 2, tags: 'z', n: 7 },
];
const EVENTS: Events = {
  sources: [{ patterns: ['adv'], fields: new Map(Object.entries(FIELDS)) }],
  unique: 'id',
  lookup: null,
};

let engine: Engine;
beforeAll(async () => {
  engine = await engineOver({ adv: { fields: FIELDS, documents: DOCUMENTS } });
});
afterAll(() => engine[Symbol.asyncDispose]());

const sound = (esql: string) => askEmbedded(engine, esql);

/** An engine that takes one function for another. */
const faulty = (esql: string) => {
  const parsed = parseQuery(esql);
  const confused = (node: Expr): Expr =>
    node.kind === 'call' && node.name === 'TO_UPPER' ? { ...node, name: 'TO_LOWER' } : node;
  return sound(parsed.ok ? printQuery(mapQuery(parsed.value, confused)) : esql);
};

function queriesOf(seed: number, count: number, fits: (esql: string) => boolean): readonly string[] {
  const draw = drawOf(seed);
  const queries: string[] = [];
  while (queries.length < count) {
    const esql = randomQuery(draw, EVENTS);
    if (fits(esql)) queries.push(esql);
  }
  return queries;
}

describe('a round of random queries', () => {
  it('is the same for the same seed', () => {
    const any = () => true;
    expect(queriesOf(3, 20, any)).toEqual(queriesOf(3, 20, any));
    expect(queriesOf(3, 20, any)).not.toEqual(queriesOf(4, 20, any));
  });

  it('finds nothing where both are sound, and most queries are answered', async () => {
    const tally = emptyTally();
    await askBatch(
      { elasticsearch: sound, embedded: sound },
      queriesOf(1, 40, () => true),
      tally,
    );
    expect(tally.differences).toEqual([]);
    expect(tally.answered).toBeGreaterThan(36);
  });

  it('finds a planted fault, and makes it small', async () => {
    const tally = emptyTally();
    const queries = queriesOf(2, 12, (esql) => esql.includes('TO_UPPER('));
    await askBatch({ elasticsearch: sound, embedded: faulty }, queries, tally);
    const sizes = tally.differences.map(({ smallest }) => smallest.split('\n| ').length);
    expect(sizes.length).toBeGreaterThan(0);
    expect(Math.min(...sizes)).toBe(2);
    for (const { smallest, esql } of tally.differences) {
      expect(smallest).toContain('TO_UPPER(');
      expect(smallest.length).toBeLessThanOrEqual(esql.length);
    }
  }, 60_000);
});
