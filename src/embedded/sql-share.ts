import { plain } from './sql-types.ts';
import type { SqlValue } from './functions/port.ts';

/** SQL text up to this may be repeated; DuckDB evaluates equal expressions of one SELECT once. */
const REPEATED_MAX = 300;

/**
 * An expression that needs a value more than once. Long SQL is bound to a name instead of repeated, or a query nested a
 * hundred deep would double with each level.
 */
export function sharing(sql: string, use: (sql: string) => string): string {
  return sql.length <= REPEATED_MAX ? use(sql) : `list_transform([${sql}], lambda v: ${use('v')})[1]`;
}

/** The one value that a scalar operator may see: null for several. */
export function alone(value: SqlValue): SqlValue {
  if (!value.several) return value;
  return plain(`(${sharing(value.sql, (sql) => `CASE WHEN len(${sql}) = 1 THEN ${sql}[1] END`)})`, value.type);
}

/** A finite double, else null: NaN and infinities do not exist in ES|QL. */
export function finite(sql: string): string {
  return `(${sharing(sql, (once) => `CASE WHEN isfinite(${once}) THEN ${once} END`)})`;
}
