// What a compiled exclusion leaves on a real node must be the documents that its condition, asked of each, does not match.
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isList, type Value } from '../../src/core/row.ts';
import type { Expr } from '../../src/query/syntax/ast.ts';
import { column, from, isNull, limit, query, where } from '../../src/query/syntax/build.ts';
import { leftBy, type Negation, unlessTrue } from '../../src/query/compile/null-safe.ts';
import { predicate } from '../../src/query/evaluate/evaluate.ts';
import { printQuery } from '../../src/query/syntax/print.ts';
import { printExpr } from '../../src/query/syntax/print-expression.ts';
import { arbitraryCondition, arbitraryRow, CONDITION_COLUMNS } from '../rig/arbitrary-condition.ts';
import { esql, mustAsk, type Node } from '../rig/elasticsearch.ts';
import { describeLive, uniqueName } from '../rig/live.ts';

const DOCUMENTS = 300;
const CONDITIONS = 120;
const SEED = 20_261_121;

/**
 * Where 8.19.21 departs from three-valued logic, node and rows differ and nothing can be compared: `TO_LOWER(k) == "A"`
 * is false for null, `x IN (1, null) AND false` is null, and so is `false AND f` where f holds several booleans.
 */
function isAgreed(condition: Expr): boolean {
  const text = printExpr(condition);
  return !(text.includes('TO_LOWER') && text.includes('"A')) && !/[(\s]null[,)]/.test(text);
}

function withOneFlag(document: Document): Document {
  const flag = document.get('f') ?? null;
  return new Map([...document, ['f', isList(flag) ? (flag[0] ?? null) : flag]]);
}

type Document = ReadonlyMap<string, Value>;

async function load(node: Node, index: string, documents: readonly Document[]): Promise<void> {
  const properties = Object.fromEntries([...CONDITION_COLUMNS, ['id', 'long']].map(([name, type]) => [name, { type }]));
  await mustAsk(node, 'PUT', `/${index}`, { body: { mappings: { properties }, settings: { number_of_replicas: 0 } } });
  const lines = documents.flatMap((document, id) => [{ index: {} }, { id, ...Object.fromEntries(document) }]);
  await mustAsk(node, 'POST', `/${index}/_bulk?refresh=true`, {
    body: lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
  });
}

async function left(node: Node, index: string, negation: Negation): Promise<number[]> {
  const commands = leftBy([{ ...negation, name: 'hunt.left.0' }]);
  const text = printQuery(query([from([index]), ...commands, limit(DOCUMENTS + 1)]));
  return (await esql(node, text)).map(({ id }) => Number(id));
}

function unmatched(documents: readonly Document[], condition: Expr): number[] {
  const holds = predicate(condition, { types: CONDITION_COLUMNS, params: {} });
  return documents.flatMap((document, id) => (holds(document) === true ? [] : [id]));
}

/** Where node and condition differ: a document that should have been left, or should not. Empty when all is well. */
async function differences(
  node: Node,
  index: string,
  documents: readonly Document[],
  condition: Expr,
  compiled: Negation,
) {
  const found = new Set(await left(node, index, compiled));
  const expected = new Set(unmatched(documents, condition));
  const first = documents.findIndex((_, id) => found.has(id) !== expected.has(id));
  if (first === -1) return [];
  const document = JSON.stringify([...(documents[first] ?? [])]);
  return [
    `${printExpr(condition)} as ${printExpr(compiled.expr)} ${found.has(first) ? 'leaves' : 'hides'} ${document}`,
  ];
}

describeLive('an exclusion on a real node', ['elasticsearch8'], ({ elasticsearch8 }) => {
  const conditions = fc.sample(arbitraryCondition.filter(isAgreed), { seed: SEED, numRuns: CONDITIONS });
  const single = fc.sample(arbitraryRow(false), { seed: SEED, numRuns: DOCUMENTS });
  const several = fc.sample(arbitraryRow(true), { seed: SEED, numRuns: DOCUMENTS }).map(withOneFlag);
  const name = uniqueName('pushdown');
  beforeAll(async () => {
    await load(elasticsearch8, `${name}-single`, single);
    await load(elasticsearch8, `${name}-several`, several);
  });
  afterAll(() => mustAsk(elasticsearch8, 'DELETE', `/${name}-single,${name}-several`));

  it('leaves what the condition does not match, pushed down, on fields of one value or none', async () => {
    const forms = new Map<string, number>();
    const wrong: string[] = [];
    for (const condition of conditions) {
      const negation = unlessTrue(condition, () => true);
      forms.set(negation.form, (forms.get(negation.form) ?? 0) + 1);
      wrong.push(...(await differences(elasticsearch8, `${name}-single`, single, condition, negation)));
    }
    expect(wrong).toEqual([]);
    expect(forms.get('pushed down')).toBeGreaterThan(20);
    expect(forms.get('row by row')).toBeGreaterThan(20);
  });

  it('leaves what the condition does not match, row by row, whatever fields hold', async () => {
    const wrong: string[] = [];
    for (const condition of conditions) {
      const negation = unlessTrue(condition, () => false);
      wrong.push(...(await differences(elasticsearch8, `${name}-several`, several, condition, negation)));
    }
    expect(wrong).toEqual([]);
  });

  it('leaves what it should behind a condition that asks for a null of the same field', async () => {
    const asked = [...CONDITION_COLUMNS.keys()].map((name) => isNull(column(name)));
    const wrong: string[] = [];
    for (const [at, condition] of conditions.slice(0, 40).entries()) {
      const nulls = asked[at % asked.length] ?? asked[0]!;
      const commands = leftBy([{ ...unlessTrue(condition, () => false), name: 'hunt.left.0' }]);
      const text = printQuery(query([from([`${name}-single`]), ...where(nulls), ...commands, limit(DOCUMENTS + 1)]));
      const found = (await esql(elasticsearch8, text)).length;
      const isAsked = predicate(nulls, { types: CONDITION_COLUMNS, params: {} });
      const expected = unmatched(single, condition).filter((id) => isAsked(single[id] ?? new Map()) === true).length;
      if (found !== expected) wrong.push(`${text}: ${found} instead of ${expected}`);
    }
    expect(wrong).toEqual([]);
  });
});
