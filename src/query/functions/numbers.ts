import { firstType } from '../values/types.ts';
import type { Operand, Typing } from '../values/types.ts';
import { doubleOrNull, integerOrNull, longOrNull } from '../values/bounds.ts';
import { elementsOf } from '../values/values.ts';
import type { RefScalar, RefValue, ValueType } from '../values/values.ts';
import { compareScalars } from './order.ts';
import { NUMERIC, sameAsFirst, scalar, single, takes, WHOLE, wholeList } from './define.ts';
import type { ScalarFunction } from './define.ts';

const oneNumber = takes({ takes: [NUMERIC] }, sameAsFirst);
const oneToDouble = takes({ takes: [NUMERIC] }, 'double');

/** Functions of numbers. What is no finite number of its type is null. */
export const NUMBER_FUNCTIONS: readonly ScalarFunction[] = [
  scalar(
    'ABS',
    'ABS(number)',
    oneNumber,
    single(([value], { result }) => fitted(magnitude(value), result)),
  ),
  scalar(
    'CEIL',
    'CEIL(number)',
    oneNumber,
    single(([value]) => (typeof value === 'number' ? Math.ceil(value) : (value ?? null))),
  ),
  scalar(
    'FLOOR',
    'FLOOR(number)',
    oneNumber,
    single(([value]) => (typeof value === 'number' ? Math.floor(value) : (value ?? null))),
  ),
  scalar(
    'ROUND',
    'ROUND(number, decimals)',
    takes({ takes: [NUMERIC, WHOLE], optional: 1 }, sameAsFirst),
    single(([value, decimals], { result }) => round(value, Number(decimals ?? 0), result)),
  ),
  scalar(
    'SIGNUM',
    'SIGNUM(number)',
    oneToDouble,
    single(([value]) => Math.sign(Number(value))),
  ),
  ofDouble('SQRT', Math.sqrt),
  ofDouble('CBRT', Math.cbrt),
  ofDouble('EXP', Math.exp),
  ofDouble('LOG10', Math.log10),
  ofDouble('SIN', Math.sin),
  ofDouble('COS', Math.cos),
  ofDouble('TAN', Math.tan),
  ofDouble('ASIN', Math.asin),
  ofDouble('ACOS', Math.acos),
  ofDouble('ATAN', Math.atan),
  scalar(
    'ATAN2',
    'ATAN2(y, x)',
    takes({ takes: [NUMERIC, NUMERIC] }, 'double'),
    single(([y, x]) => Math.atan2(Number(y), Number(x))),
  ),
  scalar(
    'HYPOT',
    'HYPOT(a, b)',
    takes({ takes: [NUMERIC, NUMERIC] }, 'double'),
    single(([a, b]) => doubleOrNull(Math.hypot(Number(a), Number(b)))),
  ),
  scalar(
    'POW',
    'POW(base, exponent)',
    takes({ takes: [NUMERIC, NUMERIC] }, 'double'),
    single(([base, exponent]) => doubleOrNull(Number(base) ** Number(exponent))),
  ),
  scalar(
    'LOG',
    'LOG(base, number)',
    takes({ takes: [NUMERIC, NUMERIC], optional: 1 }, 'double'),
    single((args) => logarithm(args.map(Number))),
  ),
  scalar('PI', 'PI()', takes({ takes: [] }, 'double'), () => Math.PI),
  scalar('E', 'E()', takes({ takes: [] }, 'double'), () => Math.E),
  scalar('TAU', 'TAU()', takes({ takes: [] }, 'double'), () => 2 * Math.PI),
  wholeList('GREATEST', 'GREATEST(value, …)', extremeTyping, 'single', (args, { result }) => extreme(args, 1, result)),
  wholeList('LEAST', 'LEAST(value, …)', extremeTyping, 'single', (args, { result }) => extreme(args, -1, result)),
];

function ofDouble(name: string, compute: (value: number) => number): ScalarFunction {
  return scalar(
    name,
    `${name}(number)`,
    oneToDouble,
    single(([value]) => doubleOrNull(compute(Number(value)))),
  );
}

function magnitude(value: RefScalar | undefined): RefScalar | null {
  if (typeof value === 'bigint') return value < 0n ? -value : value;
  return typeof value === 'number' ? Math.abs(value) : null;
}

/** A number as its type holds it, else null. */
function fitted(value: RefScalar | null, type: ValueType): RefValue {
  if (typeof value === 'bigint') return longOrNull(value, type);
  if (typeof value !== 'number') return null;
  return type === 'integer' ? integerOrNull(value) : doubleOrNull(value);
}

/** Halves away from zero, by multiplication as Elasticsearch does (1.005 is 1.0 to two places); negative decimals round whole numbers to tens, hundreds and so on. */
function round(value: RefScalar | undefined, decimals: number, type: ValueType): RefValue {
  if (typeof value === 'bigint') return decimals >= 0 ? value : fitted(roundToTens(value, -decimals), type);
  if (typeof value !== 'number') return null;
  if (type === 'integer') return decimals >= 0 ? value : fitted(Number(roundToTens(BigInt(value), -decimals)), type);
  const scale = 10 ** decimals;
  const rounded = (Math.sign(value) * Math.round(Math.abs(value) * scale)) / scale;
  return Number.isFinite(rounded) ? rounded + 0 : value;
}

function roundToTens(value: bigint, places: number): bigint {
  if (places > 19) return 0n;
  const unit = 10n ** BigInt(places);
  const size = value < 0n ? -value : value;
  // As many digits as the number has leave nothing [measured on 8.19.21].
  if (size < unit) return 0n;
  const rounded = ((size + unit / 2n) / unit) * unit;
  return value < 0n ? -rounded : rounded;
}

function logarithm([first = Number.NaN, second]: readonly number[]): number | null {
  if (second === undefined) return doubleOrNull(Math.log(first));
  return first > 0 ? doubleOrNull(Math.log(second) / Math.log(first)) : null;
}

function extremeTyping(operands: readonly Operand[]): Typing {
  if (operands.length === 0) return { fault: 'it takes at least 1 argument, not 0' };
  const type = firstType(operands);
  if (type === null || ['geo_point', 'unsupported', 'duration', 'unsigned_long'].includes(type)) {
    return {
      fault: `its arguments must have the type of the first, one that can be ordered, not ${operands.map((o) => o.type).join(', ')}`,
    };
  }
  return { takes: operands.map(() => type), result: sameAsFirst([type]) };
}

/** Over all values of all arguments, as 8.19.21 does; null where an argument is. */
function extreme(args: readonly RefValue[], direction: 1 | -1, type: ValueType): RefValue {
  if (args.includes(null)) return null;
  let best: RefScalar | null = null;
  for (const arg of args.flatMap(elementsOf))
    if (best === null || compareScalars(arg, best, type) * direction > 0) best = arg;
  return best;
}
