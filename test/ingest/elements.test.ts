import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readElements } from '../../src/ingest/elements.ts';

async function elements(text: string, size = 1_000_000): Promise<readonly string[]> {
  const bytes = Buffer.from(text);
  async function* pieces() {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  }
  const found: string[] = [];
  for await (const { bytes: block, lines } of readElements(pieces())) {
    for (const { number, start, end, fault } of lines) {
      found.push(`${number} ${fault ?? block.toString('utf8', start, end)}`);
    }
  }
  return found;
}

describe('readElements', () => {
  it.each([
    ['<Events><Event>a</Event><Event b="1">c</Event></Events>', ['1 <Event>a</Event>', '1 <Event b="1">c</Event>']],
    ['<Events>\n\n<Event>\n<EventData/>\n</Event>\n</Events>\n', ['3 <Event>\n<EventData/>\n</Event>']],
    [
      '<Event>a<Event>b</Event>\n<Event>c',
      ['1 the event ends too early', '1 <Event>b</Event>', '2 the event ends too early'],
    ],
    ['nothing of the kind', []],
    ['</Event></Event>', []],
    ['', []],
  ])('of %j', async (text, expected) => {
    expect(await elements(text)).toEqual(expected);
  });

  it('does not keep an event that has no end in sight', async () => {
    const long = `<Event>${'x'.repeat(40 * 1_048_576)}`;
    const found = await elements(`${long}\n</Event>\n<Event>a</Event>`, 1_048_576);
    expect(found[0]).toMatch(/^1 the event has \d+ bytes, more than 16777216$/);
    expect(found[1]).toBe('3 <Event>a</Event>');
  });

  it('finds the same in whatever pieces it comes', async () => {
    const part = fc.constantFrom('<Event>', '</Event>', '<Events>', '<EventData>', '\n', 'ä', '<', ' x');
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 30 }), fc.integer({ min: 1, max: 20 }), async (parts, size) => {
        const text = parts.join('');
        expect(await elements(text, size)).toEqual(await elements(text));
      }),
      { seed: 6, numRuns: 300 },
    );
  });
});
