import { describe, expect, it } from 'vitest';
import { compileGrok } from '../../../src/query/extract/grok.ts';
import { GROK_LIBRARY } from '../../../src/query/extract/grok-library.ts';

function grokked(pattern: string | readonly string[], text: string): Record<string, unknown> | null {
  const grok = compileGrok(typeof pattern === 'string' ? [pattern] : pattern);
  if (typeof grok === 'string') throw new Error(grok);
  const values = grok.extract(text);
  return values === null
    ? null
    : Object.fromEntries([...values].map(([name, all]) => [name, all.length > 1 ? all : all[0]]));
}

// Every expectation of this file was read off Elasticsearch 8.19.21, but for the failed conversion, which ends a query there.
describe('compileGrok', () => {
  it.each([
    ['%{INT:x:int} x%{NUMBER:y:double}', '12 x13', { x: 12, y: 13 }],
    ['%{WORD:x} %{WORD:x}', 'a b', { x: ['a', 'b'] }],
    ['%{WORD:x}( %{INT:y:long})?', 'a 1', { x: 'a', y: 1n }],
    ['v %{WORD:b:boolean} ', 'v true ', { b: true }],
    ['v %{WORD:b:boolean} ', 'v 1 ', { b: false }],
    ['v %{NUMBER:b:float}', 'v 1.5', { b: 1.5 }],
    ['%{WORD:p:date}', 'x', { p: 'x' }],
    ['^(?<p>f.*)', 'x\nfoo', { p: 'foo' }],
    ['(?<p>x.y)', 'x\ny', null],
    ['(?m)(?<p>x.y)', 'x\ny', { p: 'x\ny' }],
    ['(?<p>\\d)', '\u0663', null],
    ['(?<p>\\w)', 'é', null],
    ['(?<p>\\bb)', 'éb', null],
    ['(?i)(?<p>b)', 'ABC', { p: 'B' }],
    ['(?>a+)(?<p>b)', 'aab', { p: 'b' }],
    ['a++(?<p>b)', 'aab', { p: 'b' }],
    ['(?<p>\\h+)', 'x1f', { p: '1f' }],
    ['(?<p>[[:alpha:]]+)', 'ab1', { p: 'ab' }],
    ['(?<p.q>[a-z]+)(?<r>[0-9])?', 'ab1', { 'p.q': 'ab', r: '1' }],
    ['(?<p.q>[a-z]+)(?<r>[0-9])?', 'x', { 'p.q': 'x' }],
    ['(?<p>x)|(?<q>y)', 'x y', { p: 'x' }],
    ['(?<p>.*)', '', { p: '' }],
    ['%{WORD:p', 'ab', null],
    ['%{SYSLOGPROG:pr}:', 'foo[12]: hi', { pr: 'foo[12]', 'process.name': 'foo', 'process.pid': 12 }],
    ['%{IP:ip} %{WORD:m} %{URIPATHPARAM:u}', '10.0.0.1 GET /a?b=c', { ip: '10.0.0.1', m: 'GET', u: '/a?b=c' }],
  ])('%s on "%s"', (pattern, text, expected) => {
    expect(grokked(pattern, text)).toEqual(expected);
  });

  it('gives its columns by name', () => {
    const grok = compileGrok(['%{IP:ip} %{WORD:m} %{NUMBER:d:double}']);
    expect(typeof grok === 'string' ? grok : grok.columns).toEqual([
      { name: 'd', type: 'double', repeated: false },
      { name: 'ip', type: 'keyword', repeated: false },
      { name: 'm', type: 'keyword', repeated: false },
    ]);
  });

  it('takes the first of several patterns that is found', () => {
    expect(grokked(['%{INT:n}', '%{GREEDYDATA:rest}'], 'zz')).toEqual({ rest: 'zz' });
    expect(grokked(['%{INT:n}', '%{GREEDYDATA:rest}'], 'z1')).toEqual({ n: '1' });
  });

  it('has no value where a type does not fit', () => {
    expect(grokked('%{WORD:x:int}', 'abc')).toEqual({});
    expect(grokked('%{NUMBER:x:int}', '12.5')).toEqual({});
  });

  it('reads every pattern of its library', () => {
    for (const name of GROK_LIBRARY.keys()) expect(typeof compileGrok([`%{${name}:x}`]), name).toBe('object');
  });

  it.each([
    ['%{NOPE:x}', 'no pattern NOPE'],
    ['(?<p>a', 'not closed'],
    ['a)', 'closes nothing'],
    ['(?<p>(a*)*)b', 'endless'],
    ['(?<p>+)', 'nothing to repeat'],
    ['(?<p>[[:nope:]])', 'no class'],
    ['%{INT:x:int} %{INT:x}', 'captured as'],
    ['(?<p>\\1)', 'cannot be translated'],
  ])('refuses %s', (pattern, reason) => {
    expect(compileGrok([pattern])).toContain(reason);
  });
});
