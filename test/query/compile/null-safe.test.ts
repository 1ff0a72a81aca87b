import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Expr } from '../../../src/query/syntax/ast.ts';
import { from, query } from '../../../src/query/syntax/build.ts';
import { lowerNames } from '../../../src/query/compile/lower-names.ts';
import { leftBy, type NegationForm, unlessTrue } from '../../../src/query/compile/null-safe.ts';
import { predicate } from '../../../src/query/evaluate/evaluate.ts';
import { parseExpression } from '../../../src/query/syntax/parse.ts';
import { printQuery } from '../../../src/query/syntax/print.ts';
import { printExpr } from '../../../src/query/syntax/print-expression.ts';
import { arbitraryCondition, arbitraryRow, CONDITION_COLUMNS } from '../../rig/arbitrary-condition.ts';

const scope = { types: CONDITION_COLUMNS, params: {} };
const single = () => true;
const several = () => false;

function parsed(text: string): Expr {
  const result = parseExpression(text);
  if (!result.ok) throw new Error(result.faults.map(({ message }) => message).join('; '));
  return result.value;
}

const singleRow = arbitraryRow(false);
const anyRow = arbitraryRow(true);

describe('the negation of a condition', () => {
  it('is true exactly where the condition is not, on fields of one value or none', () => {
    fc.assert(
      fc.property(arbitraryCondition, singleRow, (condition, row) => {
        const { expr } = unlessTrue(condition, single);
        expect(predicate(expr, scope)(row)).toBe(predicate(condition, scope)(row) !== true);
      }),
      { seed: 20_261_121, numRuns: 5_000 },
    );
  });

  it('is so on several values too, where it tests row by row', () => {
    fc.assert(
      fc.property(arbitraryCondition, anyRow, (condition, row) => {
        const { expr } = unlessTrue(condition, several);
        expect(predicate(expr, scope)(row)).toBe(predicate(condition, scope)(row) !== true);
      }),
      { seed: 20_261_121, numRuns: 5_000 },
    );
  });

  it('keeps its meaning printed and read again', () => {
    fc.assert(
      fc.property(arbitraryCondition, singleRow, (condition, row) => {
        const { expr } = unlessTrue(condition, single);
        expect(predicate(parsed(printExpr(expr)), scope)(row)).toBe(predicate(expr, scope)(row));
      }),
      { seed: 20_261_121, numRuns: 1_000 },
    );
  });
});

