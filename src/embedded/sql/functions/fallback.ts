import { findFunction } from '../../../query/functions/registry.ts';
import type { Signature } from '../../../query/values/types.ts';
import type { ScalarSql, SqlContext, SqlValue } from './port.ts';
import { plain } from '../sql-types.ts';

/** A call of the reference implementation, for the arguments that SQL would treat in another way. */
export function reference(name: string, args: readonly SqlValue[], signature: Signature, context: SqlContext): string {
  const entry = findFunction(name);
  if (entry?.kind !== 'scalar') throw new TypeError(`"${name}" is no scalar function`);
  return context.udf(entry, args, signature).sql;
}

/** A form that writes one expression of plain arguments; null where an argument is a LIST. */
export function ofPlain(
  write: (
    args: readonly string[],
    signature: Signature,
    values: readonly SqlValue[],
    context: SqlContext,
  ) => string | null,
): ScalarSql {
  return (values, signature, context) => {
    if (values.some((value) => value.several)) return null;
    const sql = write(
      values.map((value) => value.sql),
      signature,
      values,
      context,
    );
    return sql === null ? null : plain(sql, signature.result);
  };
}

/** The text of a constant argument; null where it is none. */
export function constantText(value: SqlValue | undefined): string | null {
  return typeof value?.constant === 'string' ? value.constant : null;
}

/** The number of a constant argument; null where it is none. */
export function constantNumber(value: SqlValue | undefined): number | null {
  return typeof value?.constant === 'number' ? value.constant : null;
}
