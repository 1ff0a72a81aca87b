import {
  BIGINT,
  BOOLEAN,
  DOUBLE,
  DuckDBListValue,
  DuckDBTimestampValue,
  INTEGER,
  LIST,
  TIMESTAMP,
  UBIGINT,
  UHUGEINT,
  VARCHAR,
  type DuckDBType,
  type DuckDBValue,
} from '@duckdb/node-api';
import { elementsOf, valueOf } from '../query/values/values.ts';
import type { RefScalar, RefValue, ValueType } from '../query/values/values.ts';
import { sqlType } from './sql/sql-types.ts';

const TYPES: ReadonlyMap<string, DuckDBType> = new Map<string, DuckDBType>([
  ['VARCHAR', VARCHAR],
  ['INTEGER', INTEGER],
  ['BIGINT', BIGINT],
  ['UBIGINT', UBIGINT],
  ['DOUBLE', DOUBLE],
  ['BOOLEAN', BOOLEAN],
  ['TIMESTAMP', TIMESTAMP],
  ['UHUGEINT', UHUGEINT],
]);

const TIMESTAMP_MS_MAX = 9_223_372_022_400_000;

/** DuckDB's own name of the type that `sqlType` spells. */
export function duckType(type: ValueType, several: boolean): DuckDBType {
  const plain = TYPES.get(sqlType(type)) ?? VARCHAR;
  return several ? LIST(plain) : plain;
}

/** A value of the reference semantics as DuckDB takes it. */
export function toDuck(value: RefValue, type: ValueType, several: boolean): DuckDBValue {
  if (value === null) return null;
  if (several) return new DuckDBListValue(elementsOf(value).map((element) => duckScalar(element, type)));
  const [only] = elementsOf(value);
  return only === undefined ? null : duckScalar(only, type);
}

/** A value that DuckDB gives, as the reference semantics compute with it: a LIST of one is that one. */
export function fromDuck(value: DuckDBValue, type: ValueType): RefValue {
  if (value === null) return null;
  if (!(value instanceof DuckDBListValue)) return refScalar(value, type);
  return valueOf(value.items.flatMap((item) => (item === null ? [] : (refScalar(item, type) ?? []))));
}

function duckScalar(value: RefScalar, type: ValueType): DuckDBValue {
  if (type === 'date') return timestamp(Number(value));
  // A whole number beyond a long stands in a list of fractions as it was written.
  if (type === 'double' && typeof value === 'bigint') return Number(value);
  return typeof value === 'object' ? null : value;
}

/** Null beyond the years -290307 to 294246, which is what DuckDB's timestamps hold. */
function timestamp(ms: number): DuckDBTimestampValue | null {
  return Math.abs(ms) > TIMESTAMP_MS_MAX ? null : new DuckDBTimestampValue(BigInt(ms) * 1_000n);
}

function refScalar(value: DuckDBValue, type: ValueType): RefScalar | null {
  if (value instanceof DuckDBTimestampValue) return Number(value.micros / 1_000n);
  if (typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'bigint' || typeof value === 'number') return asTyped(value, type);
  return null;
}

function asTyped(value: number | bigint, type: ValueType): RefScalar {
  const wide = type === 'long' || type === 'unsigned_long' || type === 'ip' || type === 'date_nanos';
  return wide ? BigInt(value) : Number(value);
}
