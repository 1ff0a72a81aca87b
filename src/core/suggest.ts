/** Names farther away than this many edits are no slip of the keyboard. */
const EDITS_MAX = 3;
/** Longer texts are not compared: the work is the product of the lengths. */
const LENGTH_MAX = 80;

/** The known name that a person most likely meant, or null. */
export function closest(name: string, known: Iterable<string>): string | null {
  if (name.length > LENGTH_MAX) return null;
  const bound = Math.min(EDITS_MAX, Math.max(1, Math.floor(name.length / 3)));
  let best: { readonly name: string; readonly edits: number } | null = null;
  for (const candidate of known) {
    if (Math.abs(candidate.length - name.length) > bound) continue;
    const edits = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (edits <= bound && edits < (best?.edits ?? Infinity)) best = { name: candidate, edits };
  }
  return best?.name ?? null;
}

/** `Did you mean "window"?`, or the names there are, or that there are none. */
export function suggestion(name: string, known: Iterable<string>): string {
  const names = [...known];
  const near = closest(name, names);
  if (near !== null) return `Did you mean "${near}"?`;
  if (names.length === 0) return 'There are none here';
  return names.length > 40
    ? `There are ${names.length} others, and none is like it`
    : `Known here: ${names.sort().join(', ')}`;
}

/** Insertions, deletions, replacements and swaps of neighbours that make one text the other. */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const line = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      const best = Math.min(at(line, column - 1) + 1, at(above, column) + 1, at(above, column - 1) + (same ? 0 : 1));
      line.push(swapped ? Math.min(best, at(before, column - 2) + 1) : best);
    }
    before = above;
    above = line;
  }
  return at(above, b.length);
}

function at(line: readonly number[], index: number): number {
  return line[index] ?? 0;
}
