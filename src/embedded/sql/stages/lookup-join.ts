import type { SqlValue } from '../functions/port.ts';
import type { StageOf } from '../../plan/plan.ts';
import type { SqlWriter } from '../sql-context.ts';
import { scanSql, slotName } from '../sql-scan.ts';
import type { Scanned } from '../sql-scan.ts';
import { alone } from '../sql-share.ts';

/** A request's time range and lists are for the events, not for what is looked up. */
const NO_FILTER = { time: null, excluded: [], only: [] } as const;

/**
 * A LEFT JOIN with the documents of an index: each row once for every document of its key, and once with nulls where
 * there is none. A key that is null, or holds several values on either side, meets no other.
 */
export function lookupSql(
  { command, otherKey, made }: StageOf<'lookup'>,
  from: string,
  key: SqlValue,
  { scanned, writer }: { readonly scanned: Scanned; readonly writer: SqlWriter },
): { readonly sql: string; readonly shapes: ReadonlyMap<number, SqlValue> } {
  const others = { ...scanned, segments: scanned.lookup(command.index), filter: NO_FILTER };
  const scan = { kind: 'scan', fields: [...made, otherKey], metadata: [], where: [] } as const;
  const { sql, shapes } = scanSql(scan, others, writer);
  const other = shapes.get(otherKey.slot.id);
  const columns = ['l.*', ...made.map(({ slot }) => `r.${slotName(slot.id)}`)].join(', ');
  const on = other === undefined ? 'false' : `${alone(key).sql} = ${alone(other).sql}`;
  return { sql: `SELECT ${columns} FROM ${from} l LEFT JOIN (${sql}) r ON ${on}`, shapes };
}
