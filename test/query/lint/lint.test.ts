import { describe, expect, it } from 'vitest';
import { ecsField } from '../../../src/query/ecs.ts';
import { lintExpression, lintQuery } from '../../../src/query/lint/lint.ts';
import { parseExpression, parseQuery } from '../../../src/query/syntax/parse.ts';
import { resolve, typeOnEvents } from '../../../src/query/resolve/resolve.ts';
import type { Catalog } from '../../../src/query/resolve/resolution.ts';

const catalog: Catalog = { field: ecsField, strict: true };

function lint(text: string, top = false) {
  const parsed = parseQuery(text);
  if (!parsed.ok) throw new Error(parsed.faults.map((fault) => fault.message).join('; '));
  const resolution = resolve(parsed.value, catalog);
  expect(resolution.faults).toEqual([]);
  return lintQuery(parsed.value, resolution, { clockFields: ['event.ingested'], top });
}

const rules = (text: string, top = false) => lint(text, top).map((fault) => fault.rule);

function expressionRules(text: string, severalAllowed = false) {
  const parsed = parseExpression(text);
  if (!parsed.ok) throw new Error(parsed.faults.map((fault) => fault.message).join('; '));
  const { typed, faults } = typeOnEvents(parsed.value, catalog);
  expect(faults).toEqual([]);
  return lintExpression(typed, { clockFields: ['event.ingested'], severalAllowed }).map((fault) => fault.rule);
}

const addresses = (count: number) =>
  Array.from({ length: count }, (_, at) => `"10.0.${at >> 8}.${at & 255}"`).join(', ');

const infixes = (count: number) =>
  'alpha bravo charlie delta echo foxtrot golf hotel india juliett'
    .split(' ')
    .slice(0, count)
    .map((word) => `"*${word}*"`)
    .join(', ');

