import type { FindingState } from '../core/finding.ts';
import { parseIp } from '../core/ip.ts';
import { cellOf, valuesOf } from '../core/row.ts';
import type { Scalar, Value } from '../core/row.ts';
import { ENTITY_FIELDS } from './elasticsearch/templates.ts';

/** `lat,lon` in degrees, as Elasticsearch reads a geo_point from text. */
const LAT_LON = /^(-?\d{1,2}(?:\.\d+)?),(-?\d{1,3}(?:\.\d+)?)$/;

/** Every column that a finding knows, whether key, set or value, with its distinct values. */
export type Columns = ReadonlyMap<string, readonly Scalar[]>;

export function columnsOf({ key, sets, latest }: FindingState): Columns {
  const columns = new Map<string, readonly Scalar[]>();
  const add = (name: string, values: readonly Scalar[]) => {
    const known = columns.get(name);
    columns.set(name, known === undefined ? values : [...new Set([...known, ...values])]);
  };
  for (const [name, value] of Object.entries(key)) add(name, valuesOf(value));
  for (const [name, set] of Object.entries(sets)) add(name, set.values);
  for (const [name, value] of Object.entries(latest.values)) add(name, valuesOf(value));
  return columns;
}

/** The hosts of a finding, lower-cased, each once: what a filter by host looks at. */
export function hostsOf(state: FindingState): string[] {
  const names = columnsOf(state).get('host.name') ?? [];
  return [...new Set(names.map((name) => String(name).toLowerCase()))];
}

/**
 * The columns that ECS knows, as nested objects. A value that its field cannot index (a name in `destination.ip`) is left
 * out here and kept in `hunt.state`: the server would refuse or ignore it. Only names that the mapping has
 * come in, so no column can reach a field of Tracehound's own or an object's prototype.
 */
export function entityView(columns: Columns): Record<string, unknown> {
  const view: Record<string, unknown> = {};
  for (const [name, values] of columns) {
    const cell = cellOf(fitting(name, values));
    if (cell !== null) put(view, name.split('.'), cell);
  }
  return view;
}

/** Columns that ECS does not know, by name; a flattened field refuses NUL in a name. */
export function otherColumns(columns: Columns): Record<string, Value> {
  const others = [...columns].filter(([name]) => !ENTITY_FIELDS.has(name));
  return flattened(others.map(([name, values]) => [name, cellOf(values)]));
}

/** What a flattened field can hold of a record. */
export function flattened(entries: Iterable<readonly [string, Value]>): Record<string, Value> {
  return Object.fromEntries([...entries].filter(([name, value]) => value !== null && !name.includes('\0')));
}

/** ECS `related.*`: every address, host, user and hash, wherever it stands. */
export function relatedView(columns: Columns): Record<string, Value> {
  const gather = (fields: ReadonlySet<string>): Value =>
    cellOf([...new Set([...columns].flatMap(([name, values]) => (fields.has(name) ? fitting(name, values) : [])))]);
  return flattened(RELATED.map(([kind, fields]) => [kind, gather(fields)]));
}

const RELATED = [
  ['ip', fieldsWhere((_name, type) => type === 'ip')],
  [
    'hosts',
    fieldsWhere((name) => /^host\.(?:name|hostname)$|^(?:source|destination|client|server)\.domain$/.test(name)),
  ],
  ['user', fieldsWhere((name) => name === 'user.name')],
  ['hash', fieldsWhere((name) => /\.hash\.\w+$|\.pe\.imphash$/.test(name))],
] as const;

function fieldsWhere(accepts: (name: string, type: string) => boolean): ReadonlySet<string> {
  return new Set([...ENTITY_FIELDS].flatMap(([name, type]) => (accepts(name, type) ? [name] : [])));
}

/** The values that the mapped field of this name can index; none where no such field is mapped. */
function fitting(name: string, values: readonly Scalar[]): readonly Scalar[] {
  const type = ENTITY_FIELDS.get(name);
  return type === undefined ? [] : values.filter((value) => fits(value, type));
}

function fits(value: Scalar, type: string): boolean {
  if (type === 'ip') return typeof value === 'string' && parseIp(value) !== null;
  if (type === 'long') return Number.isSafeInteger(value);
  if (type === 'boolean') return typeof value === 'boolean';
  if (type === 'geo_point') return typeof value === 'string' && isPoint(value);
  return true;
}

function isPoint(text: string): boolean {
  const [, lat, lon] = LAT_LON.exec(text) ?? [];
  return lat !== undefined && lon !== undefined && Math.abs(Number(lat)) <= 90 && Math.abs(Number(lon)) <= 180;
}

function put(view: Record<string, unknown>, path: readonly string[], value: Value): void {
  const [head = '', ...rest] = path;
  if (rest.length === 0) view[head] = value;
  else put((view[head] ??= {}) as Record<string, unknown>, rest, value);
}
