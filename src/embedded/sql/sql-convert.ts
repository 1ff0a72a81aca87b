import { convert } from '../../query/values/convert.ts';
import { elementsOf, valueOf } from '../../query/values/values.ts';
import type { ValueType } from '../../query/values/values.ts';
import type { SqlContext, SqlValue } from './functions/port.ts';
import { list, plain, sqlType } from './sql-types.ts';

const WIDENING: ReadonlySet<string> = new Set([
  'integer>long',
  'integer>double',
  'long>double',
  'unsigned_long>double',
]);

/**
 * A value brought to the type that an operator takes, as the typed tree decided. Only implicit conversions come here:
 * constants, widened numbers, text as keyword, null as anything, a date as date_nanos.
 */
export function brought(value: SqlValue, to: ValueType, context: SqlContext): SqlValue {
  const { type: from, constant, several, sql } = value;
  if (from === to) return value;
  if (from === 'null') return context.constant(null, to);
  if (constant !== undefined)
    return context.constant(valueOf(elementsOf(constant).flatMap((item) => convert(item, from, to) ?? [])), to);
  if (sqlType(from) === sqlType(to)) return { ...value, type: to };
  const each = converter(from, to);
  return several ? list(`list_transform(${sql}, lambda x: ${each('x')})`, to) : plain(each(sql), to);
}

function converter(from: ValueType, to: ValueType): (sql: string) => string {
  if (WIDENING.has(`${from}>${to}`)) return (sql) => `CAST(${sql} AS ${sqlType(to)})`;
  // In comparisons only: a date of any year is before or after one that a date_nanos can hold.
  if (from === 'date' && to === 'date_nanos') return (sql) => `(CAST(epoch_ms(${sql}) AS HUGEINT) * 1000000)`;
  throw new TypeError(`No implicit conversion leads from ${from} to ${to}`);
}
