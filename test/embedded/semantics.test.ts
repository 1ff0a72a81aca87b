// The rules of ES|QL that decide what a hunt finds, each on a few events, through the whole embedded engine.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Value } from '../../src/core/row.ts';
import type { Engine } from '../../src/engine/port.ts';
import { askEmbedded, cellsOf, engineOver } from '../rig/ask-embedded.ts';
import type { LiteralIndex } from '../rig/segments.ts';

const EVENTS: LiteralIndex = {
  fields: {
    at: 'integer',
    k: 'keyword',
    n: 'long',
    i: 'integer',
    d: 'double',
    ip: 'ip',
    t: 'date',
    f: 'boolean',
    tx: 'text',
  },
  documents: [
    {
      at: 1,
      k: 'a',
      n: 1,
      i: 2_147_483_647,
      d: 1.5,
      ip: '10.0.0.1',
      t: '2026-01-31T10:00:00.123Z',
      f: true,
      tx: 'The quick fox',
    },
    { at: 2, k: ['b', 'c'], n: [1, 2, 2], i: -7, ip: ['8.8.8.8', '10.0.0.1'], tx: 'lazy dog' },
    { at: 3, k: 'A%_\\', n: '9223372036854775807', d: -2.5, ip: '2001:db8::1', t: '2026-02-01', f: false },
    { at: 4 },
  ],
};
/** As EVENTS, but with a segment in which `n` and `k` never hold several values, and one field of its own. */
const MORE: LiteralIndex = {
  fields: { at: 'integer', k: 'keyword', n: 'long', own: 'keyword' },
  documents: [{ at: 5, k: 'a', n: 3, own: 'x' }],
};

