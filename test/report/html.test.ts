import { describe, expect, it } from 'vitest';
import { html, lines } from '../../src/report/html.ts';

describe('html', () => {
  it('escapes every value and leaves its own words alone', () => {
    expect(html`<b title="${'"><script>'}">${"a & 'b' `c`"}</b>`.toString()).toBe(
      '<b title="&quot;&gt;&lt;script&gt;">a &amp; &#39;b&#39; &#96;c&#96;</b>',
    );
  });

  it('escapes what is in lists and templates once, and shows nothing for null', () => {
    expect(html`${[html`<i>${'<'}</i>`, '<', 1, null]}`.toString()).toBe('<i>&lt;</i>&lt;1');
  });

  it('shows control and bidirectional characters instead of writing them', () => {
    expect(html`${'a\u202eb\u0000c\u001b[31m\n'}`.toString()).toBe('a\\u202eb\\x00c\\x1b[31m\\n');
  });

  it('counts what it leaves out of a very long text', () => {
    const text = html`${'<'.repeat(1_000_000)}`.toString();
    expect(text).toMatch(/^(&lt;)+… \(996000 more characters\)$/);
    expect(text.length).toBeLessThan(20_000);
  });
});

describe('lines', () => {
  it('keeps line breaks and escapes the rest', () => {
    expect(lines('FROM a\r\n| WHERE b < 1\t').toString()).toBe('FROM a\n| WHERE b &lt; 1\\t');
  });
});
