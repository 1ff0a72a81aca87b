import { describe, expect, it } from 'vitest';
import { isTooComplex } from '../../src/query/like-effort.ts';

const WORDS = 'alpha bravo charlie delta echo foxtrot golf hotel india juliett'.split(' ');
const LETTERS = 'abcdefghijklmnopqrstuvwxyz'.split('');

/** As many patterns as 8.19.21 still takes, of which one more is refused [measured]. */
describe('the patterns of one LIKE, as Elasticsearch 8.19.21 takes and refuses them', () => {
  it.each<[what: string, most: number, pattern: (at: number) => string]>([
    ['a letter anywhere', 12, (at) => `*${LETTERS[at]}*`],
    ['two letters anywhere', 10, (at) => `*${LETTERS[at]}${LETTERS[at]}*`],
    ['a word anywhere', 9, (at) => `*${WORDS[at]}*`],
    ['a word twice', 6, (at) => `*${WORDS[at]}*${WORDS[at]}*`],
    ['twice, and something between', 5, (at) => `*${WORDS[at]}*x*${WORDS[at]}*`],
    ['a word and some characters', 7, (at) => `*${WORDS[at]}???*`],
    ['a word between backslashes', 8, (at) => String.raw`*\\${WORDS[at]}\\*`],
    ['a long word anywhere', 5, (at) => `*${LETTERS[at]?.repeat(100)}*`],
    ['an end', 141, (at) => `*x${at}word`],
  ])('%s: %i', (_, most, pattern) => {
    const patterns = Array.from({ length: most + 1 }, (_unused, at) => pattern(at));
    expect(isTooComplex(patterns.slice(0, most))).toBe(false);
    expect(isTooComplex(patterns)).toBe(true);
  });

  it('any number of beginnings and whole texts passes', () => {
    const many = Array.from({ length: 300 }, (_, at) => `x${at}*`);
    expect(isTooComplex(many)).toBe(false);
    expect(isTooComplex(many.map((text) => text.slice(0, -1)))).toBe(false);
  });

  it('one pattern is not judged', () => {
    expect(isTooComplex([`*a${'?'.repeat(17)}`])).toBe(false);
  });
});
