import { plain } from './sql-types.ts';
import type { SqlValue } from './functions/port.ts';

/** SQL text up to this may be repeated; DuckDB evaluates equal expressions of one SELECT once. */
const REPEATED_MAX = 300;

/**
 * An expression that needs a value more than once. Long SQL is bound to a name instead of repeated, or a query nested a
 * hundred deep would double with each level.
 */
function sharing(sql: string, use: (sql: string) => string): string {
  return sql.length <= REPEATED_MAX ? use(sql) : `list_transform([${sql}], lambda v: ${use('v')})[1]`;
}

/** As `sharing`, for all arguments of a form at once: a form may use an argument as often as it likes. */
export function named(
  args: readonly SqlValue[],
  write: (args: readonly SqlValue[]) => SqlValue | null,
): SqlValue | null {
  const long = args.flatMap(({ sql, constant }, at) =>
    constant === undefined && sql.length > REPEATED_MAX ? [at] : [],
  );
  const written = write(args.map((arg, at) => (long.includes(at) ? { ...arg, sql: `a${at}` } : arg)));
  if (written === null) return null;
  const sql = long.reduceRight(
    (body, at) => `list_transform([${args[at]?.sql}], lambda a${at}: ${body})[1]`,
    written.sql,
  );
  return { ...written, sql };
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
