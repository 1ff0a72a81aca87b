import { describe, expect, it } from 'vitest';
import { readParams } from '../../src/cli/params.ts';

const HUNT = { id: 'net/one', params: { max: 3, name: 'x', strict: true, ports: [80, 443], names: ['a'] } };

describe('readParams', () => {
  it("gives each value the type of the hunt's own", () => {
    expect(readParams(['max=-1.5e2', 'name=a=b', 'strict=false', 'ports=1, 2', 'names='], HUNT)).toEqual({
      max: -150,
      name: 'a=b',
      strict: false,
      ports: [1, 2],
      names: [],
    });
  });

  it.each([
    ['max', /Cannot read --param "max"/],
    ['=1', /Cannot read/],
    ['max=many', /"max" takes a number, not "many"/],
    ['strict=yes', /"strict" takes a boolean/],
    ['ports=80,x', /"ports" takes a number, not "x"/],
    ['mex=1', /no parameter "mex"/],
    ['__proto__=1', /no parameter "__proto__"/],
    ['constructor=1', /no parameter "constructor"/],
  ])('refuses %s', (flag, message) => {
    expect(() => readParams([flag], HUNT)).toThrow(
      expect.objectContaining({ code: 'USAGE', message: expect.stringMatching(message) }),
    );
  });

  it('says what was most likely meant', () => {
    expect(() => readParams(['mex=1'], HUNT)).toThrow(expect.objectContaining({ remedy: 'Did you mean "max"?' }));
  });
});
