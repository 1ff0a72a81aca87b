export const INTEGER_MIN = -2_147_483_648;
export const INTEGER_MAX = 2_147_483_647;
const LONG_MIN = -(2n ** 63n);
const LONG_MAX = 2n ** 63n - 1n;
const UNSIGNED_MAX = 2n ** 64n - 1n;

/** The value if an integer can hold it, else null: overflow is null in ES|QL, the row stays. */
export function integerOrNull(value: number): number | null {
  return value >= INTEGER_MIN && value <= INTEGER_MAX ? value + 0 : null;
}

/** The value if a long (or an unsigned_long) can hold it, else null. */
export function longOrNull(value: bigint, type = 'long'): bigint | null {
  const [min, max] = type === 'unsigned_long' ? [0n, UNSIGNED_MAX] : [LONG_MIN, LONG_MAX];
  return value >= min && value <= max ? value : null;
}

/** The value if it is a finite number, else null: NaN and infinities do not exist in ES|QL. */
export function doubleOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