describe('the form of a negation', () => {
  it.each<[condition: string, form: NegationForm, negation: string]>([
    ['a == "x"', 'pushed down', 'a IS NULL OR NOT (a == "x")'],
    ['"x" == a', 'pushed down', 'a IS NULL OR NOT ("x" == a)'],
    ['a != ?x', 'pushed down', 'a IS NULL OR NOT (a != ?x)'],
    ['TO_LOWER(a) == "x"', 'pushed down', 'a IS NULL OR NOT (TO_LOWER(a) == "x")'],
    ['a IN ("x", "y")', 'pushed down', 'a IS NULL OR a NOT IN ("x", "y")'],
    ['a NOT IN ("x", "y")', 'pushed down', 'a IS NULL OR a IN ("x", "y")'],
    ['a LIKE "x*"', 'pushed down', 'a IS NULL OR a NOT LIKE "x*"'],
    ['a RLIKE "x.*"', 'pushed down', 'a IS NULL OR a NOT RLIKE "x.*"'],
    ['STARTS_WITH(a, "x")', 'pushed down', 'a IS NULL OR NOT STARTS_WITH(a, "x")'],
    ['CIDR_MATCH(i, "10.0.0.0/8")', 'pushed down', 'i IS NULL OR NOT CIDR_MATCH(i, "10.0.0.0/8")'],
    ['a LIKE "*"', 'row by row', 'NOT COALESCE(a LIKE "*", false)'],
    ['flag', 'pushed down', 'flag IS NULL OR flag == false'],
    ['NOT flag', 'pushed down', 'flag IS NULL OR flag'],
    ['a IS NULL', 'pushed down', 'a IS NOT NULL'],
    ['NOT a == "x"', 'pushed down', 'a IS NULL OR a == "x"'],
    ['a == "x" AND b == "y"', 'pushed down', 'a IS NULL OR NOT (a == "x") OR b IS NULL OR NOT (b == "y")'],
    ['a == "x" OR b == "y"', 'pushed down', '(a IS NULL OR NOT (a == "x")) AND (b IS NULL OR NOT (b == "y"))'],
    ['a == b', 'row by row', 'NOT COALESCE(a == b, false)'],
    ['LENGTH(a) > 3', 'row by row', 'NOT COALESCE(LENGTH(a) > 3, false)'],
    ['TO_LOWER(a) LIKE "x*"', 'row by row', 'NOT COALESCE(TO_LOWER(a) LIKE "x*", false)'],
    ['a IN ("x", null)', 'row by row', 'NOT COALESCE(a IN ("x", null), false)'],
    ['n + 1 == 2', 'row by row', 'NOT COALESCE(n + 1 == 2, false)'],
    ['a == "x" AND LENGTH(b) > 3', 'row by row', 'NOT COALESCE(a == "x" AND LENGTH(b) > 3, false)'],
    ['a == "x" OR LENGTH(b) > 3', 'row by row', 'NOT COALESCE(a == "x" OR LENGTH(b) > 3, false)'],
    ['NOT (a == "x" AND b == "y")', 'row by row', 'NOT COALESCE(NOT (a == "x" AND b == "y"), false)'],
  ])('%s is %s: %s', (condition, form, negation) => {
    const made = unlessTrue(parsed(condition), single);
    expect([made.form, printExpr(made.expr)]).toEqual([form, negation]);
  });

  it('is row by row for a field that may hold several values', () => {
    const { form, expr } = unlessTrue(parsed('a == "x" AND b == "y"'), (field) => field === 'a');
    expect([form, printExpr(expr)]).toEqual(['row by row', 'NOT COALESCE(a == "x" AND b == "y", false)']);
    const flag = unlessTrue(parsed('flag'), () => false);
    expect(printExpr(flag.expr)).toBe('NOT COALESCE(flag == true, false)');
  });
});

describe('commands that leave what no negation hides', () => {
  const named = (text: string, name: string) => ({ ...unlessTrue(parsed(text), single), name });

  it('test row by row in columns of their own, so that no IS NULL beside them makes them null', () => {
    const commands = leftBy([named('a == "x"', 'l0'), named('LENGTH(a) > 3', 'l1'), named('b', 'l2')]);
    expect(printQuery(query([from(['x']), ...commands]))).toBe(
      `FROM x
| WHERE (a IS NULL OR NOT (a == "x")) AND (b IS NULL OR b == false)
| EVAL l1 = NOT COALESCE(LENGTH(a) > 3, false)
| WHERE l1`,
    );
  });

  it('are none for no negation', () => expect(leftBy([])).toEqual([]));
});

describe('names in lower case', () => {
  it.each([
    ['process.name == "CMD.exe"', 'TO_LOWER(process.name) == "cmd.exe"'],
    ['"CMD.exe" != process.name', '"cmd.exe" != TO_LOWER(process.name)'],
    ['process.name IN ("A", ?b)', 'TO_LOWER(process.name) IN ("a", TO_LOWER(?b))'],
    ['process.name LIKE "Power*"', 'TO_LOWER(process.name) LIKE "power*"'],
    ['STARTS_WITH(process.name, "Power")', 'STARTS_WITH(TO_LOWER(process.name), "power")'],
    ['process.name == user.name', 'TO_LOWER(process.name) == TO_LOWER(user.name)'],
    ['TO_LOWER(process.name) == "cmd"', 'TO_LOWER(process.name) == "cmd"'],
    ['process.name RLIKE "Cmd.*"', 'process.name RLIKE "Cmd.*"'],
    ['process.name IS NULL', 'process.name IS NULL'],
    ['NOT (process.name == "A" OR user.name == "A")', 'NOT (TO_LOWER(process.name) == "a" OR user.name == "A")'],
    ['process.executable == "C:/A"', 'process.executable == "C:/A"'],
  ])('%s becomes %s', (written, compiled) => {
    expect(printExpr(lowerNames(parsed(written)))).toBe(compiled);
  });
});
