import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { convertBlock, converterOf } from '../../src/ingest/convert.ts';
import { LOG_FORMATS, NO_CONTEXT } from '../../src/ingest/input-format.ts';
import { recogniseBeginning, recogniseLine } from '../../src/ingest/recognise.ts';

/** Pieces that lines of logs are made of, in no order. */
const PART = fc.constantFrom(
  '{',
  '}',
  '"EventID"',
  ':',
  '3',
  ',',
  '"Channel":"Security"',
  '"EventTime":"2026-11-01 10:00:00"',
  '"UtcTime":"x"',

  '"ts":1',
  '"_path":"dns"',
  '"__proto__":1',
  '"id.orig_h":"1.2.3"',
  '"a.b":{"c":[1]}',
  '"uid":null',
  '[',
  ']',
  '\\',

  '#Fields: date time action',
  '#fields\tts\tuid',
  '#types\ttime\tcount',
  '#separator \\x09',
  '2026-11-01 10:00:00',

  ' ALLOW TCP 1.2.3.4 ::1 1 2 0',
  ' - - - - - - - SEND',
  '\t',
  'T',
  '(empty)',
  '\u202e\u0000ä',
  '<Event>',
  '</Event>',
  '<System><EventID>1</EventID>',
  '</System>',
  '<Data Name="__proto__">x</Data>',
);

describe('convertBlock', () => {
  it.each(LOG_FORMATS)('as %s makes of each line a document, a reason or nothing, whatever it holds', (format) => {
    fc.assert(
      fc.property(fc.array(fc.array(PART, { maxLength: 12 }), { maxLength: 8 }), (rows) => {
        const texts = rows.map((parts) => parts.join(''));
        const bytes = Buffer.from(texts.join('\n'));
        let start = 0;
        const lines = texts.map((text, at) => {
          const end = start + Buffer.byteLength(text);
          const line = { number: at + 1, start, end, fault: null };
          start = end + 1;
          return line;
        });
        const {
          bytes: made,
          documents,
          refusals,
        } = convertBlock(converterOf(format, NO_CONTEXT), { bytes, lines, read: 0 });
        const told = [...documents, ...refusals].map(({ line }) => line);
        expect(new Set(told).size).toBe(told.length);
        for (const [at, text] of texts.entries()) if (!text.startsWith('#')) expect(told).toContain(at + 1);
        for (const { start: from, end } of documents)
          expect(JSON.parse(made.toString('utf8', from, end))).toBeTypeOf('object');
        expect(Object.prototype).not.toHaveProperty('b');
      }),
      { seed: 6, numRuns: 300 },
    );
  });
});

describe('what a file is recognised as', () => {
  const line = (text: string) => {
    const bytes = Buffer.from(text);
    return recogniseLine(bytes, 0, bytes.length);
  };
  it.each([
    ['{"EventID":1,"Channel":"Security"}', 'windows-json'],
    ['{"event_id":1,"log_name":"Security"}', 'windows-json'],
    ['{"Event":{"System":{}}}', 'windows-json'],
    ['{"@timestamp":"2026-11-01T00:00:00Z","event":{"code":"1"}}', 'ndjson'],
    ['{"_index":"a","_source":{"EventID":1,"Channel":"x"}}', 'hits'],
    ['{"create":{}}', 'bulk'],
    ['{"ts":1,"uid":"C","id.orig_h":"1.2.3.4"}', 'zeek-json'],
    ['{"_path":"conn","ts":1}', 'zeek-json'],
    ['#separator \\x09', 'zeek'],
    ['#Version: 1.5', 'pfirewall'],
    ['#Software: Microsoft Windows Firewall', 'pfirewall'],
    ['2021-11-27 3:17:39 ALLOW UDP 192.168.0.107 8.8.8.8 55008 53 0', 'pfirewall'],
    ['2021-11-27 3:17:39 something else', 'ndjson'],
  ] as const)('takes %j for %s', (text, format) => {
    expect(line(text)).toBe(format);
  });

  it('takes what begins with < for XML, and names what reads an .evtx file', () => {
    expect(recogniseBeginning(Buffer.from('\uFEFF \n<Events>'))).toBe('windows-xml');
    expect(recogniseBeginning(Buffer.from('{"a":"<"}'))).toBeNull();
    expect(() => recogniseBeginning(Buffer.from('ElfFile\0\0\0'))).toThrow('Cannot read a .evtx file');
  });
});
