import type { Span } from './time.ts';

// Arithmetic on sets of instants, written as lists of closed-open spans. Every list but that of `normalise` goes in, and
// every list comes out, normal: sorted, apart from each other, none empty.

/** The same instants as a normal list: neighbours that touch or overlap are one, empty spans are gone. */
export function normalise(spans: readonly Span[]): Span[] {
  const normal: Span[] = [];
  for (const span of spans.filter(({ start, end }) => start < end).sort((a, b) => a.start - b.start)) {
    const last = normal.at(-1);
    if (last === undefined || last.end < span.start) normal.push(span);
    else if (last.end < span.end) normal[normal.length - 1] = { start: last.start, end: span.end };
  }
  return normal;
}

/** Instants of either list. */
export function union(a: readonly Span[], b: readonly Span[]): Span[] {
  return normalise([...a, ...b]);
}

/** Instants of `a` that are not in `b`. */
export function subtract(a: readonly Span[], b: readonly Span[]): Span[] {
  return intersect(a, complement(b));
}

/** Instants of both lists. */
export function intersect(a: readonly Span[], b: readonly Span[]): Span[] {
  const common: Span[] = [];
  for (let atA = 0, atB = 0; ;) {
    const spanA = a[atA];
    const spanB = b[atB];
    if (spanA === undefined || spanB === undefined) return common;
    const start = Math.max(spanA.start, spanB.start);
    const end = Math.min(spanA.end, spanB.end);
    if (start < end) common.push({ start, end });
    if (spanA.end < spanB.end) atA++;
    else atB++;
  }
}

/** The time covered, ms. */
export function lengthOf(spans: readonly Span[]): number {
  return spans.reduce((length, { start, end }) => length + end - start, 0);
}

function complement(spans: readonly Span[]): Span[] {
  const between: Span[] = [];
  let from = Number.NEGATIVE_INFINITY;
  for (const { start, end } of spans) {
    between.push({ start: from, end: start });
    from = end;
  }
  return [...between, { start: from, end: Number.POSITIVE_INFINITY }];
}