type Rows = readonly (readonly Value[])[];
/** Query and rows by rule. A query without FROM goes on from `FROM events | SORT at`. */
const RULES: Readonly<Record<string, readonly (readonly [esql: string, rows: Rows])[]>> = {
  'three-valued logic': [
    ['WHERE n == 1 | KEEP at', [[1]]],
    ['WHERE NOT n == 1 | KEEP at', [[3]]],
    ['WHERE n == 1 OR at == 2 | KEEP at', [[1], [2]]],
    ['WHERE n IS NULL | KEEP at', [[4]]],
    ['WHERE n IN (1, null) | KEEP at', [[1]]],
    ['WHERE n NOT IN (1, null) | KEEP at', []],
    ['WHERE f | KEEP at', [[1]]],
    ['WHERE NOT COALESCE(k == "a", false) | KEEP at', [[2], [3], [4]]],
    ['EVAL x = CASE(f, "yes", n == 5, "five", "no") | KEEP x', [['yes'], ['no'], ['no'], ['no']]],
  ],
  'several values': [
    ['EVAL x = n + 1 | KEEP x', [[2], [null], [null], [null]]],
    ['WHERE k LIKE "*" | KEEP at', [[1], [2], [3]]],
    ['WHERE NOT k LIKE "*" | KEEP at', [[4]]],
    ['WHERE k : "b" | KEEP at', [[2]]],
    ['WHERE NOT k : "b" | KEEP at', [[1], [3], [4]]],
    ['EVAL x = TO_UPPER(k) | KEEP x', [['A'], [['B', 'C']], ['A%_\\'], [null]]],
    ['EVAL x = MV_COUNT(n) | KEEP x', [[1], [3], [1], [null]]],
    ['WHERE ip == "8.8.8.8" | KEEP at', []],
    ['WHERE n IN (1) | KEEP at', [[1]]],
  ],
  'numbers without a value are null': [
    ['EVAL x = i + 1 | KEEP x', [[null], [-6], [null], [null]]],
    ['EVAL x = n + 1 | WHERE at == 3 | KEEP x', [[null]]],
    ['EVAL x = i / 0, y = i % 0, z = d / 0 | KEEP x, y, z | LIMIT 1', [[null, null, null]]],
    ['WHERE at == 2 | EVAL x = i / 2, y = i % 2, z = -i | KEEP x, y, z', [[-3, -1, 7]]],
    ['WHERE at == 3 | EVAL x = TO_INTEGER(d), y = d * 1e308 * 1e308 | KEEP x, y', [[-2, null]]],
    ['WHERE at == 1 | EVAL x = i + 1::long, y = i * 1.0 | KEEP x, y', [[2_147_483_648, 2_147_483_647]]],
    ['WHERE at == 3 | EVAL x = TO_STRING(n) | KEEP x', [['9223372036854775807']]],
  ],
  patterns: [
    ['WHERE k LIKE "?%_\\\\\\\\" | KEEP at', [[3]]],
    ['WHERE k LIKE "a*" | KEEP at', [[1]]],
    ['WHERE k LIKE "*%*" | KEEP at', [[3]]],
    ['WHERE k LIKE ("z", "*a") | KEEP at', [[1]]],
    ['WHERE k RLIKE "[a-z]" | KEEP at', [[1]]],
    ['WHERE k RLIKE "A.+" | KEEP at', [[3]]],
    ['WHERE k RLIKE "(a|b){1,2}" | KEEP at', [[1]]],
    ['WHERE k NOT RLIKE "a" | KEEP at', [[3]]],
    ['WHERE tx : "QUICK cat" | KEEP at', [[1]]],
  ],
  'dates and addresses': [
    ['WHERE t >= "2026-02-01" | KEEP at, t', [[3, '2026-02-01T00:00:00.000Z']]],
    [
      'WHERE at == 1 | EVAL x = t + 1 month, y = t - 1 day, z = 2 hours + t | KEEP x, y, z',
      [['2026-02-28T10:00:00.123Z', '2026-01-30T10:00:00.123Z', '2026-01-31T12:00:00.123Z']],
    ],
    ['WHERE CIDR_MATCH(ip, "10.0.0.0/8", "2001:db8::/32") | KEEP at', [[1], [3]]],
    ['SORT ip | KEEP ip | LIMIT 3', [[['8.8.8.8', '10.0.0.1']], ['10.0.0.1'], ['2001:db8::1']]],
    ['WHERE ip : "8.8.0.0/16" | KEEP at', [[2]]],
  ],
  aggregates: [
    ['STATS c = COUNT(*), v = COUNT(n), s = SUM(i), m = MAX(k), x = MIN(ip)', [[4, 5, 2_147_483_640, 'c', '8.8.8.8']]],
    ['WHERE false | STATS c = COUNT(*), s = SUM(i), v = VALUES(k)', [[0, null, null]]],
    ['WHERE false | STATS c = COUNT(*) BY k', []],
    [
      'STATS c = COUNT(n) BY n | SORT n',
      [
        [4, 1],
        [3, 2],
        [1, 9223372036854775807n.toString()],
        [0, null],
      ],
    ],
    [
      'STATS c = COUNT(*) BY k, f | SORT k, f',
      [
        [1, 'A%_\\', false],
        [1, 'a', true],
        [1, 'b', null],
        [1, 'c', null],
        [1, null, null],
      ],
    ],
    ['STATS a = COUNT(*) WHERE at > 2, b = COUNT(*) WHERE n == 1, c = COUNT(*) * 2 + MAX(at)', [[2, 1, 12]]],
    ['STATS BY x = at % 2 | SORT x', [[0], [1]]],
    ['STATS m = MAX(at) BY x = at % 2 | EVAL y = m + x | SORT y | KEEP y', [[4], [4]]],
    ['STATS at = COUNT(*) BY at | SORT at | LIMIT 2', [[1], [2]]],
  ],
  'columns and their order': [
    ['KEEP k*, at | LIMIT 1', [['a', 1]]],
    ['EVAL at = at + 1, b = at | KEEP at, b | LIMIT 1', [[2, 2]]],
    ['RENAME at AS x, k AS at | KEEP x, at | LIMIT 1', [[1, 'a']]],
    ['DROP k, n, i, d, ip, t, f, tx | LIMIT 1', [[1]]],
    ['EVAL x = at, y = x | SORT x DESC | KEEP y | LIMIT 1', [[4]]],
  ],
  'order and limits': [
    ['SORT n DESC | KEEP at', [[4], [3], [2], [1]]],
    ['SORT n | KEEP at | LIMIT 1', [[1]]],
    ['SORT n DESC NULLS LAST | KEEP at | LIMIT 1', [[3]]],
    ['SORT at DESC | LIMIT 2 | EVAL x = at * 2 | KEEP x', [[8], [6]]],
    [
      'SORT at DESC | WHERE at < 4 | DROP t | MV_EXPAND n | KEEP n | LIMIT 5',
      [['9223372036854775807'], [1], [2], [2], [1]],
    ],
    [
      'MV_EXPAND n | MV_EXPAND k | KEEP at, n, k | SORT at, n, k | LIMIT 3',
      [
        [1, 1, 'a'],
        [2, 1, 'b'],
        [2, 1, 'c'],
      ],
    ],
    ['LIMIT 0', []],
    ['SORT at | STATS c = COUNT(*) BY at | SORT c, at DESC | KEEP at | LIMIT 2', [[4], [3]]],
  ],
  'several indices': [
    [
      'FROM * | SORT at | KEEP at, n, own | WHERE n > 0 OR own == "x"',
      [
        [1, 1, null],
        [3, '9223372036854775807', null],
        [5, 3, 'x'],
      ],
    ],
    ['FROM *, -events | KEEP at', [[5]]],
    [
      'FROM mo*,events METADATA _index, _version | STATS c = COUNT(*), v = MAX(_version) BY _index | SORT _index',
      [
        [4, 1, 'events'],
        [1, 1, 'more'],
      ],
    ],
    ['FROM more METADATA _id, _source | KEEP _id, _source', [['more-0', '{"at":5,"k":"a","n":3,"own":"x"}']]],
    ['FROM * | STATS c = COUNT_DISTINCT(k), s = COUNT(n)', [[4, 6]]],
  ],
  'rows of their own': [
    [
      'ROW a = [1, 2], b = "x" | MV_EXPAND a | EVAL c = a + 1',
      [
        [1, 'x', 2],
        [2, 'x', 3],
      ],
    ],
    ['ROW a = null | EVAL b = a IS NULL, c = COALESCE(a, 1) | KEEP b, c', [[true, 1]]],
  ],
};

