import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HuntRow, Row } from '../../src/core/row.ts';
import { isList, valuesOf } from '../../src/core/row.ts';
import { enrich } from '../../src/findings/enrich.ts';
import type { RowKeep } from '../../src/findings/keep.ts';
import { keepFamilies, keepRows } from '../../src/findings/keep.ts';
import type { Predicate } from '../../src/findings/sift.ts';
import { cellsOf, hostileRows, lookupOf, rowOf, SEEDED } from './rows.ts';

const IP = 'destination.ip';
const COUNTRY = 'destination.geo.country_iso_code';
const lookup = lookupOf({ '192.0.2.1': 'DK', '192.0.2.2': 'DE', '192.0.2.3': 'DK' });
const geoip = { fields: [IP], lookup };

/** One comparison as ES|QL has it: null for null and for several values. */
const single = (row: Row, column: string, test: (value: unknown) => boolean): boolean | null => {
  const cell = row.get(column) ?? null;
  return cell === null || isList(cell) ? null : test(cell);
};
const and = (a: boolean | null, b: boolean | null) =>
  a === false || b === false ? false : a === null || b === null ? null : true;
const notDk: Predicate = (row) => single(row, COUNTRY, (country) => country !== 'DK');
const keepNotDk: RowKeep = { keeps: notDk, reads: new Set([COUNTRY]), family: IP, geoip };
const kept = (rows: readonly HuntRow[], keep: RowKeep) => keepRows(enrich(rows, [IP], lookup), keep);

describe('keepFamilies', () => {
  const collected = [IP, 'destination.port'];
  it('is a collected column, or the one whose geo or as columns are read', () => {
    expect(keepFamilies([COUNTRY], [IP], collected)).toEqual([IP]);
    expect(keepFamilies([IP, COUNTRY, 'destination.as.number', 'hosts'], [IP], collected)).toEqual([IP]);
    expect(keepFamilies(['destination.port'], [IP], collected)).toEqual(['destination.port']);
  });

  it('names every family, for the caller to refuse more than one', () => {
    expect(keepFamilies([COUNTRY, 'destination.port'], [IP], collected)).toEqual([IP, 'destination.port']);
  });

  it('is none for single-valued columns, and for geo columns that no enrichment makes', () => {
    expect(keepFamilies(['hosts', 'source.geo.country_iso_code'], ['source.ip'], collected)).toEqual([]);
    expect(keepFamilies([COUNTRY], [], collected)).toEqual([]);
  });
});

describe('keepRows, value by value', () => {
  it('judges each address by its own country; the geo columns follow', () => {
    const rows = [
      rowOf({ [IP]: ['192.0.2.1', '192.0.2.2', '192.0.2.3'] }),
      rowOf({ [IP]: ['192.0.2.1', '192.0.2.3'] }),
    ];
    const { rows: left, hidden } = kept(rows, keepNotDk);
    expect(cellsOf(left)).toHaveLength(1);
    expect(cellsOf(left)[0]).toMatchObject({ [IP]: '192.0.2.2', [COUNTRY]: 'DE', 'destination.as.number': 68 });
    expect(hidden).toEqual([
      { by: 'keep', name: 'keep', unit: 'values', count: 4 },
      { by: 'keep', name: 'keep', unit: 'rows', count: 1 },
    ]);
  });

  it('keeps an address of unknown country, a row without address, and the row of a set that was cut', () => {
    const rows = [rowOf({ [IP]: ['10.0.0.1', '192.0.2.1'] }), rowOf({ [IP]: null }), rowOf({ [IP]: '192.0.2.1' }, IP)];
    const { rows: left, hidden } = kept(rows, keepNotDk);
    expect(left.map(({ cells }) => [cells.get(IP), cells.get(COUNTRY)])).toEqual([
      ['10.0.0.1', null],
      [null, null],
      [null, null],
    ]);
    expect(hidden).toEqual([{ by: 'keep', name: 'keep', unit: 'values', count: 2 }]);
  });

  it('reads other columns of the row beside the value', () => {
    const keeps: Predicate = (row) =>
      and(
        notDk(row),
        single(row, 'hosts', (hosts) => Number(hosts) > 1),
      );
    const keep: RowKeep = { ...keepNotDk, keeps, reads: new Set([COUNTRY, 'hosts']) };
    const rows = [
      rowOf({ [IP]: '192.0.2.2', hosts: 1 }),
      rowOf({ [IP]: '192.0.2.2', hosts: 2 }),
      rowOf({ [IP]: null, hosts: 1 }),
    ];
    expect(cellsOf(kept(rows, keep).rows).map((cells) => cells['hosts'])).toEqual([2]);
  });

  it('hides nothing by a column beside it that was cut', () => {
    const keep: RowKeep = { ...keepNotDk, keeps: () => false, reads: new Set([COUNTRY, 'process.executable']) };
    const rows = [rowOf({ [IP]: '192.0.2.1', 'process.executable': 'a' }, 'process.executable')];
    expect(kept(rows, keep)).toMatchObject({ hidden: [] });
  });

  it('decides a collected column without GeoIP', () => {
    const keeps: Predicate = (row) => single(row, 'port', (port) => Number(port) > 1024);
    const keep: RowKeep = { keeps, reads: new Set(['port']), family: 'port', geoip: null };
    expect(cellsOf(keepRows([rowOf({ port: [80, 8444, 4433] }), rowOf({ port: [22, 80] })], keep).rows)).toEqual([
      { port: [8444, 4433] },
    ]);
  });

  it('removes a value exactly when it is false for that value alone', () => {
    const low = (value: unknown) => (typeof value === 'string' ? value < '10.0.0.4' : null);
    const keeps: Predicate = (row) => {
      const cell = row.get('ip') ?? null;
      return cell === null || isList(cell) ? null : low(cell);
    };
    fc.assert(
      fc.property(hostileRows, (rows) => {
        const { rows: left } = keepRows(rows, { keeps, reads: new Set(['ip']), family: 'ip', geoip: null });
        const expected = rows
          .map((row) => ({ row, kept: valuesOf(row.cells.get('ip')).filter((value) => low(value) !== false) }))
          .filter(({ row, kept }) => kept.length > 0 || row.more.has('ip') || row.cells.get('ip') === null);
        expect(left.map(({ cells }) => valuesOf(cells.get('ip')))).toEqual(expected.map(({ kept }) => kept));
      }),
      SEEDED,
    );
  });
});

describe('keepRows by the whole row', () => {
  const keep: RowKeep = {
    keeps: (row) => single(row, 'hosts', (hosts) => Number(hosts) < 3),
    reads: new Set(['hosts']),
    family: null,
    geoip: null,
  };

  it('removes rows for which it is false; unknown and several values stay', () => {
    const rows = [rowOf({ hosts: 1 }), rowOf({ hosts: 3 }), rowOf({ hosts: null }), rowOf({ hosts: [4, 5] })];
    const { rows: left, hidden } = keepRows(rows, keep);
    expect(cellsOf(left).map((cells) => cells['hosts'])).toEqual([1, null, [4, 5]]);
    expect(hidden).toEqual([{ by: 'keep', name: 'keep', unit: 'rows', count: 1 }]);
  });

  it('removes none by a column that was cut', () => {
    const rows = [rowOf({ hosts: 3 }, 'hosts')];
    expect(keepRows(rows, keep)).toEqual({ rows, hidden: [] });
  });
});
