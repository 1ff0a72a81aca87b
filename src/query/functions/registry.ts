// query/functions: one entry per function that Elasticsearch 8.19 and 9.x share. In: a name. Out: its signature check,
// severalness and reference implementation. May import: core.
import { ADDRESS_FUNCTIONS } from './addresses.ts';
import { AGGREGATE_FUNCTIONS } from './aggregates.ts';
import { CONDITIONAL_FUNCTIONS } from './conditional.ts';
import { CONVERSION_FUNCTIONS } from './conversions.ts';
import { DATE_FUNCTIONS } from './date-functions.ts';
import type { EsqlFunction } from './define.ts';
import { LIST_FUNCTIONS } from './lists.ts';
import { NEWER_FUNCTIONS } from './newer.ts';
import type { NewerFunction } from './newer.ts';
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

/** The entry of a function by its upper-case name; that of a newer one too, which `newerFunction` tells apart. */
export function findFunction(name: string): EsqlFunction | undefined {
  return BY_NAME.get(name) ?? NEWER_FUNCTIONS.get(name)?.entry;
}

/** For a function that 8.19 lacks: the version that has it first, and what to write instead. */
export function newerFunction(name: string): NewerFunction | undefined {
  return NEWER_FUNCTIONS.get(name);
}

/** Names of the functions that 8.19 lacks. */
export function newerNames(): Iterable<string> {
  return NEWER_FUNCTIONS.keys();
}

/** All names that can be called, for "did you mean". */
export function functionNames(): Iterable<string> {
  return BY_NAME.keys();
}
