import type { From } from '../../query/syntax/ast.ts';
import { matchesName } from '../../query/resolve/columns.ts';
import type { SegmentInfo, Shape, Snapshot } from '../segments/snapshot.ts';

/** A segment with those of its indices that a FROM names. */
export interface ScannedSegment {
  readonly segment: SegmentInfo;
  /** null: all that it holds. */
  readonly indices: readonly string[] | null;
}

/** Indices of the snapshot by name. */
export function indexNames(snapshot: Snapshot): readonly string[] {
  return [...new Set(snapshot.segments.flatMap(({ indices }) => [...indices.keys()]))].sort();
}

/** The segments that hold documents of any of the indices, and whether all or only some of theirs. */
export function scannedSegments(snapshot: Snapshot, names: ReadonlySet<string>): readonly ScannedSegment[] {
  return snapshot.segments.flatMap((segment): ScannedSegment[] => {
    const indices = [...segment.indices.keys()].filter((name) => names.has(name));
    if (indices.length === 0) return [];
    return [{ segment, indices: indices.length === segment.indices.size ? null : indices }];
  });
}

/** The patterns of a FROM one by one. */
export function patternsOf({ sources }: Pick<From, 'sources'>): readonly string[] {
  return sources.flatMap(({ pattern }) => pattern.split(',').map((part) => part.trim())).filter((part) => part !== '');
}

/** The indices that patterns name: each in turn adds its own or, after `-`, takes them away. */
export function matchedIndices(patterns: readonly string[], names: readonly string[]): ReadonlySet<string> {
  const matched = new Set<string>();
  for (const [at, pattern] of patterns.entries()) {
    const excludes = at > 0 && pattern.startsWith('-');
    for (const name of names) {
      if (!namesIndex(excludes ? pattern.slice(1) : pattern, name)) continue;
      if (excludes) matched.delete(name);
      else matched.add(name);
    }
  }
  return matched;
}

/** Patterns that name no index at all. */
export function unmatchedPatterns(patterns: readonly string[], names: readonly string[]): readonly string[] {
  return patterns.filter((pattern) => !pattern.startsWith('-') && !names.some((name) => namesIndex(pattern, name)));
}

/** The backing index of a data stream, as exports name it: `.ds-logs-x-default-2026.01.31-000001`. */
const BACKING = /^\.ds-(.+)-\d{4}\.\d{2}\.\d{2}-\d{6}$/;

function namesIndex(pattern: string, name: string): boolean {
  const glob = pattern === '_all' ? '*' : pattern;
  const test = {
    kind: 'pattern',
    name: glob,
    wild: glob.includes('*'),
    pieces: glob.split('*'),
    span: { start: 0, end: 0 },
  };
  const stream = BACKING.exec(name)?.[1];
  return matchesName(test, name) || (stream !== undefined && matchesName(test, stream));
}

/**
 * The fields of the scanned indices by id, and whether any of the segments holds them as LIST. A column of a segment may
 * be a field of another index alone.
 */
export function fieldShapes(segments: readonly ScannedSegment[]): ReadonlyMap<number, Shape> {
  const shapes = new Map<number, Shape>();
  for (const { segment, indices } of segments) {
    for (const name of indices ?? segment.fields.keys()) {
      for (const id of segment.fields.get(name) ?? []) {
        const shape = segment.columns.get(id);
        if (shape === 'several' || !shapes.has(id)) shapes.set(id, shape ?? 'single');
      }
    }
  }
  return shapes;
}
