import type { ColumnType } from '../core/row.ts';
import { columnTypeOf as mappedTypeOf } from '../query/ecs.ts';

/** Names that the server gives to columns and counters, beside those of mappings. */
const BEYOND_MAPPINGS: ReadonlyMap<string, ColumnType> = new Map<string, ColumnType>([
  ['counter_integer', 'integer'],
  ['counter_long', 'long'],
  ['counter_double', 'double'],
  ['datetime', 'date'],
  ['null', 'null'],
]);

/** The column type of a field or column type name of the server; `unsupported` for one that hunts cannot use. */
export function columnTypeOf(name: string): ColumnType {
  return mappedTypeOf(name) ?? BEYOND_MAPPINGS.get(name) ?? 'unsupported';
}
