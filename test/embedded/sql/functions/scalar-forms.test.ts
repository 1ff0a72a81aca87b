// Every SQL form against the reference implementation, on random arguments, in the real DuckDB.
import { DuckDBInstance } from '@duckdb/node-api';
import type { DuckDBConnection } from '@duckdb/node-api';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { duckType, fromDuck, toDuck } from '../../../../src/embedded/duck-values.ts';
import type { SqlContext, SqlValue } from '../../../../src/embedded/sql/functions/port.ts';
import { scalarForms, scalarSql } from '../../../../src/embedded/sql/functions/registry.ts';
import { SqlWriter } from '../../../../src/embedded/sql/sql-context.ts';
import { alone } from '../../../../src/embedded/sql/sql-share.ts';
import { columnType } from '../../../../src/embedded/sql/sql-types.ts';
import type { ScalarFunction } from '../../../../src/query/functions/define.ts';
import { findFunction } from '../../../../src/query/functions/registry.ts';
import { ANY_COMPARE, ANY_LIKE } from '../../../../src/query/kql/predicates.ts';
import { isFault } from '../../../../src/query/values/types.ts';
import type { Operand, Signature } from '../../../../src/query/values/types.ts';
import { elementsOf, isSeveral, valueOf } from '../../../../src/query/values/values.ts';
import type { RefScalar, RefValue, ValueType } from '../../../../src/query/values/values.ts';

const ROWS = 150;
const SEED = 20_261_121;
const PROTOTYPES = ['__proto__', 'constructor'];
const texts = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    'a',
    'ab',
    'cmd.exe',
    'C:\\Windows\\x',
    'ß',
    'ÄÖÜ',
    'İ',
    '😀',
    'a😀b',
    '\u00a0x\u3000',
    'true',
    'TRUE',
    '12',
    '-5',
    '+5',
    '1e3',
    '1_000',
    '0x1F',
    ' 7 ',
    '2.5',
    '.5',
    '9223372036854775808',
    '99999999999',
    '2026-11-01T10:00:00Z',
    ...PROTOTYPES,
  ),
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.string({ unit: fc.constantFrom('a', 'b', ',', ' ', '😀', 'é'), maxLength: 8 }),
);
/** The largest instant of JavaScript, a month less: the first month it can name has no first day. */
const INSTANT_MAX = 8.63e15;
const dates = fc.oneof(
  fc.integer({ min: Date.UTC(1900, 0), max: Date.UTC(2100, 0) }),
  fc.integer({ min: -62_135_596_800_000, max: 253_402_300_799_999 }),
  fc.constantFrom(
    0,
    -1,
    1,
    Date.UTC(2024, 1, 29),
    Date.UTC(2026, 0, 31),
    Date.UTC(2026, 1, 28),
    Date.UTC(2025, 11, 31, 23, 59, 59, 999),
    INSTANT_MAX,
    -INSTANT_MAX,
  ),
);
const integers = fc.oneof(
  fc.integer({ min: -12, max: 12 }),
  fc.integer(),
  fc.constantFrom(2_147_483_647, -2_147_483_648),
);
const longs = fc.oneof(
  fc.bigInt({ min: -20n, max: 20n }),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.constantFrom(2n ** 63n - 1n, -(2n ** 63n), 2n ** 31n, -(2n ** 31n) - 1n),
);
const doubles = fc.oneof(
  fc.constantFrom(
    0,
    0.5,
    -0.5,
    2.5,
    -2.5,
    1.005,
    0.1,
    1e308,
    -1e308,
    5e-324,
    2_147_483_647.5,
    9.3e18,
    0.49999999999999994,
  ),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.double({ min: -1000, max: 1000, noNaN: true }),
);
const v4 = fc.bigInt({ min: 0n, max: 2n ** 32n - 1n }).map((low) => 0xffff_0000_0000n + low);
const ips = fc.oneof(
  v4,
  fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }),
  fc.constantFrom(0n, 2n ** 128n - 1n, 0xffff_0a00_0001n, 0xffff_ffff_ffffn),
);

const VALUES: Partial<Record<ValueType, fc.Arbitrary<RefScalar>>> = {
  keyword: texts,
  text: texts,
  version: texts,
  integer: integers,
  long: longs,
  double: doubles,
  boolean: fc.boolean(),
  date: dates,
  ip: ips,
};

