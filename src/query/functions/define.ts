import type { ColumnType } from '../../core/row.ts';
import { castsTo, isDate, isNumeric, isString, isWhole, severalOfAny } from '../values/types.ts';
import type { Operand, Several, Signature, Typing } from '../values/types.ts';
import { elementsOf, isSeveral, valueOf } from '../values/values.ts';
import type { RefScalar, RefValue, ValueType } from '../values/values.ts';

/** Arguments come as the signature takes them; never throws on data: what has no value is null. */
export type Evaluate = (args: readonly RefValue[], signature: Signature) => RefValue;

/** One scalar function of ES|QL: its meaning, once, for checks, for rows, and as oracle of any lowering. */
export interface ScalarFunction {
  readonly kind: 'scalar';
  readonly name: string;
  /** How it is called, for messages: `LEFT(string, length)`. */
  readonly usage: string;
  readonly typing: (operands: readonly Operand[]) => Typing;
  /** Severalness of its result. */
  readonly several: (operands: readonly Operand[]) => Several;
  /** Whether an argument with several values makes it null (a warning in Elasticsearch, a lost row in a hunt). */
  readonly needsSingle: boolean;
  /** Why rows cannot compute a call that Elasticsearch can; null when they can. */
  readonly refusedOnRows?: (operands: readonly Operand[]) => string | null;
  /** The reference implementation; null for a function that only Elasticsearch can run (KQL). */
  readonly evaluate: Evaluate | null;
}

/** One aggregate of STATS. It sees every element of a several-valued field. */
export interface AggregateFunction {
  readonly kind: 'aggregate';
  readonly name: string;
  readonly usage: string;
  readonly typing: (operands: readonly Operand[]) => Typing;
  readonly several: (operands: readonly Operand[]) => Several;
}

export type EsqlFunction = ScalarFunction | AggregateFunction;

/** What a parameter accepts. */
export interface Accepts {
  /** For messages: `a string`. */
  readonly label: string;
  readonly fits: (type: ValueType) => boolean;
  /** Text constants become this. */
  readonly cast?: ValueType;
  /** The argument must be a constant. */
  readonly constant?: boolean;
}

export const ANY: Accepts = { label: 'a value', fits: (type) => type !== 'duration' && type !== 'unsupported' };
export const STRING: Accepts = { label: 'a string', fits: isString };
export const NUMERIC: Accepts = { label: 'a number', fits: isNumeric };
export const INTEGER: Accepts = { label: 'an integer', fits: (type) => type === 'integer' };
export const WHOLE: Accepts = { label: 'a whole number', fits: isWhole };
export const DATE: Accepts = { label: 'a date', fits: isDate, cast: 'date' };
export const IP: Accepts = { label: 'an ip', fits: (type) => type === 'ip', cast: 'ip' };
export const DURATION: Accepts = { label: 'a duration', fits: (type) => type === 'duration', cast: 'duration' };
/** What can be put in order. */
export const ORDERED: Accepts = {
  label: 'a value that can be ordered',
  fits: (type) => !['geo_point', 'unsupported', 'duration'].includes(type),
};
export const constant = (accepts: Accepts): Accepts => ({
  ...accepts,
  label: `${accepts.label} constant`,
  constant: true,
});
export const oneOf = (label: string, types: readonly ColumnType[]): Accepts => ({
  label,
  fits: (type) => types.some((known) => known === type),
});

interface Shape {
  readonly takes: readonly Accepts[];
  /** How many of `takes` may be left out, from the end. */
  readonly optional?: number;
  /** Accepted any number of times after `takes`. */
  readonly rest?: Accepts;
}

type ResultOf = ColumnType | ((types: readonly ValueType[]) => ValueType);

/** The typing of a function whose arguments are checked one by one. */
export function takes(shape: Shape, result: ResultOf): (operands: readonly Operand[]) => Typing {
  return (operands) => {
    const counted = countFault(shape, operands.length);
    if (counted !== null) return { fault: counted };
    const types: ValueType[] = [];
    for (const [index, operand] of operands.entries()) {
      const accepts = shape.takes[index] ?? shape.rest ?? ANY;
      const type = acceptedType(operand, accepts);
      if (type === null) return { fault: `argument ${index + 1} must be ${accepts.label}, not ${typeName(operand)}` };
      types.push(type);
    }
    return { takes: types, result: typeof result === 'string' ? result : result(types) };
  };
}

