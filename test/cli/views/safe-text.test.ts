import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joined, safe, safeJson, safeLines, SafeText, safeText } from '../../../src/cli/views/safe-text.ts';

const HARMFUL = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

describe('safe', () => {
  it('shows what would move the cursor, colour, hide or reorder text', () => {
    const hostile = 'a\u001b[31mred\u0007\r\n\tb\u202egnp.exe\u200b\u2028\u009b\ud800\u{e0041}';
    expect(safe`<${hostile}>`.toString()).toBe(
      '<a\\x1b[31mred\\x07\\r\\n\\tb\\u202egnp.exe\\u200b\\u2028\\x9b\\ud800\\u{e0041}>',
    );
  });

  it('leaves every other text, and text that is safe already, as it is', () => {
    expect(safe`${'Zürich 東京 🦊 C:\\new'} ${SafeText.vouched('\u001b[1mbold\u001b[22m')}`.toString()).toBe(
      'Zürich 東京 🦊 C:\\new \u001b[1mbold\u001b[22m',
    );
  });

  it('lets no text of any kind through', () => {
    const anything = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)) }),
    );
    fc.assert(
      fc.property(
        anything,
        (text) => !HARMFUL.test(safe`${text}`.toString()) && !HARMFUL.test(safeText(text).toString()),
      ),
      { seed: 3, numRuns: 2_000 },
    );
  });

  it('counts what it does not show of a huge text', () => {
    const shown = safe`${'x'.repeat(1_000_000)}`.toString();
    expect(shown).toHaveLength(20_000 + '… (980000 more characters)'.length);
    expect(shown.endsWith('… (980000 more characters)')).toBe(true);
  });

  it('keeps the line breaks of a query, and nothing else of the kind', () => {
    expect(safeLines('FROM x\r\n| WHERE a == "\u001b"', '  ').toString()).toBe('  FROM x\n  | WHERE a == "\\x1b"');
    expect(joined(['a\nb', 1, safe`c`], '\n').toString()).toBe('a\\nb\n1\nc');
  });
});

describe('safeJson', () => {
  it('is the same value with harmless characters', () => {
    const value = { 'a\u202e': ['\u001b\u007f\u009b\ud800', { n: 1 }], emoji: '🦊\u{e0041}' };
    const text = safeJson(value, 2);
    expect(JSON.parse(text)).toEqual(value);
    expect(text.replaceAll('\n', '')).not.toMatch(HARMFUL);
  });
});
