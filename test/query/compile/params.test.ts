import { describe, expect, it } from 'vitest';
import type { ParamValue } from '../../../src/core/hunt.ts';
import type { Expr } from '../../../src/query/syntax/ast.ts';
import { type EsqlPlan, esqlHuntQuery, matchedEventsQuery } from '../../../src/query/compile/esql-hunt.ts';
import { expandList, inlineParam, paramsOf } from '../../../src/query/compile/params.ts';
import { parseExpression, parseQuery } from '../../../src/query/syntax/parse.ts';
import { printExpr } from '../../../src/query/syntax/print-expression.ts';
import { mapExpr } from '../../../src/query/syntax/walk.ts';

const PARAMS: Readonly<Record<string, ParamValue>> = {
  list: ['a"b', 'c\\d\n'],
  numbers: [1, 2.5],
  one: 'x',
  flag: true,
};

function parsed(text: string): Expr {
  const result = parseExpression(text);
  if (!result.ok) throw new Error(result.faults.map(({ message }) => message).join('; '));
  return result.value;
}

describe('parameters', () => {
  it.each([
    ['a IN (?list)', 'a IN ("a\\"b", "c\\\\d\\n")'],
    ['a NOT IN ("z", ?list, ?one)', 'a NOT IN ("z", "a\\"b", "c\\\\d\\n", ?one)'],
    ['n IN (?numbers)', 'n IN (1, 2.5)'],
    ['CIDR_MATCH(i, ?list)', 'CIDR_MATCH(i, "a\\"b", "c\\\\d\\n")'],
    ['a == ?one OR a IN (?unknown)', 'a == ?one OR a IN (?unknown)'],
    ['a IN (?constructor)', 'a IN (?constructor)'],
  ])('%s with lists is %s', (written, compiled) => {
    expect(printExpr(mapExpr(parsed(written), (node) => expandList(node, PARAMS)))).toBe(compiled);
  });

  it.each([
    ['a == ?one AND b == ?flag', 'a == "x" AND b == true'],
    ['a == ?toString', 'a == ?toString'],
    ['a IN (?list)', 'a IN (?list)'],
  ])('%s with single values is %s', (written, compiled) => {
    expect(printExpr(mapExpr(parsed(written), (node) => inlineParam(node, PARAMS)))).toBe(compiled);
  });

  it('are told by name', () => {
    expect([...paramsOf(parsed('a == ?one OR b IN (?list) AND c == ?one'))]).toEqual(['one', 'list']);
  });
});

describe('a hunt with its own query', () => {
  function planOf(text: string, patterns: EsqlPlan['patterns'] = (pattern) => [pattern]): EsqlPlan {
    const query = parseQuery(text);
    if (!query.ok) throw new Error(text);
    const frame = {
      sources: [{ patterns: ['logs-*'], where: parsed('a == "b"'), clock: ['@timestamp'] }],
      missing: new Map([['gone', 'ip' as const]]),
      conflicting: new Map(),
      oddClocks: new Set<string>(),
    };
    return { query: query.value, frame, patterns, params: PARAMS, rowsMax: 9 };
  }

  it('gets nulls and clock after FROM, its lists, and a limit of one row more', () => {
    expect(
      esqlHuntQuery(planOf('FROM logs-* METADATA _id | WHERE a IN (?list) AND b == ?one | STATS n = COUNT(*) BY a')),
    ).toBe(
      `FROM logs-* METADATA _id
| EVAL gone = null::ip, hunt.clock = @timestamp
| WHERE a IN ("a\\"b", "c\\\\d\\n") AND b == ?one
| STATS n = COUNT(*) BY a
| LIMIT 10`,
    );
  });

  it('reads where the site keeps its sources, each pattern once', () => {
    const moved = (pattern: string) => (pattern === 'a-*' ? ['x-*', 'y-*'] : pattern === 'b-*' ? [] : ['y-*']);
    expect(esqlHuntQuery(planOf('FROM a-*, b-*, c-* | KEEP a', moved))).toMatch(/^FROM x-\*, y-\*\n/);
  });

  it('counts its events by the commands before rows are grouped or cut', () => {
    const text = 'FROM logs-* | WHERE a == "b" | EVAL c = a | STATS n = COUNT(*) BY c | WHERE n > 5';
    expect(matchedEventsQuery(planOf(text))).toBe(
      `FROM logs-*
| EVAL gone = null::ip, hunt.clock = @timestamp
| WHERE a == "b"
| EVAL c = a
| STATS events = COUNT(*)
| LIMIT 2`,
    );
    expect(matchedEventsQuery(planOf('FROM logs-* | SORT a | LIMIT 3'))).not.toContain('SORT');
  });
});
