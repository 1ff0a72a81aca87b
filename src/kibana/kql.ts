/** A condition of Kibana's query language: a field that has one of some values, or a number above another. */
export type Condition =
  | { readonly field: string; readonly is: readonly (string | boolean)[] }
  | { readonly field: string; readonly above: number };

/** What Kibana calls a query; an empty one fits everything. */
export interface Query {
  readonly language: 'kuery';
  readonly query: string;
}

/** All conditions at once. */
export function kql(...conditions: readonly Condition[]): Query {
  return { language: 'kuery', query: conditions.map(conditionText).join(' and ') };
}

function conditionText(condition: Condition): string {
  if ('above' in condition) return `${condition.field} > ${condition.above}`;
  const values = condition.is.map((value) => (typeof value === 'string' ? JSON.stringify(value) : String(value)));
  return `${condition.field} : ${values.length === 1 ? values.join() : `(${values.join(' or ')})`}`;
}
