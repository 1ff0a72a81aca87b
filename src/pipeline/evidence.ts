import type { DeclarativeBody } from '../core/hunt.ts';
import { type HuntRow, type Scalar, valuesOf } from '../core/row.ts';
import { evidenceQuery } from '../query/compile/entity.ts';
import { EVIDENCE_CAP } from '../findings/to-finding.ts';
import type { Account } from './account.ts';
import { entityPlan } from './ask-entity.ts';
import { questionOf, type RunPlan } from './plan.ts';

/** Entities asked about in one query: their conditions are one OR, which the printer balances. */
const ENTITIES_MAX = 500;

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
  for (let at = 0; at < rows.length; at += ENTITIES_MAX) {
    const entities = rows.slice(at, at + ENTITIES_MAX).map((row) => entityOf(body, row));
    const esql = evidenceQuery(compiled, entities, EVIDENCE_CAP);
    const answer = await account.ask(questionOf(plan, 'evidence', esql, { rowsMax: 9_999, excluded }));
    for (const row of answer.rows)
      samples.set(keyText(body, { cells: row, more: new Set() }), texts(valuesOf(row.get('evidence'))));
  }
  return (row) => samples.get(keyText(body, row)) ?? [];
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
