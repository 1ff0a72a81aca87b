import { commonType } from '../../../query/values/types.ts';
import { alone, finite } from '../sql-share.ts';
import { list, plain, sqlType } from '../sql-types.ts';
import { constantNumber, constantText } from './fallback.ts';
import type { AggregateSql, SqlValue } from './port.ts';

type Over = (call: string) => string;

/** All elements of all rows of a group, as one LIST. */
const elements = (value: SqlValue, over: Over): string => `flatten(${over(`list(${value.sql})`)})`;
const toDouble = (value: SqlValue): string =>
  value.several ? `CAST(${value.sql} AS DOUBLE[])` : `CAST(${value.sql} AS DOUBLE)`;

/** COUNT(*) counts rows, COUNT(field) values. */
const count: AggregateSql = ([value], { result }, _context, over) =>
  plain(value === undefined ? over('count(*)') : countOf(value, over), result);

function countOf(value: SqlValue, over: Over): string {
  return value.several ? `CAST(coalesce(${over(`sum(len(${value.sql}))`)}, 0) AS BIGINT)` : over(`count(${value.sql})`);
}

/** Exact, where Elasticsearch estimates above 3,000 values. */
const countDistinct: AggregateSql = ([value], { result }, _context, over) => {
  if (value === undefined) return null;
  const sql = value.several
    ? `CAST(coalesce(len(list_distinct(${elements(value, over)})), 0) AS BIGINT)`
    : over(`count(DISTINCT ${value.sql})`);
  return plain(sql, result);
};

/** A sum of whole numbers beyond a long is null; one of doubles is compensated (Kahan), as in Elasticsearch. */
const sum: AggregateSql = ([value], { result }, _context, over) => {
  if (value === undefined) return null;
  // SUM of a constant is the constant times the rows: 0 without any [measured on 8.19.21].
  if (value.constant !== undefined && !value.several) {
    const product = `CAST(${value.sql} AS ${result === 'double' ? 'DOUBLE' : 'HUGEINT'}) * ${over('count(*)')}`;
    return plain(result === 'double' ? `(${product})` : `TRY_CAST(${product} AS BIGINT)`, result);
  }
  return plain(sumOf(value, over), result);
};

function sumOf(value: SqlValue, over: Over): string {
  const native = value.type === 'double' ? 'fsum' : 'sum';
  const each = value.several ? `list_aggregate(${value.sql}, '${native}')` : value.sql;
  return value.type === 'double' ? finite(over(`fsum(${each})`)) : `TRY_CAST(${over(`sum(${each})`)} AS BIGINT)`;
}

/** The sum by the count, as Elasticsearch has it: where the sum overflows there is no average. */
const average: AggregateSql = ([value], { result }, _context, over) =>
  value === undefined
    ? null
    : plain(
        `(CASE WHEN ${countOf(value, over)} > 0 THEN CAST(${sumOf(value, over)} AS DOUBLE) / ${countOf(value, over)} END)`,
        result,
      );

/** The weights of rows without a value count too; a row with several values of either has no product [measured on 8.19.21]. */
const weightedAverage: AggregateSql = ([value, weight], signature, context, over) => {
  if (value === undefined || weight === undefined) return null;
  const { result } = signature;
  // A constant weight makes it an average, in which rows without a value do not count [measured on 8.19.21].
  if (weight.constant !== undefined) return average([value], signature, context, over);
  const weights = unboundedSum(weight, over);
  const products = unboundedSum(productOf(alone(value), alone(weight)), over);
  // By weights that are infinite together anything is 0 [measured on 8.19.21].
  const quotient = `(CASE WHEN NOT isfinite(${weights}) AND isfinite(${products}) THEN 0 WHEN ${weights} <> 0 THEN ${products} / ${weights} END)`;
  return plain(finite(quotient), result);
};

/** Of whole numbers a whole number: what is beyond their type is null [measured on 8.19.21]. */
function productOf(value: SqlValue, weight: SqlValue): SqlValue {
  const type = commonType(value.type, weight.type);
  if (type !== 'integer' && type !== 'long')
    return plain(finite(`CAST(${value.sql} AS DOUBLE) * CAST(${weight.sql} AS DOUBLE)`), 'double');
  return plain(`TRY_CAST(CAST(${value.sql} AS HUGEINT) * ${weight.sql} AS ${sqlType(type)})`, type);
}

/** As a double that may be infinite; whole numbers are added as such. */
function unboundedSum(value: SqlValue, over: Over): string {
  if (value.type !== 'double') return `CAST(${sumOf(value, over)} AS DOUBLE)`;
  return over(`fsum(${value.several ? `list_sum(${value.sql})` : value.sql})`);
}

const extreme =
  (native: 'min' | 'max'): AggregateSql =>
  ([value], { result }, _context, over) =>
    value === undefined || value.type === 'version'
      ? null
      : plain(over(`${native}(${value.several ? `list_${native}(${value.sql})` : value.sql})`), result);

