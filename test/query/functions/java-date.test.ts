import { describe, expect, it } from 'vitest';
import { javaDateFormat } from '../../../src/query/functions/java-date.ts';

const format = (pattern: string, text: string): string => {
  const write = javaDateFormat(pattern);
  return typeof write === 'string' ? write : write(Date.parse(text));
};

// Read off Elasticsearch 8.19.21.
describe('javaDateFormat', () => {
  it.each([
    ["yyyy-MM-dd'T'HH:mm:ss.SSS", '2026-11-02T03:09:05.007'],
    ['EEE, d MMM yy h:mm a', 'Mon, 2 Nov 26 3:09 AM'],
    ["EEEE MMMM D ''", "Monday November 306 '"],
    ['yyyy-mm-dd', '2026-09-02'],
    ['HH:mm:ssX S SS SSSSSS M L', '03:09:05Z 0 00 007000 11 11'],
    ['uuuu/MM', '2026/11'],
  ])('%s', (pattern, expected) => {
    expect(format(pattern, '2026-11-02T03:09:05.007Z')).toBe(expected);
  });

  it('pads the year as the pattern asks', () => {
    expect(format('yyyy yy y h', '0099-11-02T13:09:05.007Z')).toBe('0099 99 99 1');
  });

  it.each([
    ['YYYY', 'cannot be translated'],
    ["yyyy 'at", 'not closed'],
    ['SSSSSSSSSS', 'cannot be translated'],
  ])('refuses %s', (pattern, reason) => {
    expect(javaDateFormat(pattern)).toContain(reason);
  });
});
