import type { SqlContext, SqlValue } from './functions/port.ts';
import { filterSql } from './filter.ts';
import type { ScanFilter } from './filter.ts';
import type { ScanField, ScanMetadata, StageOf } from '../plan/plan.ts';
import { mayMatch } from './skip-segments.ts';
import { columnName } from '../segments/snapshot.ts';
import type { MappedField, SegmentInfo } from '../segments/snapshot.ts';
import type { ScannedSegment } from '../plan/sources.ts';
import { lowerCondition } from './sql-expression.ts';
import { asList, columnType, plain } from './sql-types.ts';

/** The documents that a FROM reads, and how their segments are called in SQL. */
export interface Scanned {
  readonly segments: readonly ScannedSegment[];
  readonly mapping: ReadonlyMap<string, MappedField>;
  readonly filter: ScanFilter;
  /** The segments of the index that a LOOKUP JOIN names. */
  readonly lookup: (index: string) => readonly ScannedSegment[];
  /** The table of a segment. */
  readonly tableOf: (segment: SegmentInfo) => string;
}

type Scan = StageOf<'scan'>;

/** One SELECT for each segment, in the shapes that hold for all of them. */
export function scanSql(
  scan: Scan,
  scanned: Scanned,
  context: SqlContext,
): { readonly sql: string; readonly shapes: ReadonlyMap<number, SqlValue> } {
  const segments = scanned.segments.filter(({ segment }) => mayMatch(segment, scan, scanned.filter));
  const shapes = new Map([
    ...scan.fields.map((field) => [field.slot.id, fieldShape(field, segments)] as const),
    ...scan.metadata.map(({ slot }) => [slot.id, plain(slotName(slot.id), slot.type)] as const),
  ]);
  const parts = segments.map((part) => segmentSql(part, scan, shapes, scanned, context));
  return { sql: parts.length === 0 ? emptySql(shapes) : parts.join('\nUNION ALL '), shapes };
}

export function slotName(id: number): string {
  return `s${id}`;
}

/** A LIST as soon as one segment has one. */
function fieldShape({ slot, id }: ScanField, segments: readonly ScannedSegment[]): SqlValue {
  const several = segments.some(({ segment }) => segment.columns.get(id) === 'several');
  return { sql: slotName(slot.id), type: slot.type, several, constant: undefined };
}

function segmentSql(
  { segment, indices }: ScannedSegment,
  scan: Scan,
  shapes: ReadonlyMap<number, SqlValue>,
  scanned: Scanned,
  context: SqlContext,
): string {
  const own = ({ id, type }: MappedField): SqlValue | undefined => {
    const shape = segment.columns.get(id);
    return shape === undefined
      ? undefined
      : { sql: columnName(id), type, several: shape === 'several', constant: undefined };
  };
  const byName = (name: string) => {
    const field = scanned.mapping.get(name);
    return field === undefined ? undefined : own(field);
  };
  const here = new Map([
    ...scan.fields.map(
      ({ slot, id }) => [slot.id, own({ id, type: slot.type }) ?? context.constant(null, slot.type)] as const,
    ),
    ...scan.metadata.map((metadata) => [metadata.slot.id, metadataValue(metadata)] as const),
  ]);
  const conditions = [
    ...(indices === null ? [] : [`_index IN (${indices.map((name) => context.param(name, 'keyword')).join(', ')})`]),
    ...filterSql(scanned.filter, byName, context),
    ...scan.where.map(({ typed, names }) =>
      lowerCondition(typed, { column: (name) => here.get(names.get(name)?.id ?? -1), context }),
    ),
  ];
  const columns = [...here].map(([id, value]) => `${inShape(value, shapes.get(id))} AS ${slotName(id)}`);
  const where = conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
  return `SELECT ${columns.join(', ') || 'true AS present'} FROM ${scanned.tableOf(segment)}${where}`;
}

/** A document is never written twice into a segment, so its version is the first. */
function metadataValue({ name, slot }: ScanMetadata): SqlValue {
  return plain(name === '_version' ? 'CAST(1 AS BIGINT)' : name, slot.type);
}

function inShape(value: SqlValue, shape: SqlValue | undefined): string {
  if (shape?.several !== true) return value.sql;
  return value.constant === null ? `CAST(NULL AS ${columnType(shape)})` : asList(value).sql;
}

function emptySql(shapes: ReadonlyMap<number, SqlValue>): string {
  const columns = [...shapes].map(([id, shape]) => `CAST(NULL AS ${columnType(shape)}) AS ${slotName(id)}`);
  return `SELECT ${columns.join(', ') || 'true AS present'} WHERE false`;
}
