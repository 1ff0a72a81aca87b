// A copy of the program as its next version might be: the schema is one higher, and documents and work items hold fields
// that this version does not know.
import { cp, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface NewerProgram extends AsyncDisposable {
  /** What to start in place of `bin/hunt.js`. */
  readonly binary: string;
  readonly schema: number;
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Functions that make what others read, by file. */
const EXTENDED: readonly (readonly [string, string])[] = [
  ['src/schedule/due.ts', 'workItemOf'],
  ['src/store/documents/books-document.ts', 'ledgerDocument'],
  ['src/store/documents/finding-document.ts', 'findingDocument'],
  ['src/store/documents/run-document.ts', 'runDocument'],
  ['src/store/documents/sighting-document.ts', 'sightingDocument'],
];

/** `suits`: whether programs of this version may go on beside it. */
export async function newerProgram({ suits }: { readonly suits: boolean }): Promise<NewerProgram> {
  const folder = await mkdtemp(join(await realpath(tmpdir()), 'tracehound-newer-'));
  for (const part of ['src', 'bin', 'hunts', 'package.json'])
    await cp(join(ROOT, part), join(folder, part), { recursive: true });
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  const schema = await raiseSchema(join(folder, 'src/store/elasticsearch/templates'), suits);
  for (const [file, name] of EXTENDED) await extend(join(folder, file), name);
  return {
    binary: join(folder, 'bin/hunt.js'),
    schema,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Raises it in each template, and maps a field more. */
async function raiseSchema(folder: string, suits: boolean): Promise<number> {
  const files = await readdir(folder);
  let raised = 0;
  for (const file of files) {
    const text = await readFile(join(folder, file), 'utf8');
    const { version } = JSON.parse(text) as { readonly version: number };
    raised = version + 1;
    const marked = text
      .replaceAll(`"schema_version": ${version}`, `"schema_version": ${raised}`)
      .replaceAll(/"compatible_from": \d+/g, (found) => (suits ? found : `"compatible_from": ${raised}`))
      .replace(`"version": ${version}`, `"version": ${raised}`)
      .replace('"properties": {', '"properties": { "newer": { "properties": { "field": { "type": "keyword" } } },');
    await writeFile(join(folder, file), marked);
  }
  return raised;
}

/** Lets a function give fields of the next version beside what it gave. */
async function extend(file: string, name: string): Promise<void> {
  const text = await readFile(file, 'utf8');
  const head = `export function ${name}(`;
  if (!text.includes(head)) throw new Error(`${file} has no function ${name} any more`);
  const before = `${name}OfBefore`;
  const added = `
export function ${name}(...input: Parameters<typeof ${before}>): ReturnType<typeof ${before}> {
  const made: any = ${before}(...input);
  const hunt = made.hunt === undefined ? {} : { hunt: { ...made.hunt, newer: { field: 'x' } } };
  return { ...made, ...hunt, newer: { field: 'x' } };
}
`;
  await writeFile(file, text.replace(head, `function ${before}(`) + added);
}
