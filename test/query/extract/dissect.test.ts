import { describe, expect, it } from 'vitest';
import { compileDissect } from '../../../src/query/extract/dissect.ts';

function dissected(pattern: string, text: string, separator = ''): Record<string, string> | null {
  const dissector = compileDissect(pattern, separator);
  if (typeof dissector === 'string') throw new Error(dissector);
  const values = dissector.extract(text);
  return values === null ? null : Object.fromEntries(values);
}

// Every expectation of this file was read off Elasticsearch 8.19.21.
describe('compileDissect', () => {
  it.each([
    ['%{p} %{q}-%{r}', 'x y-z', { p: 'x', q: 'y', r: 'z' }],
    ['%{p} %{q}-%{r}', 'x  y-z', { p: 'x', q: '', r: 'y-z' }],
    ['%{p} %{q}-%{r}', 'x   y-z', { p: 'x', q: '', r: '' }],
    ['%{p} %{q} %{r} %{s}', 'x   y z', { p: 'x', q: '', r: '', s: 'y z' }],
    ['%{p} %{q}-%{r},%{s}', 'x  y-z,w', { p: 'x', q: '', r: 'y-z', s: 'w' }],
    ['%{p} %{q}', 'x   y', { p: 'x', q: '' }],
    ['%{p},%{q}', 'x,', { p: 'x', q: '' }],
    ['%{p} %{q}', 'x', null],
    ['%{p}', '', null],
    ['%{p}%{q}', 'a,b', null],
    ['%{p},%{q},', 'ab,cd', null],
    ['%{p},', 'a,,b', { p: 'a' }],
    ['[%{p}]', 'a]', null],
    ['[%{p}] %{?x}', '[a] b', { p: 'a' }],
    ['%{p},%{},%{q}', 'a,,b', { p: 'a', q: 'b' }],
    ['%{p->} %{q}', 'a    b', { p: 'a', q: 'b' }],
    ['%{p->},%{q}', 'a,,', { p: 'a', q: '' }],
    ['%{p},%{q->},%{r}', 'a,,,b', { p: 'a', q: '', r: 'b' }],
    ['%{p} %{p}', 'a b c ', { p: 'b c ' }],
    ['%{p} %{+p}', 'a b c', { p: 'ab c' }],
    ['%{+p/3},%{+p/1},%{+p}', 'a,b,c', { p: 'cba' }],
    ['%{p.q} %{@r}', 'a b', { 'p.q': 'a', '@r': 'b' }],
    ['%{ p } %{q}', 'a b', { ' p ': 'a', q: 'b' }],
  ])('%s on "%s" is %j', (pattern, text, expected) => {
    expect(dissected(pattern, text)).toEqual(expected);
  });

  it('joins appended keys by the separator, in their order', () => {
    expect(dissected('%{+p/2} %{+p/1} %{q}', 'a b c', '-')).toEqual({ p: 'b-a', q: 'c' });
  });

  it('takes names that a prototype has for names', () => {
    const dissector = compileDissect('%{__proto__} %{constructor}', '');
    expect(typeof dissector === 'string' ? dissector : [...(dissector.extract('a b') ?? [])]).toEqual([
      ['__proto__', 'a'],
      ['constructor', 'b'],
    ]);
  });

  it.each([
    ['abc', 'has no key'],
    ['%{?p},%{}', 'keeps no value'],
    ['%{*p} %{&p}', 'reference keys'],
    ['%{p/2} %{q}', 'order'],
  ])('refuses %s', (pattern, reason) => {
    expect(compileDissect(pattern, '')).toContain(reason);
  });
});
