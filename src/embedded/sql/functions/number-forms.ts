import { isWhole } from '../../../query/values/types.ts';
import { ofPlain } from './fallback.ts';
import type { ScalarSql } from './port.ts';

/** A whole number is its own floor and ceiling. */
const toWhole = (native: string): ScalarSql =>
  ofPlain(([value], { result }) => (isWhole(result) ? (value ?? null) : `${native}(${value})`));

/** As the reference rounds: the size times a power of ten, half up, and back; what is no finite number stays as it was. */
const round: ScalarSql = ofPlain(([value, decimals], { result }, values) => {
  if (result !== 'double') {
    const places = decimals === undefined ? 0 : Number(values[1]?.constant ?? -1);
    return places >= 0 ? (value ?? null) : null;
  }
  if (decimals === undefined) return `round(${value})`;
  const scale = `pow(10.0, CAST(${decimals} AS DOUBLE))`;
  const rounded = `TRY(sign(${value}) * round(abs(${value}) * ${scale}) / ${scale})`;
  return `(CASE WHEN ${decimals} IS NULL THEN NULL WHEN isfinite(${rounded}) THEN ${rounded} ELSE ${value} END)`;
});

const sign: ScalarSql = ofPlain(([value]) => `CAST(sign(${value}) AS DOUBLE)`);

/** Null as soon as one is; DuckDB would leave nulls out. Versions have an order of their own. */
const extreme = (native: string): ScalarSql =>
  ofPlain((args, { result }) =>
    result === 'version' || result === 'null'
      ? null
      : `(CASE WHEN ${args.map((arg) => `${arg} IS NOT NULL`).join(' AND ')} THEN ${native}(${args.join(', ')}) END)`,
  );

export const NUMBER_FORMS: ReadonlyMap<string, ScalarSql> = new Map([
  ['ABS', ofPlain(([value], { result }) => (result === 'unsigned_long' ? (value ?? null) : `TRY(abs(${value}))`))],
  ['CEIL', toWhole('ceil')],
  ['FLOOR', toWhole('floor')],
  ['ROUND', round],
  ['SIGNUM', sign],
  ['SQRT', ofPlain(([value]) => `(CASE WHEN ${value} >= 0 THEN sqrt(CAST(${value} AS DOUBLE)) END)`)],
  ['GREATEST', extreme('greatest')],
  ['LEAST', extreme('least')],
]);
