import { describe, expect, it } from 'vitest';
import { matchesGlob } from '../../src/definition/glob.ts';

describe('a glob', () => {
  const cases: readonly (readonly [string, string, boolean])[] = [
    ['network/rare-egress', 'network/rare-egress', true],
    ['network/rare-egress', 'network/rare', false],
    ['network/*', 'network/rare-egress', true],
    ['network/*', 'network/deep/rare', false],
    ['*', 'network/rare-egress', false],
    ['**', 'network/rare-egress', true],
    ['**/rare-*', 'rare-one', true],
    ['**/rare-*', 'a/b/rare-one', true],
    ['network/**', 'network/deep/rare', true],
    ['a*b*c', 'aXbXbYc', true],
    ['a*b*c', 'acb', false],
    ['ab*ba', 'aba', false],
    ['**/a/**/b', 'a/x/y/b', true],
    ['**/a/**/b', 'b', false],
  ];
  for (const [glob, id, expected] of cases)
    it(`${glob} ${expected ? 'matches' : 'does not match'} ${id}`, () => {
      expect(matchesGlob(glob, id)).toBe(expected);
    });

  it('that would not end in years as a regular expression is decided', () => {
    expect(matchesGlob(`${'*a'.repeat(200)}*b`, 'a'.repeat(5_000))).toBe(false);
    expect(matchesGlob(`${'**/'.repeat(50)}x`, 'a/'.repeat(500))).toBe(false);
  });
});
