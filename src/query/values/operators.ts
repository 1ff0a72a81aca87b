import type { ArithmeticOp, CompareOp } from '../syntax/ast.ts';
import { doubleOrNull, integerOrNull, longOrNull } from './bounds.ts';
import { addDuration, nanosOrNull } from './dates.ts';
import type { Duration } from './dates.ts';
import { compareScalars } from '../functions/order.ts';
import { castsTo, commonType, isDate, isNumeric, isString, unifiedType } from './types.ts';
import type { Operand, Typing } from './types.ts';
import type { RefScalar, ValueType } from './values.ts';

/** Types of `left op right`. */
export function arithmeticTyping(op: ArithmeticOp, left: Operand, right: Operand): Typing {
  const dated = dateArithmetic(op, left, right);
  if (dated !== null) return dated;
  const type = commonType(left.type, right.type);
  if (type === 'null') return { takes: ['null', 'null'], result: 'null' };
  if (type !== null && isNumeric(type)) return { takes: [type, type], result: type };
  return {
    fault: `"${op}" needs two numbers, or a date and a duration, not ${left.type} and ${right.type}`,
    ...mixedHint(left, right),
  };
}

/** Types of `left op right`. */
export function compareTyping(op: CompareOp, left: Operand, right: Operand): Typing {
  const type = unifiedType([left, right]);
  if (type === null || type === 'duration' || type === 'unsupported') {
    return { fault: `"${op}" cannot compare ${left.type} with ${right.type}`, ...mixedHint(left, right) };
  }
  const equality = op === '==' || op === '!=';
  if (!equality && ['boolean', 'geo_point'].includes(type))
    return { fault: `"${op}" cannot order values of type ${type}` };
  return { takes: [type, type], result: 'boolean' };
}

/** The value of `left op right`, both brought to `type` (a date and a duration stay what they are). */
export function arithmetic(op: ArithmeticOp, left: RefScalar, right: RefScalar, type: ValueType): RefScalar | null {
  if (type === 'date' || type === 'date_nanos') return shiftDate(op, left, right);
  if (typeof left === 'bigint' && typeof right === 'bigint') {
    const whole = wholeArithmetic(op, left, right);
    return whole === null ? null : longOrNull(whole, type);
  }
  if (typeof left !== 'number' || typeof right !== 'number') return null;
  const value = numberArithmetic(op, left, right);
  // A division by zero is no finite number; an integer quotient is cut towards zero.
  return type === 'integer' ? integerOrNull(op === '/' ? Math.trunc(value) : value) : doubleOrNull(value);
}

/** The value of `left op right`, both brought to `type`. */
export function compare(op: CompareOp, left: RefScalar, right: RefScalar, type: ValueType): boolean {
  if (op === '==') return left === right || (type === 'version' && compareScalars(left, right, type) === 0);
  if (op === '!=') return !compare('==', left, right, type);
  const order = compareScalars(left, right, type);
  return op === '<' ? order < 0 : op === '<=' ? order <= 0 : op === '>' ? order > 0 : order >= 0;
}

function dateArithmetic(op: ArithmeticOp, left: Operand, right: Operand): Typing | null {
  const [first, second] = [dateTypeOf(left), dateTypeOf(right)];
  if (first !== null && second !== null && op === '-') {
    return { fault: 'a date minus a date is no duration', hint: 'Use DATE_DIFF("second", from, to)' };
  }
  if (second === null && right.type === 'duration' && first !== null && (op === '+' || op === '-')) {
    return { takes: [first, 'duration'], result: first };
  }
  if (first === null && left.type === 'duration' && second !== null && op === '+') {
    return { takes: ['duration', second], result: second };
  }
  return null;
}

/** The date type an operand of + or - has, or is cast to when the query itself spells it (`"2026-11-01" + 1 day`). */
function dateTypeOf(operand: Operand): 'date' | 'date_nanos' | null {
  if (isDate(operand.type)) return operand.type === 'date' ? 'date' : 'date_nanos';
  return castsTo(operand, 'date') && operand.constant?.param === false && typeof operand.constant.value === 'string'
    ? 'date'
    : null;
}

function mixedHint(left: Operand, right: Operand): { readonly hint?: string } {
  const types = [left.type, right.type];
  if (types.includes('unsigned_long'))
    return { hint: 'An unsigned_long meets only another: convert one side with ::long or ::unsigned_long' };
  if (types.some(isString) && types.some(isNumeric))
    return { hint: 'Write the number without quotes, or convert one side with ::long or ::string' };
  return types.includes('unsupported')
    ? { hint: 'Convert the field first, with ::string for instance' }
    : { hint: 'Convert one side, with ::string for instance' };
}

function shiftDate(op: ArithmeticOp, left: RefScalar, right: RefScalar): RefScalar | null {
  const [date, duration] = typeof left === 'object' ? [right, left] : [left, right];
  if (typeof duration !== 'object') return null;
  const moved: Duration = op === '-' ? { ...duration, amount: -duration.amount } : duration;
  if (typeof date === 'number') return addDuration(date, moved);
  if (typeof date !== 'bigint') return null;
  const rest = ((date % 1_000_000n) + 1_000_000n) % 1_000_000n;
  const ms = addDuration(Number((date - rest) / 1_000_000n), moved);
  return ms === null ? null : nanosOrNull(BigInt(ms) * 1_000_000n + rest);
}

function wholeArithmetic(op: ArithmeticOp, left: bigint, right: bigint): bigint | null {
  if (op === '+') return left + right;
  if (op === '-') return left - right;
  if (op === '*') return left * right;
  return right === 0n ? null : op === '/' ? left / right : left % right;
}

function numberArithmetic(op: ArithmeticOp, left: number, right: number): number {
  if (op === '+') return left + right;
  if (op === '-') return left - right;
  if (op === '*') return left * right;
  return op === '/' ? left / right : left % right;
}
