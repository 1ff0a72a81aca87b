import { isoTime, type Span } from '../core/time.ts';
import type { ExcludedAddresses, QuestionFilter } from './port.ts';

/** A clause of Query DSL. */
export type Clause = Readonly<Record<string, unknown>>;

/**
 * The filter of a question as Query DSL, null when it asks for nothing. Always `{bool: {filter: […]}}`, and every `should`
 * in it says how many must match: without that, 8.19 makes it optional as soon as a WHERE is pushed down, and documents
 * outside of the range leak in (measured).
 */
export function requestFilter({ time, excluded, only }: QuestionFilter): Clause | null {
  const clauses = [
    ...(time === null ? [] : [anyOf(time.clocks.map((chain) => inSpan(chain, time.span)))]),
    ...excluded.filter(hasAddresses).map((addresses) => ({ bool: { must_not: termsOf(addresses) } })),
    ...only.map((addresses) => anyOf(termsOf(addresses))),
  ];
  return clauses.length === 0 ? null : { bool: { filter: clauses } };
}

/** The first present field of the chain decides: a later one counts only where all before it are absent. */
function inSpan(chain: readonly string[], span: Span): Clause {
  return anyOf(
    chain.map((field, index) => {
      const before = chain.slice(0, index).map((earlier) => ({ exists: { field: earlier } }));
      const range = inRange(field, span);
      return before.length === 0 ? range : { bool: { filter: [range], must_not: before } };
    }),
  );
}

/** Bounds carry milliseconds, and say their format: a field may be mapped with another one. */
function inRange(field: string, { start, end }: Span): Clause {
  return { range: { [field]: { gte: isoTime(start), lt: isoTime(end), format: 'strict_date_optional_time' } } };
}

/** Blocks and plain addresses in two clauses: one block among 5,000 addresses makes one clause 60 times slower. */
function termsOf({ field, blocks, addresses }: ExcludedAddresses): readonly Clause[] {
  return [blocks, addresses].filter((values) => values.length > 0).map((values) => ({ terms: { [field]: values } }));
}

function hasAddresses({ blocks, addresses }: ExcludedAddresses): boolean {
  return blocks.length + addresses.length > 0;
}

/** At least one of the clauses; none of them matches nothing. The same clause twice is one. */
function anyOf(clauses: readonly Clause[]): Clause {
  const distinct = [...new Map(clauses.map((clause) => [JSON.stringify(clause), clause])).values()];
  const [first, ...others] = distinct;
  if (first === undefined) return { match_none: {} };
  return others.length === 0 ? first : { bool: { should: distinct, minimum_should_match: 1 } };
}
