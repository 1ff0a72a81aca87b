import type { Column, ColumnType, HuntRow, Scalar, Value } from '../core/row.ts';
import { cellOf, valuesOf } from '../core/row.ts';
import type { GeoFacts, GeoLookup } from './geoip.ts';

/** ECS `geo` and `as` fields: name below the parent of the address, column type, fact. */
const GEO_FIELDS: readonly (readonly [suffix: string, type: ColumnType, fact: keyof GeoFacts])[] = [
  ['geo.continent_code', 'keyword', 'continentCode'],
  ['geo.country_iso_code', 'keyword', 'countryIsoCode'],
  ['geo.country_name', 'keyword', 'countryName'],
  ['geo.region_iso_code', 'keyword', 'regionIsoCode'],
  ['geo.city_name', 'keyword', 'cityName'],
  ['geo.location', 'geo_point', 'location'],
  ['as.number', 'long', 'asNumber'],
  ['as.organization.name', 'keyword', 'asName'],
];

/** The columns that GeoIP adds for an address field: `destination.ip` gives `destination.geo.*` and `destination.as.*`. */
export function geoColumns(field: string): Column[] {
  return GEO_FIELDS.map(([suffix, type]) => ({ name: geoColumn(field, suffix), type }));
}

/** The geo and as columns of one address, null where nothing is known: a private address, or text that is none. */
export function geoCells(field: string, address: Scalar, lookup: GeoLookup): ReadonlyMap<string, Scalar | null> {
  const facts = typeof address === 'string' ? lookup.find(address) : null;
  return new Map(GEO_FIELDS.map(([suffix, , fact]) => [geoColumn(field, suffix), facts?.[fact] ?? null]));
}

/**
 * Rows with the geo and as columns of each address field; columns of these names that a row had are replaced. Several
 * addresses give the distinct values in the order of the addresses, so they cannot be matched up again: `keep` asks
 * `geoCells` for each address. When not all addresses were read, the columns have more values too.
 */
export function enrich(rows: readonly HuntRow[], fields: readonly string[], lookup: GeoLookup): HuntRow[] {
  return rows.map((row) => enrichRow(row, fields, lookup));
}

/** One row of `enrich`. */
export function enrichRow(row: HuntRow, fields: readonly string[], lookup: GeoLookup): HuntRow {
  if (fields.length === 0) return row;
  const incomplete = fields.filter((field) => row.more.has(field)).flatMap((field) => geoColumns(field));
  return {
    cells: new Map([...row.cells, ...gathered(row, fields, lookup)]),
    more: new Set([...row.more, ...incomplete.map(({ name }) => name)]),
  };
}

/** Cells by geo column over all addresses of all fields; two fields below one parent share their columns. */
function gathered(row: HuntRow, fields: readonly string[], lookup: GeoLookup): Map<string, Value> {
  const sets = new Map(fields.flatMap(geoColumns).map(({ name }) => [name, new Set<Scalar>()]));
  for (const field of fields) {
    for (const address of valuesOf(row.cells.get(field))) {
      for (const [name, value] of geoCells(field, address, lookup)) if (value !== null) sets.get(name)?.add(value);
    }
  }
  return new Map([...sets].map(([name, values]) => [name, cellOf([...values])]));
}

function geoColumn(field: string, suffix: string): string {
  const parent = field.slice(0, Math.max(0, field.lastIndexOf('.')));
  return parent === '' ? suffix : `${parent}.${suffix}`;
}
