// Reads the import table of ARCHITECTURE.md and judges source texts by it. Pure: texts in, one sentence for each
// violation out.
import { stripTypeScriptTypes } from 'node:module';
import { posix } from 'node:path';

/** The two tables of ARCHITECTURE.md. */
export interface Architecture {
  /** Folder of `src/` to the folders it may import. */
  readonly mayImport: ReadonlyMap<string, ReadonlySet<string>>;
  /** Package to the one folder that may import it. */
  readonly doors: ReadonlyMap<string, string>;
}

/** Source text by path below `src/`: `core/row.ts`. */
export type Sources = ReadonlyMap<string, string>;

interface Import {
  readonly specifier: string;
  /** Whether it is there when the program runs: `import type` is not. */
  readonly runtime: boolean;
}

const ENVIRONMENT_READER = 'config';

/** Throws where a table is missing or names a folder that it has no row for, so that a typing slip cannot loosen it. */
export function parseArchitecture(markdown: string): Architecture {
  const folders = tableUnder(markdown, 'folder');
  const mayImport = new Map(folders.map(([folder = '', , names = '']) => [folder, new Set(splitNames(names))]));
  const doors = new Map(tableUnder(markdown, 'package').map(([name = '', door = '']) => [name, door]));
  const named = [...[...mayImport.values()].flatMap((names) => [...names]), ...doors.values()];
  const unknown = named.filter((name) => !mayImport.has(name));
  if (unknown.length > 0) throw new Error(`ARCHITECTURE.md names folders without a row: ${unknown.join(', ')}`);
  return { mayImport, doors };
}

/** Every violation: `src/<file> imports …: why`. */
export function violations(architecture: Architecture, sources: Sources): readonly string[] {
  const each = [...sources].flatMap(([file, text]) => [
    ...importsOf(text).flatMap(({ specifier }) => judge(architecture, file, specifier)),
    ...(folderOf(file) !== ENVIRONMENT_READER && readsEnvironment(text)
      ? [`src/${file} reads process.env: only "${ENVIRONMENT_READER}" may`]
      : []),
  ]);
  return [...each, ...cycles(sources)];
}

/** All imports and re-exports of a TypeScript text, dynamic ones with a literal name included. */
export function importsOf(text: string): readonly Import[] {
  const running = new Set(specifiers(stripTypeScriptTypes(text)));
  return [...new Set(specifiers(text))].map((specifier) => ({ specifier, runtime: running.has(specifier) }));
}

// Statements begin a line, as prettier writes them, so no comment or string of ours looks like one; import() may stand
// anywhere but in a line comment or behind the star of a block comment.
const STATEMENT = /^(?:import|export)\b(?:[^'"`;]*?\bfrom)?\s*(['"])(?<name>[^'"\n]+)\1/gm;
const DYNAMIC = /^(?!\s*(?:\/\/|\*)).*?\b(?:import|require|import\.meta\.resolve)\(\s*(['"`])(?<name>[^'"`\n]+)\1/gm;

function specifiers(text: string): readonly string[] {
  return [STATEMENT, DYNAMIC].flatMap((pattern) =>
    [...text.matchAll(pattern)].map((match) => match.groups?.['name'] ?? ''),
  );
}

function judge({ mayImport, doors }: Architecture, file: string, specifier: string): readonly string[] {
  const folder = folderOf(file);
  const says = (why: string): readonly string[] => [`src/${file} imports "${specifier}": ${why}`];
  const allowed = mayImport.get(folder);
  if (allowed === undefined) return says(`"${folder}" has no row in ARCHITECTURE.md`);
  if (specifier.startsWith('.')) {
    const target = folderOf(resolve(file, specifier));
    if (target === folder || allowed.has(target)) return [];
    return says(target === '..' ? 'it lies outside of src' : `"${folder}" may not import "${target}"`);
  }
  const door = doors.get(packageOf(specifier));
  if (door === folder || (door === undefined && specifier.startsWith('node:'))) return [];
  return says(door === undefined ? 'it has no door in ARCHITECTURE.md' : `its door is "${door}"`);
}

/** One sentence for each import ring, told from its first file by name. */
function cycles(sources: Sources): readonly string[] {
  const graph = new Map([...sources].map(([file, text]) => [file, runtimeTargets(file, text, sources)]));
  const finished = new Set<string>();
  const rings = new Map<string, string>();
  const visit = (file: string, path: readonly string[]): void => {
    const start = path.indexOf(file);
    if (start >= 0) {
      const ring = path.slice(start);
      rings.set(ring.toSorted().join(), `src/${[...ring, file].join(' imports src/')}: an import cycle`);
    } else if (!finished.has(file)) {
      for (const target of graph.get(file) ?? []) visit(target, [...path, file]);
      finished.add(file);
    }
  };
  for (const file of [...graph.keys()].toSorted()) visit(file, []);
  return [...rings.values()];
}

function runtimeTargets(file: string, text: string, sources: Sources): readonly string[] {
  return importsOf(text)
    .filter(({ specifier, runtime }) => runtime && specifier.startsWith('.'))
    .map(({ specifier }) => resolve(file, specifier))
    .filter((target) => sources.has(target));
}

function readsEnvironment(text: string): boolean {
  const code = text.replace(/^\s*(?:\/\/|\*|\/\*).*$/gm, '');
  return (
    /\bprocess\s*\??\.\s*env\b/.test(code) ||
    /\bprocess\s*(?:\?\.)?\[\s*['"`]env['"`]\s*\]/.test(code) ||
    /\{[^{}]*\benv\b[^{}]*\}\s*(?:=\s*process\b|from\s*['"](?:node:)?process['"])/.test(code)
  );
}

function resolve(file: string, specifier: string): string {
  return posix.normalize(posix.join(posix.dirname(file), specifier));
}

function folderOf(file: string): string {
  return file.split('/')[0] ?? file;
}

/** `@scope/name/deep` to `@scope/name`, `name/deep` to `name`; a `node:` module is its own. */
function packageOf(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

/** Cells of the rows of the table whose first column is called so; `\|` is a bar inside a cell. */
function tableUnder(markdown: string, first: string): readonly (readonly string[])[] {
  const lines = markdown.split('\n');
  const head = lines.findIndex((line) => line.startsWith(`| ${first} `));
  if (head < 0) throw new Error(`ARCHITECTURE.md has no table whose first column is "${first}"`);
  const end = lines.findIndex((line, index) => index > head && !line.startsWith('|'));
  const rows = lines.slice(head + 2, end < 0 ? undefined : end);
  return rows.map((row) =>
    row
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

function splitNames(cell: string): readonly string[] {
  return cell
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}