describe('each rule finds what it is for', () => {
  const cases: [string, string[]][] = [
    ['FROM x | EVAL a = DATE_DIFF("hour", @timestamp, NOW()) | KEEP a', ['now']],
    ['FROM x | WHERE @timestamp > NOW() - 7 days | KEEP host.name', ['clock-filter', 'now']],
    ['FROM x | WHERE @timestamp > "2026-01-01" | KEEP host.name', ['clock-filter']],
    ['FROM x | WHERE "2026-01-01" < event.ingested | KEEP host.name', ['clock-filter']],
    ['FROM x | WHERE hunt.clock >= "2026-01-01" | KEEP host.name', ['clock-filter']],
    ['FROM x | RENAME @timestamp AS t | WHERE t >= "2026-01-01" | KEEP host.name', ['clock-filter']],
    ['FROM x | STATS n = COUNT(*) BY host.name | LIMIT 10', ['final-limit']],
    ['FROM x | STATS n = COUNT(*) BY host.name | SORT n | LIMIT 10 | KEEP n', ['final-limit']],
    ['FROM x | LIMIT 10 | SORT host.name | STATS n = COUNT(*)', ['sort-after-limit']],
    ['FROM x | WHERE host.name RLIKE "(?i)abc" | KEEP host.name', ['rlike-flag']],
    ['FROM x | WHERE host.name RLIKE "^abc.*" | KEEP host.name', ['rlike-anchor']],
    ['FROM x | WHERE host.name RLIKE "abc$" | KEEP host.name', ['rlike-anchor']],
    ['FROM x | WHERE host.name LIKE "%abc%" | KEEP host.name', ['like-percent']],
    ['FROM x | WHERE host.name NOT LIKE ("a*", "%b") | KEEP host.name', ['like-percent']],
    ['FROM x | WHERE event.category == "network" | KEEP host.name', ['array-field']],
    ['FROM x | WHERE NOT event.category IN ("network", "process") | KEEP host.name', ['array-field']],
    ['FROM x | WHERE host.ip::string LIKE "10.*" | KEEP host.name', ['several-values']],
    ['FROM x | WHERE event.type LIKE "st*" | KEEP host.name', ['array-field']],
    ['FROM x | WHERE CIDR_MATCH(host.ip, "10.0.0.0/8") | KEEP host.name', ['array-field']],
    ['FROM x | EVAL a = CONCAT(event.type, "x") | KEEP a', ['array-field']],
    ['FROM x | STATS v = VALUES(process.name) BY host.name | WHERE v == "a"', ['several-values']],
    ['FROM x | EVAL a = SPLIT(process.name, ".") | WHERE a == "exe" | KEEP a', ['several-values']],
    [
      'FROM x | STATS n = COUNT(*), f = MIN(@timestamp), l = MAX(@timestamp) | EVAL h = DATE_DIFF("hour", f, l) | EVAL r = n / h',
      ['truncated-divisor'],
    ],
    ['FROM x | STATS n = COUNT(*), b = SUM(source.bytes) | EVAL r = n / TO_INTEGER(b / 3600.0)', ['truncated-divisor']],
    ['FROM x | STATS n = COUNT(*), b = SUM(source.bytes) | EVAL r = n / (b / 3600)', ['truncated-divisor']],
    [
      'FROM x | STATS n = COUNT(*), b = SUM(source.bytes) | EVAL h = GREATEST(1, FLOOR(b / 2.5)::integer) | EVAL r = n * 1.0 / h',
      ['truncated-divisor'],
    ],
    ['FROM x | STATS n = COUNT(*), b = SUM(source.bytes) | EVAL r = n / b', ['integer-division']],
    [`FROM x | WHERE source.ip NOT IN (${addresses(51)}) | KEEP host.name`, ['ip-not-in']],
    ['FROM x | WHERE CIDR_MATCH(source.ip, "10.0.0.0/8", "10.0.0.0/33") | KEEP host.name', ['bad-cidr']],
    ['FROM x | WHERE NOT CIDR_MATCH(source.ip, "10.0.0") | KEEP host.name', ['bad-cidr']],
    ['FROM x | WHERE STARTS_WITH("Update", event.action) | KEEP host.name', ['swapped-arguments']],
    ['FROM x | WHERE ENDS_WITH(".exe", process.name) | KEEP host.name', ['swapped-arguments']],
    ['FROM x | EVAL d = DATE_FORMAT("YYYY-mm-dd", @timestamp) | KEEP d', ['week-year']],
    ['FROM x | WHERE TO_LOWER(process.name) == "Cmd.exe" | KEEP host.name', ['case-never']],
    ['FROM x | WHERE "CMD.EXE" != TO_LOWER(process.name) | KEEP host.name', ['case-never']],
    ['FROM x | WHERE TO_UPPER(process.name) IN ("CMD.EXE", "Bash") | KEEP host.name', ['case-never']],
    ['FROM x | WHERE NOT TO_LOWER(process.name) LIKE ("*.exe", "*Shell*") | KEEP host.name', ['case-never']],
    ['FROM x | WHERE TO_LOWER(process.name) RLIKE "[A-Z]Cmd.*" | KEEP host.name', ['case-never']],
    ['FROM x | WHERE STARTS_WITH(TO_UPPER(process.name), "cmd") | KEEP host.name', ['case-never']],
    ['FROM x | WHERE user.name IS NULL AND NOT COALESCE(user.name == "a", false) | KEEP host.name', ['beside-null']],
    ['FROM x | WHERE NOT user.name : "a" | WHERE user.name IS NULL | KEEP host.name', ['beside-null']],
    [
      'FROM x | WHERE user.name IS NULL | EVAL y = 1 | WHERE user.name == "a" OR y == 1 | KEEP host.name',
      ['beside-null'],
    ],
    [
      'FROM x | WHERE host.name == "h" OR (user.name IS NULL AND CASE(user.name == "a", false, true)) | KEEP host.name',
      ['beside-null'],
    ],
    [
      'FROM x | EVAL p = TO_LOWER(COALESCE(process.name, process.executable)) | WHERE p IS NOT NULL | KEEP p',
      ['inferred-not-null'],
    ],
    ['FROM x | WHERE LENGTH(COALESCE(user.name, host.name)) IS NOT NULL | KEEP host.name', ['inferred-not-null']],
    [
      'FROM x | EVAL p = CONCAT(COALESCE(user.name, ""), "x") | STATS n = COUNT(*) WHERE p LIKE "*"',
      ['inferred-not-null'],
    ],
    [
      'FROM x | STATS n = COUNT_DISTINCT(process.name == "a") BY host.name | WHERE n > 1 | KEEP host.name',
      ['distinct-booleans'],
    ],
    [`FROM x | WHERE process.name NOT LIKE (${infixes(10)}) | KEEP host.name`, ['like-complex']],
    ['FROM x | EVAL a = 1, b = a + 1 | STATS n = COUNT(*) BY b', ['reads-nothing']],
    ['FROM x | EVAL a = 1 | KEEP a*', ['reads-nothing']],
    ['FROM x | EVAL source.bytes = COALESCE(source.bytes, 0), y = source.bytes | KEEP y', ['stale-column']],
    ['FROM x | STATS n = COUNT(*) BY host.name | EVAL n = GREATEST(n, 1), r = 100.0 / n | KEEP r', ['stale-column']],
  ];
  it.each(cases)('%s', (text, expected) => {
    const faults = lint(text);
    expect(faults.map((fault) => fault.rule)).toEqual(expected);
    for (const fault of faults) {
      expect(fault.hint).not.toBe('');
      expect(fault.span.end).toBeGreaterThan(fault.span.start);
    }
  });

  it('names the remedy that any value matches', () => {
    expect(lint('FROM x | WHERE event.category == "network" | KEEP host.name')[0]?.hint).toContain(
      'event.category : "value"',
    );
  });

  it('warns where the query still may be meant', () => {
    const severity = (text: string) => lint(text).map((fault) => fault.severity);
    expect(severity('FROM x | WHERE host.name RLIKE "^abc.*" | KEEP host.name')).toEqual(['warning']);
    expect(severity('FROM x | LIMIT 10 | SORT host.name | STATS n = COUNT(*)')).toEqual(['warning']);
    expect(severity('FROM x | STATS n = COUNT(*), b = SUM(source.bytes) | EVAL r = n / b')).toEqual(['warning']);
    expect(severity('FROM x | STATS n = COUNT(*) | LIMIT 10')).toEqual(['error']);
  });
});

