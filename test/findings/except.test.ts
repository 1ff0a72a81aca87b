import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FindingState } from '../../src/core/finding.ts';
import { unplaced } from '../../src/core/place.ts';
import type { RowException } from '../../src/findings/except.ts';
import { except, explain, rowOfFinding } from '../../src/findings/except.ts';
import type { Predicate } from '../../src/findings/sift.ts';
import { cellsOf, hostileRows, rowOf, SEEDED } from './rows.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const exceptionOf = (id: string, when: Predicate, reads: string[] = ['n'], until = '2027-06-30'): RowException => ({
  exception: { id, when: unplaced('…'), because: 'known', owner: 'soc', until, hunts: null },
  when,
  reads: new Set(reads),
});
const isOne: Predicate = (row) => row.get('n') === 1;

describe('except', () => {
  it('removes the rows an exception matches and counts them', () => {
    const { rows, hidden } = except(
      [rowOf({ n: 1 }), rowOf({ n: 2 }), rowOf({ n: 1 })],
      [exceptionOf('one', isOne)],
      NOW,
    );
    expect(cellsOf(rows)).toEqual([{ n: 2 }]);
    expect(hidden).toEqual([{ by: 'exception', name: 'one', unit: 'rows', count: 2 }]);
  });

  it('counts a row for the first exception that matches it', () => {
    const rows = [rowOf({ n: 1 }), rowOf({ n: 2 })];
    const all = except(rows, [exceptionOf('one', isOne), exceptionOf('any', () => true)], NOW);
    expect(all.rows).toEqual([]);
    expect(all.hidden.map(({ name, count }) => [name, count])).toEqual([
      ['one', 1],
      ['any', 1],
    ]);
  });

  it('hides through the end of the last day, UTC, and no longer', () => {
    const rows = [rowOf({ n: 1 })];
    const today = exceptionOf('today', isOne, ['n'], '2026-11-21');
    expect(except(rows, [today], Date.parse('2026-11-21T23:59:59.999Z')).rows).toEqual([]);
    expect(except(rows, [today], Date.parse('2026-11-22T00:00:00Z'))).toEqual({ rows, hidden: [] });
  });

  it('hides nothing when it is unknown, or when it reads a column that was cut', () => {
    const rows = [rowOf({ n: 1, ip: ['10.0.0.1', '10.0.0.2'] }, 'ip')];
    expect(except(rows, [exceptionOf('unknown', () => null)], NOW)).toEqual({ rows, hidden: [] });
    expect(except(rows, [exceptionOf('cut', () => true, ['n', 'ip'])], NOW)).toEqual({ rows, hidden: [] });
    expect(except(rows, [exceptionOf('other', () => true, ['n'])], NOW).rows).toEqual([]);
  });

  it('leaves exactly the rows that no exception is true for', () => {
    const byNumber: Predicate = (row) => (row.get('n') === 0 ? null : row.get('n') === 1);
    fc.assert(
      fc.property(hostileRows, (rows) => {
        const left = except(rows, [exceptionOf('one', byNumber), exceptionOf('ip', () => null, ['ip'])], NOW).rows;
        expect(left).toEqual(rows.filter(({ cells }) => cells.get('n') !== 1));
      }),
      SEEDED,
    );
  });
});

describe('explain', () => {
  it('says of each exception whether it is active and whether it matches', () => {
    const answers = explain(
      rowOf({ n: 1, ip: '10.0.0.1' }, 'ip'),
      [
        exceptionOf('one', isOne),
        exceptionOf('two', (row) => row.get('n') === 2),
        exceptionOf('expired', isOne, ['n'], '2026-11-20'),
        exceptionOf('cut', () => true, ['ip']),
      ],
      NOW,
    );
    expect(answers.map(({ exception, active, covers }) => [exception.id, active, covers])).toEqual([
      ['one', true, true],
      ['two', true, false],
      ['expired', false, true],
      ['cut', true, null],
    ]);
  });
});

describe('rowOfFinding', () => {
  const state = {
    key: { 'process.name': 'updater32.exe' },
    firstSeen: Date.parse('2026-11-01T00:00:00Z'),
    lastSeen: Date.parse('2026-11-02T00:00:00Z'),
    sets: {
      'destination.ip': { values: ['192.0.2.1', '192.0.2.2'], cap: 2, more: true },
      'destination.port': { values: [8444], cap: 20, more: false },
    },
    latest: { count: 7, hosts: 2, population: 40, values: { rate: 1.5 } },
  } as unknown as FindingState; // the parts that a row is made of

  it('has key, sets, counts and values, and tells a cut set', () => {
    const row = rowOfFinding(state);
    expect(Object.fromEntries(row.cells)).toEqual({
      'process.name': 'updater32.exe',
      'destination.ip': ['192.0.2.1', '192.0.2.2'],
      'destination.port': 8444,
      count: 7,
      hosts: 2,
      population: 40,
      rate: 1.5,
      first_seen: '2026-11-01T00:00:00.000Z',
      last_seen: '2026-11-02T00:00:00.000Z',
    });
    expect(row.more).toEqual(new Set(['destination.ip']));
  });
});
