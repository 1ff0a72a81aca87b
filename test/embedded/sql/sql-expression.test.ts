import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ColumnType, Row, Value } from '../../../src/core/row.ts';
import type { Expr } from '../../../src/query/syntax/ast.ts';
import { compileExpr } from '../../../src/query/evaluate/evaluate.ts';
import { printExpr } from '../../../src/query/syntax/print-expression.ts';
import { arbitraryCondition, arbitraryRow, CONDITION_COLUMNS } from '../../rig/arbitrary-condition.ts';
import { askEmbedded, cellsOf, engineOver } from '../../rig/ask-embedded.ts';

const SCOPE = { types: CONDITION_COLUMNS, params: {} };
const fields: Readonly<Record<string, ColumnType>> = { ...Object.fromEntries(CONDITION_COLUMNS), at: 'integer' };

/** For each condition its value on every row, and the numbers of the rows that a WHERE of it lets through. */
async function decided(rows: readonly Row[], conditions: readonly Expr[]) {
  const documents = rows.map((row, at) => ({ ...Object.fromEntries(row), at }));
  await using engine = await engineOver({ e: { fields, documents } });
  const column = async (esql: string): Promise<readonly (Value | undefined)[]> =>
    cellsOf(await askEmbedded(engine, esql)).map(([cell]) => cell);
  return await Promise.all(
    conditions.map(printExpr).map(async (text) => ({
      values: await column(`FROM e | SORT at | EVAL c = ${text} | KEEP c`),
      passed: await column(`FROM e | WHERE ${text} | SORT at | KEEP at`),
    })),
  );
}

describe('conditions in SQL', () => {
  it.each([false, true])(
    'are what the reference says on each row (several values: %s)',
    async (several) => {
      const rows = fc.array(arbitraryRow(several), { minLength: 1, maxLength: 12 });
      const conditions = fc.array(arbitraryCondition, { minLength: 8, maxLength: 8 });
      await fc.assert(
        fc.asyncProperty(rows, conditions, async (some, asked) => {
          const expected = asked.map((condition) => {
            const values = some.map(compileExpr(condition, SCOPE));
            return { values, passed: values.flatMap((value, at) => (value === true ? [at] : [])) };
          });
          expect(await decided(some, asked)).toEqual(expected);
        }),
        { seed: 4, numRuns: 20 },
      );
    },
    60_000,
  );
});
