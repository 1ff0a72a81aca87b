import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseExceptions } from '../../src/definition/parse-exceptions.ts';
import { parseHunt } from '../../src/definition/parse-hunt.ts';
import { parseList } from '../../src/definition/parse-list.ts';
import { parseSources } from '../../src/definition/parse-sources.ts';
import { parseConfig } from '../../src/definition/site.ts';
import { bytesOf, huntText } from './memory-files.ts';

const PARSERS = {
  hunt: (bytes: Uint8Array) => parseHunt('a', 'a.yml', bytes),
  list: (bytes: Uint8Array) => parseList('a', 'a.yml', bytes, 0),
  sources: (bytes: Uint8Array) => parseSources('a.yml', bytes),
  exceptions: (bytes: Uint8Array) => parseExceptions('a.yml', bytes),
  config: (bytes: Uint8Array) => parseConfig('/a.yml', 'a.yml', '/', bytes),
};

const PIECES = [
  'a',
  'esql',
  'prevalence',
  'of',
  'tests',
  'entries',
  'include',
  'sources',
  ': ',
  ':',
  '\n',
  '  ',
  '\t',
  '- ',
  '[',
  ']',
  '{',
  '}',
  '"',
  "'",
  '|',
  '>',
  '|-\n',
  '&x ',
  '*x',
  '!t ',
  '#',
  '?',
  '~',
  '1',
  '10.0.0.0/8',
  '2027-01-01',
  '\0',
  '\uFEFF',
  '\r\n',
  '---\n',
  '%YAML 1.1\n',
  '<<',
  '__proto__',
  '\u2028',
  '\u{1F600}',
];

/** Every file gives a value or at least one error, and every problem has a place. */
function expectAnswer(bytes: Uint8Array): void {
  for (const parse of Object.values(PARSERS)) {
    const parsed = parse(bytes);
    if (!parsed.ok) expect(parsed.problems.some(({ severity }) => severity === 'error')).toBe(true);
    for (const { place, message, hint } of parsed.problems) {
      expect(Math.min(place.line, place.column)).toBeGreaterThan(0);
      expect(Math.min(message.length, hint.length)).toBeGreaterThan(0);
    }
  }
}

describe('whatever a file holds, its parser answers', { timeout: 60_000 }, () => {
  it('for any bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), expectAnswer), { seed: 3, numRuns: 300 });
  });

  it('for pieces of YAML in any order', () => {
    const text = fc.array(fc.constantFrom(...PIECES), { maxLength: 40 }).map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(text, (pieces) => expectAnswer(bytesOf(pieces))),
      { seed: 3, numRuns: 1_000 },
    );
  });

  it('for a hunt in which one key has any value', () => {
    const keys = fc.constantFrom(
      'name',
      'sources',
      'window',
      'params',
      'esql',
      'finding',
      'prevalence',
      'tests',
      'exceptions',
      'exclude_cidrs',
      'enrich',
      'keep',
      'tags',
      'first_seen',
    );
    const change = fc.tuple(keys, fc.jsonValue({ maxDepth: 4 }));
    fc.assert(
      fc.property(change, ([key, value]) => expectAnswer(bytesOf(huntText({ [key]: JSON.stringify(value) })))),
      { seed: 3, numRuns: 500 },
    );
  });

  it('for a hunt that is cut anywhere', () => {
    const bytes = bytesOf(huntText());
    for (let length = 0; length <= bytes.length; length++) expectAnswer(bytes.subarray(0, length));
  });
});
