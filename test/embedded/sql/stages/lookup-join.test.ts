import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Value } from '../../../../src/core/row.ts';
import { compileQuery } from '../../../../src/embedded/plan/compile.ts';
import { Database, tableOf } from '../../../../src/embedded/database.ts';
import { execute } from '../../../../src/embedded/execute.ts';
import { literalEvents } from '../../../rig/segments.ts';
import type { LiteralEvents } from '../../../rig/segments.ts';

let events: LiteralEvents;
beforeAll(async () => {
  events = await literalEvents({
    'logs-x': {
      fields: {
        'host.name': 'keyword',
        'process.name': 'keyword',
        'process.args': 'keyword',
        port: 'long',
        team: 'keyword',
        note: 'text',
      },
      documents: [
        {
          'host.name': 'a',
          'process.name': 'cmd.exe',
          'process.args': ['/c', 'dir'],
          port: 80,
          team: 'old',
          note: 'Logon failed',
        },
        { 'host.name': 'b', 'process.name': 'sh', 'process.args': ['-c'], port: 443, note: 'ok' },
        { 'host.name': 'c', 'process.name': 'CMD.EXE', port: 8080 },
        { 'process.name': 'nobody' },
        { 'host.name': ['a', 'b'], 'process.name': 'two' },
      ],
    },
    hosts: {
      fields: { 'host.name': 'keyword', team: 'keyword', critical: 'boolean', port: 'long' },
      documents: [
        { 'host.name': 'a', team: 'blue', critical: true },
        { 'host.name': 'a', team: 'red' },
        { 'host.name': 'b', team: 'green' },
      ],
    },
  });
});
afterAll(() => events[Symbol.dispose]());

async function answered(esql: string): Promise<readonly (readonly Value[])[] | string> {
  const filter = { time: null, excluded: [], only: [] };
  const compiled = compileQuery(esql, { snapshot: events.snapshot(), params: {}, filter, tableOf, now: 0 });
  if (!compiled.ok) return compiled.faults.map((fault) => fault.message).join('; ');
  await using database = await Database.open(events.folder);
  const segments = { read: compiled.segments, live: events.snapshot().segments };
  const { rows } = await execute(database, compiled.value, segments, new AbortController().signal);
  return rows.map((row) => [...row.values()]);
}

describe('LOOKUP JOIN', () => {
  it('gives each row once for every document of its key, and nulls where there is none', async () => {
    expect(
      await answered(
        'FROM logs-x | LOOKUP JOIN hosts ON host.name | SORT process.name, team | KEEP process.name, host.name, team, critical',
      ),
    ).toEqual([
      ['CMD.EXE', 'c', null, null],
      ['cmd.exe', 'a', 'blue', true],
      ['cmd.exe', 'a', 'red', null],
      ['nobody', null, null, null],
      ['sh', 'b', 'green', null],
      ['two', ['a', 'b'], null, null],
    ]);
  });

  it('puts its fields behind the others, in the place of those of the same name', async () => {
    expect(
      await answered('FROM logs-x | KEEP team, host.name | WHERE host.name == "b" | LOOKUP JOIN hosts ON host.name'),
    ).toEqual([['b', null, null, 'green']]);
  });

  it('joins what the query has computed', async () => {
    expect(
      await answered('ROW n = "B" | EVAL host.name = TO_LOWER(n) | LOOKUP JOIN hosts ON host.name | KEEP team'),
    ).toEqual([['green']]);
    expect(
      await answered('FROM logs-x | LOOKUP JOIN hosts ON host.name | STATS n = COUNT(*) BY team | SORT team'),
    ).toEqual([
      [1, 'blue'],
      [1, 'green'],
      [1, 'red'],
      [3, null],
    ]);
  });

  it.each([
    ['FROM logs-x | LOOKUP JOIN nowhere ON host.name', 'no index is called "nowhere"'],
    ['FROM logs-x | LOOKUP JOIN hosts ON process.name', '"hosts" has no field "process.name"'],
    ['FROM logs-x | EVAL host.name = 1 | LOOKUP JOIN hosts ON host.name', 'cannot compare integer with keyword'],
    ['FROM logs-x | LOOKUP JOIN hosts ON host.name, team', 'needs Elasticsearch 9.2'],
  ])('refuses %s', async (query, reason) => {
    expect(await answered(query)).toContain(reason);
  });
});

describe('full-text search of segments', () => {
  it.each<[string, readonly string[]]>([
    ['KQL("process.name: cmd*")', ['cmd.exe']],
    ['KQL("process.args: dir or process.args: -c")', ['cmd.exe', 'sh']],
    ['KQL("not process.args: *")', ['CMD.EXE', 'nobody', 'two']],
    ['NOT KQL("host.name: a")', ['CMD.EXE', 'nobody', 'sh']],
    ['KQL("process.args: d* and port < 443")', ['cmd.exe']],
    ['KQL("process.args: d*r")', ['cmd.exe']],
    ['KQL("port >= 443 and nobody.has: x")', []],
    ['KQL("""note: "logon failed" """)', ['cmd.exe']],
    ['MATCH(note, "failed nothing")', ['cmd.exe']],
    ['MATCH(host.name, "b")', ['sh', 'two']],
    ['MATCH_PHRASE(note, "failed logon")', []],
    ['host.name : "b" AND NOT MATCH(port, 443)', ['two']],
  ])('%s', async (condition, expected) => {
    const found = await answered(`FROM logs-x | WHERE ${condition} | SORT process.name | KEEP process.name`);
    expect(found).toEqual(expected.map((name) => [name]));
  });

  it('refuses by name what it cannot ask', async () => {
    expect(await answered('FROM logs-x | WHERE KQL("cmd.exe")')).toContain('without a field');
    expect(await answered('FROM logs-x | WHERE QSTR("a:b")')).toContain('no QSTR');
  });
});
