import type { ParamValue } from '../../core/hunt.ts';
import type { From, Query } from '../../query/syntax/ast.ts';
import { parseQuery } from '../../query/syntax/parse.ts';
import { expandSearches } from '../../query/kql/expand-search.ts';
import { fieldColumn } from '../../query/resolve/resolve-context.ts';
import { resolve } from '../../query/resolve/resolve.ts';
import type { Catalog } from '../../query/resolve/resolution.ts';
import type { KnownColumn } from '../../query/resolve/typed.ts';
import type { TextSpan } from '../../query/syntax/ast.ts';
import { buildPlan } from './build-plan.ts';
import type { ScanFilter } from '../sql/filter.ts';
import { refuseTooLarge } from './limits.ts';
import { optimise } from './optimise.ts';
import type { Plan } from './plan.ts';
import { Refused } from './refused.ts';
import type { SegmentInfo, Snapshot } from '../segments/snapshot.ts';
import { fieldShapes, indexNames, matchedIndices, patternsOf, scannedSegments, unmatchedPatterns } from './sources.ts';
import type { ScannedSegment } from './sources.ts';
import { toSql } from '../sql/to-sql.ts';
import type { Compiled } from '../sql/to-sql.ts';

/** Why a query cannot be answered: what is wrong, where in the text, how to mend it. */
export interface QueryFault {
  readonly rule: string;
  readonly message: string;
  readonly hint: string;
  readonly span: TextSpan;
}

export type CompiledQuery =
  | { readonly ok: true; readonly value: Compiled; readonly plan: Plan; readonly segments: readonly SegmentInfo[] }
  | { readonly ok: false; readonly faults: readonly QueryFault[] };

/** What a query is compiled for. */
export interface Asked {
  readonly snapshot: Snapshot;
  readonly params: Readonly<Record<string, ParamValue | null>>;
  readonly filter: ScanFilter;
  readonly tableOf: (segment: SegmentInfo) => string;
  /** What NOW() gives, epoch ms. */
  readonly now: number;
}

/** ES|QL to SQL: parse, resolve against the store's schema, plan, optimise, write. */
export function compileQuery(esql: string, asked: Asked): CompiledQuery {
  const parsed = parseQuery(esql);
  if (!parsed.ok) return parsed;
  try {
    return compiled(parsed.value, asked);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const { rule, message, hint, span } = error;
    return { ok: false, faults: [{ rule, message, hint, span }] };
  }
}

function compiled(query: Query, asked: Asked): CompiledQuery {
  refuseTooLarge(query);
  const from = query.commands.find((command) => command.kind === 'from');
  const segments = from === undefined ? [] : segmentsOf(from, asked.snapshot);
  const catalog = catalogOf(segments, asked);
  const resolution = expandSearches(resolve(query, catalog), (name) => fieldColumn(name, catalog.field(name)));
  const faults = resolution.faults.filter(({ severity }) => severity === 'error');
  if (faults.length > 0) return { ok: false, faults };
  const plan = optimise(buildPlan(query, resolution, asked.snapshot));
  const { filter, tableOf, now, snapshot } = asked;
  const lookup = (index: string) => lookupSegments(snapshot, index);
  const value = toSql(plan, { segments, mapping: snapshot.mapping, filter, lookup, tableOf }, now);
  const joined = plan.stages.flatMap((stage) => (stage.kind === 'lookup' ? lookup(stage.command.index) : []));
  const read = new Set([...segments, ...joined].map(({ segment }) => segment));
  return { ok: true, value, plan, segments: [...read] };
}

function segmentsOf(from: From, snapshot: Snapshot): readonly ScannedSegment[] {
  const [patterns, names] = [patternsOf(from), indexNames(snapshot)];
  const unknown = unmatchedPatterns(patterns, names).filter((pattern) => !pattern.includes('*'));
  const matched = matchedIndices(patterns, names);
  if (unknown.length === 0 && matched.size > 0) return scannedSegments(snapshot, matched);
  const missing = unknown.length > 0 ? unknown.join(', ') : patterns.join(', ');
  throw new Refused(
    'unknown-index',
    `no index is called "${missing}"`,
    'Ingest events, or name an index of the store',
    from.span,
  );
}

/** One index by its whole name, as LOOKUP JOIN takes it. */
function lookupSegments(snapshot: Snapshot, index: string): readonly ScannedSegment[] {
  if (index.includes('*') || index.includes(',')) return [];
  return scannedSegments(snapshot, matchedIndices([index], indexNames(snapshot)));
}

/** The fields of the index that a LOOKUP JOIN names, by name. */
function lookupFields(snapshot: Snapshot, index: string): readonly KnownColumn[] | undefined {
  const segments = lookupSegments(snapshot, index);
  if (segments.length === 0) return undefined;
  const shapes = fieldShapes(segments);
  return [...snapshot.mapping].toSorted(byName).flatMap(([name, { id, type }]) => {
    const shape = shapes.get(id);
    return shape === undefined ? [] : (fieldColumn(name, { type, array: shape === 'several' }) ?? []);
  });
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The fields of the indices under scan: a field that only others have is no column here. */
function catalogOf(segments: readonly ScannedSegment[], { snapshot, params }: Asked): Catalog {
  const shapes = fieldShapes(segments);
  const names = [...snapshot.mapping].flatMap(([name, { id }]) => (shapes.has(id) ? [name] : []));
  return {
    strict: true,
    newer: true,
    all: names,
    names: () => names,
    lookup: (index) => lookupFields(snapshot, index),
    params: params as Catalog['params'] & object,
    field: (name) => {
      const field = snapshot.mapping.get(name);
      const shape = field === undefined ? undefined : shapes.get(field.id);
      return field === undefined || shape === undefined ? undefined : { type: field.type, array: shape === 'several' };
    },
  };
}
