import { describe, expect, it } from 'vitest';
import type { Command, Dissect, Grok } from '../../../../src/query/syntax/ast.ts';
import { parseQuery } from '../../../../src/query/syntax/parse.ts';
import { resolve } from '../../../../src/query/resolve/resolve.ts';
import type { RefValue, ValueType } from '../../../../src/query/values/values.ts';
import { SqlWriter } from '../../../../src/embedded/sql/sql-context.ts';
import { extractColumns } from '../../../../src/embedded/sql/stages/extract.ts';

/** What each input gives, column by column: the functions that the stage registers, called as DuckDB would. */
function extracted(stage: string, inputs: readonly RefValue[], several = false): Record<string, RefValue>[] {
  const parsed = parseQuery(`ROW message = "" | ${stage}`);
  if (!parsed.ok) throw new Error(parsed.faults.map((fault) => fault.message).join('; '));
  const command = parsed.value.commands.find((one: Command): one is Dissect | Grok =>
    ['dissect', 'grok'].includes(one.kind),
  );
  const { columns } = resolve(parsed.value, { field: () => undefined, strict: true });
  if (command === undefined) throw new Error('no such command');
  const made = new Map<string, ValueType>(
    columns.filter(({ name }) => name !== 'message').map(({ name, type }) => [name, type]),
  );
  const writer = new SqlWriter(0);
  const input = { sql: 'message', type: 'keyword', several, constant: undefined } as const;
  const values = extractColumns(command, input, made, writer);
  const functions = [...writer.functions.values()];
  return inputs.map((value) =>
    Object.fromEntries(
      [...values].map(([name, { sql }]) => {
        const called = functions.find((one) => sql.startsWith(`${one.name}(`));
        return [name, called?.compute([value]) ?? null];
      }),
    ),
  );
}

describe('DISSECT and GROK as stages', () => {
  it('gives null to every column where the pattern does not match, and for null', () => {
    expect(extracted('DISSECT message "%{a} %{b}"', ['x y', 'xy', null])).toEqual([
      { a: 'x', b: 'y' },
      { a: null, b: null },
      { a: null, b: null },
    ]);
  });

  it('takes every value of the input, and keeps all that is found', () => {
    expect(extracted('DISSECT message "%{a} %{b}"', [['1 2', '3 4', 'zz']], true)).toEqual([
      { a: ['1', '3'], b: ['2', '4'] },
    ]);
    expect(extracted('GROK message "%{WORD:x}( %{INT:y:long})?"', [['a 1', 'b']], true)).toEqual([
      { x: ['a', 'b'], y: 1n },
    ]);
  });

  it('gives the types that the pattern names', () => {
    expect(extracted('GROK message "%{INT:n:int} %{NUMBER:f:double} %{WORD:b:boolean}"', ['7 1.5 true'])).toEqual([
      { b: true, f: 1.5, n: 7 },
    ]);
  });

  it('joins by the separator', () => {
    expect(extracted('DISSECT message "%{+a} %{+a}" APPEND_SEPARATOR="-"', ['x y'])).toEqual([{ a: 'x-y' }]);
  });

  it('remembers no more than it may', () => {
    const long = Array.from({ length: 60 }, (_, at) => `${at} ${'x'.repeat(100_000)}`);
    expect(extracted('DISSECT message "%{a} %{b}"', [...long, ...long]).map(({ a }) => a)).toEqual(
      [...long, ...long].map((text) => text.split(' ')[0]),
    );
  });
});
