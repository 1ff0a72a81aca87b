import { describe, expect, it } from 'vitest';
import { importsOf, parseArchitecture, violations } from './imports.ts';

const MARKDOWN = `# Map

| folder | what | may import |
|---|---|---|
| core | nouns \\| sums | |
| config | settings | core |
| query | language | core |
| pipeline | joins | core, query |

| package | door |
|---|---|
| yaml | config |
| @scope/client | query |
| node:sqlite | query |

After the table.`;

const judge = (files: Readonly<Record<string, string>>): readonly string[] =>
  violations(parseArchitecture(MARKDOWN), new Map(Object.entries(files)));

describe('violations', () => {
  it('accepts imports that the table allows', () => {
    const files = {
      'core/row.ts': 'export const row = 1;',
      'query/parse.ts':
        "import { row } from '../core/row.ts';\nimport x from '@scope/client/deep';\nimport fs from 'node:fs';",
      'config/read.ts': "import { parse } from 'yaml';\nexport const home = process.env['HOME'];",
      'pipeline/run.ts': "import '../query/parse.ts';\nexport * from '../core/row.ts';",
    };
    expect(judge(files)).toEqual([]);
  });

  it.each([
    ['a static import', "import { a } from '../pipeline/run.ts';"],
    ['an import over several lines', "import {\n  a,\n  b,\n} from '../pipeline/run.ts';"],
    ['an import of types', "import type { A } from '../pipeline/run.ts';"],
    ['a bare import', "import '../pipeline/run.ts';"],
    ['an export', "export { a } from '../pipeline/run.ts';"],
    ['a dynamic import', "export const late = async () => import('../pipeline/run.ts');"],
    ['a type import expression', "export type A = import('../pipeline/run.ts').A;"],
  ])('names %s from a folder that may not be imported', (_, text) => {
    expect(judge({ 'query/parse.ts': text })).toEqual([
      'src/query/parse.ts imports "../pipeline/run.ts": "query" may not import "pipeline"',
    ]);
  });

  it('names a folder without a row, and an import that leaves src', () => {
    expect(
      judge({ 'extra/a.ts': "import '../core/row.ts';", 'core/b.ts': "import '../../test/rig/live.ts';" }),
    ).toEqual([
      'src/extra/a.ts imports "../core/row.ts": "extra" has no row in ARCHITECTURE.md',
      'src/core/b.ts imports "../../test/rig/live.ts": it lies outside of src',
    ]);
  });

  it('names a package outside its door, one without a door, and a guarded node module', () => {
    const text =
      "import { parse } from 'yaml';\nimport left from 'left-pad/lib';\nimport { DatabaseSync } from 'node:sqlite';";
    expect(judge({ 'core/row.ts': text })).toEqual([
      'src/core/row.ts imports "yaml": its door is "config"',
      'src/core/row.ts imports "left-pad/lib": it has no door in ARCHITECTURE.md',
      'src/core/row.ts imports "node:sqlite": its door is "query"',
    ]);
  });

  it.each([
    'export const home = process.env.HOME;',
    "export const home = process['env']['HOME'];",
    'export const { env } = process;',
    "import { env } from 'node:process';",
  ])('names a reader of the environment: %s', (text) => {
    expect(judge({ 'query/parse.ts': text })).toEqual(['src/query/parse.ts reads process.env: only "config" may']);
  });

  it('takes no comment for code', () => {
    expect(
      judge({ 'core/a.ts': "// import('yaml') or process.env\n/**\n * import('yaml'), process.env\n */\n" }),
    ).toEqual([]);
  });

  it('names a cycle between files once, and none that only types close', () => {
    const ring = {
      'core/a.ts': "import { c } from './b.ts';",
      'core/b.ts': "import './c.ts';",
      'core/c.ts': "import './a.ts';",
    };
    expect(judge(ring)).toEqual([
      'src/core/a.ts imports src/core/b.ts imports src/core/c.ts imports src/core/a.ts: an import cycle',
    ]);
    expect(judge({ ...ring, 'core/c.ts': "import type { A } from './a.ts';" })).toEqual([]);
    expect(judge({ 'core/a.ts': "import './a.ts';" })).toEqual([
      'src/core/a.ts imports src/core/a.ts: an import cycle',
    ]);
  });
});

describe('importsOf', () => {
  it('tells what is there at run time', () => {
    const text = "import type { A } from './a.ts';\nimport { type B, b } from './b.ts';\nexport const x: A | B = b;";
    expect(importsOf(text)).toEqual([
      { specifier: './a.ts', runtime: false },
      { specifier: './b.ts', runtime: true },
    ]);
  });
});

describe('parseArchitecture', () => {
  it('refuses a table that names a folder without a row', () => {
    expect(() => parseArchitecture(MARKDOWN.replace('core, query', 'core, qwery'))).toThrow('without a row: qwery');
  });

  it('refuses a text without the tables', () => {
    expect(() => parseArchitecture('# Map')).toThrow('no table whose first column is "folder"');
  });
});
