import type { ColumnType } from '../core/row.ts';

/** Elasticsearch's type names as ES|QL reads them: small numbers are widened, the keyword and text families are one each. */
const TYPES: ReadonlyMap<string, ColumnType> = new Map<string, ColumnType>([
  ['keyword', 'keyword'],
  ['constant_keyword', 'keyword'],
  ['wildcard', 'keyword'],
  ['text', 'text'],
  ['match_only_text', 'text'],
  ['byte', 'integer'],
  ['short', 'integer'],
  ['integer', 'integer'],
  ['counter_integer', 'integer'],
  ['long', 'long'],
  ['counter_long', 'long'],
  ['unsigned_long', 'unsigned_long'],
  ['half_float', 'double'],
  ['float', 'double'],
  ['scaled_float', 'double'],
  ['double', 'double'],
  ['counter_double', 'double'],
  ['boolean', 'boolean'],
  ['date', 'date'],
  ['datetime', 'date'],
  ['date_nanos', 'date_nanos'],
  ['ip', 'ip'],
  ['version', 'version'],
  ['geo_point', 'geo_point'],
  ['null', 'null'],
]);

/** The column type of a field or column type name of the server; `unsupported` for one that hunts cannot use. */
export function columnTypeOf(name: string): ColumnType {
  return TYPES.get(name) ?? 'unsupported';
}
