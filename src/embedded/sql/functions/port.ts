import type { ScalarFunction } from '../../../query/functions/define.ts';
import type { Signature } from '../../../query/values/types.ts';
import type { RefScalar, RefValue, ValueType } from '../../../query/values/values.ts';

/**
 * An expression in SQL. `several`: it is a LIST (of the type's SQL type, `sqlType`), which is null or has one element or
 * more and never a null element; else it is a plain value. The planner knows which, so that plain values cost nothing.
 * `sql` may be used more than once, needs no parentheses around it, and never holds text that a query or an event wrote.
 */
export interface SqlValue {
  readonly sql: string;
  readonly type: ValueType;
  readonly several: boolean;
  /** The value where it is a constant, already of `type`; a duration has no SQL and is read here only. */
  readonly constant: RefValue | undefined;
}

/** What a form may ask for while it writes SQL. */
export interface SqlContext {
  /** The placeholder of a prepared parameter, cast to the SQL type of `type`. */
  readonly param: (value: RefScalar, type: ValueType) => string;
  /** A constant: null, one value, or a LIST. */
  readonly constant: (value: RefValue, type: ValueType) => SqlValue;
  /** A call of the reference implementation, registered as a function of DuckDB. Never fails, about 1 µs a row. */
  readonly udf: (entry: ScalarFunction, args: readonly SqlValue[], signature: Signature) => SqlValue;
  /** A call of any pure function of one text, told apart by `key`: a compiled pattern. Null stays null. */
  readonly textTest: (key: string, test: (text: string) => boolean, sql: string) => string;
  /** A call of any pure function of single values, told apart by `key`. Null when an argument is. */
  readonly operator: (
    key: string,
    args: readonly SqlValue[],
    result: ValueType,
    compute: (args: readonly RefScalar[]) => RefScalar | null,
  ) => SqlValue;
  /** The instant that NOW() gives throughout the query, epoch ms. */
  readonly now: number;
}

/**
 * The SQL of one scalar function, or null where these arguments have none and the reference implementation answers.
 * Arguments are already of the types that `signature.takes` names, but may be LISTs: a function that needs single values
 * gets them as plain values (the caller has made a LIST of other than one element null).
 */
export type ScalarSql = (args: readonly SqlValue[], signature: Signature, context: SqlContext) => SqlValue | null;

/**
 * The SQL of one aggregate over the rows of a group. `over` puts the aggregate's own WHERE behind each native aggregate
 * call that the form writes: `over('sum(x)')` may become `sum(x) FILTER (WHERE w)`. No arguments: COUNT(*).
 * Null where these arguments have no form; the query is then refused by name.
 */
export type AggregateSql = (
  args: readonly SqlValue[],
  signature: Signature,
  context: SqlContext,
  over: (call: string) => string,
) => SqlValue | null;
