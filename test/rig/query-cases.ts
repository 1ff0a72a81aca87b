// Queries in files: blocks apart by an empty line, each with comments that name the rule it tests. A comment
// `// each NAME: a ;; b` makes one query of each value, put in place of `${NAME}`; with several such lines, of each
// combination. The parts of a value `x|y` are `${NAME.0}` and `${NAME.1}`.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface QueryCase {
  /** Name of its file, without ending. */
  readonly file: string;
  /** What its block says it tests. */
  readonly rule: string;
  readonly esql: string;
}

const EACH = /^\/\/ each (\w+): (.*)$/;
const FOLDER = fileURLToPath(new URL('../cases/', import.meta.url));

/** All queries of the files of a folder below test/cases, in order. */
export function queryCases(folder: string): readonly QueryCase[] {
  const files = readdirSync(join(FOLDER, folder)).filter((name) => name.endsWith('.esql'));
  return files.sort().flatMap((name) => casesOf(join(FOLDER, folder, name), name.slice(0, -'.esql'.length)));
}

/** The queries of one file. */
export function casesOf(path: string, file: string): readonly QueryCase[] {
  return readFileSync(path, 'utf8')
    .split(/\n\s*\n/)
    .map((block) => block.trim())
    .filter((block) => block !== '')
    .flatMap((block) => casesOfBlock(block, file));
}

function casesOfBlock(block: string, file: string): readonly QueryCase[] {
  const lines = block.split('\n');
  const begin = lines.findIndex((line) => !line.startsWith('//'));
  const comments = lines.slice(0, begin);
  const rule = comments.find((line) => !EACH.test(line))?.slice(3);
  if (begin < 1 || rule === undefined) throw new Error(`A block of ${file}.esql lacks its rule or its query: ${block}`);
  let queries = [lines.slice(begin).join('\n')];
  for (const comment of comments) {
    const [, name, values] = EACH.exec(comment) ?? [];
    if (name === undefined || values === undefined) continue;
    queries = queries.flatMap((query) => values.split(' ;; ').map((value) => filled(query, name, value.trim())));
  }
  return queries.map((esql) => ({ file, rule, esql }));
}

function filled(query: string, name: string, value: string): string {
  const parts = value.split('|');
  const whole = query.replaceAll(`\${${name}}`, () => value);
  return parts.reduce((text, part, at) => text.replaceAll(`\${${name}.${at}}`, () => part.trim()), whole);
}
