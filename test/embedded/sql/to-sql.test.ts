// What SQL a query becomes, as files for a person to read; each is bound by the real DuckDB.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compileQuery, type Asked } from '../../../src/embedded/plan/compile.ts';
import { Database, tableOf } from '../../../src/embedded/database.ts';
import { duckType, toDuck } from '../../../src/embedded/duck-values.ts';
import { expectGolden } from '../../rig/golden.ts';
import { literalEvents, type LiteralEvents } from '../../rig/segments.ts';

const FOLDER = fileURLToPath(new URL('../../cases/sql', import.meta.url));
const DAY = Date.UTC(2026, 2, 1);
const instant = (day: number) => new Date(DAY + day * 86_400_000).toISOString();

/** Two indices: in `one` no document has several values, in `two` some have. */
const INDICES = {
  one: {
    fields: {
      '@timestamp': 'date',
      'event.ingested': 'date',
      'process.name': 'keyword',
      'source.ip': 'ip',
      n: 'long',
      d: 'double',
      tags: 'keyword',
    },
    documents: [
      {
        '@timestamp': instant(0),
        'event.ingested': instant(0),
        'process.name': 'a',
        'source.ip': '10.0.0.1',
        n: 1,
        d: 0.5,
        tags: 'x',
      },
    ],
  },
  two: {
    fields: { '@timestamp': 'date', 'process.name': 'keyword', 'source.ip': 'ip', n: 'long', tags: 'keyword' },
    documents: [
      { '@timestamp': instant(5), 'process.name': 'b', 'source.ip': '10.0.0.2', n: [1, 2], tags: ['x', 'y'] },
    ],
  },
} as const;

describe('SQL', () => {
  let events: LiteralEvents;
  let database: Database;
  beforeAll(async () => {
    events = await literalEvents(INDICES);
    database = await Database.open(events.folder);
  });
  afterAll(async () => {
    await database[Symbol.asyncDispose]();
    events[Symbol.dispose]();
  });

  const compiled = (esql: string, other: Partial<Asked> = {}) => {
    const filter = { time: null, excluded: [], only: [] };
    const result = compileQuery(esql, {
      snapshot: events.snapshot(),
      params: { name: "x'; DROP" },
      filter,
      tableOf,
      now: DAY,
      ...other,
    });
    if (!result.ok) return expect.unreachable(JSON.stringify(result.faults));
    return result.value;
  };
  /** Fails where DuckDB does not take the SQL with its parameters and functions. */
  const bind = async ({ sql, params, functions }: ReturnType<typeof compiled>) => {
    const { segments } = events.snapshot();
    using held = await database.acquire(segments, segments);
    expect(held).toBeDefined();
    database.register(functions);
    const connection = await database.connect();
    const values = params.map(({ value, type }) => toDuck(value, type, false));
    const reader = await connection.runAndReadAll(
      `EXPLAIN ${sql}`,
      values,
      params.map(({ type }) => duckType(type, false)),
    );
    connection.closeSync();
    return JSON.stringify(reader.getRows());
  };

  it.each(readdirSync(FOLDER).sort())('%s', async (name) => {
    const query = compiled(readFileSync(join(FOLDER, name, 'query.esql'), 'utf8'));
    await bind(query);
    const params = query.params.map(
      ({ value, type }, at) =>
        `-- $${at + 1} ${type} ${typeof value === 'object' ? JSON.stringify(value) : String(value)}\n`,
    );
    expectGolden(join(FOLDER, name, 'query.sql'), `${query.sql}\n${params.join('')}`);
  });

  it('reads only the columns that are needed', async () => {
    const { sql } = compiled('FROM one | WHERE n > 1 | STATS c = COUNT(*)');
    expect(sql.match(/\bc\d+\b/g)?.every((column) => column === 'c5')).toBe(true);
    expect(await bind(compiled('FROM one | EVAL x = n + 1 | KEEP x'))).not.toMatch(/c[1-46-9]\b/);
  });

  it('leaves out segments by index, by the range of the filter and by conditions on a bounded field', () => {
    const tables = (esql: string, other: Partial<Asked> = {}) =>
      events
        .snapshot()
        .segments.filter((segment) => compiled(esql, other).sql.includes(tableOf(segment)))
        .map(({ id }) => id);
    const within = (start: number, end: number, ...clocks: readonly string[][]): Partial<Asked> => ({
      filter: {
        time: { clocks, span: { start: Date.parse(instant(start)), end: Date.parse(instant(end)) } },
        excluded: [],
        only: [],
      },
    });
    expect(tables('FROM *')).toEqual(['one', 'two']);
    expect(tables('FROM two')).toEqual(['two']);
    expect(tables('FROM *', within(4, 6, ['@timestamp']))).toEqual(['two']);
    expect(tables('FROM *', within(4, 6, ['event.ingested', '@timestamp']))).toEqual(['two']);
    expect(tables('FROM *', within(0, 5, ['@timestamp']))).toEqual(['one']);
    expect(tables('FROM *', within(0, 6, ['@timestamp']))).toEqual(['one', 'two']);
    expect(tables('FROM *', within(4, 6, ['n', '@timestamp']))).toEqual(['one', 'two']);
    expect(tables(`FROM * | WHERE @timestamp >= "${instant(1)}"`)).toEqual(['two']);
    expect(tables(`FROM * | WHERE n > 0 AND "${instant(1)}" > @timestamp`)).toEqual(['one']);
    expect(tables(`FROM * | WHERE @timestamp == "${instant(5)}" OR n == 1`)).toEqual(['one', 'two']);
    expect(tables(`FROM * | EVAL @timestamp = NOW() | WHERE @timestamp < "${instant(9)}"`)).toEqual(['one', 'two']);
    expect(tables('FROM * | WHERE event.ingested > "1970-01-01"')).toEqual(['one']);
  });

  it('holds no text of the query', () => {
    const { sql, params } = compiled(
      'FROM one METADATA _index | WHERE process.name == ?name OR tags LIKE "a*secret" | EVAL `odd "name"` = CONCAT(tags, "other") | KEEP `odd "name"`',
    );
    expect(sql).not.toMatch(/DROP|secret|other|odd|process|tags/);
    expect(params.map(({ value }) => value)).toContain("x'; DROP");
  });
});
