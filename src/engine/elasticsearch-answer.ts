import { cellOf, type Column, type Row, type Scalar, type Value } from '../core/row.ts';
import type { QueryReply } from '../elastic/query-calls.ts';
import { columnTypeOf } from './elasticsearch-types.ts';
import type { Answer } from './port.ts';

const UNNAMED = 'Elasticsearch calls the answer partial and gives no reason';

/** Rows and columns of a finished query; what lies above `rowsMax` is cut and said. Numbers above 2^53 lost precision. */
export function answerOf(reply: QueryReply, rowsMax: number, awaitedMs: number): Answer {
  const columns = reply.columns.map(({ name, type }): Column => ({ name, type: columnTypeOf(type) }));
  return {
    columns,
    rows: reply.values.slice(0, rowsMax).map((values) => rowOf(columns, values)),
    truncated: reply.values.length > rowsMax,
    partial: reply.partial && reply.failures.length === 0 ? [UNNAMED] : reply.failures,
    warnings: [...new Set(reply.warnings)],
    tookMs: reply.tookMs,
    awaitedMs,
  };
}

function rowOf(columns: readonly Column[], values: readonly unknown[]): Row {
  return new Map(columns.map(({ name }, index) => [name, cellFrom(values[index])]));
}

function cellFrom(value: unknown): Value {
  if (value === null || value === undefined) return null;
  return Array.isArray(value) ? cellOf(value.filter((item) => item !== null).map(scalarFrom)) : scalarFrom(value);
}

/** Only `_source` and a few types that hunts cannot use come as objects: they are shown as JSON. */
function scalarFrom(value: unknown): Scalar {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? value
    : JSON.stringify(value);
}
