import { describe, expect, it } from 'vitest';
import type { ParamValue } from '../../../src/core/hunt.ts';
import { ecsField, ecsFieldNames } from '../../../src/query/ecs.ts';
import { parseExpression, parseQuery } from '../../../src/query/syntax/parse.ts';
import { resolve, typeOf } from '../../../src/query/resolve/resolve.ts';
import type { Catalog, Resolution } from '../../../src/query/resolve/resolution.ts';

function resolved(text: string, catalog: Partial<Catalog> = {}): Resolution {
  const parsed = parseQuery(text);
  if (!parsed.ok) throw new Error(parsed.faults.map((fault) => fault.message).join('; '));
  return resolve(parsed.value, { field: ecsField, strict: true, names: ecsFieldNames, ...catalog });
}

const names = (text: string) => {
  const { columns, faults } = resolved(text);
  expect(faults).toEqual([]);
  return columns.map((column) => column.name);
};

describe('the columns of a query, in order', () => {
  it.each<[string, string[]]>([
    ['ROW a = 1, b = 2', ['a', 'b']],
    ['ROW a = 1, b = 2 | EVAL a = 3', ['b', 'a']],
    ['ROW a = 1 | EVAL a + 1', ['a', 'a + 1']],
    ['ROW a = 1, b = 2 | RENAME a AS c', ['c', 'b']],
    ['ROW a = 1, b = 2 | RENAME a AS b', ['b']],
    ['ROW a = 1, b = 2 | DROP a', ['b']],
    ['ROW ab = 1, b = 2, ac = 3 | DROP a*', ['b']],
    ['ROW a = 1, b = 2, c = 3 | KEEP c, *', ['c', 'a', 'b']],
    ['ROW a = 1, b = 2, c = 3 | KEEP *, b', ['a', 'c', 'b']],
    ['ROW ab = 1, ac = 2, b = 3 | KEEP b, a*, ab', ['b', 'ac', 'ab']],
    ['ROW a = 1, b = 2 | KEEP b, a', ['b', 'a']],
    [
      'FROM x | STATS n = COUNT(*), COUNT_DISTINCT(user.name) BY host.name',
      ['n', 'COUNT_DISTINCT(user.name)', 'host.name'],
    ],
    ['FROM x | STATS COUNT(*) BY bucket = DATE_TRUNC(1 hour, @timestamp)', ['COUNT(*)', 'bucket']],
    ['FROM x | STATS a = COUNT(*), a = MAX(@timestamp)', ['a']],
    ['FROM x | STATS host.name = COUNT(*), n = COUNT(*) BY host.name', ['n', 'host.name']],
    ['FROM x | STATS c = COUNT(*) | EVAL r = c * 2 | SORT r | LIMIT 3', ['c', 'r']],
    ['FROM x | KEEP process.name, @timestamp', ['process.name', '@timestamp']],
    ['FROM x METADATA _id, _index | EVAL a = _id | KEEP a, _index', ['a', '_index']],
    ['FROM x | KEEP message | DISSECT message "%{a} %{?skip} %{+b/1} %{c->}" ', ['message', 'a', 'b', 'c']],
    [
      'FROM x | KEEP message | GROK message "%{IP:source.ip} %{NUMBER:n:int} (?<my.name>.*)"',
      ['message', 'my.name', 'n', 'source.ip'],
    ],
    ['FROM x | KEEP host.ip, host.name | MV_EXPAND host.ip', ['host.ip', 'host.name']],
  ])('%s', (text, expected) => {
    expect(names(text)).toEqual(expected);
  });

  it('says that fields of the sources are columns too until KEEP or STATS', () => {
    expect(resolved('FROM x | EVAL a = 1').open).toBe(true);
    expect(resolved('FROM x | KEEP process.*').open).toBe(true);
    expect(resolved('FROM x | KEEP process.name').open).toBe(false);
    expect(resolved('FROM x | STATS COUNT(*)').open).toBe(false);
  });

  it('gives the columns after each command and the fields that are read', () => {
    const { after, fields } = resolved(
      'FROM x | EVAL p = TO_LOWER(process.name) | STATS n = COUNT(*), VALUES(user.name) BY p, host.name | WHERE n > 3',
    );
    expect(after.map((columns) => columns.map((column) => column.name))).toEqual([
      [],
      ['p'],
      ['n', 'VALUES(user.name)', 'p', 'host.name'],
      ['n', 'VALUES(user.name)', 'p', 'host.name'],
    ]);
    expect([...fields].sort()).toEqual(['host.name', 'process.name', 'user.name']);
  });
});

