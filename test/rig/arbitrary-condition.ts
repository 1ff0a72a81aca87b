// Arbitrary conditions that rows can answer, over a few columns of each type: what `when`, `keep` and `where` may hold.
import * as fc from 'fast-check';
import type { ColumnType, Row, Value } from '../../src/core/row.ts';
import type { CompareOp, Expr, Literal } from '../../src/query/syntax/ast.ts';
import { call, column, compare, literal, not, text } from '../../src/query/syntax/build.ts';

const span = { start: 0, end: 0 };

export const CONDITION_COLUMNS: ReadonlyMap<string, ColumnType> = new Map([
  ['k', 'keyword'],
  ['k2', 'keyword'],
  ['n', 'long'],
  ['n2', 'long'],
  ['f', 'boolean'],
  ['i', 'ip'],
  ['d', 'date'],
]);

const nothing: Literal = { kind: 'literal', type: 'null', value: null, span };
const op = fc.constantFrom<CompareOp[]>('==', '!=', '<', '<=', '>', '>=');
const word = fc.constantFrom('a', 'A', 'ab', 'b', 'cmd.exe', '');
const pattern = fc.constantFrom('a*', '*', '?', 'A?', '*.exe', 'b', '*a*');
const regular = fc.constantFrom('a.*', '.*', '[ab]', 'a|b', '(cmd|a).*');
const whole = fc.constantFrom(0, 1, -1, 80, 443);
const address = fc.constantFrom('10.0.0.1', '203.0.113.7', '2001:db8::1');
const block = fc.constantFrom('10.0.0.0/8', '203.0.113.0/24', '::/0', '10.0.0.1');
const day = fc.constantFrom('2026-01-01T00:00:00.000Z', '2026-03-01');
const k = fc.constantFrom('k', 'k2').map(column);
const n = fc.constantFrom('n', 'n2').map(column);
const lowerable = k.chain((name) => fc.constantFrom<Expr>(name, call('TO_LOWER', name)));

const comparison = fc.oneof(
  fc.tuple(lowerable, op, word.map(text)),
  fc.tuple(word.map(text), op, lowerable),
  fc.tuple(n, op, whole.map(literal)),
  fc.tuple(n, op, n),
  fc.tuple(k, op, k),
  fc.tuple(
    k.map((name) => call('LENGTH', name)),
    op,
    whole.map(literal),
  ),
  fc.tuple(fc.constant(column('i')), fc.constantFrom<CompareOp[]>('==', '!='), address.map(text)),
  fc.tuple(fc.constant(column('d')), op, day.map(text)),
  fc.tuple(fc.constant(column('f')), fc.constantFrom<CompareOp[]>('==', '!='), fc.boolean().map(literal)),
);

/** An IN list, now and then with a null, which makes it unknown instead of false. */
function listOf(value: fc.Arbitrary<Expr>, item: fc.Arbitrary<Expr>): fc.Arbitrary<Expr> {
  const items = fc.array(
    fc.oneof({ weight: 5, arbitrary: item }, { weight: 1, arbitrary: fc.constant<Expr>(nothing) }),
    {
      minLength: 1,
      maxLength: 3,
    },
  );
  return fc
    .tuple(fc.boolean(), value, items)
    .filter(([, , list]) => list.some((each) => each !== nothing))
    .map(([negated, value, list]) => ({ kind: 'in', negated, value, list, span }));
}

const like = fc
  .tuple(fc.boolean(), lowerable, fc.array(pattern.map(text), { minLength: 1, maxLength: 2 }))
  .map(([negated, value, patterns]): Expr => ({ kind: 'like', negated, value, patterns, span }));
const rlike = fc
  .tuple(fc.boolean(), k, regular.map(text))
  .map(([negated, value, one]): Expr => ({ kind: 'rlike', negated, value, patterns: [one], span }));
const nullity = fc
  .tuple(fc.boolean(), fc.constantFrom(...CONDITION_COLUMNS.keys()))
  .map(([negated, name]): Expr => ({ kind: 'is_null', negated, value: column(name), span }));
const called = fc.oneof(
  fc
    .tuple(fc.constantFrom('STARTS_WITH', 'ENDS_WITH'), k, word.map(text))
    .map(([name, field, part]): Expr => call(name, field, part)),
  fc
    .array(block.map(text), { minLength: 1, maxLength: 2 })
    .map((blocks): Expr => call('CIDR_MATCH', column('i'), ...blocks)),
);

const term: fc.Arbitrary<Expr> = fc.oneof(
  comparison.map(([left, op, right]): Expr => compare(left, op, right)),
  listOf(lowerable, word.map(text)),
  listOf(n, whole.map(literal)),
  like,
  rlike,
  nullity,
  called,
  fc.constant<Expr>(column('f')),
);

function logicalOf(expr: fc.Arbitrary<Expr>): fc.Arbitrary<Expr> {
  return fc.constantFrom('and' as const, 'or' as const).chain((kind) =>
    fc
      .array(
        expr.filter((operand) => operand.kind !== kind),
        { minLength: 2, maxLength: 3 },
      )
      .map((operands): Expr => ({ kind, operands, span })),
  );
}

/** A condition over CONDITION_COLUMNS that has no faults on rows. */
export const arbitraryCondition: fc.Arbitrary<Expr> = fc.letrec<{ expr: Expr }>((tie) => ({
  expr: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    term,
    logicalOf(tie('expr')),
    tie('expr').map((operand) => not(operand)),
  ),
})).expr;

const CELLS: Readonly<Partial<Record<ColumnType, readonly Value[]>>> = {
  keyword: ['a', 'A', 'ab', 'b', '', 'cmd.exe', 'CMD.EXE'],
  long: [0, 1, -1, 80, 443],
  boolean: [false, true],
  ip: ['10.0.0.1', '10.1.0.1', '203.0.113.7', '2001:db8::1'],
  date: ['2026-01-01T00:00:00.000Z', '2026-06-30T23:59:59.999Z'],
};

/** A row of CONDITION_COLUMNS: each cell null, one value or, where asked for, two. */
export function arbitraryRow(several: boolean): fc.Arbitrary<Row> {
  const cell = (type: ColumnType): fc.Arbitrary<Value> => {
    const values = CELLS[type] ?? [];
    const one = fc.constantFrom(null, ...values);
    return several ? fc.oneof(one, fc.constantFrom(values.slice(0, 2) as Value, values.slice(-2) as Value)) : one;
  };
  const cells = [...CONDITION_COLUMNS].map(([name, type]) => cell(type).map((value) => [name, value] as const));
  return fc.tuple(...cells).map((entries) => new Map(entries));
}
