import { describe, expect, it } from 'vitest';
import type { ColumnType, Value } from '../../../src/core/row.ts';
import { expandSearch } from '../../../src/query/kql/expand-search.ts';
import { parseKql } from '../../../src/query/kql/parse-kql.ts';
import { parseExpression } from '../../../src/query/syntax/parse.ts';
import { readerOf } from '../../../src/query/evaluate/read-typed.ts';
import { typeOnEvents } from '../../../src/query/resolve/resolve.ts';
import type { KnownColumn } from '../../../src/query/resolve/typed.ts';

const TYPES = new Map<string, ColumnType>([
  ['process.name', 'keyword'],
  ['process.args', 'keyword'],
  ['destination.port', 'long'],
  ['source.ip', 'ip'],
  ['message', 'text'],
  ['@timestamp', 'date'],
  ['signed', 'boolean'],
]);

function field(name: string): KnownColumn | undefined {
  const type = TYPES.get(name);
  return type === undefined ? undefined : { name, type, several: 'unknown', origin: 'field', field: name };
}

/** The value of a condition on one event, or the reasons why it is refused. */
function ask(condition: string, cells: Readonly<Record<string, Value>>): unknown {
  const parsed = parseExpression(condition);
  if (!parsed.ok) throw new Error(parsed.faults.map((fault) => fault.message).join('; '));
  const catalog = {
    strict: true,
    field: (name: string) => (TYPES.has(name) ? { type: TYPES.get(name) ?? 'null', array: true } : undefined),
  };
  const { typed, faults } = typeOnEvents(parsed.value, catalog);
  if (faults.length > 0) throw new Error(faults.map((fault) => fault.message).join('; '));
  const expanded = expandSearch(typed, field);
  if (expanded.faults.length > 0) return expanded.faults.map((fault) => fault.message).join('; ');
  return readerOf(expanded.typed)(new Map(Object.entries(cells)));
}

const kql = (query: string, cells: Readonly<Record<string, Value>>) => ask(`KQL("""${query}""")`, cells);

describe('KQL on events', () => {
  it.each<[string, Readonly<Record<string, Value>>, boolean]>([
    ['process.name: cmd.exe', { 'process.name': 'cmd.exe' }, true],
    ['process.name: cmd.exe', { 'process.name': 'CMD.exe' }, false],
    ['process.name: "cmd.exe"', { 'process.name': 'cmd.exe' }, true],
    ['process.name: cmd*', { 'process.name': 'cmd.exe' }, true],
    ['process.name: *.exe', { 'process.name': 'cmd.exe' }, true],
    ['process.name: "*"', { 'process.name': 'cmd.exe' }, false],
    ['process.name: "*"', { 'process.name': '*' }, true],
    ['process.name: a\\*b', { 'process.name': 'a*b' }, true],
    ['process.name: *', { 'process.name': null }, false],
    ['process.name: *', { 'process.name': 'x' }, true],
    ['process.args: -enc', { 'process.args': ['-enc', '-nop'] }, true],
    ['not process.args: -enc', { 'process.args': ['-enc', '-nop'] }, false],
    ['not process.args: -enc', { 'process.args': null }, true],
    ['process.args: -e*', { 'process.args': ['x', '-enc'] }, true],
    ['destination.port: 443', { 'destination.port': 443 }, true],
    ['destination.port: abc', { 'destination.port': 443 }, false],
    ['destination.port > 400 and destination.port < 500', { 'destination.port': 443 }, true],
    ['destination.port >= 444', { 'destination.port': [80, 443] }, false],
    ['source.ip: 10.0.0.0/8', { 'source.ip': '10.2.3.4' }, true],
    ['source.ip: "10.2.3.4"', { 'source.ip': '10.2.3.4' }, true],
    ['@timestamp: "2026-11-01"', { '@timestamp': '2026-11-01T23:59:59.999Z' }, true],
    ['@timestamp: "2026-11-01"', { '@timestamp': '2026-11-02T00:00:00.000Z' }, false],
    ['@timestamp > "2026-11-01"', { '@timestamp': '2026-11-01T12:00:00.000Z' }, false],
    ['@timestamp <= "2026-11-01T10:00"', { '@timestamp': '2026-11-01T10:00:59.999Z' }, true],
    ['signed: true', { signed: true }, true],
    ['message: logon failed', { message: 'The Logon was fine' }, true],
    ['message: "logon failed"', { message: 'Logon FAILED: x' }, true],
    ['message: "logon failed"', { message: 'failed logon' }, false],
    ['nobody.has: x', {}, false],
    ['not nobody.has: x', {}, true],
    ['process.name: (a or b)', { 'process.name': 'b' }, true],
    ['process.name: (not a)', { 'process.name': 'b' }, true],
    ['process.name: a or process.name: b and destination.port: 1', { 'process.name': 'a' }, true],
    ['(process.name: a or process.name: b) and destination.port: 1', { 'process.name': 'a' }, false],
    ['process.name: two words and destination.port: 1', { 'process.name': 'two words', 'destination.port': 1 }, true],
    ['NOT process.name: a AND NOT process.name: b', { 'process.name': 'c' }, true],
  ])('%s on %j is %j', (query, cells, expected) => {
    expect(kql(query, cells)).toBe(expected);
  });

  it.each([
    ['cmd.exe', 'without a field'],
    ['process.*: x', 'field name with a wildcard'],
    ['process: { name: x }', 'nested fields'],
    ['destination.port: 4*', 'a wildcard on "destination.port"'],
    ['message: err*', 'analysed text'],
    ['@timestamp > "now-1d"', '"now-1d" as a bound'],
    ['process.name: (a or b', 'not closed'],
    ['process.name: "a', 'cannot be read'],
    ['process.name:', 'missing'],
    ['', 'empty query'],
  ])('refuses %s by name', (query, reason) => {
    expect(kql(query, {})).toContain(`KQL is not supported here with`);
    expect(kql(query, {})).toContain(reason);
  });

  it('ends on any text', () => {
    for (const text of ['((((', '\\', ':::', '"', 'and', 'a:b:c', `${'('.repeat(200)}a:b`]) {
      expect(typeof parseKql(text)).toBe('string');
    }
  });
});

describe('MATCH and MATCH_PHRASE on events', () => {
  it.each<[string, Readonly<Record<string, Value>>, unknown]>([
    ['MATCH(process.name, "cmd.exe")', { 'process.name': ['a', 'cmd.exe'] }, true],
    ['NOT MATCH(process.name, "cmd.exe")', { 'process.name': null }, true],
    ['MATCH(message, "logon failed")', { message: 'logon ok' }, true],
    ['MATCH_PHRASE(message, "logon failed")', { message: 'logon ok' }, false],
    ['MATCH_PHRASE(process.name, "a b")', { 'process.name': 'a b' }, true],
    ['MATCH(destination.port, 443)', { 'destination.port': [80, 443] }, true],
  ])('%s on %j is %j', (condition, cells, expected) => {
    expect(ask(condition, cells)).toBe(expected);
  });

  it('refuses options by name', () => {
    expect(ask('MATCH(message, "x", {"operator": "AND"})', {})).toContain('MATCH is not supported here with options');
  });
});