/** A constant argument: its type and value. */
interface Fixed {
  readonly type: ValueType;
  readonly value: RefValue;
}
type Arg = ValueType | Fixed;
const k = (value: string): Fixed => ({ type: 'keyword', value });
const i = (value: number): Fixed => ({ type: 'integer', value });
const every = (amount: number, unit: string): Fixed => ({ type: 'duration', value: { amount, unit } as RefScalar });
const PLAIN: readonly ValueType[] = ['keyword', 'integer', 'long', 'double', 'boolean', 'date', 'ip'];
const ORDERED: readonly ValueType[] = ['keyword', 'integer', 'long', 'double', 'date', 'ip', 'boolean'];
const NUMBERS: readonly ValueType[] = ['integer', 'long', 'double'];
const of = (types: readonly ValueType[], more: readonly Arg[] = []): Arg[][] => types.map((type) => [type, ...more]);
const conversions = (names: string, from: readonly ValueType[]): [string, Arg[][]][] =>
  names.split(' ').map((name) => [name, of(from)]);
const UNITS = 'year quarter month week day hour minute second millisecond yyyy dw mi ms'.split(' ');
const PARTS =
  'year month_of_year day_of_month day_of_week day_of_year hour_of_day minute_of_hour minute_of_day second_of_minute second_of_day'.split(
    ' ',
  );
const INTERVALS = [
  every(1, 'hour'),
  every(240, 'hour'),
  every(15, 'minute'),
  every(1, 'week'),
  every(2, 'week'),
  every(1, 'month'),
  every(3, 'month'),
  every(1, 'quarter'),
  every(1, 'year'),
  every(7, 'day'),
  every(1, 'millisecond'),
];

/** The signatures to try, by function. */
const SIGNATURES: ReadonlyMap<string, readonly (readonly Arg[])[]> = new Map<string, Arg[][]>([
  ['TO_LOWER', of(['keyword', 'text'])],
  ['TO_UPPER', of(['keyword'])],
  ['LENGTH', of(['keyword', 'text'])],
  ['BYTE_LENGTH', of(['keyword'])],
  [
    'STARTS_WITH',
    [
      ['keyword', 'keyword'],
      ['keyword', k('a')],
    ],
  ],
  [
    'ENDS_WITH',
    [
      ['keyword', 'keyword'],
      ['keyword', k('b')],
    ],
  ],
  ['CONTAINS', [['keyword', 'keyword']]],
  [
    'CONCAT',
    [
      ['keyword', 'keyword'],
      ['keyword', k('-'), 'text'],
    ],
  ],
  [
    'SUBSTRING',
    [
      ['keyword', 'integer'],
      ['keyword', 'integer', 'integer'],
      ['keyword', i(-3), i(2)],
      ['keyword', i(0), i(2)],
    ],
  ],
  ['LEFT', [['keyword', 'integer']]],
  ['RIGHT', [['keyword', 'integer']]],
  ['TRIM', of(['keyword'])],
  ['LTRIM', of(['keyword'])],
  ['RTRIM', of(['keyword'])],
  [
    'LOCATE',
    [
      ['keyword', 'keyword'],
      ['keyword', k('b')],
    ],
  ],
  [
    'REPLACE',
    [
      ['keyword', k('a'), k('xy')],
      ['keyword', k('ab'), k('')],
    ],
  ],
  [
    'SPLIT',
    [
      ['keyword', k(',')],
      ['keyword', 'keyword'],
      ['keyword', k('é')],
    ],
  ],
  ['ABS', of(NUMBERS)],
  ['CEIL', of(NUMBERS)],
  ['FLOOR', of(NUMBERS)],
  [
    'ROUND',
    [...of(NUMBERS), ['double', i(2)], ['double', i(-2)], ['double', 'integer'], ['long', i(3)], ['integer', i(-1)]],
  ],
  ['SIGNUM', of(NUMBERS)],
  ['SQRT', of(NUMBERS)],
  ['GREATEST', ORDERED.map((type) => [type, type, type])],
  ['LEAST', ORDERED.map((type) => [type, type])],
  ['COALESCE', [...PLAIN.map((type) => [type, type]), ['keyword', 'keyword', k('x')], ['null', 'long']]],
  [
    'CASE',
    [
      ...PLAIN.map((type): Arg[] => ['boolean', type, 'boolean', type, type]),
      ['boolean', 'keyword'],
      ['boolean', k('a'), 'null'],
    ],
  ],
  ['MV_COUNT', of(PLAIN)],
  ['MV_FIRST', of(PLAIN)],
  ['MV_LAST', of(PLAIN)],
  ['MV_MIN', of(ORDERED)],
  ['MV_MAX', of(ORDERED)],
  ['MV_DEDUPE', of(PLAIN)],
  ['MV_SORT', [...of(ORDERED), ...of(ORDERED, [k('desc')]), ['keyword', k('ASC')]]],
  [
    'MV_SLICE',
    [
      [0, 1],
      [1, 9],
      [-2, -1],
      [5, 9],
      [1, -1],
      [-9, 0],
      [2, 1],
      [-1, 0],
    ]
      .map(([a = 0, b = 0]): Arg[] => ['keyword', i(a), i(b)])
      .concat([
        ['long', i(1)],
        ['ip', i(-1)],
      ]),
  ],
  ['MV_APPEND', PLAIN.map((type) => [type, type])],
  [
    'MV_CONCAT',
    [
      ['keyword', k('; ')],
      ['keyword', 'keyword'],
    ],
  ],
  ['MV_CONTAINS', PLAIN.map((type) => [type, type])],
  ['DATE_TRUNC', INTERVALS.map((interval) => [interval, 'date'])],
  ['BUCKET', INTERVALS.map((interval) => ['date', interval])],
  ['DATE_DIFF', UNITS.map((unit) => [k(unit), 'date', 'date'])],
  ['DATE_EXTRACT', PARTS.map((part) => [k(part), 'date'])],
  [
    'CIDR_MATCH',
    [
      ['ip', k('10.0.0.0/8')],
      ['ip', k('10.0.0.0/8'), k('10.128.0.0/9'), k('11.0.0.0/8'), k('fe80::/10'), k('10.0.0.1')],
      ['ip', k('0.0.0.0/0')],
    ],
  ],
  ...conversions('TO_STRING TO_STR', [
    'keyword',
    'text',
    'integer',
    'long',
    'double',
    'boolean',
    'date',
    'ip',
    'version',
  ]),
  ...conversions('TO_INTEGER TO_INT', ['keyword', 'integer', 'long', 'double', 'boolean', 'date']),
  ...conversions('TO_LONG', ['keyword', 'integer', 'long', 'double', 'boolean', 'date']),
  ...conversions('TO_DOUBLE TO_DBL', ['keyword', 'integer', 'long', 'double', 'boolean', 'date']),
  ...conversions('TO_BOOLEAN TO_BOOL', ['keyword', 'integer', 'long', 'double', 'boolean']),
  ...conversions('TO_DATETIME TO_DT', ['date']),
  ...conversions('TO_IP', ['ip']),
  ...conversions('TO_VERSION TO_VER', ['version']),
  ['ANY_LIKE', ['a*', '*b', '*a*', 'ab', 'a*b', '*', '?b', ''].map((pattern) => ['keyword', k(pattern)])],
  [
    'ANY_COMPARE',
    ['<', '<=', '>', '>='].flatMap((op): Arg[][] => [
      ['long', k(op), { type: 'long', value: 3n }],
      ['date', k(op), { type: 'date', value: 0 }],
      ['keyword', k(op), k('b')],
    ]),
  ],
]);
/** NOW has no reference; the others only pass on what other types make, and no segment holds values of these types. */
const NOT_TRIED = new Set([
  'NOW',
  'TO_UNSIGNED_LONG',
  'TO_UL',
  'TO_ULONG',
  'TO_DATE_NANOS',
  'TO_DATENANOS',
  'TO_GEOPOINT',
]);

