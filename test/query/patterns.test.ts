import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileAutomaton } from '../../src/query/values/automaton.ts';
import { hasWildcard, parseLike } from '../../src/query/values/like.ts';
import { isTotal, parseRlike } from '../../src/query/values/rlike.ts';

const RUNS = { seed: 3, numRuns: 400 };

/** LIKE by its definition, without any cleverness. */
function likeByDefinition(pattern: readonly string[], text: readonly string[]): boolean {
  const [first, ...rest] = pattern;
  if (first === undefined) return text.length === 0;
  if (first === '*')
    return likeByDefinition(rest, text) || (text.length > 0 && likeByDefinition(pattern, text.slice(1)));
  return text.length > 0 && (first === '?' || first === text[0]) && likeByDefinition(rest, text.slice(1));
}

function rlike(pattern: string): (text: string) => boolean {
  const tree = parseRlike(pattern);
  const matches = typeof tree === 'string' ? null : compileAutomaton(tree);
  if (matches === null) throw new Error(JSON.stringify(tree));
  return matches;
}

describe('LIKE', () => {
  it('agrees with its definition', () => {
    const pattern = fc.array(fc.constantFrom('a', 'b', '*', '?', '😀'), { minLength: 1, maxLength: 8 });
    const text = fc.array(fc.constantFrom('a', 'b', '😀'), { maxLength: 8 });
    fc.assert(
      fc.property(pattern, text, (pattern, text) => {
        expect(parseLike(pattern.join(''))?.matches(text.join(''))).toBe(likeByDefinition(pattern, text));
      }),
      RUNS,
    );
  });

  it('matches any text by its escaped self only', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'binary' }), fc.string({ unit: 'binary' }), (text, other) => {
        const pattern = parseLike(text.replace(/[*?\\]/g, '\\$&'));
        expect(pattern?.matches(text)).toBe(true);
        expect(pattern?.matches(other)).toBe(text === other);
      }),
      RUNS,
    );
  });

  it('needs no more than pattern times text, however hostile both are', () => {
    expect(parseLike('*a'.repeat(200) + 'b')?.matches('a'.repeat(20_000))).toBe(false);
  });

  it('knows wildcards from escaped ones, and refuses other escapes', () => {
    expect([hasWildcard('a*'), hasWildcard('a\\*'), hasWildcard('%a%')]).toEqual([true, false, false]);
    expect([parseLike('C:\\x'), parseLike('a\\')]).toEqual([null, null]);
    expect([parseLike('**')?.total, parseLike('*a')?.total]).toEqual([true, false]);
  });
});

describe('RLIKE', () => {
  it('agrees with JavaScript where the two languages agree', () => {
    const atom = fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '\\d', '\\W', '(a|bc)', '(ab)');
    const piece = fc
      .tuple(atom, fc.constantFrom('', '*', '+', '?', '{2}', '{1,}', '{0,2}'))
      .map((parts) => parts.join(''));
    const pattern = fc.array(piece, { minLength: 1, maxLength: 5 }).map((pieces) => pieces.join(''));
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '1', '-', '\n'), maxLength: 8 });
    fc.assert(
      fc.property(pattern, text, (pattern, text) => {
        expect(rlike(pattern)(text)).toBe(new RegExp(`^(?:${pattern})$`, 's').test(text));
      }),
      RUNS,
    );
  });

  it.each<[string, string, boolean]>([
    ['"a.b"', 'a.b', true],
    ['"a.b"', 'axb', false],
    ['a#b', 'ab', false],
    ['()', '', true],
    ['(|a)', '|a', true],
    ['', '', true],
    ['*a', '*a', true],
    ['[a\\-z]+', 'a-z', true],
    ['[-a]', '-', true],
    ['\\.\\*', '.*', true],
    ['a{2}{2}', 'aaaa', true],
    ['.', '😀', true],
  ])('%s on %j: %s', (pattern, text, expected) => {
    expect(rlike(pattern)(text)).toBe(expected);
  });

  it.each([
    '(a',
    'a)',
    '[a',
    '[]',
    '[a-]',
    'a{x}',
    'a{2,1}',
    'a{5000}',
    'a|',
    '"a',
    'a\\',
    'a&b',
    '~a',
    '<1-9>',
    '('.repeat(300),
  ])('refuses %s', (pattern) => {
    expect(parseRlike(pattern)).toBeTypeOf('string');
  });

  it('refuses what unrolls beyond reason, and ends on what makes backtracking hang', () => {
    const huge = parseRlike('((a{1000}){1000}){1000}');
    expect(typeof huge === 'string' ? huge : compileAutomaton(huge)).toBeNull();
    expect(rlike('(a*)*(a*)*b')('a'.repeat(5_000))).toBe(false);
  });

  it('knows the patterns that match anything', () => {
    const total = (pattern: string) => {
      const tree = parseRlike(pattern);
      return typeof tree !== 'string' && isTotal(tree);
    };
    expect([total('.*'), total('@'), total('.+'), total('a*'), total('')]).toEqual([true, true, false, false, false]);
  });

  it('gives a tree or a reason for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'ab()[]{}|*+?\\^-&~<>"#@.,12'.split('')) }), (pattern) => {
        const tree = parseRlike(pattern);
        if (typeof tree !== 'string') compileAutomaton(tree)?.('aab12');
        expect(['string', 'object']).toContain(typeof tree);
      }),
      RUNS,
    );
  });
});
