import { mergedRanges, parseCidr } from '../../../core/cidr.ts';
import { ANY_COMPARE, ANY_LIKE } from '../../../query/kql/predicates.ts';
import { parseLike } from '../../../query/values/like.ts';
import { alone } from '../sql-share.ts';
import { plain } from '../sql-types.ts';
import { constantText } from './fallback.ts';
import type { ScalarSql, SqlContext, SqlValue } from './port.ts';

/** Blocks that are constants become the fewest ranges of addresses: 26 blocks of "not public" are 19 of them. */
const cidrMatch: ScalarSql = ([address, ...blocks], { result }, context) => {
  if (address === undefined) return null;
  const parsed = blocks.map((block) => parseCidr(constantText(block) ?? ''));
  const known = parsed.flatMap((block) => block ?? []);
  if (known.length < blocks.length) return null;
  const { sql } = alone(address);
  const inside = mergedRanges(known).map(({ first, last }) =>
    first === last
      ? `${sql} = ${context.param(first, 'ip')}`
      : `${sql} BETWEEN ${context.param(first, 'ip')} AND ${context.param(last, 'ip')}`,
  );
  return plain(`(${inside.join(' OR ')})`, result);
};

/** A predicate that any value may fulfil, and a null does not. */
function anyValue(values: SqlValue, test: (sql: string) => string): string {
  return values.several
    ? `coalesce(list_bool_or(list_transform(${values.sql}, lambda x: ${test('x')})), false)`
    : `coalesce(${test(values.sql)}, false)`;
}

/** Prefix, suffix and part by name; any other pattern of a plain value by a compiled test. */
const anyLike: ScalarSql = ([values, pattern], { result }, context) => {
  const text = constantText(pattern);
  if (values === undefined || text === null) return null;
  const [, head = '', body, tail = ''] = /^(\*?)([^*?\\]*)(\*?)$/s.exec(text) ?? [];
  const like = parseLike(text);
  if (body !== undefined && body !== '')
    return plain(
      anyValue(values, (sql) => part(sql, head, body, tail, context)),
      result,
    );
  if (like === null || values.several) return null;
  return plain(`coalesce(${context.textTest(`like:${text}`, like.matches, values.sql)}, false)`, result);
};

function part(sql: string, head: string, body: string, tail: string, context: SqlContext): string {
  const wanted = context.param(body, 'keyword');
  if (head !== '' && tail !== '') return `contains(${sql}, ${wanted})`;
  if (tail !== '') return `starts_with(${sql}, ${wanted})`;
  return head === '' ? `${sql} = ${wanted}` : `ends_with(${sql}, ${wanted})`;
}

const anyCompare: ScalarSql = ([values, op, bound], { result }) => {
  const sign = constantText(op) ?? '';
  const known = values === undefined || bound === undefined || values.type === 'version';
  return known || !['<', '<=', '>', '>='].includes(sign)
    ? null
    : plain(
        anyValue(values, (sql) => `${sql} ${sign} ${bound.sql}`),
        result,
      );
};

export const ADDRESS_FORMS: ReadonlyMap<string, ScalarSql> = new Map([['CIDR_MATCH', cidrMatch]]);

/** Forms of what KQL is written out to. */
export const SEARCH_FORMS: ReadonlyMap<string, ScalarSql> = new Map([
  [ANY_LIKE.name, anyLike],
  [ANY_COMPARE.name, anyCompare],
]);
