import { unreachable } from '../../core/error.ts';
import type { ValueType } from '../../query/values/values.ts';
import type { SqlValue } from './functions/port.ts';

/**
 * The SQL type that holds values of an ES|QL type, in segments and in between: dates are UTC and cut to the millisecond,
 * date_nanos is a number of nanoseconds, an ip is its number of 128 bits (core/ip.ts), so that order and equality hold.
 */
export function sqlType(type: ValueType): string {
  switch (type) {
    case 'keyword':
    case 'text':
    case 'version':
    case 'geo_point':
    case 'unsupported':
    case 'duration':
      return 'VARCHAR';
    case 'integer':
    case 'null':
      return 'INTEGER';
    case 'long':
    case 'date_nanos':
      return 'BIGINT';
    case 'unsigned_long':
      return 'UBIGINT';
    case 'double':
      return 'DOUBLE';
    case 'boolean':
      return 'BOOLEAN';
    case 'date':
      return 'TIMESTAMP';
    case 'ip':
      return 'UHUGEINT';
    default:
      return unreachable(type);
  }
}

/** The SQL type of a column: that of its type, or a LIST of it. */
export function columnType({ type, several }: Pick<SqlValue, 'type' | 'several'>): string {
  return several ? `${sqlType(type)}[]` : sqlType(type);
}

/** A plain value that is no constant. */
export function plain(sql: string, type: ValueType): SqlValue {
  return { sql, type, several: false, constant: undefined };
}

/** A LIST; `sql` gives null or one element and more, none of them null. */
export function list(sql: string, type: ValueType): SqlValue {
  return { sql, type, several: true, constant: undefined };
}

/** As a LIST, whatever it was. */
export function asList(value: SqlValue): SqlValue {
  return value.several ? value : list(`(CASE WHEN ${value.sql} IS NOT NULL THEN [${value.sql}] END)`, value.type);
}
