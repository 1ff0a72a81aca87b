import { parseCidr } from '../../core/cidr.ts';
import { CLOCK_COLUMN } from '../../core/source.ts';
import type { Expr, Like } from '../syntax/ast.ts';
import { hasWildcard } from '../values/like.ts';
import { quoteName } from '../syntax/quote.ts';
import { isTruncated } from '../resolve/truncation.ts';
import type { MeaningFault, Typed } from '../resolve/typed.ts';
import { isWhole } from '../values/types.ts';
import { elementsOf } from '../values/values.ts';
import { columnsOf } from '../syntax/walk.ts';

/** One rule about one node of a typed tree: what is wrong with it, if anything. */
export type NodeRule = (node: Typed) => MeaningFault | null;

/** Elasticsearch needs 19 µs a row for each 1,000 addresses of NOT IN, and 10,000 end a node of 1 GB [measured on 8.19.21]. */
const NOT_IN_MAX = 50;

/** Runs are repeated and caught up: nothing may depend on when. */
export const now: NodeRule = (node) =>
  node.expr.kind === 'call' && node.expr.name === 'NOW'
    ? error(
        node,
        'now',
        'NOW() makes a run depend on when it happens',
        'The window is given by the run: remove the time condition',
      )
    : null;

/** `clockFields`: fields that are a source's clock. */
export const clockFilter =
  (clockFields: readonly string[]): NodeRule =>
  (node) => {
    if (node.expr.kind !== 'compare' && node.expr.kind !== 'in') return null;
    const [left, ...right] = node.operands;
    const sides = left === undefined ? [] : [left, ...right];
    const clock = sides.find((side) => isClock(side, clockFields));
    const others = sides.filter((side) => side !== clock);
    if (clock === undefined || others.some((side) => columnsOf(side.expr).size > 0)) return null;
    const name = clock.column?.name ?? '';
    return error(
      node,
      'clock-filter',
      `"${name}" is the clock, and the run gives its range`,
      'Remove the condition; window: says how far back a run reads',
    );
  };

export const rlikeFlags: NodeRule = (node) =>
  onPattern(
    node,
    'rlike',
    (pattern) => pattern.includes('(?'),
    (at) =>
      error(
        at,
        'rlike-flag',
        'RLIKE has no flags or groups of other kinds: "(?" matches as it stands',
        'For any case: TO_LOWER(field) RLIKE "…" in lower case',
      ),
  );

export const rlikeAnchors: NodeRule = (node) =>
  onPattern(
    node,
    'rlike',
    (pattern) => pattern.startsWith('^') || /(?<!\\)\$$/.test(pattern),
    (at) => ({
      ...error(
        at,
        'rlike-anchor',
        'RLIKE matches the whole string: "^" and "$" stand for themselves',
        'Remove them, and write .* where more may follow',
      ),
      severity: 'warning',
    }),
  );

export const likePercent: NodeRule = (node) =>
  onPattern(
    node,
    'like',
    (pattern) => pattern.includes('%') && !hasWildcard(pattern),
    (at) => error(at, 'like-percent', 'in LIKE "%" stands for itself', 'Write * for any text and ? for one character'),
  );

export const notInAddresses: NodeRule = ({ expr, operands, takes }) =>
  expr.kind === 'in' && expr.negated && takes[0] === 'ip' && elementCount(operands) > NOT_IN_MAX
    ? {
        rule: 'ip-not-in',
        severity: 'error',
        message: `NOT IN with ${elementCount(operands)} addresses is slow and can end an Elasticsearch node`,
        hint: 'Put them into a list, and name it under exclude_cidrs',
        span: expr.span,
      }
    : null;

/** A malformed block fails the shard: Elasticsearch answers 200 without rows, for NOT too. */
export const badCidr: NodeRule = ({ entry, operands }) => {
  if (entry?.name !== 'CIDR_MATCH') return null;
  for (const block of operands.slice(1)) {
    const bad = elementsOf(block.constant?.value ?? null).find(
      (text) => typeof text === 'string' && parseCidr(text) === null,
    );
    if (typeof bad === 'string')
      return error(
        block,
        'bad-cidr',
        `"${bad.slice(0, 80)}" is no CIDR block`,
        'Write 10.0.0.0/8, fe80::/10, or one address',
      );
  }
  return null;
};

export const swappedArguments: NodeRule = (node) => {
  const [text, part] = node.operands;
  const named = node.entry?.name === 'STARTS_WITH' || node.entry?.name === 'ENDS_WITH';
  return named && text !== undefined && text.constant !== null && part?.constant === null
    ? error(
        node,
        'swapped-arguments',
        `${node.entry?.name} looks for the field in the text`,
        `Write ${node.entry?.name}(field, "text")`,
      )
    : null;
};

