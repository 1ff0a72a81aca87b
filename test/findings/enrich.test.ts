import { describe, expect, it } from 'vitest';
import { enrich, geoCells, geoColumns } from '../../src/findings/enrich.ts';
import { cellsOf, lookupOf, rowOf } from './rows.ts';

const lookup = lookupOf({ '192.0.2.1': 'DK', '192.0.2.2': 'DE', '192.0.2.3': 'DK' });
const field = 'destination.ip';

describe('geoColumns', () => {
  it('stand below the parent of the address, with the types of ECS', () => {
    expect(geoColumns(field).map(({ name, type }) => `${name}:${type}`)).toEqual([
      'destination.geo.continent_code:keyword',
      'destination.geo.country_iso_code:keyword',
      'destination.geo.country_name:keyword',
      'destination.geo.region_iso_code:keyword',
      'destination.geo.city_name:keyword',
      'destination.geo.location:geo_point',
      'destination.as.number:long',
      'destination.as.organization.name:keyword',
    ]);
    expect(geoColumns('source.nat.ip')[0]?.name).toBe('source.nat.geo.continent_code');
    expect(geoColumns('ip')[0]?.name).toBe('geo.continent_code');
  });
});

describe('geoCells', () => {
  it('has every column of one address, null where nothing is known', () => {
    expect(Object.fromEntries(geoCells(field, '192.0.2.2', lookup))).toMatchObject({
      'destination.geo.country_iso_code': 'DE',
      'destination.geo.city_name': null,
      'destination.as.number': 68,
    });
    for (const value of ['10.0.0.1', '__proto__', 7, true]) {
      const cells = [...geoCells(field, value, lookup)];
      expect(cells.map(([name]) => name)).toEqual(geoColumns(field).map(({ name }) => name));
      expect(cells.every(([, cell]) => cell === null)).toBe(true);
    }
  });
});

describe('enrich', () => {
  it('adds the distinct values of all addresses, in their order', () => {
    const [cells] = cellsOf(
      enrich([rowOf({ n: 1, [field]: ['192.0.2.2', '10.0.0.1', '192.0.2.1', '192.0.2.3'] })], [field], lookup),
    );
    expect(cells).toMatchObject({
      n: 1,
      'destination.geo.country_iso_code': ['DE', 'DK'],
      'destination.geo.location': '1.5,2.5',
      'destination.geo.city_name': null,
    });
  });

  it('gives null for private addresses and for none', () => {
    const rows = enrich([rowOf({ [field]: '10.0.0.1' }), rowOf({ [field]: null }), rowOf({})], [field], lookup);
    for (const cells of cellsOf(rows)) expect(cells['destination.geo.country_iso_code']).toBeNull();
  });

  it('replaces columns of the same name', () => {
    const [cells] = cellsOf(
      enrich([rowOf({ [field]: '192.0.2.1', 'destination.geo.country_iso_code': 'US' })], [field], lookup),
    );
    expect(cells?.['destination.geo.country_iso_code']).toBe('DK');
  });

  it('tells that countries are incomplete where addresses are', () => {
    const [row] = enrich([rowOf({ [field]: '192.0.2.1' }, field)], [field, 'source.ip'], lookup);
    expect(row?.more.has('destination.geo.country_iso_code')).toBe(true);
    expect(row?.more.has('source.geo.country_iso_code')).toBe(false);
  });

  it('puts two fields below one parent into the same columns', () => {
    const row = rowOf({ 'host.ip': '192.0.2.1', 'host.outer_ip': '192.0.2.2' });
    const [cells] = cellsOf(enrich([row], ['host.ip', 'host.outer_ip'], lookup));
    expect(cells?.['host.geo.country_iso_code']).toEqual(['DK', 'DE']);
  });

  it('leaves rows as they are when no field is named', () => {
    const rows = [rowOf({ [field]: '192.0.2.1' })];
    expect(enrich(rows, [], lookup)).toEqual(rows);
  });
});
