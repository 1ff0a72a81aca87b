import { describe, expect, it } from 'vitest';
import { readAction, readHit, readSearch, recogniseFormat } from '../../src/ingest/format.ts';

const over = <T>(read: (bytes: Buffer, start: number, end: number) => T, text: string): T => {
  // Not at the beginning of the buffer, as lines mostly are.
  const bytes = Buffer.from(`xx${text}yy`);
  return read(bytes, 2, bytes.length - 2);
};
const search = (text: string) => {
  const bytes = Buffer.from(text);
  return readSearch(bytes).map(({ start, end, index, id }) => [bytes.toString('utf8', start, end), index, id]);
};

describe('recogniseFormat', () => {
  it.each([
    ['{"@timestamp":"2026-11-01T00:00:00Z","message":"x"}', 'ndjson'],
    ['{}', 'ndjson'],
    ['no JSON at all', 'ndjson'],
    ['{"index":{"_index":"a"}}', 'bulk'],
    ['  {"create":{}}', 'bulk'],
    ['{"delete":{"_id":"1"}}', 'bulk'],
    // A document may have a field of that name, beside others.
    ['{"index":{"a":1},"b":2}', 'ndjson'],
    ['{"_index":"a","_id":"1","_source":{}}', 'hits'],
    ['{"_source":{},"_score":null,"_index":"a"}', 'hits'],
    ['{"_source":{}}', 'ndjson'],
    ['{"took":3,"timed_out":false,"hits":{"hits":[]}}', 'search'],
    ['{"hits":{"hits":[]}}', 'ndjson'],
    ['[{"a":1}]', 'search'],
    ['[', 'search'],
    // The first line of an answer that was made pretty.
    ['{', 'search'],
    ['{ "took" : 3,', 'search'],
    ['{"a":1,', 'ndjson'],
  ] as const)('takes %j for %s', (line, format) => {
    expect(over(recogniseFormat, line)).toBe(format);
  });
});

describe('readHit', () => {
  it('gives the document inside, with its index and id', () => {
    const text = '{"_index":"a\\u002db","_id":"7","_score":1.5,"fields":{"x":["}"]},"_source": {"a":{"b":"\\"}"}} }';
    const hit = over(readHit, text);
    expect(`xx${text}`.slice(hit.start, hit.end)).toBe('{"a":{"b":"\\"}"}}');
    expect(hit).toMatchObject({ index: 'a-b', id: '7' });
  });

  it('takes an id that is no text for none', () => {
    expect(over(readHit, '{"_id":5,"_source":{}}')).toMatchObject({ index: null, id: null });
  });

  it.each(['{"_index":"a"}', '{"_source":{', '[]', '{"_source" {}}', '{5:1}'])('refuses %j', (text) => {
    expect(() => over(readHit, text)).toThrow(/missing|no "_source"|ends too early/);
  });
});

describe('readAction', () => {
  it.each([
    ['{"index":{"_index":"a","_id":"1"}}', { index: 'a', id: '1' }],
    ['{"create":{}}', { index: null, id: null }],
    ['{"delete":{"_index":"a","_id":"1"}}', null],
  ])('reads %j', (text, action) => {
    expect(over(readAction, text)).toEqual(action);
  });

  it.each([
    ['{"update":{"_id":"1"}}', 'an update holds no whole document'],
    ['{"a":1}', 'an action such as'],
    ['{"index":{},"create":{}}', 'an action such as'],
    ['{}', 'an action such as'],
    ['{"index":5}', 'an object is missing'],
  ])('refuses %j', (text, reason) => {
    expect(() => over(readAction, text)).toThrow(reason);
  });
});

describe('readSearch', () => {
  it('reads hits of an answer, and arrays of hits or of documents', () => {
    const hit = '{"_index":"a","_id":"1","_source":{"n":1}}';
    expect(search(`{"took":1,"hits":{"total":{"value":1},"hits":[ ${hit} , ${hit}]}}`)).toEqual([
      ['{"n":1}', 'a', '1'],
      ['{"n":1}', 'a', '1'],
    ]);
    expect(search(` [${hit},{"n":2}]`)).toEqual([
      ['{"n":1}', 'a', '1'],
      ['{"n":2}', null, null],
    ]);
    expect(search('[]')).toEqual([]);
    expect(search('{"took":1,"hits":{"hits":[]}}')).toEqual([]);
  });

  it.each([
    '{"took":1}',
    '{"took":1,"hits":{}}',
    '{"took":1,"hits":{"hits":{}}}',
    '[{"n":1}',
    '[{"n":1} {"n":2}]',
    '[5]',
    '{"took":1,"hits":{"hits":[{"_source":',
  ])('refuses %j whole', (text) => {
    expect(() => search(text)).toThrow(/missing|has no|ends too early/);
  });
});
