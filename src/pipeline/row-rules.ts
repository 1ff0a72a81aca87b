import type { ColumnType } from '../core/row.ts';
import type { RowException } from '../findings/except.ts';
import { geoColumns } from '../findings/enrich.ts';
import type { GeoLookup } from '../findings/geoip.ts';
import { keepFamilies, type RowKeep } from '../findings/keep.ts';
import type { Expr } from '../query/syntax/ast.ts';
import { predicate } from '../query/evaluate/evaluate.ts';
import { columnsOf } from '../query/syntax/walk.ts';
import type { Account } from './account.ts';
import { eventCondition, type RunPlan } from './plan.ts';

/** The hunt's exceptions as questions to result rows; expired ones are left to `except`, which does not ask them. */
export function rowExceptions(plan: RunPlan, account: Account): RowException[] {
  return plan.checked.exceptions.map(({ exception, when }) => ({
    exception,
    when: test(when, plan, account),
    reads: columnsOf(when),
  }));
}

/** The hunt's `keep`, with the collected column it is decided by, if any. */
export function rowKeep(plan: RunPlan, geoip: GeoLookup | null, account: Account): RowKeep | null {
  const { keep } = plan.checked;
  if (keep === null) return null;
  const { geoip: fields, body } = plan.hunt;
  const reads = columnsOf(keep);
  const several = body.type === 'esql' ? fields : ['across', ...Object.keys(body.collect)];
  const [family = null] = keepFamilies(reads, fields, several);
  return { keeps: test(keep, plan, account), reads, family, geoip: geoip === null ? null : { fields, lookup: geoip } };
}

function test(condition: Expr, plan: RunPlan, account: Account): ReturnType<typeof predicate> {
  return predicate(eventCondition(condition, plan.hunt), { types: typesOf(plan, account), params: plan.hunt.params });
}

/** Types of the answer's columns and of those that GeoIP adds. */
function typesOf(plan: RunPlan, account: Account): ReadonlyMap<string, ColumnType> {
  const added = plan.hunt.geoip.flatMap((field) => geoColumns(field));
  return new Map([...account.columns, ...added].map(({ name, type }) => [name, type]));
}
