import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Expr, Query } from '../../../src/query/syntax/ast.ts';
import { column, compare, from, literal } from '../../../src/query/syntax/build.ts';
import { boundDrilldown, entityDrilldown } from '../../../src/query/compile/drilldown.ts';
import { parseQuery } from '../../../src/query/syntax/parse.ts';

const SPAN = { start: Date.parse('2026-11-20T10:00:00Z'), end: Date.parse('2026-11-20T12:00:00Z') };

function parsed(text: string): Query {
  const result = parseQuery(text);
  if (!result.ok) throw new Error(`${text}: ${result.faults.map(({ message }) => message).join('; ')}`);
  return result.value;
}

/** The condition of the last WHERE: that of the hunt stands behind the bounds. */
function lastCondition(text: string): Expr | undefined {
  return parsed(text).commands.findLast((command) => command.kind === 'where')?.condition;
}

const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }).filter((text) => text.isWellFormed()),
  fc.string({
    unit: fc.constantFrom('"', '\\', '\n', '\r', '\t', '|', '`', '?', '*', "'", ' ', 'a', '/', '$'),
    maxLength: 12,
  }),
  fc.constantFrom('"""', '\\"', 'a" OR true | LIMIT 0 //', '/* */', '?process_name', '__proto__'),
);

describe('values of a finding in its drill-down', () => {
  it('stay the values they were, whatever they are, in the drill-down a hunt writes', () => {
    const written = parsed('FROM logs-* | WHERE process.name == ?process_name');
    fc.assert(
      fc.property(hostile, (name) => {
        const text = boundDrilldown(written, new Map([['process.name', name]]), SPAN);
        expect(parsed(text).commands.map(({ kind }) => kind)).toEqual(['from', 'where', 'where']);
        expect(lastCondition(text)).toMatchObject({ kind: 'compare', right: { kind: 'literal', value: name } });
      }),
      { seed: 20_261_121, numRuns: 2_000 },
    );
  });

  it('and in one that is made for a declarative hunt', () => {
    fc.assert(
      fc.property(hostile, (name) => {
        const entity = compare(column('hunt.key.0'), '==', literal(name));
        const text = entityDrilldown([from(['logs-*'])], entity, SPAN);
        expect(parsed(text).commands.map(({ kind }) => kind)).toEqual(['from', 'where', 'sort', 'limit']);
        const condition = lastCondition(text);
        expect(condition).toMatchObject({ kind: 'and', operands: [{}, {}, { right: { value: name } }] });
      }),
      { seed: 20_261_121, numRuns: 2_000 },
    );
  });

  it('has bounds in event time right after FROM, five minutes wider', () => {
    expect(boundDrilldown(parsed('FROM x | KEEP a'), new Map(), SPAN)).toBe(
      'FROM x\n| WHERE @timestamp >= "2026-11-20T09:55:00.000Z" AND @timestamp <= "2026-11-20T12:05:00.000Z"\n| KEEP a',
    );
  });
});
