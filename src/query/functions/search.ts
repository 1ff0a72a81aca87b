import { ANY, constant, NUMERIC, oneOf, queryOnly, STRING, takes } from './define.ts';
import type { ScalarFunction } from './define.ts';

const point = oneOf('a point', ['geo_point']);
const toBoolean = takes({ takes: [ANY, constant(ANY)], rest: ANY }, 'boolean');

/**
 * Functions that both 8.19 and 9.x have and that are refused on rows: full-text search reads the index, the others are
 * not yet needed there. They are checked by type all the same.
 */
export const QUERY_ONLY_FUNCTIONS: readonly ScalarFunction[] = [
  queryOnly('KQL', 'KQL("query")', takes({ takes: [constant(STRING)] }, 'boolean')),
  queryOnly('QSTR', 'QSTR("query")', takes({ takes: [constant(STRING)], rest: ANY }, 'boolean')),
  queryOnly('MATCH', 'MATCH(field, query)', toBoolean),
  queryOnly('MATCH_PHRASE', 'MATCH_PHRASE(field, query)', toBoolean),
  queryOnly('HASH', 'HASH(algorithm, string)', takes({ takes: [STRING, STRING] }, 'keyword')),
  queryOnly('MD5', 'MD5(string)', takes({ takes: [STRING] }, 'keyword')),
  queryOnly('SHA1', 'SHA1(string)', takes({ takes: [STRING] }, 'keyword')),
  queryOnly('SHA256', 'SHA256(string)', takes({ takes: [STRING] }, 'keyword')),
  queryOnly('BIT_LENGTH', 'BIT_LENGTH(string)', takes({ takes: [STRING] }, 'integer')),
  queryOnly(
    'ROUND_TO',
    'ROUND_TO(number, point, …)',
    takes({ takes: [NUMERIC, constant(NUMERIC)], rest: constant(NUMERIC) }, (types) => types[0] ?? 'null'),
  ),
  queryOnly(
    'MV_PERCENTILE',
    'MV_PERCENTILE(numbers, percentile)',
    takes({ takes: [NUMERIC, NUMERIC] }, (types) => types[0] ?? 'null'),
  ),
  queryOnly(
    'MV_MEDIAN_ABSOLUTE_DEVIATION',
    'MV_MEDIAN_ABSOLUTE_DEVIATION(numbers)',
    takes({ takes: [NUMERIC] }, (types) => types[0] ?? 'null'),
  ),
  queryOnly('ST_DISTANCE', 'ST_DISTANCE(point, point)', takes({ takes: [point, point] }, 'double')),
  queryOnly('ST_X', 'ST_X(point)', takes({ takes: [point] }, 'double')),
  queryOnly('ST_Y', 'ST_Y(point)', takes({ takes: [point] }, 'double')),
];
