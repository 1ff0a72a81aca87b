import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatBlock } from '../../src/core/cidr.ts';
import { parseIp } from '../../src/core/ip.ts';
import type { HuntRow } from '../../src/core/row.ts';
import { valuesOf } from '../../src/core/row.ts';
import type { CidrEntry, CidrList } from '../../src/core/value-list.ts';
import { excludeCidrs, listBlocks, rowExclusions } from '../../src/findings/exclude-cidrs.ts';
import { cellsOf, hostileRows, rowOf, SEEDED } from './rows.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const entry = (cidr: string, until: string | null = null): CidrEntry => ({
  cidr,
  comment: null,
  owner: null,
  because: null,
  until,
  place: { file: 'lists/a.yml', line: 7, column: 5 },
});
const listOf = (name: string, ...entries: (string | CidrEntry)[]): CidrList => ({
  name,
  file: `lists/${name}.yml`,
  description: '',
  entries: entries.map((each) => (typeof each === 'string' ? entry(each) : each)),
});
/** The `after` stage on `ip` with these lists, in order. */
function excluded(rows: readonly HuntRow[], ...lists: CidrList[]) {
  const exclusion = { field: 'ip', lists: lists.map(({ name }) => name), stage: 'after' } as const;
  return excludeCidrs(rows, rowExclusions([exclusion], new Map(lists.map((list) => [list.name, list])), NOW));
}

describe('listBlocks', () => {
  it('merges what counts now; an entry counts through the end of its last day', () => {
    const list = listOf(
      'a',
      '10.0.1.0/24',
      '10.0.0.0/24',
      entry('192.0.2.0/24', '2026-11-20'),
      entry('198.51.100.0/24', '2026-11-21'),
    );
    expect(listBlocks(list, NOW).map(formatBlock)).toEqual(['10.0.0.0/23', '198.51.100.0/24']);
  });

  it('refuses an entry that is no block, naming list, entry and place', () => {
    expect(() => listBlocks(listOf('a', '10.0.0.0/33'), NOW)).toThrow(
      expect.objectContaining({
        code: 'DEFINITION',
        message: 'List "a" holds "10.0.0.0/33", which is no address block',
        remedy: expect.stringContaining('lists/a.yml:7:5'),
      }),
    );
  });
});

describe('rowExclusions', () => {
  it('takes the exclusions that act on rows, one by list', () => {
    const lists = new Map(['a', 'b'].map((name) => [name, listOf(name, '10.0.0.0/8')]));
    const exclusions = [
      { field: 'source.ip', lists: ['a'], stage: 'before' },
      { field: 'ip', lists: ['a', 'b'], stage: 'after' },
    ] as const;
    expect(rowExclusions(exclusions, lists, NOW).map(({ field, list }) => [field, list])).toEqual([
      ['ip', 'a'],
      ['ip', 'b'],
    ]);
  });

  it('refuses a list that nobody defined', () => {
    const unknown = [{ field: 'ip', lists: ['constructor'], stage: 'after' }] as const;
    expect(() => rowExclusions(unknown, new Map(), NOW)).toThrow('There is no list "constructor"');
  });
});

describe('excludeCidrs', () => {
  const ten = listOf('ten', '10.0.0.0/8');

  it('removes the listed values of a set, and the row when that was all of them', () => {
    const rows = [
      rowOf({ process: 'a.exe', ip: ['10.0.0.1', '192.0.2.1', '10.0.0.2'] }),
      rowOf({ process: 'b.exe', ip: ['10.0.0.1', '10.0.0.2'] }),
      rowOf({ process: 'c.exe', ip: '192.0.2.9' }),
    ];
    const { rows: left, hidden } = excluded(rows, ten);
    expect(cellsOf(left)).toEqual([
      { process: 'a.exe', ip: '192.0.2.1' },
      { process: 'c.exe', ip: '192.0.2.9' },
    ]);
    expect(hidden).toEqual([
      { by: 'list', name: 'ten on ip', unit: 'values', count: 4 },
      { by: 'list', name: 'ten on ip', unit: 'rows', count: 1 },
    ]);
  });

  it('keeps the row of a set that was cut: values that were not read may lie elsewhere', () => {
    const { rows, hidden } = excluded([rowOf({ ip: ['10.0.0.1', '10.0.0.2'] }, 'ip')], ten);
    expect(cellsOf(rows)).toEqual([{ ip: null }]);
    expect(rows[0]?.more).toEqual(new Set(['ip']));
    expect(hidden).toEqual([{ by: 'list', name: 'ten on ip', unit: 'values', count: 2 }]);
  });

  it('keeps null, a column that is not there, and text that is no address', () => {
    const rows = [rowOf({ ip: null }), rowOf({ n: 1 }), rowOf({ ip: ['10.0.0.1 ', 'ten', '10'] }), rowOf({ ip: 10 })];
    expect(excluded(rows, ten, listOf('all', '::/0'))).toEqual({ rows, hidden: [] });
  });

  it('finds an address however it is written', () => {
    expect(excluded([rowOf({ ip: ['::ffff:10.1.2.3', '::FFFF:a01:203'] })], ten).rows).toEqual([]);
  });

  it('counts a value for the first list that has it, and a row for the list that took its last value', () => {
    const { rows, hidden } = excluded([rowOf({ ip: ['10.0.0.1', '192.0.2.1'] })], ten, listOf('rest', '0.0.0.0/0'));
    expect(rows).toEqual([]);
    expect(hidden).toEqual([
      { by: 'list', name: 'ten on ip', unit: 'values', count: 1 },
      { by: 'list', name: 'rest on ip', unit: 'values', count: 1 },
      { by: 'list', name: 'rest on ip', unit: 'rows', count: 1 },
    ]);
  });

  it('removes a value exactly when it is listed, whatever the rows hold', () => {
    const isListed = (value: unknown) => {
      const ip = typeof value === 'string' ? parseIp(value) : null;
      return ip !== null && ip >= parseIp('10.0.0.0')! && ip <= parseIp('10.0.0.7')!;
    };
    fc.assert(
      fc.property(hostileRows, (rows) => {
        const { rows: left, hidden } = excluded(rows, listOf('low', '10.0.0.4/30', '10.0.0.0/30'));
        const expected = rows
          .map((row) => ({ row, kept: valuesOf(row.cells.get('ip')).filter((value) => !isListed(value)) }))
          .filter(({ row, kept }) => kept.length > 0 || row.more.has('ip') || row.cells.get('ip') === null);
        expect(left.map(({ cells }) => valuesOf(cells.get('ip')))).toEqual(expected.map(({ kept }) => kept));
        expect(left.map(({ more }) => more)).toEqual(expected.map(({ row }) => row.more));
        const count = (unit: string) => hidden.find((each) => each.unit === unit)?.count ?? 0;
        expect(count('rows')).toBe(rows.length - left.length);
        expect(count('values')).toBe(rows.flatMap(({ cells }) => valuesOf(cells.get('ip')).filter(isListed)).length);
      }),
      SEEDED,
    );
  });

  it('gives the same rows in any order of the lists', () => {
    const lists = [listOf('a', '10.0.0.0/30'), listOf('b', '10.0.0.2/31', '10.0.0.8/29'), listOf('c', '2001:db8::/32')];
    fc.assert(
      fc.property(hostileRows, fc.shuffledSubarray(lists, { minLength: 3 }), (rows, shuffled) => {
        expect(excluded(rows, ...shuffled).rows).toEqual(excluded(rows, ...lists).rows);
      }),
      SEEDED,
    );
  });
});
