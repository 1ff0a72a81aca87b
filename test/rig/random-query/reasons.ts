// Why two answers may differ: the reasons of test/cases/differential/known.txt, by which a query they are for is told.
import type { Expr, Query } from '../../../src/query/ast.ts';
import { expressionsOf } from '../../../src/query/commands.ts';
import { parseQuery } from '../../../src/query/parse.ts';
import { childrenOf, columnsOf, walkExpr } from '../../../src/query/walk.ts';
import type { Outcome } from '../differential.ts';

/** One query that both engines were asked, and what they made of it. */
export interface Asked {
  readonly esql: string;
  readonly elasticsearch: Outcome;
  readonly embedded: Outcome;
}

interface Reason {
  readonly reason: string;
  readonly covers: (asked: Asked, query: Query) => boolean;
}

const failed = ({ elasticsearch }: Asked, pattern: RegExp): boolean =>
  elasticsearch.kind !== 'answer' && pattern.test(elasticsearch.message);

const REASONS: readonly Reason[] = [
  {
    reason:
      'A sum, rounding or absolute value beyond its type ends the query on 8.19.21; the embedded engine gives null',
    covers: (asked) => failed(asked, /(?:long|integer) overflow|out of \[?(?:long|integer)/i),
  },
  {
    reason: '8.19.21 turns n + 1 > 0 into n > -1, so it does not see the overflow',
    covers: (_asked, query) =>
      anyExpr(
        query,
        (node) =>
          (node.kind === 'compare' || node.kind === 'in') &&
          childrenOf(node).some(({ kind }) => kind === 'arithmetic' || kind === 'sign'),
      ),
  },
  {
    reason: 'On a text field, not on a keyword, LIKE "" matches the empty text on 8.19.21',
    covers: (_asked, query) =>
      anyExpr(
        query,
        (node) => (node.kind === 'like' || node.kind === 'rlike') && node.patterns.some(({ value }) => value === ''),
      ),
  },
  {
    reason: 'MV_SLICE of a constant without an end breaks on 8.19.21',
    covers: (asked) => failed(asked, /\\"this\.end\\" is null/),
  },
  {
    reason: 'A constant list as a condition breaks on 8.19.21',
    covers: (asked) => failed(asked, /ImmutableCollections\$List.{1,4} cannot be cast/),
  },
  {
    reason: 'Beside f IS NULL in an AND 8.19.21 takes f for null everywhere, NOT and COALESCE included',
    covers: (_asked, query) => anyExpr(query, takesForNull),
  },
  {
    reason: 'The smallest address is no minimum, and the largest no maximum, of a group of nothing else on 8.19.21',
    covers: (_asked, query) =>
      anyExpr(query, (node) => node.kind === 'call' && ['MIN', 'MAX'].includes(node.name)) && /ip\b/.test(_asked.esql),
  },
  {
    reason: 'Of COUNT(*) alone 8.19.21 counts no rows where a KEEP or DROP behind it has a pattern that fits no field',
    covers: (_asked, query) =>
      query.commands.some(
        (command) => (command.kind === 'keep' || command.kind === 'drop') && command.patterns.some(({ wild }) => wild),
      ) && query.commands.some(({ kind }) => kind === 'stats'),
  },
  {
    reason: 'The embedded engine has no MIN, MAX and TOP of versions',
    covers: ({ embedded }) =>
      embedded.kind === 'refused' && /the embedded engine has no (?:MIN|MAX|TOP)$/.test(embedded.message),
  },
];

/** `f IS NULL AND …` where the rest reads f, and not only to ask for null again. */
function takesForNull(node: Expr): boolean {
  if (node.kind !== 'and') return false;
  return node.operands.some((operand) => {
    if (operand.kind !== 'is_null' || operand.negated || operand.value.kind !== 'column') return false;
    const { name } = operand.value;
    return node.operands.some((other) => other !== operand && columnsOf(other).has(name));
  });
}

/** The reason that is known for a difference; null where there is none. */
export function reasonFor(asked: Asked): string | null {
  const parsed = parseQuery(asked.esql);
  if (!parsed.ok) return null;
  return REASONS.find(({ covers }) => covers(asked, parsed.value))?.reason ?? null;
}

function anyExpr({ commands }: Query, fits: (node: Expr) => boolean): boolean {
  let found = false;
  for (const expr of commands.flatMap(expressionsOf)) walkExpr(expr, (node) => (found ||= fits(node)));
  return found;
}