describe('types, severalness and origin', () => {
  it.each<[string, string, string, string, string | null]>([
    ['FROM x | STATS n = COUNT(*)', 'long', 'single', 'aggregate', null],
    ['FROM x | STATS v = VALUES(process.name)', 'keyword', 'several', 'aggregate', null],
    ['FROM x | STATS v = TOP(process.name, 5, "asc")', 'keyword', 'several', 'aggregate', null],
    ['FROM x | STATS v = TOP(process.name, 1, "asc")', 'keyword', 'single', 'aggregate', null],
    ['FROM x | STATS v = MV_COUNT(VALUES(process.name))', 'integer', 'single', 'aggregate', null],
    ['FROM x | STATS v = MV_SLICE(MV_SORT(VALUES(process.name)), 0, 9)', 'keyword', 'several', 'aggregate', null],
    ['FROM x | STATS v = SUM(source.port)', 'long', 'single', 'aggregate', null],
    ['FROM x | STATS v = AVG(source.port)', 'double', 'single', 'aggregate', null],
    ['FROM x | STATS v = MIN(@timestamp)', 'date', 'single', 'aggregate', null],
    ['FROM x | STATS BY host.ip', 'ip', 'single', 'group', 'host.ip'],
    ['FROM x | STATS BY h = TO_LOWER(host.name)', 'keyword', 'single', 'group', null],
    ['FROM x | KEEP host.ip', 'ip', 'several', 'field', 'host.ip'],
    ['FROM x | RENAME host.ip AS h | KEEP h', 'ip', 'several', 'field', 'host.ip'],
    ['FROM x | EVAL h = host.ip | KEEP h', 'ip', 'several', 'field', 'host.ip'],
    ['FROM x | MV_EXPAND host.ip | KEEP host.ip', 'ip', 'single', 'computed', 'host.ip'],
    ['FROM x | EVAL a = COALESCE(host.ip, source.ip) | KEEP a', 'ip', 'several', 'computed', null],
    ['FROM x | EVAL a = CASE(source.port > 1, "x", null) | KEEP a', 'keyword', 'single', 'computed', null],
    ['FROM x | EVAL a = SPLIT(process.name, ".") | KEEP a', 'keyword', 'several', 'computed', null],
    ['FROM x | EVAL a = source.port + 1.5 | KEEP a', 'double', 'single', 'computed', null],
    ['FROM x | EVAL a = @timestamp - 1 day | KEEP a', 'date', 'single', 'computed', null],
    ['FROM x | EVAL a = source.port::string | KEEP a', 'keyword', 'single', 'computed', null],
    ['FROM x | EVAL a = null | KEEP a', 'null', 'single', 'computed', null],
    ['FROM x METADATA _id | KEEP _id', 'keyword', 'single', 'metadata', null],
    ['FROM x | KEEP hunt.clock', 'date', 'single', 'metadata', null],
  ])('%s: %s, %s, %s of %s', (text, type, several, origin, field) => {
    const { columns, faults } = resolved(text);
    expect(faults).toEqual([]);
    expect(columns).toHaveLength(1);
    expect(columns[0]).toMatchObject({ type, several, origin, field });
  });

  it('takes an unknown field for a keyword where it may not be strict', () => {
    const { columns, faults, fields } = resolved('FROM x | WHERE my.field == "a" | KEEP my.field', { strict: false });
    expect(faults).toEqual([]);
    expect(columns).toEqual([
      { name: 'my.field', type: 'keyword', several: 'unknown', origin: 'field', field: 'my.field' },
    ]);
    expect([...fields]).toEqual(['my.field']);
  });

  it('types one expression over known columns', () => {
    const { columns } = resolved('FROM x | STATS n = COUNT(*) BY host.name');
    const expr = parseExpression('n / 2 > ?most AND nosuch == 1');
    const { typed, faults } = typeOf(expr.ok ? expr.value : ({} as never), columns, { most: 3 });
    expect(typed.type).toBe('boolean');
    expect(faults.map((fault) => fault.rule)).toEqual(['unknown-column']);
  });
});

