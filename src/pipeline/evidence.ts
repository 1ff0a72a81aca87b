import type { DeclarativeBody } from '../core/hunt.ts';
import { type HuntRow, type Scalar, valuesOf } from '../core/row.ts';
import { evidenceQuery } from '../query/compile/entity.ts';
import { EVIDENCE_CAP } from '../findings/to-finding.ts';
import type { Account } from './account.ts';
import { entityPlan } from './ask-entity.ts';
import { questionOf, type RunPlan } from './plan.ts';

/** Entities asked about in one query: their conditions are one OR, which the printer balances. */
const ENTITIES_MAX = 500;
/** Characters of all entities of one query, of 1,000,000 that a query may have: escaped, a character may be six. */
const CHARACTERS_MAX = 100_000;

/** Sample events of rows, `index/_id`. */
export type Evidence = (row: HuntRow) => readonly string[];

/** Samples of what a declarative hunt found; asked for the entities that are left, so no id of another event is read. */
export async function sampleEvents(
  plan: RunPlan,
  body: DeclarativeBody,
  rows: readonly HuntRow[],
  account: Account,
): Promise<Evidence> {
  const samples = new Map<string, readonly string[]>();
  const compiled = entityPlan(plan, body);
  const excluded = plan.before.map((use) => use.excluded);
  const { batches, tooLong } = batchesOf(rows.map((row) => entityOf(body, row)));
  if (tooLong > 0)
    account.warnings.add(`Findings without sample events, as their values fit into no query: ${tooLong}`);
  for (const entities of batches) {
    const esql = evidenceQuery(compiled, entities, EVIDENCE_CAP);
    const answer = await account.ask(questionOf(plan, 'evidence', esql, { rowsMax: 9_999, excluded }));
    for (const row of answer.rows)
      samples.set(keyText(body, { cells: row, more: new Set() }), texts(valuesOf(row.get('evidence'))));
  }
  return (row) => samples.get(keyText(body, row)) ?? [];
}

/** Entities by queries that can be sent, and how many fit into none: one long name must not fail the run of all. */
function batchesOf(entities: readonly Scalar[][]): { readonly batches: Scalar[][][]; readonly tooLong: number } {
  const batches: Scalar[][][] = [];
  let [characters, tooLong] = [0, 0];
  for (const entity of entities) {
    const length = entity.reduce<number>((sum, value) => sum + String(value).length, 0);
    const batch = batches.at(-1);
    if (length > CHARACTERS_MAX) tooLong++;
    else if (batch !== undefined && batch.length < ENTITIES_MAX && characters + length <= CHARACTERS_MAX) {
      batch.push(entity);
      characters += length;
    } else {
      batches.push([entity]);
      characters = length;
    }
  }
  return { batches, tooLong };
}

/** Samples of an esql hunt whose rows carry `_id`, with `_index` where they have it. */
export function ownEvents(row: HuntRow): readonly string[] {
  const [index] = valuesOf(row.cells.get('_index'));
  return texts(valuesOf(row.cells.get('_id'))).map((id) => (index === undefined ? id : `${index}/${id}`));
}

/** The values of the entity: a row of a declarative hunt has one in each key column. */
export function entityOf(body: DeclarativeBody, row: HuntRow): Scalar[] {
  return body.of.flatMap((name) => valuesOf(row.cells.get(name)).slice(0, 1));
}

function keyText(body: DeclarativeBody, row: HuntRow): string {
  return JSON.stringify(body.of.map((name) => row.cells.get(name) ?? null));
}

function texts(values: readonly Scalar[]): string[] {
  return values.map(String);
}
