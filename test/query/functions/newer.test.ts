import { describe, expect, it } from 'vitest';
import { findFunction, newerFunction } from '../../../src/query/functions/registry.ts';
import { parseQuery } from '../../../src/query/syntax/parse.ts';
import { resolve } from '../../../src/query/resolve/resolve.ts';
import type { RefValue } from '../../../src/query/values/values.ts';

function value(name: string, ...args: readonly RefValue[]): RefValue {
  const entry = findFunction(name);
  if (entry?.kind !== 'scalar') throw new Error(`no function ${name}`);
  const signature = { takes: args.map(() => 'keyword' as const), result: 'keyword' as const };
  return entry.evaluate?.(args, signature) ?? null;
}

describe('functions that 8.19 lacks, by the documentation of 9.x', () => {
  it.each<[RefValue, string, ...RefValue[]]>([
    [true, 'CONTAINS', 'powershell', 'ersh'],
    [false, 'CONTAINS', 'a', 'A'],
    [null, 'CONTAINS', null, 'a'],
    [null, 'CONTAINS', ['a', 'b'], 'a'],
    [true, 'MV_CONTAINS', ['a', 'b'], 'b'],
    [false, 'MV_CONTAINS', ['a', 'b'], ['b', 'c']],
    [true, 'MV_CONTAINS', null, null],
    [true, 'MV_CONTAINS', 'a', null],
    [false, 'MV_CONTAINS', null, 'a'],
    [['b', 'c'], 'MV_INTERSECTION', ['b', 'a', 'c', 'b'], ['c', 'b']],
    ['a', 'MV_INTERSECTION', 'a', ['b', 'a']],
    [null, 'MV_INTERSECTION', 'a', 'b'],
    ['a b/ü', 'URL_DECODE', 'a+b%2F%C3%BC'],
    [null, 'URL_DECODE', '100%'],
    ['a+b%2F%C3%BC%7E', 'URL_ENCODE', 'a b/ü~'],
    ['v', 'JSON_EXTRACT', '{"a":{"b":"v"}}', 'a.b'],
    ['v', 'JSON_EXTRACT', '{"a":{"b":"v"}}', '$.a.b'],
    ['2', 'JSON_EXTRACT', '{"items":[2,3]}', 'items[0]'],
    ['x', 'JSON_EXTRACT', '{"a.b":"x"}', "['a.b']"],
    ['{"b":1}', 'JSON_EXTRACT', '{"a":{"b":1}}', 'a'],
    [null, 'JSON_EXTRACT', '{"a":null}', 'a'],
    [null, 'JSON_EXTRACT', 'no json', 'a'],
    [null, 'JSON_EXTRACT', '{}', '__proto__'],
    [null, 'JSON_EXTRACT', '{}', 'constructor.name'],
    [null, 'JSON_EXTRACT', '{"a":1}', 'a..b'],
  ])('%j is what %s makes of %j, %j', (expected, name, ...args) => {
    expect(value(name, ...args)).toEqual(expected);
  });
});

describe('a newer function in a query', () => {
  const faults = (newer: boolean) => {
    const parsed = parseQuery('FROM x | STATS f = FIRST(process.name, @timestamp) | WHERE CONTAINS(f, "a")');
    if (!parsed.ok) throw new Error('does not parse');
    const field = (name: string) => ({
      type: name === '@timestamp' ? ('date' as const) : ('keyword' as const),
      array: false,
    });
    return resolve(parsed.value, { field, strict: true, newer });
  };

  it('is a fault of a stored hunt, and typed all the same', () => {
    const { faults: found, columns } = faults(false);
    expect(found.map((fault) => [fault.rule, fault.message.slice(0, 8)])).toEqual([
      ['newer-function', 'FIRST ne'],
      ['newer-function', 'CONTAINS'],
    ]);
    expect(columns.map(({ name, type }) => [name, type])).toEqual([['f', 'keyword']]);
  });

  it('is none where the catalog allows it', () => {
    expect(faults(true).faults).toEqual([]);
  });

  it('stays a fault where nothing evaluates it', () => {
    expect(newerFunction('SPARKLINE')?.entry).toBeUndefined();
    expect(findFunction('SPARKLINE')).toBeUndefined();
  });
});