describe('embedded engine', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await engineOver({ events: EVENTS, more: MORE });
  });
  afterAll(() => engine[Symbol.asyncDispose]());

  for (const [rule, cases] of Object.entries(RULES)) {
    it.each(cases)(`${rule}: %s`, async (esql, rows) => {
      const whole = /^(?:FROM|ROW)\b/.test(esql) ? esql : `FROM events | SORT at | ${esql}`;
      expect(cellsOf(await askEmbedded(engine, whole))).toEqual(rows);
    });
  }

  it('gives 1,000 rows without a LIMIT, and 10,000 with a larger one', async () => {
    const grow =
      'ROW a = [0,1,2,3,4,5,6,7,8,9] | EVAL b = a, c = a, d = a, e = a | MV_EXPAND a | MV_EXPAND b | MV_EXPAND c | MV_EXPAND d';
    expect((await askEmbedded(engine, grow)).rows.length).toBe(1_000);
    expect((await askEmbedded(engine, `${grow} | MV_EXPAND e | LIMIT 50000`)).rows.length).toBe(10_000);
    expect(cellsOf(await askEmbedded(engine, `${grow} | MV_EXPAND e | LIMIT 50000 | STATS c = COUNT(*)`))).toEqual([
      [50_000],
    ]);
  });

  it('tells columns by name, those of a FROM in order of the alphabet, metadata last', async () => {
    const { columns } = await askEmbedded(engine, 'FROM events METADATA _index | EVAL b = 1 | LIMIT 1');
    expect(columns.map(({ name }) => name)).toEqual(['at', 'd', 'f', 'i', 'ip', 'k', 'n', 't', 'tx', '_index', 'b']);
  });

  it.each([
    ['FROM events | SAMPLE 0.5', 'line 1:15: the embedded engine has no SAMPLE'],
    ['FROM events | ENRICH p ON k WITH x', 'line 1:15: the embedded engine has no ENRICH'],
    ['FROM events METADATA _score', 'the embedded engine has no METADATA _score'],
    ['FROM events | WHERE k == 1', '"==" cannot compare keyword with integer'],
    ['FROM events | LIMIT -1', 'LIMIT'],
    ['FROM nowhere-*', 'no index is called "nowhere-*"'],
    ['FROM events | EVAL x = ST_DISTANCE(k, k)', 'ST_DISTANCE'],
    ['FROM events | KEEP zz*', 'no column matches "zz*"'],
  ])('refuses by name and place: %s', async (esql, message) => {
    await expect(askEmbedded(engine, esql)).rejects.toMatchObject({
      code: expect.stringMatching(/QUERY_REJECTED|NO_INDEX|UNKNOWN_COLUMN/),
      message: expect.stringContaining(message),
      remedy: expect.any(String),
    });
  });

  it.each([
    ['a sum of 280 terms', 'ROW x = 1 | EVAL y = '.concat(Array.from({ length: 280 }, () => 'x').join(' + ')), 280],
    ['100 divisions inside each other', `ROW x = 2.0 | EVAL y = ${'x / ('.repeat(99)}x${')'.repeat(99)}`, 1],
    [
      '60 lists appended inside each other',
      `ROW x = ["a", "b"] | EVAL y = MV_COUNT(${'MV_APPEND('.repeat(60)}x${', x)'.repeat(60)})`,
      122,
    ],
    ['97 stages', `ROW x = 0${' | EVAL x = x + 1'.repeat(97)} | EVAL y = x`, 97],
  ])('plans what is large, where a planner that doubles its work would not end: %s', async (_what, esql, expected) => {
    const answer = await askEmbedded(engine, `${esql} | KEEP y`, { deadlineMs: 30_000 });
    expect(cellsOf(answer)).toEqual([[expected]]);
  });
});
