import { describe, expect, it } from 'vitest';
import { compileGrok } from '../../../src/query/extract/grok.ts';
import { GROK_LIBRARY } from '../../../src/query/extract/grok-library.ts';
import { javaRegex } from '../../../src/query/functions/java-regex.ts';
import { hasLongOptionalRun } from '../../../src/query/values/optional-run.ts';

describe('a run of parts that may be left out', () => {
  it.each([
    ['a?'.repeat(25), true],
    ['a?'.repeat(24), false],
    ['\\w?'.repeat(25), true],
    ['[a?]{0,1}'.repeat(25), true],
    ['(?:a?)'.repeat(25), true],
    ['(?:a|)'.repeat(25), true],
    ['(?:x[a-z]?|y)?'.repeat(9), true],
    ['(?:x[a-z]?|y)?'.repeat(8), false],
    [`${'a?'.repeat(20)}x${'a?'.repeat(20)}`, false],
    ['a*'.repeat(100), false],
    ['(?:a|b)'.repeat(100), false],
    ['a\\?'.repeat(100), false],
    ['[?]'.repeat(100), false],
    ['(?:a|bc|d|e)?x'.repeat(100), false],
    ['('.repeat(5_000), false],
  ])('in %s: %s', (source, long) => expect(hasLongOptionalRun(source)).toBe(long));

  it('too long for V8 is refused in REPLACE and GROK', () => {
    const pattern = `${'a?'.repeat(60)}${'a'.repeat(60)}`;
    expect(javaRegex(pattern)).toMatch(/left out/);
    expect(compileGrok([pattern])).toMatch(/left out/);
  });

  it('is in no pattern of the library of GROK', () => {
    const refused = [...GROK_LIBRARY.keys()].filter((name) => typeof compileGrok([`%{${name}:x}`]) === 'string');
    expect(refused).toEqual([]);
  });
});
