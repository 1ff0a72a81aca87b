import type { DuckDBConnection } from '@duckdb/node-api';
import type { Column, Row } from '../core/row.ts';
import { toCell } from '../query/values/values.ts';
import { duckType, fromDuck, toDuck } from './duck-values.ts';
import type { Database } from './database.ts';
import type { SegmentInfo } from './segments/snapshot.ts';
import type { Compiled } from './sql/to-sql.ts';

/** Rows of a query that ran. */
export interface Executed {
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
}

/** Runs compiled SQL. An abort interrupts it within ms; the promise then rejects with whatever DuckDB says of that. */
export async function execute(
  database: Database,
  compiled: Compiled,
  segments: { readonly read: readonly SegmentInfo[]; readonly live: readonly SegmentInfo[] },
  signal: AbortSignal,
): Promise<Executed> {
  await using resources = new AsyncDisposableStack();
  resources.use(await database.acquire(segments.read, segments.live));
  database.register(compiled.functions);
  const connection = await database.connect();
  const interrupt = () => connection.interrupt();
  signal.addEventListener('abort', interrupt, { once: true });
  try {
    signal.throwIfAborted();
    return await run(connection, compiled, signal);
  } finally {
    signal.removeEventListener('abort', interrupt);
    connection.closeSync();
  }
}

/** An interrupt before the query has begun is lost, so it is told again until the query ends. */
const INTERRUPT_AGAIN_MS = 20;

async function run(
  connection: DuckDBConnection,
  { sql, params, columns }: Compiled,
  signal: AbortSignal,
): Promise<Executed> {
  const timer = setInterval(() => signal.aborted && connection.interrupt(), INTERRUPT_AGAIN_MS);
  try {
    const values = params.map(({ value, type }) => toDuck(value, type, false));
    const types = params.map(({ type }) => duckType(type, false));
    const reader = await connection.runAndReadAll(sql, values, types);
    const rows = reader.getRows().map((cells): Row => {
      return new Map(columns.map(({ name, type }, at) => [name, toCell(fromDuck(cells[at] ?? null, type), type)]));
    });
    return { columns, rows };
  } finally {
    clearInterval(timer);
  }
}