describe('no rule finds what is right', () => {
  it.each([
    `FROM x | WHERE process.name LIKE (${infixes(9)}) | KEEP host.name`,
    'FROM x | EVAL a = 1, b = a + 1, c = host.name | STATS n = COUNT(*) BY b, c',
    'FROM x | STATS n = COUNT(*)',
    'FROM x | EVAL a = 1 | EVAL b = a + 1 | STATS n = COUNT(*) BY b',
    'FROM x | WHERE event.category : "network" | KEEP host.name',
    'FROM x | WHERE MV_COUNT(event.category) > 1 | KEEP host.name',
    'FROM x | WHERE MV_CONCAT(event.type, ",") LIKE "*start*" | KEEP host.name',
    'FROM x | WHERE event.category IS NOT NULL | KEEP host.name',
    'FROM x | STATS n = COUNT(*) BY event.category | WHERE event.category == "network"',
    'FROM x | MV_EXPAND event.type | WHERE event.type == "start" | KEEP host.name',
    'FROM x | STATS v = VALUES(process.name) | WHERE MV_COUNT(v) > 1',
    'FROM x | STATS v = TOP(process.name, 1, "asc") | WHERE v == "a"',
    'FROM x | WHERE event.created > @timestamp | KEEP host.name',
    'FROM x | EVAL late = DATE_DIFF("hour", @timestamp, event.created) > 5 | KEEP late',
    'FROM x | STATS f = MIN(@timestamp) | WHERE f > "2026-01-01"',
    'FROM x | WHERE host.name RLIKE """\\$abc\\$""" | KEEP host.name',
    'FROM x | WHERE host.name LIKE "100%*" | KEEP host.name',
    'FROM x | STATS n = COUNT(*), b = SUM(source.bytes) | EVAL r = n / 60, s = TO_DOUBLE(n) / b',
    'FROM x | STATS n = COUNT(*), b = SUM(source.bytes) | EVAL h = GREATEST(1.0, b / 3600.0) | EVAL r = n / h',
    'FROM x | SORT host.name | LIMIT 10 | SORT host.name | STATS n = COUNT(*)',
    'FROM x | WHERE TO_LOWER(process.name) == "cmd.exe" AND TO_UPPER(host.name) LIKE "*DC0?" | KEEP host.name',
    'FROM x | WHERE TO_LOWER(process.name) RLIKE ".*\\\\D[A-Z]" OR process.name == TO_LOWER(process.name) | KEEP host.name',
    'FROM x | WHERE user.name IS NULL AND host.name == "a" | WHERE user.name IS NULL OR host.name == "b" | KEEP host.name',
    'FROM x | EVAL known = COALESCE(user.name == "a", false) | WHERE user.name IS NULL AND NOT known | KEEP host.name',
    'FROM x | WHERE user.name IS NULL | STATS c = COUNT(*) BY user.name | WHERE user.name == "a" OR c > 1',
    'FROM x | EVAL source.bytes = COALESCE(source.bytes, 0) | EVAL y = source.bytes | KEEP y',
    'FROM x | EVAL user.name = COALESCE(user.name, "none"), y = user.name | KEEP y',
    'FROM x | EVAL b = COALESCE(source.bytes, 0), y = b | KEEP y',
    'FROM x | EVAL p = COALESCE(TO_LOWER(user.name), TO_LOWER(host.name)) | WHERE p IS NOT NULL | KEEP p',
    'FROM x | EVAL p = TO_LOWER(COALESCE(user.name, host.name)) | STATS n = COUNT(*) BY p | WHERE p IS NOT NULL',
    'FROM x | EVAL p = TO_LOWER(COALESCE(user.name, host.name)) | WHERE p LIKE "a*" | KEEP p',
    'FROM x | STATS n = COUNT_DISTINCT((process.name == "a")::string) BY host.name | KEEP host.name',
    'FROM x | STATS n = COUNT_DISTINCT(process.name == "a"), m = COUNT_DISTINCT(process.name)',
    `FROM x | WHERE source.ip NOT IN (${addresses(50)}) AND source.ip IN (${addresses(60)}) | KEEP host.name`,
    'FROM x | WHERE STARTS_WITH(process.name, "a") AND CIDR_MATCH(source.ip, "fe80::/10", "10.1.2.3/8", "::1") | KEEP host.name',
    `FROM x | WHERE ${Array.from({ length: 400 }, (_, at) => `source.port == ${at}`).join(' OR ')} | KEEP host.name`,
  ])('%s', (text) => {
    expect(rules(text)).toEqual([]);
  });

  it('a final LIMIT that is meant', () => {
    expect(rules('FROM x | STATS n = COUNT(*) BY host.name | SORT n DESC | LIMIT 10', true)).toEqual([]);
  });
});

describe('one condition', () => {
  it.each<[string, string[]]>([
    ['event.category == "network"', ['array-field']],
    ['dns.resolved_ip == "10.0.0.1" AND process.name == "a"', ['array-field']],
    ['@timestamp > "2026-01-01"', ['clock-filter']],
    ['process.name == "a" AND source.ip IN ("10.0.0.1")', []],
    ['user.name IS NULL AND NOT COALESCE(user.name == "a", false)', ['beside-null']],
    ['TO_LOWER(user.name) == "Admin"', ['case-never']],
  ])('%s', (text, expected) => {
    expect(expressionRules(text)).toEqual(expected);
  });

  it('may read several values where they are decided one by one', () => {
    expect(expressionRules('dns.resolved_ip == "10.0.0.1"', true)).toEqual([]);
  });
});
