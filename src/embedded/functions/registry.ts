// The SQL forms, by upper-case name of the function.
import { AGGREGATE_FORMS } from './aggregates.ts';
import type { AggregateSql, ScalarSql } from './port.ts';

const SCALAR_FORMS: ReadonlyMap<string, ScalarSql> = new Map();

/** The SQL form of a scalar function; null: it runs as its reference implementation. */
export function scalarSql(name: string): ScalarSql | null {
  return SCALAR_FORMS.get(name) ?? null;
}

/** The SQL form of an aggregate; null: the embedded engine cannot compute it. */
export function aggregateSql(name: string): AggregateSql | null {
  return AGGREGATE_FORMS.get(name) ?? null;
}
