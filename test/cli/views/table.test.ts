import { describe, expect, it } from 'vitest';
import { paint } from '../../../src/cli/views/paint.ts';
import { facts, table, type TableColumn } from '../../../src/cli/views/table.ts';

const plain = paint(false);
const columns: TableColumn<{ readonly name: string; readonly count: number | null }>[] = [
  { name: 'NAME', cell: ({ name }) => name },
  { name: 'COUNT', cell: ({ count }) => count, align: 'right' },
];

describe('table', () => {
  it('aligns columns, numbers to the right, without trailing blanks', () => {
    const items = [
      { name: 'a', count: 7 },
      { name: 'long name', count: 1234 },
      { name: 'b', count: null },
    ];
    expect(table(items, columns, plain, null).toString()).toBe(
      ['NAME       COUNT', 'a              7', 'long name   1234', 'b'].join('\n'),
    );
  });

  it('is as wide as the terminal at most, and loses no character', () => {
    const name = 'word '.repeat(30).trim();
    const lines = table([{ name, count: 1 }], columns, plain, 60)
      .toString()
      .split('\n');
    expect(lines.length).toBeGreaterThan(2);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(60);
    expect(lines.slice(1).join('').replace(/[\s1]/g, '')).toBe('word'.repeat(30));
  });

  it('breaks lines between words, and a longer word at the edge', () => {
    const name = `one two three four ${'x'.repeat(45)} five`;
    const lines = table([{ name, count: 1 }], columns, plain, 30)
      .toString()
      .split('\n')
      .slice(1);
    expect(lines.map((line) => line.replace(/ +1$/, ''))).toEqual([
      'one two three four',
      'x'.repeat(23),
      'x'.repeat(22),
      'five',
    ]);
  });

  it('counts what it leaves out of a long cell where a row is one line', () => {
    const text = table([{ name: 'x'.repeat(1_000), count: 1 }], columns, plain, null).toString();
    expect(text.split('\n')).toHaveLength(2);
    expect(text).toContain(`${'x'.repeat(300)}… (+700)`);
  });

  it('keeps control characters out of cells', () => {
    expect(table([{ name: '\u001b[2J\nb', count: 1 }], columns, plain, null).toString()).toContain('\\x1b[2J\\nb');
  });
});

describe('facts', () => {
  it('leaves out what has no value', () => {
    const pairs = [
      ['a', '1'],
      ['long', 'x\ny'],
      ['none', null],
      ['empty', ''],
    ] as const;
    expect(facts(pairs, plain).toString()).toBe('a     1\nlong  x\\ny');
  });
});
