import type { Command, Query } from '../syntax/ast.ts';
import { eachTyped } from '../resolve/each-typed.ts';
import { caseNever } from './lint-case.ts';
import {
  besideNulls,
  besideNullsIn,
  complexLike,
  countedBooleans,
  inferredFields,
  inferredIn,
  readsNothing,
  staleColumns,
} from './lint-faults.ts';
import {
  badCidr,
  clockFilter,
  integerDivision,
  likePercent,
  notInAddresses,
  now,
  rlikeAnchors,
  rlikeFlags,
  severalValued,
  swappedArguments,
  truncatedDivisor,
  weekYear,
} from './lint-rules.ts';
import type { NodeRule } from './lint-rules.ts';
import type { Placed, Resolution } from '../resolve/resolution.ts';
import type { MeaningFault, Typed } from '../resolve/typed.ts';

export interface LintOptions {
  /** Fields that are the clock of a source of the hunt, besides `@timestamp` and `hunt.clock`. */
  readonly clockFields: readonly string[];
  /** Whether the query's own final LIMIT is meant. */
  readonly top: boolean;
}

export interface ExpressionLintOptions {
  readonly clockFields: readonly string[];
  /** Whether several values are decided one by one (`keep` on a collected column). */
  readonly severalAllowed: boolean;
}

const ANYWHERE: readonly NodeRule[] = [
  now,
  rlikeFlags,
  rlikeAnchors,
  likePercent,
  notInAddresses,
  badCidr,
  swappedArguments,
  truncatedDivisor,
  integerDivision,
  weekYear,
  caseNever,
  complexLike,
];

/** What is valid ES|QL and yet not what is meant, or not fit for a hunt. Faults of `resolve` are not repeated. */
export function lintQuery(query: Query, resolution: Resolution, { clockFields, top }: LintOptions): MeaningFault[] {
  return [
    ...resolution.expressions.flatMap((placed) => lintNodes(placed.typed, rulesAt(placed, clockFields))),
    ...(top ? [] : finalLimit(query.commands)),
    ...lateSort(query.commands),
    ...besideNulls(query),
    ...staleColumns(query, resolution),
    ...countedBooleans(resolution),
    ...inferredFields(query),
    ...readsNothing(query, resolution),
  ];
}

/** The same of one condition: `where`, `when` or `keep`. */
export function lintExpression(typed: Typed, { clockFields, severalAllowed }: ExpressionLintOptions): MeaningFault[] {
  const rules = [...ANYWHERE, clockFilter(clockFields), ...(severalAllowed ? [] : [severalValued])];
  return [...lintNodes(typed, rules), ...besideNullsIn(typed.expr), ...inferredIn(typed.expr)];
}

function rulesAt({ command }: Placed, clockFields: readonly string[]): readonly NodeRule[] {
  return command.kind === 'where'
    ? [...ANYWHERE, severalValued, clockFilter(clockFields)]
    : [...ANYWHERE, severalValued];
}

function lintNodes(typed: Typed, rules: readonly NodeRule[]): MeaningFault[] {
  return eachTyped(typed).flatMap((node) => rules.flatMap((rule) => rule(node) ?? []));
}

/** Commands that leave the rows as they are. */
const ROW_KEEPING: ReadonlySet<Command['kind']> = new Set([
  'keep',
  'drop',
  'rename',
  'eval',
  'sort',
  'dissect',
  'grok',
]);

/** The runner adds its own LIMIT and says when there was more; a LIMIT of the query hides that there was. */
function finalLimit(commands: readonly Command[]): MeaningFault[] {
  const last = commands.findLast((command) => !ROW_KEEPING.has(command.kind));
  if (last?.kind !== 'limit') return [];
  const hint = 'Remove it; or write top: true where the first rows are what the hunt asks for';
  return [
    {
      rule: 'final-limit',
      severity: 'error',
      message: 'a final LIMIT hides findings without a word',
      hint,
      span: last.span,
    },
  ];
}

/** `LIMIT` without a SORT before it takes any rows; sorting them afterwards does not make them the first. */
function lateSort(commands: readonly Command[]): MeaningFault[] {
  let sorted = false;
  let unsorted = false;
  for (const command of commands) {
    if (command.kind === 'stats') [sorted, unsorted] = [false, false];
    else if (command.kind === 'limit') unsorted ||= !sorted;
    else if (command.kind === 'sort' && unsorted) return [lateSortFault(command)];
    else if (command.kind === 'sort') sorted = true;
  }
  return [];
}

function lateSortFault({ span }: Command): MeaningFault {
  const message = 'SORT after a LIMIT without one orders rows that were taken at random';
  return { rule: 'sort-after-limit', severity: 'warning', message, hint: 'Put SORT before LIMIT', span };
}
