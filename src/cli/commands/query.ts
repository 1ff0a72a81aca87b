import { type Column, type Row, type Value, valuesOf } from '../../core/row.ts';
import { EVENT_TIME_FIELD } from '../../core/source.ts';
import { shortText } from '../../core/unsafe-text.ts';
import type { Answer } from '../../engine/port.ts';
import type { Effects } from '../effects.ts';
import { startProgress } from '../progress.ts';
import { safe, type SafeText } from '../views/safe-text.ts';
import { table, type TableColumn } from '../views/table.ts';
import { askedSpan, type TimeFlags } from '../time-flags.ts';

export interface QueryFlags extends TimeFlags {
  readonly limit: number;
}

/** Longest text of a cell: a command line is whole, a script is not; --json has all of it. */
const CELL_MAX = 2_000;
/** Exit code of an answer that is only a part. */
const DEGRADED_EXIT = 4;

/**
 * `hunt query`: one ES|QL query, over all time or with a filter on event time. Rows beyond the limit and missing parts
 * are told; a partial answer exits with 4.
 */
export async function query(esql: string, flags: QueryFlags, effects: Effects): Promise<number> {
  const { out, signal, now, monotonic } = effects;
  const span = askedSpan(flags, now());
  const { limits } = await effects.config();
  const engine = await effects.engine();
  using progress = startProgress(out, monotonic);
  progress.doing(safe`query`);
  const answer = await engine.query(
    {
      purpose: 'query',
      // On a line of its own: the query may end in a comment.
      esql: `${esql}\n| LIMIT ${flags.limit + 1}`,
      params: {},
      filter: {
        time: span === null ? null : { clocks: [[EVENT_TIME_FIELD]], span: span.tile },
        excluded: [],
        only: [],
      },
      rowsMax: flags.limit,
      deadlineMs: limits.deadlineMs,
    },
    signal,
  );
  progress.clear();
  tellAnswer(answer, flags, effects);
  return answer.partial.length > 0 ? DEGRADED_EXIT : 0;
}

function tellAnswer(answer: Answer, { limit }: QueryFlags, { out }: Pick<Effects, 'out'>): void {
  const { columns, rows, truncated, partial, warnings, tookMs } = answer;
  const objects = rows.map((row) => rowJson(row, columns));
  const value = { columns, rows: objects, truncated, partial, warnings, tookMs };
  out.answer(out.format === 'ndjson' ? objects : value, () => (rows.length === 0 ? safe`` : rowTable(answer, out)));
  const { yellow } = out.notePaint;
  for (const text of partial) out.note(yellow(safe`Only a part was answered: ${text}`));
  if (truncated) out.note(yellow(safe`More than ${limit} rows: the rest was not read; --limit goes up to 9999`));
  for (const warning of warnings) out.note(safe`Warning of the server: ${warning}`);
  if (rows.length === 0) out.note(safe`No row`);
}

/** fromEntries defines properties, so a column called `__proto__` stays one. */
function rowJson(row: Row, columns: readonly Column[]): Readonly<Record<string, Value>> {
  return Object.fromEntries(columns.map(({ name }) => [name, row.get(name) ?? null]));
}

function rowTable({ columns, rows }: Answer, { paint, width }: Effects['out']): SafeText {
  const shown = columns.map(({ name, type }): TableColumn<Row> => {
    const align = ['integer', 'long', 'unsigned_long', 'double'].includes(type) ? 'right' : 'left';
    const cell = (row: Row) => safe`${shortText(valuesOf(row.get(name)).map(String).join(', '), CELL_MAX)}`;
    return { name, cell, align };
  });
  return table(rows, shown, paint, width);
}
