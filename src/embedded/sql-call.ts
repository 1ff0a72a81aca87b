import type { ScalarFunction } from '../query/functions/define.ts';
import type { Typed } from '../query/typed.ts';
import type { SqlContext, SqlValue } from './functions/port.ts';
import { scalarSql } from './functions/registry.ts';
import { Refused } from './refused.ts';
import { alone } from './sql-share.ts';

/** A call or cast: by its SQL form, else by its reference implementation; a function without either is refused. */
export function callSql(
  typed: Typed,
  entry: ScalarFunction,
  operands: readonly SqlValue[],
  context: SqlContext,
): SqlValue {
  const args = entry.needsSingle ? operands.map(alone) : operands;
  const signature = { takes: typed.takes, result: typed.type };
  const form = scalarSql(entry.name)?.(args, signature, context) ?? null;
  if (form !== null) return form;
  const reason =
    entry.evaluate === null ? `the embedded engine has no ${entry.name}` : entry.refusedOnRows?.(typed.operands);
  if (typeof reason === 'string')
    throw new Refused('not-embedded', reason, `Ask Elasticsearch, or do without ${entry.name}`, typed.expr.span);
  return context.udf(entry, args, signature);
}