/** A typing that also refuses what `check` finds wrong with the constants: one sentence, null for nothing. */
export function checked(
  typing: (operands: readonly Operand[]) => Typing,
  check: (constants: readonly RefValue[]) => string | null,
): (operands: readonly Operand[]) => Typing {
  return (operands) => {
    const typed = typing(operands);
    const fault = 'fault' in typed ? null : check(operands.map(({ constant }) => constant?.value ?? null));
    return fault === null ? typed : { fault };
  };
}

/** The type of the first argument, a string as keyword: results are never text. */
export const sameAsFirst = (types: readonly ValueType[]): ValueType =>
  types[0] === 'text' ? 'keyword' : (types[0] ?? 'null');

/** Reads single values: null when any argument is null or holds several. */
export function single(compute: (args: readonly RefScalar[], signature: Signature) => RefValue): Evaluate {
  return (args, signature) =>
    args.every((arg): arg is RefScalar => arg !== null && !isSeveral(arg)) ? compute(args, signature) : null;
}

/** Goes through the elements of its one argument; elements without a result are left out. */
export function eachElement(compute: (element: RefScalar, signature: Signature) => RefScalar | null): Evaluate {
  return ([value = null], signature) =>
    valueOf(elementsOf(value).flatMap((element) => compute(element, signature) ?? []));
}

/** A scalar function that needs single values. */
export function scalar(
  name: string,
  usage: string,
  typing: ScalarFunction['typing'],
  evaluate: Evaluate,
): ScalarFunction {
  return { kind: 'scalar', name, usage, typing, several: () => 'single', needsSingle: true, evaluate };
}

/** A function that goes through the elements of its first argument. */
export function elementWise(
  name: string,
  usage: string,
  typing: ScalarFunction['typing'],
  evaluate: Evaluate,
): ScalarFunction {
  const several = ([first]: readonly Operand[]): Several => first?.several ?? 'unknown';
  return { kind: 'scalar', name, usage, typing, several, needsSingle: false, evaluate };
}

/** A function that reads lists whole; `several` is that of its result. */
export function wholeList(
  name: string,
  usage: string,
  typing: ScalarFunction['typing'],
  several: Several | ScalarFunction['several'],
  evaluate: Evaluate,
): ScalarFunction {
  const of = typeof several === 'string' ? () => several : several;
  return { kind: 'scalar', name, usage, typing, several: of, needsSingle: false, evaluate };
}

/** A function that only Elasticsearch runs: it is checked, and refused by name on rows. */
export function queryOnly(name: string, usage: string, typing: ScalarFunction['typing']): ScalarFunction {
  return { kind: 'scalar', name, usage, typing, several: severalOfAny, needsSingle: false, evaluate: null };
}

export function aggregate(
  name: string,
  usage: string,
  typing: AggregateFunction['typing'],
  several: Several | AggregateFunction['several'] = 'single',
): AggregateFunction {
  return { kind: 'aggregate', name, usage, typing, several: typeof several === 'string' ? () => several : several };
}

/** How a message names the type of an operand. */
function typeName(operand: Operand): string {
  return operand.constant === null ? operand.type : `the ${operand.type} constant`;
}

function acceptedType(operand: Operand, accepts: Accepts): ValueType | null {
  if (accepts.constant === true && operand.constant === null) return null;
  if (operand.type === 'null' || accepts.fits(operand.type)) return operand.type;
  const { cast } = accepts;
  if (cast === undefined) return null;
  const isText = operand.type === 'keyword' && typeof operand.constant?.value === 'string';
  return castsTo(operand, cast) || (cast === 'duration' && isText) ? cast : null;
}

function countFault({ takes: shape, optional = 0, rest }: Shape, count: number): string | null {
  const least = shape.length - optional;
  const most = rest === undefined ? shape.length : Number.POSITIVE_INFINITY;
  if (count >= least && count <= most) return null;
  const wanted =
    least === most ? `${least}` : most === Number.POSITIVE_INFINITY ? `at least ${least}` : `${least} to ${most}`;
  return `it takes ${wanted} argument${wanted === '1' ? '' : 's'}, not ${count}`;
}