describe('faults', () => {
  const cases: [string, string, RegExp][] = [
    ['ROW a = 1, b = a + 1', 'unknown-column', /Columns here/],
    ['FROM x | WHERE proces.name == "a"', 'unknown-column', /Did you mean "process.name"/],
    ['FROM x | WHERE process == "a"', 'unknown-column', /source/],
    ['FROM x | WHERE _index == "a"', 'unknown-column', /METADATA _index/],
    ['FROM x | STATS n = COUNT(*) | WHERE process.name == "a"', 'unknown-column', /Columns here: n/],
    ['FROM x | KEEP process.name | KEEP host.name', 'unknown-column', /process.name/],
    ['FROM x | DROP host.name | WHERE host.name == "a"', 'unknown-column', /./],
    ['FROM x | RENAME host.name AS h | WHERE host.name == "a"', 'unknown-column', /./],
    ['FROM x | STATS n = COUNT(*) | KEEP z*', 'pattern-without-match', /n/],
    ['FROM x | STATS n = COUNT(*) | DROP z*', 'pattern-without-match', /n/],
    ['FROM x | WHERE COUNT(*) > 1', 'aggregate-outside-stats', /STATS/],
    ['FROM x | STATS m = MAX(COUNT(*))', 'aggregate-outside-stats', /STATS/],
    ['FROM x | STATS n = COUNT(*) + source.port', 'unknown-column', /behind BY/],
    ['FROM x | STATS n = 1', 'not-aggregated', /COUNT/],
    ['FROM x | STATS n = FIRST(process.name, @timestamp)', 'newer-function', /TOP/],
    ['FROM x | EVAL a = URL_DECODE(process.name)', 'newer-function', /8.19/],
    ['FROM x | EVAL a = TO_LOVER(process.name)', 'unknown-function', /TO_LOWER/],
    ['FROM x | EVAL a = COALESCE(source.ip, process.name)', 'argument-type', /TO_STRING/],
    ['FROM x | WHERE source.port == "443"', 'operand-type', /quotes/],
    ['FROM x | WHERE source.ip == "1.2.3"', 'bad-literal', /CIDR_MATCH/],
    ['FROM x | SORT destination.geo.location', 'sort-type', /Convert/],
    ['FROM x METADATA _nosuch | LIMIT 1', 'unknown-metadata', /_id/],
    ['FROM x | STATS n = COUNT(*) BY process.name | WHERE process.name : "a"', 'search-after-stats', /before/],
    ['FROM x | EVAL p = TO_LOWER(process.name) | WHERE p : "a"', 'search-computed', /MV_/],
    ['FROM x | LIMIT 5 | WHERE KQL("a: b")', 'search-after-stats', /before/],
    ['FROM x | WHERE process.name', 'condition-type', /Compare/],
    ['FROM x | EVAL b = BUCKET(@timestamp, 1 hour)', 'bucket-outside-by', /DATE_TRUNC/],
    ['FROM x | EVAL n = null | WHERE n == 1', 'untyped-null', /null::keyword/],
    ['FROM x | STATS n = COUNT(*), host.name BY host.name', 'not-aggregated', /COUNT/],
    ['FROM x | EVAL a = DATE_DIFF("fortnight", @timestamp, event.created)', 'argument-type', /DATE_DIFF/],
    ['FROM x | EVAL a = DATE_EXTRACT("era", @timestamp)', 'argument-type', /DATE_EXTRACT/],
    ['FROM x | GROK source.port "%{INT:a}"', 'operand-type', /string/],
    ['FROM x | LOOKUP JOIN y ON host.name, user.name', 'newer-command', /one field/],
    ['FROM x | STATS n = SUM(process.name)', 'argument-type', /SUM/],
    ['FROM x | STATS n = TOP(process.name, 5, "up")', 'argument-type', /TOP/],
    ['FROM x | STATS n = SUM(*)', 'argument-type', /SUM/],
    ['FROM x | EVAL a = CASE(process.name, 1)', 'argument-type', /./],
  ];
  it.each(cases)('%s: %s', (text, rule, hint) => {
    const { faults } = resolved(text);
    expect(faults.map((fault) => fault.rule)).toEqual([rule]);
    expect(faults[0]?.hint).toMatch(hint);
    expect(text.slice(faults[0]?.span.start, faults[0]?.span.end).trim()).not.toBe('');
  });

  it('knows parameters when they are given', () => {
    const params: Record<string, ParamValue> = { most: 3, ports: [80, 443], since: '2026-01-01' };
    expect(
      resolved('FROM x | WHERE source.port > ?most AND destination.port IN (?ports) AND event.created > ?since', {
        params,
      }).faults,
    ).toEqual([]);
    expect(resolved('FROM x | WHERE source.port > ?nosuch', { params }).faults.map((fault) => fault.rule)).toEqual([
      'unknown-parameter',
    ]);
    expect(resolved('FROM x | WHERE source.port > ?most').faults).toEqual([]);
  });

  it('tells all faults of all commands at once', () => {
    const { faults } = resolved(
      'FROM x | WHERE nosuch1 == 1 | EVAL a = nosuch2 + 1, b = LENGTH(source.port) | SORT nosuch3',
    );
    expect(faults.map((fault) => fault.rule)).toEqual([
      'unknown-column',
      'unknown-column',
      'argument-type',
      'unknown-column',
    ]);
  });
});
