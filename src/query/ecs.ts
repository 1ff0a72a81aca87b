import type { ColumnType } from '../core/row.ts';
import table from './ecs-table.json' with { type: 'json' };

/** What ECS says of a field: its type as ES|QL sees it, and whether it holds an array. */
export interface FieldFacts {
  readonly type: ColumnType;
  readonly array: boolean;
}

/** ECS version the table was generated from. */
export const ECS_VERSION: string = table.version;

/** ES|QL's type of each mapping type; a type that is missing here is no column (object, nested). */
const COLUMN_TYPE_OF: ReadonlyMap<string, ColumnType> = new Map([
  ['keyword', 'keyword'],
  ['constant_keyword', 'keyword'],
  ['wildcard', 'keyword'],
  ['text', 'text'],
  ['match_only_text', 'text'],
  ['byte', 'integer'],
  ['short', 'integer'],
  ['integer', 'integer'],
  ['long', 'long'],
  ['unsigned_long', 'unsigned_long'],
  ['half_float', 'double'],
  ['float', 'double'],
  ['scaled_float', 'double'],
  ['double', 'double'],
  ['boolean', 'boolean'],
  ['date', 'date'],
  ['date_nanos', 'date_nanos'],
  ['ip', 'ip'],
  ['version', 'version'],
  ['geo_point', 'geo_point'],
  ['flattened', 'unsupported'],
]);

/**
 * Fields that the sources we know send and ECS lacks: Windows events by the Winlog input, whose `event_data` is dynamic
 * and always text; and what Elastic's Sysmon and PowerShell integrations add. The first prefix that fits decides.
 */
const BEYOND_ECS: readonly (readonly [prefix: string, facts: FieldFacts])[] = [
  ['winlog.process.pid', { type: 'long', array: false }],
  ['winlog.process.thread.id', { type: 'long', array: false }],
  ['winlog.version', { type: 'long', array: false }],
  ['winlog.keywords', { type: 'keyword', array: true }],
  ['winlog.', { type: 'keyword', array: false }],
  ['sysmon.dns.status', { type: 'keyword', array: false }],
  ['powershell.sequence', { type: 'long', array: false }],
  ['powershell.total', { type: 'long', array: false }],
  ['powershell.', { type: 'keyword', array: false }],
];

const FIELDS: ReadonlyMap<string, FieldFacts> = new Map(
  Object.entries<string>(table.fields).flatMap(([name, text]) => {
    const array = text.endsWith('[]');
    const type = COLUMN_TYPE_OF.get(array ? text.slice(0, -2) : text);
    return type === undefined ? [] : [[name, { type, array }] as const];
  }),
);

/**
 * Type and severalness of a field by its whole name: ECS first, then the documented rule for known sources, then
 * `.caseless` (Elastic Defend's lower-cased twin of a keyword). Undefined for anything else, objects included.
 */
export function ecsField(name: string): FieldFacts | undefined {
  const known = FIELDS.get(name) ?? BEYOND_ECS.find(([prefix]) => fits(name, prefix))?.[1];
  if (known !== undefined || !name.endsWith('.caseless')) return known;
  const twin = FIELDS.get(name.slice(0, -'.caseless'.length));
  return twin?.type === 'keyword' ? twin : undefined;
}

/** The ES|QL type of a mapping type (`wildcard` is `keyword`); undefined where there is no column of it. */
export function columnTypeOf(mappingType: string): ColumnType | undefined {
  return COLUMN_TYPE_OF.get(mappingType);
}

/** Names of all fields of the table: for "did you mean". */
export function ecsFieldNames(): Iterable<string> {
  return FIELDS.keys();
}

function fits(name: string, prefix: string): boolean {
  return prefix.endsWith('.') ? name.length > prefix.length && name.startsWith(prefix) : name === prefix;
}
