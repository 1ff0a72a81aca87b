// Why two answers may differ: the reasons of test/cases/differential/known.txt, by which a query they are for is told.
import { valuesOf } from '../../../src/core/row.ts';
import type { Query } from '../../../src/query/syntax/ast.ts';
import { inferredFields } from '../../../src/query/lint/lint-faults.ts';
import { parseQuery } from '../../../src/query/syntax/parse.ts';
import { childrenOf, columnsOf } from '../../../src/query/syntax/walk.ts';
import type { Outcome } from '../differential.ts';
import { isTamed, SUMS } from './stats.ts';
import {
  anyExpr,
  asksForValue,
  comparesConstantList,
  excludesItself,
  holdsConstant,
  isCall,
  isItself,
  readsNoField,
  readsStale,
  takesForNull,
} from './conditions.ts';

/** One query that both engines were asked, and what they made of it. */
export interface Asked {
  readonly esql: string;
  readonly elasticsearch: Outcome;
  readonly embedded: Outcome;
}

/** By what a difference is told: the error, or the query and what came out. */
interface Reason {
  readonly reason: string;
  /** Elasticsearch gave no answer, but this. */
  readonly failed?: RegExp;
  /** The embedded engine refused by this. */
  readonly refused?: RegExp;
  readonly covers?: (query: Query, asked: Asked) => boolean;
  /** The types may differ too, so that only one of both answers. */
  readonly types?: true;
}

const EXTREMES = new Set(['MIN', 'MAX', 'TOP']);
const DISTINCT = new Set(['COUNT_DISTINCT']);
const ZIP = new Set(['MV_ZIP']);
const WEIGHTED = new Set(['WEIGHTED_AVG']);
const WHOLE_CASTS = new Set(['TO_INTEGER', 'TO_INT']);

