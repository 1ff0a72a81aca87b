import { V4_FIRST } from '../../../core/ip.ts';
import { isString } from '../../../query/values/types.ts';
import type { ValueType } from '../../../query/values/values.ts';
import { sqlType } from '../sql-types.ts';
import { reference } from './fallback.ts';
import type { ScalarSql } from './port.ts';

/**
 * How a plain value is brought to a type: `native` holds for the values that `when` takes (all where it is absent), the
 * reference implementation answers for the rest.
 */
interface Conversion {
  readonly native: (sql: string) => string;
  readonly when?: (sql: string) => string;
}

const same: Conversion = { native: (sql) => sql };
/** A text that DuckDB and the reference read alike: DuckDB also takes spaces, `0x1F` and `1_000`. */
const digits = (sql: string): string => `regexp_full_match(${sql}, '-?[0-9]{1,18}')`;
const decimal = (sql: string): string => `regexp_full_match(${sql}, '-?[0-9]{1,15}([.][0-9]{1,15})?')`;
/** Java's Math.round: half up. DuckDB rounds half to even. */
const halfUp = (sql: string): string => `(floor(${sql}) + CAST(${sql} - floor(${sql}) >= 0.5 AS INTEGER))`;
const tryCast = (to: ValueType) => (sql: string) => `TRY_CAST(${sql} AS ${sqlType(to)})`;
const quad = (sql: string): string => {
  const number = `CAST(${sql} - CAST('${V4_FIRST}' AS UHUGEINT) AS UBIGINT)`;
  return [24, 16, 8, 0].map((bits) => `((${number} >> ${bits}) & 255)`).join(" || '.' || ");
};

const WHOLE: Readonly<Record<string, Conversion>> = {
  boolean: { native: (sql) => `CAST(${sql} AS INTEGER)` },
  date: { native: (sql) => `epoch_ms(${sql})` },
};

const TO_KEYWORD: Readonly<Record<string, Conversion>> = {
  integer: { native: tryCast('keyword') },
  long: { native: tryCast('keyword') },
  unsigned_long: { native: tryCast('keyword') },
  boolean: { native: tryCast('keyword') },
  version: same,
  date: {
    native: (sql) => `strftime(${sql}, '%Y-%m-%dT%H:%M:%S.%gZ')`,
    when: (sql) => `year(${sql}) BETWEEN 1000 AND 9999`,
  },
  ip: {
    native: (sql) => `(${quad(sql)})`,
    when: (sql) => `${sql} BETWEEN CAST('${V4_FIRST}' AS UHUGEINT) AND CAST('${V4_FIRST + 0xffff_ffffn}' AS UHUGEINT)`,
  },
};

const toWhole = (to: 'integer' | 'long'): Readonly<Record<string, Conversion>> => ({
  keyword: { native: tryCast(to), when: digits },
  boolean: { native: (sql) => `CAST(${WHOLE['boolean']?.native(sql)} AS ${sqlType(to)})` },
  integer: { native: tryCast(to) },
  long: { native: tryCast(to) },
  unsigned_long: { native: tryCast(to) },
  double: { native: (sql) => tryCast(to)(halfUp(sql)) },
  date: { native: (sql) => tryCast(to)(WHOLE['date']?.native(sql) ?? sql) },
});

const BY_TARGET: ReadonlyMap<ValueType, Readonly<Record<string, Conversion>>> = new Map([
  ['keyword', TO_KEYWORD],
  ['integer', toWhole('integer')],
  ['long', toWhole('long')],
  [
    'double',
    {
      keyword: { native: tryCast('double'), when: decimal },
      integer: { native: tryCast('double') },
      long: { native: tryCast('double') },
      boolean: { native: (sql: string) => `CAST(CAST(${sql} AS INTEGER) AS DOUBLE)` },
      date: { native: (sql: string) => `CAST(epoch_ms(${sql}) AS DOUBLE)` },
    },
  ],
  [
    'boolean',
    {
      keyword: {
        native: (sql: string) => `(lower(${sql}) = 'true')`,
        when: (sql: string) => `strlen(${sql}) = length(${sql})`,
      },
      integer: { native: (sql: string) => `(${sql} <> 0)` },
      long: { native: (sql: string) => `(${sql} <> 0)` },
      double: { native: (sql: string) => `(${sql} <> 0)` },
    },
  ],
]);

/** TO_<type> of a plain value; a value of the type already stays as it is, lists too. */
export const conversion =
  (name: string): ScalarSql =>
  (args, signature, context) => {
    const [value] = args;
    const from = isString(value?.type ?? 'null') ? 'keyword' : (value?.type ?? 'null');
    const to = signature.result;
    if (value === undefined) return null;
    if (from === to) return { ...value, type: to };
    const found = value.several ? undefined : BY_TARGET.get(to)?.[from];
    if (found === undefined) return null;
    const native = found.native(value.sql);
    const sql =
      found.when === undefined
        ? native
        : `(CASE WHEN ${found.when(value.sql)} THEN ${native} WHEN ${value.sql} IS NOT NULL THEN ${reference(name, args, signature, context)} END)`;
    return { sql, type: to, several: false, constant: undefined };
  };
