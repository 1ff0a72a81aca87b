import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readLines } from '../../src/ingest/lines.ts';

async function linesOf(pieces: readonly Buffer[], longest?: number) {
  const found: { number: number; text: string; fault: string | null }[] = [];
  async function* input() {
    yield* pieces;
  }
  for await (const { bytes, lines } of readLines(input(), longest)) {
    for (const { number, start, end, fault } of lines)
      found.push({ number, text: bytes.toString('utf8', start, end), fault });
  }
  return found;
}

describe('readLines', () => {
  it('finds the same lines however the bytes are cut', async () => {
    const text = fc.array(fc.constantFrom('a', 'é', '\n', '\r\n', ' ', '{"x":1}'), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(text, fc.array(fc.nat(60), { maxLength: 6 }), async (parts, cuts) => {
        const bytes = Buffer.from(parts.join(''));
        const at = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b), bytes.length];
        const pieces = at.slice(1).map((end, index) => bytes.subarray(at[index], end));
        const wanted = parts
          .join('')
          .split('\n')
          .map((line, index) => ({ number: index + 1, text: line.replace(/\r$/, ''), fault: null }))
          .filter((line) => line.text.trim() !== '');
        expect(await linesOf(pieces)).toEqual(wanted);
      }),
      { seed: 4, numRuns: 300 },
    );
  });

  it('refuses a line that is too long, over several pieces too, and loses no other', async () => {
    const pieces = ['ok1\nxxxx', 'xxxxxxxx', 'xxxxxxxx', 'xx\nok2\n', 'yyyyyyyyyyyyyyy\nok3'].map((text) =>
      Buffer.from(text),
    );
    const lines = await linesOf(pieces, 10);
    expect(lines.map(({ number, fault }) => [number, fault])).toEqual([
      [1, null],
      [2, 'the line has 22 bytes, more than 10'],
      [3, null],
      [4, 'the line has 15 bytes, more than 10'],
      [5, null],
    ]);
  });

  it('refuses a line that is no UTF-8 alone, and passes a byte order mark', async () => {
    const bytes = Buffer.concat([Buffer.from('\uFEFFa\n'), Buffer.from([0xff, 0x0a]), Buffer.from('b\n')]);
    expect((await linesOf([bytes])).map(({ text, fault }) => [text, fault])).toEqual([
      ['a', null],
      ['\uFFFD', 'the line is no UTF-8'],
      ['b', null],
    ]);
  });
});
