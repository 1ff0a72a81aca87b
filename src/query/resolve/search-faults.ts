import type { Command } from '../syntax/ast.ts';
import type { MeaningFault, Typed } from './typed.ts';
import { eachTyped } from './each-typed.ts';

/** Functions that read the index, as `:` does. */
const FULL_TEXT = new Set(['KQL', 'QSTR', 'MATCH', 'MATCH_PHRASE']);

/** Faults of `:` and full-text functions, which need the index: a field as it is, before STATS and LIMIT. */
export function searchFaults(typed: Typed, searchable: boolean): MeaningFault[] {
  const faults: MeaningFault[] = [];
  for (const node of eachTyped(typed)) {
    const isMatch = node.expr.kind === 'match' && node.operands.length > 0;
    if (!isMatch && !FULL_TEXT.has(node.entry?.name ?? '')) continue;
    const { span } = node.expr;
    const what = isMatch ? '":"' : (node.entry?.name ?? '');
    if (!searchable) {
      const hint = 'Move it before STATS and LIMIT, or compare the column';
      faults.push({
        rule: 'search-after-stats',
        severity: 'error',
        message: `${what} reads the index and stands after STATS or LIMIT`,
        hint,
        span,
      });
    } else if (isMatch && node.operands[0]?.column?.origin !== 'field') {
      const hint = 'Compare the column, or take MV_ functions for several values';
      faults.push({
        rule: 'search-computed',
        severity: 'error',
        message: '":" reads the index and needs a field, not a computed column',
        hint,
        span,
      });
    }
  }
  return faults;
}

const LOGICAL: ReadonlySet<string> = new Set(['and', 'or', 'not']);

/**
 * Faults of `:` and full-text functions at a place where Elasticsearch refuses them: inside anything but AND, OR and NOT,
 * and, where it is no `condition` of WHERE or of an aggregate, anywhere.
 */
export function searchPlaceFaults(typed: Typed, condition: boolean): MeaningFault[] {
  if (condition && LOGICAL.has(typed.expr.kind))
    return typed.operands.flatMap((operand) => searchPlaceFaults(operand, true));
  const inside = condition ? typed.operands.flatMap(eachTyped) : eachTyped(typed);
  return inside.filter(isSearch).map(({ expr: { span } }): MeaningFault => {
    const message = condition
      ? 'a search of the index may stand only under AND, OR and NOT'
      : 'a search of the index may stand only in WHERE';
    return { rule: 'search-place', severity: 'error', message, hint: 'Compare the column instead', span };
  });
}

function isSearch({ expr, entry }: Typed): boolean {
  return expr.kind === 'match' || FULL_TEXT.has(entry?.name ?? '');
}

/** Faults that depend on the command: BUCKET stands behind BY only, and a null without a type can be compared with nothing. */
export function placeFaults(typed: Typed, command: Command['kind']): MeaningFault[] {
  return eachTyped(typed).flatMap((node): MeaningFault[] => {
    const { span } = node.expr;
    if (node.entry?.name === 'BUCKET' && command !== 'stats') {
      const message = 'BUCKET makes groups and stands behind BY only';
      return [
        { rule: 'bucket-outside-by', severity: 'error', message, hint: 'Elsewhere: DATE_TRUNC(1 hour, date)', span },
      ];
    }
    const compares = node.expr.kind === 'compare' || node.expr.kind === 'in';
    const untyped = compares ? node.operands.find((operand) => operand.column?.type === 'null') : undefined;
    if (untyped === undefined || node.operands.every((operand) => operand.type === 'null')) return [];
    const message = `"${untyped.column?.name ?? ''}" is a null without a type and can be compared with nothing`;
    return [
      { rule: 'untyped-null', severity: 'error', message, hint: 'Give it one where it is made: null::keyword', span },
    ];
  });
}
