import { BUILT_MAX } from '../../../query/functions/text.ts';
import { asList, list, plain } from '../sql-types.ts';
import { constantNumber, constantText, reference } from './fallback.ts';
import type { ScalarSql, SqlValue } from './port.ts';

/** A function that picks one value of a list: of a plain value, that value. */
const picked =
  (write: (list: string) => string): ScalarSql =>
  ([values], { result }) =>
    values === undefined || result === 'version'
      ? null
      : plain(values.several ? write(values.sql) : values.sql, result);

/** A function that puts a list in another form: a plain value stays as it is. */
const arranged =
  (write: (list: string, args: readonly SqlValue[]) => string | null): ScalarSql =>
  (args, { result }) => {
    const [values] = args;
    if (values === undefined || result === 'version') return null;
    if (!values.several) return plain(values.sql, result);
    const sql = write(values.sql, args);
    return sql === null ? null : list(sql, result);
  };

const count: ScalarSql = ([values], { result }) =>
  values === undefined
    ? null
    : plain(
        values.several ? `CAST(len(${values.sql}) AS INTEGER)` : `(CASE WHEN ${values.sql} IS NOT NULL THEN 1 END)`,
        result,
      );

const sorted = arranged((sql, [, order]) => {
  if (order === undefined) return `list_sort(${sql}, 'ASC')`;
  const text = constantText(order);
  return text === null ? null : `list_sort(${sql}, '${text.toLowerCase() === 'desc' ? 'DESC' : 'ASC'}')`;
});

/** First occurrences stay, in their order; `list_distinct` keeps none. */
const deduped = arranged((sql) => `list_filter(${sql}, lambda x, i: list_position(${sql}, x) = i)`);

/** 0-based, both ends included, negative from the end, by constants; null where nothing is left. */
const sliced: ScalarSql = ([values, start, end], { result }) => {
  const first = constantNumber(start);
  const last = end === undefined ? first : constantNumber(end);
  if (values === undefined || first === null || last === null) return null;
  const { sql } = asList(values);
  const at = (index: number): string => (index < 0 ? `greatest(0, len(${sql}) + ${index} + 1)` : `${index + 1}`);
  return list(`nullif(list_slice(${sql}, greatest(1, ${at(first)}), ${at(last)}), [])`, result);
};

const appended: ScalarSql = ([left, right], { result }) => {
  if (left === undefined || right === undefined || result === 'null') return null;
  const [a, b] = [asList(left).sql, asList(right).sql];
  return list(`(CASE WHEN ${a} IS NOT NULL AND ${b} IS NOT NULL THEN list_concat(${a}, ${b}) END)`, result);
};

const concatenated: ScalarSql = (args, signature, context) => {
  const [values, delimiter] = args;
  if (values === undefined || delimiter === undefined || delimiter.several) return null;
  if (!values.several) return null;
  const joined = `list_reduce(${values.sql}, lambda a, b: a || ${delimiter.sql} || b)`;
  const sql = `(CASE WHEN ${values.sql} IS NULL OR ${delimiter.sql} IS NULL THEN NULL WHEN strlen(${joined}) <= ${BUILT_MAX} THEN ${joined} ELSE ${reference('MV_CONCAT', args, signature, context)} END)`;
  return plain(sql, signature.result);
};

/** Whether a list has every value of another; null has none [documented]. */
const contains: ScalarSql = ([all, sought], { result }) => {
  if (all === undefined || sought === undefined) return null;
  const [a, b] = [asList(all).sql, asList(sought).sql];
  return plain(`(${b} IS NULL OR coalesce(list_has_all(${a}, ${b}), false))`, result);
};

export const LIST_FORMS: ReadonlyMap<string, ScalarSql> = new Map([
  ['MV_COUNT', count],
  ['MV_FIRST', picked((sql) => `${sql}[1]`)],
  ['MV_LAST', picked((sql) => `${sql}[-1]`)],
  ['MV_MIN', picked((sql) => `list_min(${sql})`)],
  ['MV_MAX', picked((sql) => `list_max(${sql})`)],
  ['MV_SORT', sorted],
  ['MV_DEDUPE', deduped],
  ['MV_SLICE', sliced],
  ['MV_APPEND', appended],
  ['MV_CONCAT', concatenated],
  ['MV_CONTAINS', contains],
]);
