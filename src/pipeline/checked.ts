// pipeline: joins the stages. In: definitions, an engine, a store. Out: checked hunts, and runs with their findings.
// May import: core, definition, query, engine, findings, store.
import type { EventEnrichment } from '../core/enrichment.ts';
import type { Exception } from '../core/exception.ts';
import type { Hunt } from '../core/hunt.ts';
import type { Source } from '../core/source.ts';
import type { CidrList } from '../core/value-list.ts';
import type { Expr, Query } from '../query/syntax/ast.ts';

declare const brand: unique symbol;

/** A source with its predicate parsed. */
export interface CheckedSource {
  readonly source: Source;
  readonly where: Expr | null;
}

export interface CheckedException {
  readonly exception: Exception;
  readonly when: Expr;
}

/** A question about other events that is read and typed. */
export interface CheckedEnrichment {
  readonly enrichment: EventEnrichment;
  readonly query: Query;
  readonly unless: Expr | null;
  /** The sources whose patterns it reads. */
  readonly sources: readonly CheckedSource[];
  readonly fields: ReadonlySet<string>;
  /** Columns to sort by, where the query does not sort. */
  readonly order: readonly string[];
  /** What to read in place of a pattern of its FROM. */
  readonly patterns: (pattern: string) => readonly string[];
}

/**
 * A hunt in which `checkHunts` found no error, with everything it names looked up and parsed. Only that function makes
 * one, so a hunt that was not checked cannot be run.
 */
export interface CheckedHunt {
  readonly [brand]: 'CheckedHunt';
  readonly hunt: Hunt;
  /** The sources it needs, those a site declares absent left out. */
  readonly sources: readonly CheckedSource[];
  /** Names of needed sources that the site declares absent. */
  readonly absent: readonly string[];
  /** What to read in place of a pattern that the hunt's own FROM names: a site may keep a source elsewhere. */
  readonly patterns: (pattern: string) => readonly string[];
  /** The query of an esql hunt. */
  readonly query: Query | null;
  /** The `where` of a declarative hunt. */
  readonly where: Expr | null;
  readonly exceptions: readonly CheckedException[];
  readonly keep: Expr | null;
  readonly enrichments: readonly CheckedEnrichment[];
  readonly drilldown: Query | null;
  /** Lists that the hunt excludes, by name. */
  readonly lists: ReadonlyMap<string, CidrList>;
  /** Fields it reads from events, source predicates and clocks not included. */
  readonly fields: ReadonlySet<string>;
}

/** For `checkHunts` alone. */
export function asChecked(parts: Omit<CheckedHunt, typeof brand>): CheckedHunt {
  return parts as CheckedHunt;
}

/**
 * The same hunt over the indices of a test: each pattern that it would read, of its sources or its own FROM, is moved. A
 * test's events lie where the package expects them, or where the site keeps them, so both are read.
 */
export function relocated(checked: CheckedHunt, move: (pattern: string) => string): CheckedHunt {
  const moveAll = (patterns: readonly string[]) => [...new Set(patterns)].map(move);
  const moved = <T extends Pick<CheckedHunt, 'sources' | 'patterns'>>(reader: T): T => ({
    ...reader,
    sources: reader.sources.map(({ source, where }) => ({
      source: { ...source, index: moveAll([...(source.shippedIndex ?? []), ...source.index]) },
      where,
    })),
    patterns: (pattern: string) => moveAll([pattern, ...reader.patterns(pattern)]),
  });
  return { ...moved(checked), enrichments: checked.enrichments.map(moved) };
}
