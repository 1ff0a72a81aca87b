// The SQL forms, by upper-case name of the function.
import { CONVERSION_FUNCTIONS } from '../../../query/functions/conversions.ts';
import { ADDRESS_FORMS, SEARCH_FORMS } from './address-forms.ts';
import { AGGREGATE_FORMS } from './aggregates.ts';
import { CONDITIONAL_FORMS } from './conditional-forms.ts';
import { conversion } from './conversion-forms.ts';
import { DATE_FORMS } from './date-forms.ts';
import { LIST_FORMS } from './list-forms.ts';
import { NUMBER_FORMS } from './number-forms.ts';
import type { AggregateSql, ScalarSql } from './port.ts';
import { TEXT_FORMS } from './text-forms.ts';

const SCALAR_FORMS: ReadonlyMap<string, ScalarSql> = new Map([
  ...TEXT_FORMS,
  ...NUMBER_FORMS,
  ...CONDITIONAL_FORMS,
  ...LIST_FORMS,
  ...DATE_FORMS,
  ...ADDRESS_FORMS,
  ...SEARCH_FORMS,
  ...CONVERSION_FUNCTIONS.filter(({ evaluate }) => evaluate !== null).map(
    ({ name }) => [name, conversion(name)] as const,
  ),
]);

/** The SQL form of a scalar function; null: it runs as its reference implementation. */
export function scalarSql(name: string): ScalarSql | null {
  const form = SCALAR_FORMS.get(name);
  return form === undefined ? null : bounded(form);
}

/** Names of the scalar functions that have an SQL form, for documentation and for the test of each. */
export function scalarForms(): Iterable<string> {
  return SCALAR_FORMS.keys();
}

/** Names of the aggregates that the embedded engine computes. */
export function aggregateForms(): Iterable<string> {
  return AGGREGATE_FORMS.keys();
}

/** The SQL form of an aggregate; null: the embedded engine cannot compute it. */
export function aggregateSql(name: string): AggregateSql | null {
  return AGGREGATE_FORMS.get(name) ?? null;
}

/** SQL that repeats a long argument is not worth it: nested a hundred deep it would double with each level. */
const REPEATED_MAX = 1_000;
/** What a form writes around an argument of its own, at the most. */
const AROUND_MAX = 200;

/** A form whose SQL grows by what it adds, not by a factor; else the reference answers, which names each argument once. */
function bounded(form: ScalarSql): ScalarSql {
  return (args, signature, context) => {
    const value = form(args, signature, context);
    const most = args.reduce((total, { sql }) => total + sql.length + AROUND_MAX, REPEATED_MAX);
    return value === null || value.sql.length <= most ? value : null;
  };
}
