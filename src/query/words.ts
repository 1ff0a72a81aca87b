/**
 * Words that ES|QL reserves in expressions (8.19 and 9.x): as a column they need backticks, in every part of a name.
 * `first` and `last` may still be called as functions (9.x).
 */
const RESERVED: ReadonlySet<string> = new Set(
  'AND ASC BY DESC FALSE FIRST IN IS LAST LIKE NOT NULL NULLS ON OR RLIKE TRUE WHERE WITH'.split(' '),
);

/** Words that are reserved in one kind of stage only; a printed name quotes them to be safe everywhere. */
const RESERVED_SOMEWHERE: ReadonlySet<string> = new Set([...RESERVED, 'AS', 'METADATA']);

/** Whether a bare word cannot be a column in an expression. */
export function isReserved(word: string): boolean {
  return RESERVED.has(word.toUpperCase());
}

/** Whether a bare word cannot be a name in some kind of stage. */
export function isReservedSomewhere(word: string): boolean {
  return RESERVED_SOMEWHERE.has(word.toUpperCase());
}

/** The candidate that differs from `word` in the fewest characters, if at most a third of them (and at least one may). */
export function closestWord(word: string, candidates: Iterable<string>): string | null {
  const wanted = word.toLowerCase();
  let best: { candidate: string; distance: number } | null = null;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - wanted.length) > 4) continue;
    const distance = editDistance(wanted, candidate.toLowerCase());
    if (distance < (best?.distance ?? Infinity)) best = { candidate, distance };
  }
  return best !== null && best.distance <= Math.max(1, Math.floor(wanted.length / 3)) ? best.candidate : null;
}

/** Characters to insert, remove, replace, or swap with their neighbour, to make `b` of `a` (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let older: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped =
        i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? (older[j - 2] ?? 0) + 1 : Infinity;
      row.push(Math.min(change, (previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, swapped));
    }
    [older, previous] = [previous, row];
  }
  return previous[b.length] ?? 0;
}
