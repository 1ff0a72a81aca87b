// query/functions: one entry per function that Elasticsearch 8.19 and 9.x share. In: a name. Out: its signature check,
// severalness and reference implementation. May import: core.
import { ADDRESS_FUNCTIONS } from './addresses.ts';
import { AGGREGATE_FUNCTIONS } from './aggregates.ts';
import { CONDITIONAL_FUNCTIONS } from './conditional.ts';
import { CONVERSION_FUNCTIONS } from './conversions.ts';
import { DATE_FUNCTIONS } from './date-functions.ts';
import type { EsqlFunction } from './define.ts';
import { LIST_FUNCTIONS } from './lists.ts';
import { NUMBER_FUNCTIONS } from './numbers.ts';
import { QUERY_ONLY_FUNCTIONS } from './search.ts';
import { TEXT_FUNCTIONS } from './text.ts';

const BY_NAME: ReadonlyMap<string, EsqlFunction> = new Map(
  [
    ...TEXT_FUNCTIONS,
    ...NUMBER_FUNCTIONS,
    ...CONVERSION_FUNCTIONS,
    ...DATE_FUNCTIONS,
    ...ADDRESS_FUNCTIONS,
    ...LIST_FUNCTIONS,
    ...CONDITIONAL_FUNCTIONS,
    ...QUERY_ONLY_FUNCTIONS,
    ...AGGREGATE_FUNCTIONS,
  ].map((entry) => [entry.name, entry]),
);

/** Functions that 8.19 lacks, with the first version that the documentation names, and what does it on both. */
const NEWER: ReadonlyMap<string, { readonly since: string; readonly instead: string | null }> = new Map([
  ['CONTAINS', { since: '9.2', instead: 'LIKE "*text*", or LOCATE(string, text) > 0' }],
  ['MV_CONTAINS', { since: '9.2', instead: 'field : "value" before STATS' }],
  ['MV_INTERSECTION', { since: '9.3', instead: null }],
  ['MV_INTERSECTS', { since: '9.4', instead: null }],
  ['MV_UNION', { since: '9.4', instead: 'MV_DEDUPE(MV_APPEND(a, b))' }],
  ['MV_DIFFERENCE', { since: '9.4', instead: null }],
  ['JSON_EXTRACT', { since: '9.4', instead: null }],
  ['URL_DECODE', { since: '9.1', instead: null }],
  ['URL_ENCODE', { since: '9.1', instead: null }],
  ['CLAMP', { since: '9.3', instead: 'GREATEST(low, LEAST(high, value))' }],
  ['TRANGE', { since: '9.3', instead: null }],
  ['NETWORK_DIRECTION', { since: '9.3', instead: null }],
  ['DAY_NAME', { since: '9.2', instead: 'DATE_EXTRACT("day_of_week", date)' }],
  ['MONTH_NAME', { since: '9.2', instead: 'DATE_EXTRACT("month_of_year", date)' }],
  ['FIRST', { since: '9.3', instead: 'MIN of the date, or TOP(value, 1, "asc")' }],
  ['LAST', { since: '9.3', instead: 'MAX of the date, or TOP(value, 1, "desc")' }],
  ['VARIANCE', { since: '9.1', instead: 'POW(STD_DEV(x), 2)' }],
  ['ABSENT', { since: '9.2', instead: 'COUNT(x) == 0' }],
  ['PRESENT', { since: '9.2', instead: 'COUNT(x) > 0' }],
  ['SPARKLINE', { since: '9.4', instead: null }],
  ['IP_LOCATION', { since: '9.5', instead: 'enrich.geoip of the hunt' }],
]);

/** The entry of a function by its upper-case name. */
export function findFunction(name: string): EsqlFunction | undefined {
  return BY_NAME.get(name);
}

/** For a function that 8.19 lacks: the version that has it first, and what to write instead. */
export function newerFunction(name: string): { readonly since: string; readonly instead: string | null } | undefined {
  return NEWER.get(name);
}

/** All names that can be called, for "did you mean". */
export function functionNames(): Iterable<string> {
  return BY_NAME.keys();
}
