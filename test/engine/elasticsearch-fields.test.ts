import { describe, expect, it } from 'vitest';
import { isUnmatched, typesOf } from '../../src/engine/elasticsearch-fields.ts';

describe('typesOf', () => {
  it('takes families as one type and widens small numbers', () => {
    const { types, conflicts } = typesOf([
      { name: 'k', type: 'keyword', indices: ['a'] },
      { name: 'k', type: 'wildcard', indices: ['b'] },
      { name: 'k', type: 'constant_keyword', indices: ['c'] },
      { name: 'n', type: 'short', indices: ['a'] },
      { name: 'n', type: 'integer', indices: ['b'] },
      { name: 't', type: 'match_only_text', indices: null },
      { name: 'f', type: 'flattened', indices: null },
      { name: '__proto__', type: 'ip', indices: null },
    ]);
    expect([...types]).toEqual([
      ['k', 'keyword'],
      ['n', 'integer'],
      ['t', 'text'],
      ['f', 'unsupported'],
      ['__proto__', 'ip'],
    ]);
    expect(conflicts.size).toBe(0);
  });

  it('calls a field unsupported on which indices disagree, and tells who', () => {
    const { types, conflicts } = typesOf([
      { name: 'x', type: 'text', indices: ['a'] },
      { name: 'x', type: 'keyword', indices: ['b', 'c', 'd', 'e', 'f'] },
    ]);
    expect(types.get('x')).toBe('unsupported');
    expect(conflicts.get('x')).toEqual(['text in a', 'keyword in b, c, d and 2 more']);
  });
});

describe('isUnmatched', () => {
  const names = ['logs-a-default', 'logs-b', 'remote:logs-x'];
  it.each([
    ['logs-*', false],
    ['logs-*-default', false],
    ['*b', false],
    ['*', false],
    ['logs-b', false],
    ['remote:*', false],
    ['logs-b*b', true],
    ['logs', true],
    ['winlogbeat-*', true],
    ['logs-*-b-*', true],
    ['-logs-*', false],
    ['<logs-{now/d}>', false],
  ])('%s: %s', (pattern, unmatched) => {
    expect(isUnmatched(pattern, names)).toBe(unmatched);
  });

  it('matches a hostile pattern in linear time', () => {
    expect(isUnmatched(`${'*a'.repeat(1_000)}b`, ['a'.repeat(10_000)])).toBe(true);
  });
});