/** A statistic over doubles; `extra` are its further arguments. */
function statistic(name: string, value: SqlValue, over: Over, extra = ''): string {
  return finite(
    value.several
      ? `list_aggregate(CAST(${elements(value, over)} AS DOUBLE[]), '${name}'${extra})`
      : over(`${name}(${toDouble(value)}${extra})`),
  );
}

/** By linear interpolation, where Elasticsearch estimates by t-digest; null outside of 0 to 100 [measured on 8.19.21]. */
function percentileOf(value: SqlValue, percent: number, over: Over): string {
  // A number, not text of the query: DuckDB takes no parameter here.
  return percent >= 0 && percent <= 100
    ? statistic('quantile_cont', value, over, `, ${percent / 100}::DOUBLE`)
    : over('any_value(CAST(NULL AS DOUBLE))');
}

const median: AggregateSql = ([value], { result }, _context, over) =>
  value === undefined ? null : plain(percentileOf(value, 50, over), result);

const percentile: AggregateSql = ([value, percent], { result }, _context, over) => {
  const constant = percent?.constant;
  const number = typeof constant === 'bigint' ? Number(constant) : constant;
  return value === undefined || typeof number !== 'number' ? null : plain(percentileOf(value, number, over), result);
};

const deviation: AggregateSql = ([value], { result }, _context, over) =>
  value === undefined ? null : plain(statistic('mad', value, over), result);

/** Beyond this a variance is no double, and DuckDB would end the query. */
const VARIABLE_MAX = '1e150';

/** Of the population; null where a value is beyond what a variance can be made of. */
const standardDeviation: AggregateSql = ([value], { result }, _context, over) => {
  if (value === undefined) return null;
  const doubles = toDouble(value);
  const small = (sql: string): string => `abs(${sql}) < ${VARIABLE_MAX}`;
  const kept: SqlValue = value.several
    ? { ...value, sql: `list_filter(${doubles}, lambda x: ${small('x')})` }
    : { ...value, sql: `(CASE WHEN ${small(doubles)} THEN ${doubles} END)` };
  const whole = `${countOf(value, over)} = ${countOf(kept, over)}`;
  return plain(`(CASE WHEN ${whole} THEN ${statistic('stddev_pop', kept, over)} END)`, result);
};

/** A set without order, null when empty. */
const values: AggregateSql = ([value], { result }, _context, over) => {
  if (value === undefined) return null;
  const all = value.several
    ? `list_distinct(${elements(value, over)})`
    : `list_filter(${over(`list(DISTINCT ${value.sql})`)}, lambda x: x IS NOT NULL)`;
  return list(`nullif(${all}, [])`, result);
};

/** The first in order, duplicates kept. */
const top: AggregateSql = ([value, limit, order], { result }, _context, over) => {
  const most = constantNumber(limit);
  const descending = constantText(order)?.toLowerCase() === 'desc';
  if (value === undefined || value.type === 'version' || most === null || most < 1 || !Number.isInteger(most))
    return null;
  const sorted = `list_sort(${value.several ? elements(value, over) : `list_filter(${over(`list(${value.sql})`)}, lambda x: x IS NOT NULL)`}, '${descending ? 'DESC' : 'ASC'}')`;
  const native = over(`${descending ? 'max' : 'min'}(${value.sql}, ${most})`);
  const all = value.several || most > NATIVE_TOP_MAX ? `list_slice(${sorted}, 1, ${most})` : native;
  return most === 1 ? plain(`${all}[1]`, result) : list(`nullif(${all}, [])`, result);
};

/** DuckDB keeps a heap of this size for each group. */
const NATIVE_TOP_MAX = 1_000;

/** The value that stands at the smallest or largest of another; rows without either are passed over. */
const at =
  (native: 'arg_min' | 'arg_max'): AggregateSql =>
  ([value, by], { result }, _context, over) =>
    value === undefined || by === undefined || value.several || by.several || by.type === 'version'
      ? null
      : plain(over(`${native}(${value.sql}, ${by.sql})`), result);

export const AGGREGATE_FORMS: ReadonlyMap<string, AggregateSql> = new Map([
  ['COUNT', count],
  ['COUNT_DISTINCT', countDistinct],
  ['SUM', sum],
  ['AVG', average],
  ['WEIGHTED_AVG', weightedAverage],
  ['MIN', extreme('min')],
  ['MAX', extreme('max')],
  ['MEDIAN', median],
  ['PERCENTILE', percentile],
  ['MEDIAN_ABSOLUTE_DEVIATION', deviation],
  ['STD_DEV', standardDeviation],
  ['VALUES', values],
  ['TOP', top],
  ['FIRST', at('arg_min')],
  ['LAST', at('arg_max')],
]);
