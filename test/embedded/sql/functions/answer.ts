// The embedded engine on rows that a query makes itself: no segment, no store.
import type { Value } from '../../../../src/core/row.ts';
import { compileQuery } from '../../../../src/embedded/plan/compile.ts';
import { Database } from '../../../../src/embedded/database.ts';
import { execute } from '../../../../src/embedded/execute.ts';

/** The one row of a query that begins with ROW, or the faults it is refused with. */
export async function answer(esql: string, now = 0): Promise<Record<string, Value> | string> {
  const asked = {
    snapshot: { mapping: new Map(), segments: [] },
    params: {},
    filter: { time: null, excluded: [], only: [] },
    tableOf: () => 'none',
    now,
  };
  const compiled = compileQuery(esql, asked);
  if (!compiled.ok) return compiled.faults.map((fault) => fault.message).join('; ');
  await using database = await Database.open('/nowhere');
  const segments = { read: [], live: [] };
  const { rows } = await execute(database, compiled.value, segments, new AbortController().signal);
  return Object.fromEntries(rows[0] ?? []);
}
