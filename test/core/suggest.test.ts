import { describe, expect, it } from 'vitest';
import { closest } from '../../src/core/suggest.ts';

describe('the closest name', () => {
  it('is one that a slip of the keyboard makes', () => {
    expect(closest('hypotesis', ['hypothesis', 'severity'])).toBe('hypothesis');
    expect(closest('widnow', ['window', 'name'])).toBe('window');
    expect(closest('owner', ['window', 'name'])).toBeNull();
    expect(closest('x'.repeat(10_000), ['window'])).toBeNull();
  });
});

describe('closest', () => {
  it('finds a word with letters missing, added, changed or swapped', () => {
    const words = ['WHERE', 'STATS', 'SORT', 'KEEP'];
    expect(['WHRE', 'STATSS', 'SURT', 'WEHRE', 'kepe'].map((word) => closest(word, words))).toEqual([
      'WHERE',
      'STATS',
      'SORT',
      'WHERE',
      'KEEP',
    ]);
    expect(closest('FOO', words)).toBeNull();
  });
});