/** `connections / TO_INTEGER(hours)`: 1.9 hours count as 1, and below one hour the row is lost. */
export const truncatedDivisor: NodeRule = (node) =>
  divisorFault(
    node,
    (divisor) => isTruncated(divisor),
    (at) =>
      error(
        at,
        'truncated-divisor',
        'the divisor has lost its fraction, and may be zero',
        'Compute it as a double: TO_DOUBLE(a) / b, with a floor by GREATEST',
      ),
  );

export const integerDivision: NodeRule = (node) =>
  divisorFault(
    node,
    (divisor, whole) => whole && divisor.constant === null && !isTruncated(divisor),
    (at) => ({
      ...error(
        at,
        'integer-division',
        'a whole number divided by a whole number loses its fraction',
        'Write * 1.0 or TO_DOUBLE on one side',
      ),
      severity: 'warning',
    }),
  );

/** `YYYY` is the year of the week, so the last days of December may belong to the next year. */
export const weekYear: NodeRule = (node) => {
  const format = node.operands[0]?.constant?.value;
  const named = node.entry?.name === 'DATE_FORMAT' || node.entry?.name === 'DATE_PARSE';
  return named && typeof format === 'string' && format.includes('YYYY')
    ? {
        ...error(node, 'week-year', 'YYYY is the year of the week', 'Write yyyy for the year, MM for the month'),
        severity: 'warning',
      }
    : null;
};

/** A field or column that holds several values under an operator that needs one: null, and the row is lost. */
export const severalValued: NodeRule = (node) => {
  const lost = singleOperands(node).find((operand) => operand.several === 'several' && operand.constant === null);
  if (lost === undefined) return null;
  const { column } = lost;
  if (column === null || column.origin !== 'field') {
    const what = column === null ? 'the expression' : `"${column.name}"`;
    return error(
      lost,
      'several-values',
      `${what} holds several values, and is null here when it does`,
      'Use an MV_ function on it, such as MV_COUNT, MV_CONCAT or MV_MAX, or MV_EXPAND before',
    );
  }
  const name = quoteName(column.name);
  return error(
    lost,
    'array-field',
    `"${column.name}" holds an array in ECS, and the row is lost when it does`,
    `Write ${name} : "value" before STATS, which any value matches`,
  );
};

/** Operators whose operands must have one value each. */
const SCALAR_OPERATORS: ReadonlySet<Expr['kind']> = new Set([
  'arithmetic',
  'sign',
  'compare',
  'and',
  'or',
  'not',
  'like',
  'rlike',
] as const);

/** The operands that must have one value for the node to have any. */
function singleOperands({ expr, entry, operands }: Typed): readonly Typed[] {
  if (expr.kind === 'in') return operands.slice(0, 1);
  return SCALAR_OPERATORS.has(expr.kind) || entry?.needsSingle === true ? operands : [];
}

function isClock({ column }: Typed, clockFields: readonly string[]): boolean {
  if (column === null) return false;
  return (
    column.name === CLOCK_COLUMN || (column.field !== null && [...clockFields, '@timestamp'].includes(column.field))
  );
}

function onPattern(
  node: Typed,
  kind: Like['kind'],
  isBad: (pattern: string) => boolean,
  fault: (node: Typed) => MeaningFault,
): MeaningFault | null {
  if (node.expr.kind !== kind) return null;
  const bad = node.expr.patterns.find((pattern) => isBad(String(pattern.value)));
  return bad === undefined ? null : { ...fault(node), span: bad.span };
}

function divisorFault(
  node: Typed,
  isBad: (divisor: Typed, whole: boolean) => boolean,
  fault: (divisor: Typed) => MeaningFault,
): MeaningFault | null {
  if (node.expr.kind !== 'arithmetic') return null;
  for (const [at, op] of node.expr.ops.entries()) {
    const [divisor, step] = [node.operands[at + 1], node.steps[at]];
    if (op === '/' && divisor !== undefined && step !== undefined && isBad(divisor, isWhole(step.result)))
      return fault(divisor);
  }
  return null;
}

function elementCount(operands: readonly Typed[]): number {
  return operands
    .slice(1)
    .reduce((count, operand) => count + (operand.constant === null ? 1 : elementsOf(operand.constant.value).length), 0);
}

function error(node: Typed, rule: string, message: string, hint: string): MeaningFault {
  return { rule, severity: 'error', message, hint, span: node.expr.span };
}
