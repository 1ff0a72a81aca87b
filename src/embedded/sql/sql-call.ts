import type { ScalarFunction } from '../../query/functions/define.ts';
import type { Typed } from '../../query/resolve/typed.ts';
import type { SqlContext, SqlValue } from './functions/port.ts';
import { scalarSql } from './functions/registry.ts';
import { Refused } from '../plan/refused.ts';
import { alone, named } from './sql-share.ts';

/** A call or cast: by its SQL form, else by its reference implementation; a function without either is refused. */
export function callSql(
  typed: Typed,
  entry: ScalarFunction,
  operands: readonly SqlValue[],
  context: SqlContext,
): SqlValue {
  const args = entry.needsSingle ? operands.map(alone) : operands;
  const signature = { takes: typed.takes, result: typed.type };
  // Every function of single values is null where one is; a null without a type has no SQL form.
  if (entry.needsSingle && typed.takes.includes('null')) return context.constant(null, typed.type);
  // Of constants the reference implementation makes a constant, before any SQL.
  const isConstant = args.length > 0 && args.every(({ constant }) => constant !== undefined);
  const form = isConstant ? null : scalarSql(entry.name);
  const written = form === null ? null : named(args, (once) => form(once, signature, context));
  if (written !== null) return written;
  const reason =
    entry.evaluate === null ? `the embedded engine has no ${entry.name}` : entry.refusedOnRows?.(typed.operands);
  if (typeof reason === 'string')
    throw new Refused('not-embedded', reason, `Ask Elasticsearch, or do without ${entry.name}`, typed.expr.span);
  return context.udf(entry, args, signature);
}
