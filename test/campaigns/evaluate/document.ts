// docs/evaluation.md: written by hand around one section for each part, which stands between two marks.

/** The document with the section of a part in place of the one before. Throws where the marks of the part are missing. */
export function withSection(document: string, part: string, section: string): string {
  const [start, end] = [`<!-- ${part}: generated -->`, `<!-- ${part}: end -->`];
  const [from, to] = [document.indexOf(start), document.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`docs/evaluation.md has no place for "${part}": ${start} … ${end}`);
  return `${document.slice(0, from + start.length)}\n\n${section.trim()}\n\n${document.slice(to)}`;
}
