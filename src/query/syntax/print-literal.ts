import { HuntError } from '../../core/error.ts';
import type { ArrayLiteral, DurationLiteral, Literal, MapLiteral } from './ast.ts';
import { quoteString } from './quote.ts';

const INTEGER_MAX = 2n ** 31n - 1n;
const LONG_MAX = 2n ** 63n - 1n;

/** A constant so that its type and value survive: `1.0` stays a double; a long that looks like an integer is cast. */
export function printLiteral({ type, value }: Literal): string {
  if (typeof value === 'string') return quoteString(value);
  if (typeof value !== 'number' && typeof value !== 'bigint') return String(value);
  if (type === 'double') return printDouble(Number(value));
  const digits = BigInt(wholeNumber(value));
  const readAsType = typeOfDigits(digits);
  return readAsType === type || type === 'integer' ? String(digits) : `${digits}::${type}`;
}

/** `[1, 2]`. */
export function printArray({ items }: ArrayLiteral): string {
  return `[${items.map(printLiteral).join(', ')}]`;
}

/** `{"key": value}`. */
export function printMap({ entries }: MapLiteral): string {
  const printed = entries.map(
    ({ key, value }) => `${quoteString(key)}: ${value.kind === 'array' ? printArray(value) : printLiteral(value)}`,
  );
  return `{${printed.join(', ')}}`;
}

/** `7 days`. */
export function printDuration({ amount, unit }: DurationLiteral): string {
  return `${wholeNumber(amount)} ${unit}${Math.abs(amount) === 1 ? '' : 's'}`;
}

/** The shortest digits that give the same double, with a point or an exponent. */
function printDouble(value: number): string {
  if (!Number.isFinite(value)) throw new HuntError('DEFINITION', `Cannot write the number "${value}" in ES|QL`);
  const digits = Object.is(value, -0) ? '-0' : String(value);
  return /^-?\d+$/.test(digits) ? `${digits}.0` : digits;
}

function wholeNumber(value: number | bigint): number | bigint {
  if (typeof value === 'bigint' || Number.isInteger(value)) return value;
  throw new HuntError('DEFINITION', `Cannot write "${value}" as a whole number in ES|QL`);
}

/** The type as which digits are read (the narrowest that holds them). */
function typeOfDigits(digits: bigint): Literal['type'] {
  if (digits >= -INTEGER_MAX - 1n && digits <= INTEGER_MAX) return 'integer';
  return digits >= -LONG_MAX - 1n && digits <= LONG_MAX ? 'long' : 'unsigned_long';
}
