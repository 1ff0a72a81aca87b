import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Malformed } from '../../src/ingest/scan.ts';
import { parseXml } from '../../src/ingest/xml.ts';

describe('parseXml', () => {
  it('reads elements, attributes in both quotes, text, CDATA, comments and namespaces', () => {
    const source = `<?xml version="1.0"?><a:b x = "1&amp;2" c:y='"'><!-- <no/> -->t&#x20AC;<![CDATA[<&]]><d/>u</a:b>`;
    const { name, attributes, children, text } = parseXml(source);
    expect([name, text, children.length]).toEqual(['b', 't€<&u', 1]);
    expect([...attributes]).toEqual([
      ['x', '1&2'],
      ['y', '"'],
    ]);
  });

  // What an entity could do: read files, ask servers, grow without end.
  it.each([
    ['<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', 'a declaration, which no event has'],
    ['<a>&b;</a>', 'there is no entity "&b"'],
    ['<a b="&c;"/>', 'there is no entity "&c"'],
    ['<a>&#0;</a>', 'there is no entity "&#0"'],
    ['<a>&#xD800;</a>', 'there is no entity "&#xD800"'],
    ['<a>&constructor;</a>', 'there is no entity'],
    ['<a>& b</a>', 'there is no entity "&"'],
    ['<a><b></a></b>', '</a> ends nothing'],
    ['<a', '">" is missing'],
    ['<a>', 'the element ends too early'],
    ['<a/><b/>', 'more text after the element'],
    ['text', 'the element ends too early'],
    ['x<a/>', 'text outside of an element'],
    ['<a><!-- ', '"-->" is missing'],
    ['<>', 'the name of an element is missing'],
    ['<a>'.repeat(40), 'more than 32 levels'],
    [`<a>${'<b/>'.repeat(30_000)}</a>`, 'more than 20000 elements'],
  ])('refuses %j', (source, reason) => {
    expect(() => parseXml(source)).toThrow(reason);
    expect(() => parseXml(source)).toThrow(Malformed);
  });

  it('ends on anything, with an element or with a reason', () => {
    const part = fc.constantFrom(
      '<a',
      '>',
      '</a>',
      '/>',
      ' x="',
      '"',
      '&amp;',
      '&',
      '<![CDATA[',
      ']]>',
      '<!--',
      '-->',
      '?',
      't',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 25 }), (parts) => {
        try {
          expect(parseXml(parts.join('')).name).toBe('a');
        } catch (error) {
          expect(error).toBeInstanceOf(Malformed);
        }
      }),
      { seed: 6, numRuns: 2_000 },
    );
  });

  it('gives back any text that is written into it', () => {
    const escape = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(parseXml(`<a>${escape(text)}</a>`).text).toBe(text);
      }),
      { seed: 6 },
    );
  });
});
