import { describe, expect, it } from 'vitest';
import { placeAt } from '../../src/core/place.ts';
import { parseYaml } from '../../src/definition/yaml-file.ts';
import { bytesOf } from './memory-files.ts';

/** Text of key `q`, and the place of each `@n` mark in it. */
function marksOf(yaml: string): { readonly text: string; readonly places: Readonly<Record<string, string>> } {
  const parsed = parseYaml('f.yml', bytesOf(yaml));
  const placed = parsed.ok ? parsed.value.textAt('q') : null;
  if (placed === null) throw new Error(`No text: ${JSON.stringify(parsed.problems)}`);
  const marks = [...placed.text.matchAll(/@\d/g)].map((match) => {
    const { line, column } = placeAt(placed, match.index);
    return [match[0], `${line}:${column}`] as const;
  });
  return { text: placed.text, places: Object.fromEntries(marks) };
}

/** Where the marks stand in the file itself. */
function written(yaml: string): Readonly<Record<string, string>> {
  const lines = yaml.split(/\r?\n/);
  return Object.fromEntries(
    lines.flatMap((line, index) =>
      [...line.matchAll(/@\d/g)].map((match) => [match[0], `${index + 1}:${match.index + 1}`]),
    ),
  );
}

const SCALARS: Readonly<Record<string, string>> = {
  literal: 'x: 1\nq: |\n  FROM @1\n    | WHERE a == @2\n\n  | KEEP @3\n',
  'literal without its last line end': 'q: |-\n    FROM @1\n    | KEEP @2',
  'literal with an indentation of its own': 'q: |2\n    FROM @1\n  | KEEP @2\n',
  'literal after a comment and an empty line': 'q: | # the query\n\n  FROM @1\n  | KEEP @2\n',
  'literal with carriage returns': 'q: |\r\n  FROM @1\r\n  | KEEP @2\r\n',
  folded: 'q: >\n  FROM @1\n  | WHERE a\n  == @2\n\n  | KEEP @3\n',
  'folded with deeper lines': 'q: >-\n  FROM @1\n    | WHERE @2\n  | KEEP @3\n',
  plain: 'q: FROM @1 with @2\n',
  'plain over lines': 'q: FROM @1\n  b == @2\n\n  c @3\n',
  'double quoted': 'q: "FROM @1 \\"x\\" \\u0041 @2 \\x41\\\\ @3"\n',
  'double quoted over lines': 'q: "FROM @1 \\\n  b @2\n  c @3"\n',
  'double quoted with a character of two units': 'q: "\\U0001F600 @1 \u{1F600} @2"\n',
  'single quoted': "q: 'FROM ''x'' @1 ''''@2'\n",
  'in a flow mapping': "z: 1\nq: 'a @1'\nr: {}\n",
};

describe('an offset of a text leads back to its place in the file', () => {
  for (const [name, yaml] of Object.entries(SCALARS))
    it(name, () => {
      const { places } = marksOf(yaml);
      expect(Object.keys(places).length).toBeGreaterThan(0);
      expect(places).toEqual(written(yaml));
    });

  it('inside a list of mappings too', () => {
    const parsed = parseYaml('f.yml', bytesOf('e:\n  - id: x\n    when: |\n      a == 1\n      AND b\n'));
    const placed = parsed.ok ? parsed.value.textAt('e.0.when') : null;
    expect(placed).toMatchObject({ text: 'a == 1\nAND b\n', margin: 6, place: { line: 4, column: 7 } });
  });

  it('is null where the value is no text', () => {
    const parsed = parseYaml('f.yml', bytesOf('q: 5\n'));
    expect(parsed.ok && parsed.value.textAt('q')).toBeNull();
    expect(parsed.ok && parsed.value.textAt('nothing')).toBeNull();
  });
});
