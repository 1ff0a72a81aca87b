/**
 * Whether an id matches a glob: `*` stands for any part of one name, `**` for any path (and `a/**` for what lies below
 * a). Names are compared without backtracking over the whole, so no glob is slow.
 */
export function matchesGlob(glob: string, id: string): boolean {
  return matchesParts(glob.split('/'), id.split('/'));
}

/** Whether a text is a glob rather than an id. */
export function isGlob(text: string): boolean {
  return text.includes('*');
}

/** Which prefixes of the path each prefix of the glob reaches: one row of a table at a time. */
function matchesParts(globs: readonly string[], names: readonly string[]): boolean {
  let reached = [true, ...names.map(() => false)];
  for (const glob of globs) {
    const any = glob === '**';
    const next: boolean[] = [any && reached[0] === true];
    names.forEach((name, index) => {
      const whole = any && (next[index] === true || reached[index + 1] === true);
      next.push(whole || (!any && reached[index] === true && matchesName(glob, name)));
    });
    reached = next;
  }
  return reached.at(-1) === true;
}

/** Literal pieces in order, the first at the start, the last at the end; the leftmost fit is always right. */
function matchesName(glob: string, name: string): boolean {
  const pieces = glob.split('*');
  const [first = '', last = ''] = [pieces[0], pieces.at(-1)];
  if (pieces.length === 1) return glob === name;
  if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length) return false;
  let at = first.length;
  for (const piece of pieces.slice(1, -1)) {
    const found = name.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return at <= name.length - last.length;
}
