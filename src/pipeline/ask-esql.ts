import type { HuntRow } from '../core/row.ts';
import type { Query } from '../query/syntax/ast.ts';
import { type EsqlPlan, esqlHuntQuery, matchedEventsQuery } from '../query/compile/esql-hunt.ts';
import type { Account } from './account.ts';
import { countListed } from './count-listed.ts';
import { questionOf, type RunPlan } from './plan.ts';

/** Rows of a hunt that writes its own ES|QL; events that its lists hide go to the account. */
export async function askEsql(plan: RunPlan, query: Query, account: Account): Promise<HuntRow[]> {
  const compiled = esqlPlan(plan, query);
  if (!readsAnything(compiled)) {
    account.reasons.push({ verdict: 'blind', code: 'no_index', text: 'No index matches what FROM names' });
    return [];
  }
  const { rowsMax } = plan.request;
  const excluded = plan.before.map((use) => use.excluded);
  const answer = await account.ask(questionOf(plan, 'rows', esqlHuntQuery(compiled), { rowsMax, excluded }));
  account.columns = answer.columns;
  account.rows = answer.rows.length;
  await countListed(plan, matchedEventsQuery(compiled), account);
  return answer.rows.map((cells) => ({ cells, more: new Set<string>() }));
}

/** Whether a pattern of FROM is left: without one the server would refuse the query. */
function readsAnything({ query, patterns }: EsqlPlan): boolean {
  const [from] = query.commands;
  return from?.kind === 'from' && from.sources.some((source) => patterns(source.pattern).length > 0);
}

function esqlPlan(plan: RunPlan, query: Query): EsqlPlan {
  const { frame, hunt, request, caps } = plan;
  const patterns = (pattern: string) => plan.checked.patterns(pattern).filter((name) => !caps.unmatched.includes(name));
  return { query, frame, patterns, params: hunt.params, rowsMax: request.rowsMax };
}
