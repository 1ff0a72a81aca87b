// docs/evaluation.md: written by hand around one section for each part, which stands between two marks.
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';

const DOCUMENT = fileURLToPath(new URL('../../../docs/evaluation.md', import.meta.url));

/** Puts the section of a part into the document, formatted. */
export async function writeSection(part: string, section: string): Promise<void> {
  const written = withSection(await readFile(DOCUMENT, 'utf8'), part, section);
  await writeFile(DOCUMENT, await format(written, { ...(await resolveConfig(DOCUMENT)), filepath: DOCUMENT }));
}

/** The document with the section of a part in place of the one before. Throws where the marks of the part are missing. */
function withSection(document: string, part: string, section: string): string {
  const [start, end] = [`<!-- ${part}: generated -->`, `<!-- ${part}: end -->`];
  const [from, to] = [document.indexOf(start), document.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`docs/evaluation.md has no place for "${part}": ${start} … ${end}`);
  return `${document.slice(0, from + start.length)}\n\n${section.trim()}\n\n${document.slice(to)}`;
}
