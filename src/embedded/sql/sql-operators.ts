import type { ArithmeticOp, CompareOp } from '../../query/syntax/ast.ts';
import type { Duration } from '../../query/values/dates.ts';
import { isWhole } from '../../query/values/types.ts';
import type { ArithmeticStep, Typed } from '../../query/resolve/typed.ts';
import type { SqlContext, SqlValue } from './functions/port.ts';
import { brought } from './sql-convert.ts';
import { alone, finite } from './sql-share.ts';
import { plain, sqlType } from './sql-types.ts';

const COMPARE: Readonly<Record<CompareOp, string>> = {
  '==': '=',
  '!=': '<>',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
};

/** Both sides plain and of one type. VARCHAR compares by bytes of UTF-8, which is the order of code points. */
export function compareSql(op: CompareOp, left: string, right: string): SqlValue {
  return plain(`(${left} ${COMPARE[op]} ${right})`, 'boolean');
}

/** A chain from the left: overflow and division by zero are null, each step in the type the typed tree gave it. */
export function arithmeticSql(
  operands: readonly SqlValue[],
  ops: readonly ArithmeticOp[],
  steps: Typed['steps'],
  context: SqlContext,
): SqlValue {
  let value = alone(operands[0] as SqlValue);
  for (const [at, { takes, result }] of steps.entries()) {
    const step = {
      left: brought(value, takes[0], context),
      right: brought(alone(operands[at + 1] as SqlValue), takes[1], context),
    };
    value = plain(stepSql(ops[at] ?? '+', step.left, step.right, { takes, result }, context), result);
  }
  // Once infinite, a value stays infinite or becomes NaN until something is divided by it.
  return value.type === 'double' && steps.length > 0 ? { ...value, sql: finite(value.sql) } : value;
}

export function negativeSql(value: SqlValue): SqlValue {
  return plain(isWhole(value.type) ? `TRY(-${value.sql})` : `(-${value.sql})`, value.type);
}

function stepSql(
  op: ArithmeticOp,
  left: SqlValue,
  right: SqlValue,
  { result }: ArithmeticStep,
  context: SqlContext,
): string {
  if (result === 'date' || result === 'date_nanos') return shiftedSql(op, left, right, context);
  if (isWhole(result)) return wholeSql(op, left.sql, right.sql, sqlType(result));
  if (result === 'null') return 'CAST(NULL AS INTEGER)';
  return `(${left.sql} ${op} ${right.sql})`;
}

/** `//` and `%` by zero are null in DuckDB; the type is stated, for a sum of two parameters has none of its own. */
function wholeSql(op: ArithmeticOp, left: string, right: string, type: string): string {
  return `TRY(CAST(${left} ${op === '/' ? '//' : op} ${right} AS ${type}))`;
}

const MONTHS: ReadonlyMap<Duration['unit'], number> = new Map([
  ['month', 1],
  ['quarter', 3],
  ['year', 12],
]);
const MS: ReadonlyMap<Duration['unit'], number> = new Map([
  ['millisecond', 1],
  ['second', 1_000],
  ['minute', 60_000],
  ['hour', 3_600_000],
  ['day', 86_400_000],
  ['week', 604_800_000],
]);

/** Longer than from one end of all dates to the other: what is moved further is null as it is. */
const EVER_MONTHS = 2_000_000_000;
const EVER_MS = 8_000_000_000_000_000;

function within(value: number, most: number): number {
  return Math.max(-most, Math.min(most, value));
}

/** A date and a duration; every period up to a week is exact in UTC, months go to the last day where there is no such day. */
function shiftedSql(op: ArithmeticOp, left: SqlValue, right: SqlValue, context: SqlContext): string {
  const [date, duration] = left.type === 'duration' ? [right, left.constant] : [left, right.constant];
  const { amount, unit } = duration as Duration;
  const moved = op === '-' ? -amount : amount;
  const months = MONTHS.get(unit);
  const movedMs = context.param(BigInt(within(moved * (MS.get(unit) ?? 0), EVER_MS)), 'long');
  const movedMonths = context.param(within(moved * (months ?? 0), EVER_MONTHS), 'integer');
  if (date.type === 'date_nanos' && months === undefined) {
    return sinceEpoch(`TRY(${date.sql} + TRY(${movedMs} * 1000000))`);
  }
  if (date.type === 'date_nanos') {
    const ms = `make_timestamp(${date.sql} // 1000)`;
    return sinceEpoch(`TRY(epoch_ns(${ms} + to_months(${movedMonths})) + ${date.sql} % 1000)`);
  }
  return months === undefined
    ? `TRY(${date.sql} + to_milliseconds(${movedMs}))`
    : `TRY(${date.sql} + to_months(${movedMonths}))`;
}

/** A date_nanos has no value before 1970. */
function sinceEpoch(nanos: string): string {
  return `nullif(greatest(${nanos}, -1), -1)`;
}
