import { createHash } from 'node:crypto';
import type { ScalarFunction } from '../../query/functions/define.ts';
import type { Signature } from '../../query/values/types.ts';
import { elementsOf, isSeveral } from '../../query/values/values.ts';
import type { RefScalar, RefValue, ValueType } from '../../query/values/values.ts';
import type { SqlContext, SqlValue } from './functions/port.ts';
import { columnType, plain, sqlType } from './sql-types.ts';
import { watched } from '../watchdog.ts';

/** A prepared parameter; `$1` is the first. */
export interface SqlParam {
  readonly value: RefScalar;
  readonly type: ValueType;
}

/** A function that has to be registered with DuckDB before the SQL runs. Equal names mean equal functions. */
export interface SqlFunction {
  readonly name: string;
  /** What a person calls it: `GROK`. */
  readonly label: string;
  readonly takes: readonly Pick<SqlValue, 'type' | 'several'>[];
  readonly gives: Pick<SqlValue, 'type' | 'several'>;
  readonly compute: (args: readonly RefValue[]) => RefValue;
}

/** Collects the parameters and functions of one query while its SQL is written. */
export class SqlWriter implements SqlContext {
  readonly params: SqlParam[] = [];
  readonly functions = new Map<string, SqlFunction>();
  readonly now: number;
  readonly #placeholders = new Map<string, string>();

  constructor(now: number) {
    this.now = now;
  }

  readonly param = (value: RefScalar, type: ValueType): string => {
    const key = `${type} ${keyOf(value)}`;
    const known = this.#placeholders.get(key);
    if (known !== undefined) return known;
    const placeholder = `CAST($${this.params.push({ value, type })} AS ${sqlType(type)})`;
    this.#placeholders.set(key, placeholder);
    return placeholder;
  };

  readonly constant = (value: RefValue, type: ValueType): SqlValue => {
    const several = isSeveral(value);
    const elements = type === 'duration' ? [] : elementsOf(value).map((element) => this.param(element, type));
    const [first = `CAST(NULL AS ${sqlType(type)})`] = elements;
    return { sql: several ? `[${elements.join(', ')}]` : first, type, several, constant: value };
  };

  /** SQL with placeholders numbered anew, and the parameters it still has: some were made for SQL that came to nothing. */
  finished(sql: string): { readonly sql: string; readonly params: readonly SqlParam[] } {
    const used: SqlParam[] = [];
    const places = new Map<string, string>();
    const renumbered = sql.replace(/\$(\d+)/g, (placeholder, number: string) => {
      const param = this.params[Number(number) - 1];
      if (param !== undefined && !places.has(placeholder)) places.set(placeholder, `$${used.push(param)}`);
      return places.get(placeholder) ?? placeholder;
    });
    return { sql: renumbered, params: used };
  }

  readonly udf = (entry: ScalarFunction, args: readonly SqlValue[], signature: Signature): SqlValue => {
    const evaluate = entry.evaluate ?? (() => null);
    if (args.every(({ constant }) => constant !== undefined)) {
      let value: RefValue = null;
      const constants = args.map(({ constant = null }) => constant);
      watched(labelOf(entry.name), () => (value = evaluate(constants, signature)));
      return this.constant(value, signature.result);
    }
    const shapes = args.map(({ type, several, constant = null }) => {
      return {
        type,
        several: several ? ('several' as const) : ('single' as const),
        constant: constant === null ? null : { value: constant, param: false },
      };
    });
    const gives = { type: signature.result, several: entry.several(shapes) !== 'single' };
    return this.#call(`${entry.name} ${signature.takes.join()}`, args, gives, (values) => evaluate(values, signature));
  };

  readonly operator: SqlContext['operator'] = (key, args, result, compute) =>
    this.#call(key, args, { type: result, several: false }, (values) =>
      values.every((value): value is RefScalar => value !== null && !isSeveral(value)) ? compute(values) : null,
    );

  readonly textTest: SqlContext['textTest'] = (key, test, sql) =>
    this.operator(key, [plain(sql, 'keyword')], 'boolean', ([text]) => (typeof text === 'string' ? test(text) : null))
      .sql;

  /** Constants are built into the function: DuckDB would hand each of them over for every row. */
  #call(
    key: string,
    args: readonly SqlValue[],
    gives: SqlFunction['gives'],
    compute: (values: readonly RefValue[]) => RefValue,
  ): SqlValue {
    const open = args.filter(({ constant }) => constant === undefined);
    const parts = args.map((arg) =>
      arg.constant === undefined ? columnType(arg) + arg.type : `${arg.type} ${keyOf(arg.constant)}`,
    );
    const name = `f_${createHash('sha256')
      .update(JSON.stringify([key, parts, gives]))
      .digest('hex')
      .slice(0, 32)}`;
    const merged = (values: readonly RefValue[]): RefValue => {
      let next = 0;
      return compute(args.map(({ constant }) => (constant === undefined ? (values[next++] ?? null) : constant)));
    };
    this.functions.set(name, { name, label: labelOf(key), takes: open, gives, compute: merged });
    return { sql: `${name}(${open.map(({ sql }) => sql).join(', ')})`, ...gives, constant: undefined };
  }
}

/** The first word of a key, as a query spells it. */
function labelOf(key: string): string {
  return (key.split(' ', 1)[0] ?? '').toUpperCase();
}

/** Tells values apart that JSON would not: -0 and 0, a bigint and a number. */
function keyOf(value: RefValue): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'bigint' ? `${part}n` : Object.is(part, -0) ? '-0n' : part,
  );
}
