import type { Hunt } from '../../core/hunt.ts';
import type { PlacedText } from '../../core/place.ts';
import type { Expr } from '../../query/syntax/ast.ts';
import { expandList } from '../../query/compile/params.ts';
import { exprFaults } from '../../query/evaluate/evaluate.ts';
import { lintExpression } from '../../query/lint/lint.ts';
import { typeOf } from '../../query/resolve/resolve.ts';
import { mapExpr } from '../../query/syntax/walk.ts';
import { noCondition } from './condition.ts';
import type { Report } from './report.ts';
import type { ResultColumns } from './result-columns.ts';

/**
 * Faults of a condition that is asked of result rows: unknown columns, types, calls that only Elasticsearch answers, and,
 * unless its values are decided one by one, a several-valued column under an operator that makes it unknown.
 */
export function checkOnRows(
  condition: Expr,
  source: PlacedText,
  columns: ResultColumns,
  hunt: Hunt,
  severalAllowed: boolean,
  report: Report,
): void {
  const types = new Map([...columns].map(([name, column]) => [name, column.type]));
  const written = mapExpr(condition, (node) => expandList(node, hunt.params));
  const faults = exprFaults(written, { types, params: hunt.params });
  report.faults(source, faults);
  if (faults.length > 0) return;
  const known = [...columns].map(([name, column]) => ({ name, ...column, origin: 'computed' as const, field: null }));
  const { typed } = typeOf(condition, known, hunt.params);
  report.faults(source, [...noCondition(typed), ...lintExpression(typed, { clockFields: [], severalAllowed })]);
}
