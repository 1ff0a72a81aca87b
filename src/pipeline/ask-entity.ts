import type { DeclarativeBody } from '../core/hunt.ts';
import { cellOf, type HuntRow, type Row, valuesOf } from '../core/row.ts';
import type { Reason } from '../core/verdict.ts';
import { ACROSS_CAP, type EntityPlan, hiddenQuery, matchedQuery } from '../query/compile/entity.ts';
import { columnsOf } from '../query/syntax/walk.ts';
import type { Account } from './account.ts';
import { countListed, numberAt } from './count-listed.ts';
import { eventCondition, isSingle, questionOf, type RunPlan } from './plan.ts';

/** Rows of a declarative hunt as the engine answers; unkeyed and hidden events go to the account. */
export async function askEntities(
  plan: RunPlan,
  compiled: EntityPlan,
  rowsQuery: string,
  account: Account,
): Promise<HuntRow[]> {
  const excluded = plan.before.map((use) => use.excluded);
  const { rowsMax } = plan.request;
  const answer = await account.ask(questionOf(plan, 'rows', rowsQuery, { rowsMax, excluded }));
  account.columns = answer.columns;
  account.rows = answer.rows.length;
  await countHidden(plan, compiled, account);
  return answer.rows.map((row) => trimmed(row, compiled.body));
}

/** The hunt's statement bound to one run. */
export function entityPlan<Body extends DeclarativeBody>(plan: RunPlan, body: Body): EntityPlan<Body> {
  const { checked, hunt, frame, exceptions, request } = plan;
  const where = checked.where === null ? null : eventCondition(checked.where, hunt);
  return { body, frame, where, exceptions, rowsMax: request.rowsMax };
}

/** One query for all exceptions and unkeyed events, and one for each list, whose addresses travel in the filter. */
async function countHidden(plan: RunPlan, compiled: EntityPlan, account: Account): Promise<void> {
  const judged = [
    ...new Set(plan.exceptions.flatMap((use) => (use.form === 'pushed down' ? [...columnsOf(use.when)] : []))),
  ].filter(isSingle);
  const answer = await account.ask(questionOf(plan, 'hidden', hiddenQuery(compiled, judged)));
  const counts = answer.rows[0];
  account.unkeyed = { events: numberAt(counts, 'unkeyed_events'), hosts: numberAt(counts, 'unkeyed_hosts') };
  plan.exceptions.forEach((use, index) => {
    account.hidden.push({ by: 'exception', name: use.id, unit: 'events', count: numberAt(counts, `hidden.${index}`) });
  });
  const several = numberAt(counts, 'several');
  if (several > 0) account.reasons.push(notJudged(several, judged));
  await countListed(plan, matchedQuery(compiled), account);
}

function notJudged(events: number, fields: readonly string[]): Reason {
  const text = `${events} events hold several values in ${fields.join(' or ')}, which an exception cannot judge: they were not counted`;
  return { verdict: 'degraded', code: 'several_values', text };
}

/** Cuts each set to its size, and remembers which had more. */
function trimmed(row: Row, body: DeclarativeBody): HuntRow {
  const caps = new Map([['across', ACROSS_CAP], ...Object.entries(body.collect)]);
  const more = new Set<string>();
  const cells = new Map(row);
  for (const [name, cap] of caps) {
    const values = valuesOf(row.get(name));
    if (values.length <= cap) continue;
    cells.set(name, cellOf(values.slice(0, cap)));
    more.add(name);
  }
  return { cells, more };
}
