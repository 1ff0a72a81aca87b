import { firstType, severalOfAny } from '../values/types.ts';
import type { Operand, Typing } from '../values/types.ts';
import type { RefValue } from '../values/values.ts';
import { sameAsFirst, wholeList } from './define.ts';
import type { ScalarFunction } from './define.ts';

/** The functions that pass values through whole: severalness is that of what they may return. */
export const CONDITIONAL_FUNCTIONS: readonly ScalarFunction[] = [
  wholeList(
    'COALESCE',
    'COALESCE(value, …)',
    coalesceTyping,
    severalOfAny,
    (args) => args.find((arg) => arg !== null) ?? null,
  ),
  wholeList(
    'CASE',
    'CASE(condition, value, …, else)',
    caseTyping,
    (operands) => severalOfAny(results(operands)),
    chosen,
  ),
];

function coalesceTyping(operands: readonly Operand[]): Typing {
  if (operands.length === 0) return { fault: 'it takes at least 1 argument, not 0' };
  const type = firstType(operands);
  return type === null ? mixed(operands) : { takes: operands.map(() => type), result: sameAsFirst([type]) };
}

function caseTyping(operands: readonly Operand[]): Typing {
  if (operands.length < 2) return { fault: `it takes at least 2 arguments, not ${operands.length}` };
  const bad = operands.findIndex(
    (operand, at) => isCondition(at, operands.length) && !['boolean', 'null'].includes(operand.type),
  );
  if (bad >= 0)
    return { fault: `argument ${bad + 1} is a condition and must be a boolean, not ${operands[bad]?.type}` };
  const type = firstType(results(operands));
  if (type === null) return mixed(results(operands));
  const takes = operands.map((_, at) => (isCondition(at, operands.length) ? 'boolean' : type));
  return { takes, result: sameAsFirst([type]) };
}

/** Conditions stand at even places, but for a last one without a value: that is the ELSE. */
function isCondition(at: number, count: number): boolean {
  return at % 2 === 0 && at !== count - 1;
}

function results(operands: readonly Operand[]): readonly Operand[] {
  return operands.filter((_, at) => !isCondition(at, operands.length));
}

/** The value behind the first true condition. Null and several values are not true. */
function chosen(args: readonly RefValue[]): RefValue {
  for (const [at, arg] of args.entries()) {
    if (!isCondition(at, args.length)) continue;
    if (arg === true) return args[at + 1] ?? null;
  }
  return args.length % 2 === 1 ? (args.at(-1) ?? null) : null;
}

function mixed(operands: readonly Operand[]): Typing {
  const types = [...new Set(operands.map((operand) => operand.type))].filter((type) => type !== 'null');
  return {
    fault: `its values must have the type of the first, not ${types.join(' and ')}`,
    hint: 'Convert them to one type, with TO_STRING for instance',
  };
}
