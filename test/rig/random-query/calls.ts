// Which calls there are for each type that comes out, asked of the function table itself: its typing is tried with every
// combination of types.
import type { ColumnType } from '../../../src/core/row.ts';
import { findFunction, functionNames } from '../../../src/query/functions/registry.ts';
import { isFault, type Operand } from '../../../src/query/values/types.ts';
import { fixedArgument } from './arguments.ts';
import { drawOf } from './draw.ts';

/** A call that the table accepts: what stands at each place, and what comes out. */
export interface CallShape {
  readonly name: string;
  readonly takes: readonly (ColumnType | 'fixed')[];
  readonly result: ColumnType;
}

const TYPES: readonly ColumnType[] = [
  'keyword',
  'text',
  'integer',
  'long',
  'double',
  'unsigned_long',
  'boolean',
  'date',
  'date_nanos',
  'ip',
  'version',
];
const ARGUMENTS_MAX = 3;

/**
 * Doubles that a Java and a JavaScript library may round apart in the last place, and sums that Elasticsearch compensates:
 * they may be shown, where a small difference is none, but not be computed with.
 */
const INEXACT: ReadonlySet<string> = new Set(
  'ACOS ASIN ATAN ATAN2 CBRT COS EXP HYPOT LOG LOG10 POW SIN TAN MV_AVG MV_SUM'.split(' '),
);

/** BUCKET stands behind BY only; a point is no value that both write alike. */
const LEFT_OUT: ReadonlySet<string> = new Set(['BUCKET', 'TO_GEOPOINT']);

const WHOLE: ReadonlySet<string> = new Set(['integer', 'long', 'unsigned_long']);

/** Calls whose difference test/cases/differential/known.txt states, on what documents hold. */
const STATED: readonly ((shape: CallShape) => boolean)[] = [
  // Whole numbers pass through with several values; an absolute or rounded value beyond a long ends the query.
  ({ name, takes }) => ['CEIL', 'FLOOR', 'ROUND', 'ABS'].includes(name) && WHOLE.has(takes[0] ?? ''),
  // A date reaches further on 8.19.21.
  ({ result, takes, name }) =>
    name.startsWith('TO_D') && result.startsWith('date') && takes.some((type) => /long|double|integer/.test(type)),
  // The mean of two doubles beyond what a double holds is Infinity.
  ({ name, result }) => name === 'MV_MEDIAN' && result === 'double',
  // Distinct booleans are counted for the group behind the one they are in.
  ({ name, takes }) => name === 'COUNT_DISTINCT' && takes[0] === 'boolean',
  // A part of a version beyond an integer ends the query.
  ({ name }) => name.startsWith('TO_VER'),
];

/** The calls whose result depends on nothing but rounding that both share. */
export const EXACT_CALLS: readonly CallShape[] = shapesOf('scalar').filter(({ name }) => !INEXACT.has(name));
export const INEXACT_CALLS: readonly CallShape[] = shapesOf('scalar').filter(({ name }) => INEXACT.has(name));
export const AGGREGATE_CALLS: readonly CallShape[] = shapesOf('aggregate').filter(({ name }) => name !== 'SAMPLE');

function shapesOf(kind: 'scalar' | 'aggregate'): readonly CallShape[] {
  return [...functionNames()].flatMap((name) => {
    const entry = findFunction(name);
    const asked = entry?.kind === kind && !LEFT_OUT.has(name) && (entry.kind !== 'scalar' || entry.evaluate !== null);
    if (!asked || entry === undefined) return [];
    return combinations(name).flatMap((takes): CallShape[] => {
      const typing = entry.typing(takes.map((type, at) => operandOf(name, at, type)));
      if (isFault(typing) || typing.result === 'duration' || typing.result === 'null') return [];
      const shape = { name, takes, result: typing.result };
      return STATED.some((differs) => differs(shape)) ? [] : [shape];
    });
  });
}

function combinations(name: string): readonly (readonly (ColumnType | 'fixed')[])[] {
  let last: (ColumnType | 'fixed')[][] = [[]];
  const all = [...last];
  for (let at = 0; at < ARGUMENTS_MAX; at++) {
    const choices = fixedArgument(name, at) === undefined ? TYPES : (['fixed'] as const);
    last = last.flatMap((takes) => choices.map((type) => [...takes, type]));
    all.push(...last);
  }
  return all;
}

function operandOf(name: string, at: number, type: ColumnType | 'fixed'): Operand {
  if (type !== 'fixed') return { type, several: 'unknown', constant: null };
  const sample = fixedArgument(name, at)?.(drawOf(1));
  if (sample === undefined) throw new TypeError(`${name} has no fixed argument ${at + 1}`);
  if (sample.kind === 'duration')
    return {
      type: 'duration',
      several: 'single',
      constant: { value: { amount: sample.amount, unit: sample.unit }, param: false },
    };
  return {
    type: sample.type === 'null' ? 'keyword' : sample.type,
    several: 'single',
    constant: { value: sample.value, param: false },
  };
}