let connection: DuckDBConnection;
beforeAll(async () => {
  connection = await (await DuckDBInstance.create(':memory:')).connect();
});
afterAll(() => connection.closeSync());

function entryOf(name: string): ScalarFunction {
  const entry = name === 'ANY_LIKE' ? ANY_LIKE : name === 'ANY_COMPARE' ? ANY_COMPARE : findFunction(name);
  if (entry?.kind !== 'scalar') throw new Error(`no function ${name}`);
  return entry;
}

const isFixed = (arg: Arg): arg is Fixed => typeof arg === 'object';
const typeOf = (arg: Arg): ValueType => (isFixed(arg) ? arg.type : arg);

function signatureOf(entry: ScalarFunction, args: readonly Arg[]): Signature | null {
  const typing = entry.typing(
    args.map((arg): Operand => ({
      type: typeOf(arg),
      several: 'unknown',
      constant: isFixed(arg) ? { value: arg.value, param: false } : null,
    })),
  );
  return isFault(typing) ? null : { takes: typing.takes, result: typing.result };
}

/** A column as segments hold it: null, one value, or, where `several`, a list of up to four. */
function cells(type: ValueType, several: boolean): fc.Arbitrary<RefValue> {
  const one = VALUES[type] ?? fc.constant(null as unknown as RefScalar);
  if (type === 'null') return fc.constant(null);
  const full: fc.Arbitrary<RefValue> = several ? fc.array(one, { minLength: 1, maxLength: 4 }).map(valueOf) : one;
  return fc.oneof({ weight: 1, arbitrary: fc.constant(null) }, { weight: 9, arbitrary: full });
}

