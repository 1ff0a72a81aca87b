import * as fc from 'fast-check';
import type { HuntRow, Value } from '../../src/core/row.ts';
import { cellOf } from '../../src/core/row.ts';
import type { GeoFacts, GeoLookup } from '../../src/findings/geoip.ts';

export const SEEDED = { seed: 20_261_121, numRuns: 500 };

/** A row of cells, with the columns that had more values than were read. */
export function rowOf(cells: Readonly<Record<string, Value>>, ...more: string[]): HuntRow {
  return { cells: new Map(Object.entries(cells)), more: new Set(more) };
}

/** The cells of rows as plain objects. */
export function cellsOf(rows: readonly HuntRow[]): Record<string, Value>[] {
  return rows.map(({ cells }) => Object.fromEntries(cells));
}

/** Values an ip column may hold: addresses in and out of 10.0.0.0/29, in several forms, and what is none. */
const hostileValue = fc.oneof(
  fc.nat(15).map((last) => `10.0.0.${last}`),
  fc.nat(15).map((last) => `::ffff:10.0.0.${last}`),
  fc.constantFrom('2001:db8::1', '', '__proto__', 'constructor', '10.0.0.1/8', '10.0.0.01', 'ip', '%s', '\u0000'),
  fc.constantFrom(10, 0, true, false),
);

/** Rows with `ip` (none, one or several values), `n`, and `ip` cut or not. */
export const hostileRows = fc.array(
  fc
    .record({ ip: fc.uniqueArray(hostileValue, { maxLength: 5 }), cut: fc.boolean(), n: fc.nat(3) })
    .map(({ ip, cut, n }) => rowOf({ ip: cellOf(ip), n }, ...(cut ? ['ip'] : []))),
  { maxLength: 8 },
);

/** GeoIP data that knows these countries, each in its own network. */
export function lookupOf(countries: Readonly<Record<string, string>>): GeoLookup {
  const facts = (country: string): GeoFacts => ({
    continentCode: null,
    countryIsoCode: country,
    countryName: `Land of ${country}`,
    regionIsoCode: null,
    cityName: null,
    location: '1.5,2.5',
    asNumber: country.charCodeAt(0),
    asName: null,
  });
  const known = new Map(Object.entries(countries).map(([ip, country]) => [ip, facts(country)]));
  return { date: '2026-11-01', notes: [], find: (ip) => known.get(ip) ?? null };
}
