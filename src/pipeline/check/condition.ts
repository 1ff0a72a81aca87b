import type { MeaningFault, Typed } from '../../query/resolve/typed.ts';

/** The fault of an expression that is no condition: Elasticsearch would refuse the whole query. */
export function noCondition({ type, expr }: Typed): MeaningFault[] {
  if (type === 'boolean' || type === 'null' || type === 'unsupported') return [];
  const message = `a condition must be a boolean, not ${type}`;
  return [{ rule: 'condition-type', severity: 'error', message, hint: 'Compare it with something', span: expr.span }];
}