/** What is equal: doubles but for the sign of zero; a text as UTF-8 holds it. */
function shown(value: RefValue): unknown {
  const plain = (element: RefScalar): unknown =>
    typeof element === 'bigint' ? `${element}n` : typeof element === 'number' ? element + 0 : element;
  return isSeveral(value) ? value.map(plain) : value === null ? null : plain(value);
}

async function fill(
  rows: readonly (readonly RefValue[])[],
  columns: readonly { type: ValueType; several: boolean }[],
): Promise<void> {
  const names = columns.map((column, at) => `a${at} ${columnType(column)}`);
  await connection.run(`CREATE OR REPLACE TABLE t (id INTEGER, ${names.join(', ')})`);
  const appender = await connection.createAppender('t');
  for (const [id, row] of rows.entries()) {
    appender.appendInteger(id);
    for (const [at, { type, several }] of columns.entries()) {
      const value = toDuck(row[at] ?? null, type, several);
      if (value === null) appender.appendNull();
      else appender.appendValue(value, duckType(type, several));
    }
    appender.endRow();
  }
  appender.closeSync();
}

/** A writer whose calls of the reference are answered by a column that holds the expected results. */
function contextOf(reference: SqlValue): SqlWriter & SqlContext {
  const writer = new SqlWriter(0);
  return Object.assign(writer, { udf: () => reference, textTest: () => reference.sql });
}

async function check(name: string, args: readonly Arg[], shapes: readonly boolean[]): Promise<'none' | 'same'> {
  const entry = entryOf(name);
  const signature = signatureOf(entry, args);
  // A constant that the check refuses never reaches SQL.
  if (signature === null && args.some(isFixed)) return 'none';
  if (signature === null) throw new Error(`${name} refuses ${JSON.stringify(args)}`);
  const open = args.flatMap((arg, at) => (isFixed(arg) ? [] : [{ type: arg, several: shapes[at] === true }]));
  const rows = fc.sample(fc.tuple(...open.map(({ type, several }) => cells(type, several))), {
    numRuns: ROWS,
    seed: SEED,
  });
  const whole = rows.map((row) => {
    let next = 0;
    return args.map((arg) => (isFixed(arg) ? arg.value : (row[next++] ?? null)));
  });
  const expected = whole.map((row) => entry.evaluate?.(row, signature) ?? null);
  const gives = { type: signature.result, several: expected.some(isSeveral) };
  const context = contextOf({ sql: `a${open.length}`, ...gives, constant: undefined });
  let next = 0;
  const operands = args.map((arg, at): SqlValue =>
    isFixed(arg)
      ? context.constant(arg.value, arg.type)
      : { sql: `a${next++}`, type: arg, several: shapes[at] === true, constant: undefined },
  );
  const written = scalarSql(name)?.(entry.needsSingle ? operands.map(alone) : operands, signature, context) ?? null;
  if (written === null) return 'none';
  await fill(
    rows.map((row, at) => [...row, expected[at] ?? null]),
    [...open, gives],
  );
  // Only what the SQL names is bound; a placeholder that was not used would be an error.
  const sql = `SELECT ${written.sql} AS v, ${context.params
    .map((_, at) => `$${at + 1} AS p${at}`)
    .concat('0')
    .join(', ')} FROM t ORDER BY id`;
  const values = context.params.map(({ value, type }) => toDuck(value, type, false));
  const types = context.params.map(({ type }) => duckType(type, false));
  const answer = await connection.runAndReadAll(sql, values, types);
  const got = answer.getRows().map(([value]) => fromDuck(value ?? null, signature.result));
  for (const [at, value] of got.entries())
    expect({ args: whole[at]?.map(shown), value: shown(value) }).toEqual({
      args: whole[at]?.map(shown),
      value: shown(expected[at] ?? null),
    });
  if (!written.several) expect(expected.some(isSeveral)).toBe(false);
  for (const value of got) expect(elementsOf(value)).not.toContain(null);
  return 'same';
}

describe('SQL forms equal the reference implementation', () => {
  it('has signatures for every form', () => {
    expect([...scalarForms()].filter((name) => !SIGNATURES.has(name) && !NOT_TRIED.has(name))).toEqual([]);
  });

  it.each([...SIGNATURES.keys()])('%s', async (name) => {
    let tried = 0;
    for (const args of SIGNATURES.get(name) ?? []) {
      const single = args.map(() => false);
      for (const shapes of [
        single,
        args.map((arg) => !isFixed(arg) && arg !== 'null'),
        ...args.map((_, at) => args.map((arg, other) => at === other && !isFixed(arg))),
      ])
        if ((await check(name, args, shapes)) === 'same') tried++;
    }
    expect(tried).toBeGreaterThan(0);
  });
});
