import { describe, expect, it } from 'vitest';
import { findingsCsv } from '../../src/report/csv.ts';
import { sampleFinding, sampleLatest, sampleState } from '../rig/sample-findings.ts';

/** Records of a CSV text by RFC 4180, with another separator as a spreadsheet of another country would read it. */
function records(text: string, separator = ','): string[][] {
  const all: string[][] = [[]];
  const field = new RegExp(
    `(?:"((?:[^"]|"")*)"([^${separator}\r\n]*)|([^${separator}\r\n]*))(${separator}|\r\n|$)`,
    'y',
  );
  while (field.lastIndex < text.length) {
    const [, quoted, behind = '', bare = '', end = ''] = field.exec(text) ?? [];
    all.at(-1)?.push(quoted === undefined ? bare : quoted.replaceAll('""', '"') + behind);
    if (end === '\r\n') all.push([]);
  }
  return all.slice(0, -1);
}

function titled(title: string) {
  return sampleFinding('p', { state: sampleState('p', 0, { latest: sampleLatest({ title }) }) });
}

function titleIn(csv: string): string {
  const [names = [], cells = []] = records(csv);
  return cells[names.indexOf('title')] ?? '';
}

describe('findings as CSV', () => {
  it('has a line of names and a line for each finding, all as wide', () => {
    const [names = [], ...rows] = records(findingsCsv([titled('a, "b"'), titled('c')]));
    expect(names.slice(0, 3)).toEqual(['id', 'severity', 'risk_score']);
    expect(rows.map((row) => row.length)).toEqual([names.length, names.length]);
    expect(rows[0]?.[names.indexOf('title')]).toBe('a, "b"');
    expect(rows[0]?.[names.indexOf('risk_score')]).toBe('47');
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', ' =1', '\t=1', '\r\n=1', '＝1', "=cmd|' /C calc'!A0", '"=1'])(
    'makes no formula of %j',
    (title) => {
      const csv = findingsCsv([titled(title)]);
      expect(titleIn(csv)).toMatch(/^["\\]|^\s*'/);
      expect(csv).not.toMatch(/(^|,)"?\s*[=+@＝-]/m);
    },
  );

  it('begins no formula for a reader that takes semicolons or tabs for separators', () => {
    const csv = findingsCsv([titled('x;=HYPERLINK("http://203.0.113.9";"a");"=1"\t=2')]);
    expect(csv).toContain('HYPERLINK');
    for (const cell of records(csv, ';').flat()) expect(cell).not.toMatch(/^["\s]*[=+@＝-]/);
  });

  it('holds each finding in one line and each cell below what Excel takes', () => {
    const csv = findingsCsv([titled(`a\r\nb\u2028c${'x'.repeat(1_000_000)}`)]);
    expect(csv.split('\r\n')).toHaveLength(3);
    expect(titleIn(csv)).toMatch(/^a\\r\\nb\\u2028cx+… \(\d+ more characters\)$/);
    expect(titleIn(csv).length).toBeLessThan(32_767);
  });

  it('has what other events said in one cell', () => {
    const enrichment = [{ name: 'asked', state: 'asked', rows: [{ q: '=1' }, { q: 'b\nc' }], more: true }] as const;
    const state = sampleState('p', 0, { latest: sampleLatest({ enrichment }) });
    const [names = [], cells = []] = records(findingsCsv([sampleFinding('p', { state })]));
    expect(cells[names.indexOf('other_events')]).toBe('asked: q =1 | q b | c | (and more)');
  });
});