const REASONS: readonly Reason[] = [
  {
    reason:
      'A sum, rounding or absolute value beyond its type ends the query on 8.19.21; the embedded engine gives null',
    failed: /(?:long|integer) overflow|out of \[?(?:long|integer)/i,
  },
  {
    reason: '8.19.21 turns n + 1 > 0 into n > -1, so it does not see the overflow',
    covers: (query) =>
      anyExpr(query, (node) => {
        const compares = node.kind === 'compare' || node.kind === 'in';
        return compares && childrenOf(node).some(({ kind }) => kind === 'arithmetic' || kind === 'sign');
      }),
  },
  {
    reason: 'On a text field, not on a keyword, LIKE "" matches the empty text on 8.19.21',
    covers: (query) =>
      anyExpr(query, (node) => node.kind === 'like' && node.patterns.some(({ value }) => value === '')),
  },
  { reason: 'MV_SLICE of a constant without an end breaks on 8.19.21', failed: /\\"this\.end\\" is null/ },
  {
    reason:
      'What is known before any row is read breaks 8.19.21 in aggregates, and a list in comparisons and conditions',
    failed:
      /cannot be cast to class java\.lang|A boolean is required|is not an IP string literal|aggregations over constants|unknown agg: class [\w.]+Literal/,
    covers: (query) => anyExpr(query, comparesConstantList),
  },
  {
    reason: 'Beside f IS NULL in an AND, or in another WHERE, 8.19.21 takes f for null, under NOT and COALESCE too',
    covers: takesForNull,
  },
  {
    reason: 'f(x) IS NOT NULL is taken for x IS NOT NULL by 8.19.21, also where f has a value of a null',
    covers: (query) => anyExpr(query, asksForValue) || inferredFields(query).length > 0,
  },
  {
    reason: 'x == true and NOT NOT x are x for 8.19.21, which keeps its several values',
    covers: (query) => anyExpr(query, isItself),
  },
  {
    reason: 'Of a constant sought by IN 8.19.21 compares the constants first, and what is left alone by ==',
    covers: (query) => anyExpr(query, (node) => node.kind === 'in' && columnsOf(node.value).size === 0),
  },
  {
    reason:
      'What is known to be null before any row is read makes a null of an AND, and of a call around COALESCE, on 8.19.21',
    covers: (query) => anyExpr(query, holdsConstant),
  },
  {
    reason: 'Conditions on one column that exclude each other are false to 8.19.21 before it reads, of null too',
    covers: (query) => anyExpr(query, excludesItself),
  },
  {
    reason: 'MV_ZIP with a constant null is null on 8.19.21',
    covers: (query) => anyExpr(query, (node) => isCall(node, ZIP)),
  },
  {
    reason: 'A sum of doubles far apart depends on the order of its parts',
    covers: (query) => anyExpr(query, (node) => isCall(node, SUMS) && !childrenOf(node).some(isTamed)),
  },
  {
    reason: 'A weight that is computed of longs and overflows is no null on 8.19.21',
    covers: (query) => anyExpr(query, (node) => isCall(node, WEIGHTED) && childrenOf(node)[1]?.kind !== 'column'),
  },
  {
    reason: 'A SORT whose rows MV_EXPAND or LOOKUP JOIN multiplies before a WHERE is refused by 8.19.21',
    failed: /Unbounded sort not supported yet/,
  },
  {
    reason:
      'Where COALESCE, CASE, GREATEST or LEAST widen a number, later fields of the same EVAL read the column as it was before on 8.19.21',
    covers: readsStale,
    types: true,
  },
  {
    reason: 'The smallest address is no minimum, and the largest no maximum, of a group of nothing else on 8.19.21',
    covers: (query, { esql }) => anyExpr(query, (node) => isCall(node, EXTREMES)) && /ip\b/i.test(esql),
  },
  {
    reason:
      'A query that reads no field has no rows on 8.19.21 where an EVAL reads what it makes itself, or KEEP has a pattern',
    covers: readsNoField,
  },
  {
    reason: '8.19.21 refuses a date_nanos before 1970 where it computes before it reads',
    failed: /before the epoch in 1970/,
  },
  {
    reason: '8.19.21 breaks on its own plan where columns are renamed, copied, made anew or joined',
    failed: /optimized incorrectly due to/,
  },
  {
    reason: 'A date beyond the year 9999 ends a query of 8.19.21 that compares with it',
    failed: /failed to parse date field \[\+/,
  },
  { reason: 'Where the machine is busy, GROK stops a text that takes long', refused: /takes too long/ },
  { reason: 'A comparison with a constant that is null breaks 8.19.21', failed: /Literal\.value\(\)\\" is null/ },
  {
    reason: 'TO_INTEGER of the largest unsigned_long is -1 on 8.19.21',
    covers: (query, { esql }) =>
      anyExpr(query, (node) => isCall(node, WHOLE_CASTS)) && esql.includes('18446744073709551615'),
  },
  {
    reason: 'Minus zero and zero are two values and two groups on 8.19.21',
    covers: (_query, { elasticsearch }) =>
      elasticsearch.kind === 'answer' &&
      elasticsearch.rows.some((row) => row.some((cell) => valuesOf(cell).some((value) => Object.is(value, -0)))),
  },
  {
    reason: 'Where 8.19.21 sees before it reads that no row is left, COUNT_DISTINCT is null',
    covers: (query, { elasticsearch }) =>
      elasticsearch.kind === 'answer' &&
      elasticsearch.rows.length === 1 &&
      anyExpr(query, (node) => isCall(node, DISTINCT)),
  },
  {
    reason: 'A weight that becomes 0 only when it is computed ends the query on 8.19.21',
    failed: /cannot be null or 0/,
  },
  {
    reason: 'Addresses compared by IN break 8.19.21 where the list holds a text and a column',
    failed: /Should not fold expression/,
  },
  {
    reason: 'The embedded engine refuses an aggregate of a constant, which 8.19.21 answers without regard to the rows',
    refused: /needs a column, not a constant|STATS needs an aggregate here/,
  },
  {
    reason: 'The embedded engine has no MIN, MAX and TOP of versions',
    refused: /the embedded engine has no (?:MIN|MAX|TOP)$/,
  },
];

/** The reason that is known for a difference; null where there is none. */
export function reasonFor(asked: Asked): string | null {
  const parsed = parseQuery(asked.esql);
  if (!parsed.ok) return null;
  const { elasticsearch, embedded } = asked;
  const found = REASONS.find(
    ({ failed, refused, covers, types }) =>
      (elasticsearch.kind !== 'answer' && failed?.test(elasticsearch.message) === true) ||
      (embedded.kind === 'refused' && refused?.test(embedded.message) === true) ||
      (((elasticsearch.kind === 'answer' && embedded.kind === 'answer') || types === true) &&
        covers?.(parsed.value, asked) === true),
  );
  return found?.reason ?? null;
}
