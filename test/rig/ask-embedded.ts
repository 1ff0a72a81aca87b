import type { Value } from '../../src/core/row.ts';
import { embeddedEngine } from '../../src/engine/embedded.ts';
import type { Answer, Engine, Question } from '../../src/engine/port.ts';
import { literalEvents, type LiteralIndex } from './segments.ts';

/** The embedded engine over literal documents; disposing it removes them. */
export async function engineOver(indices: Readonly<Record<string, LiteralIndex>>): Promise<Engine> {
  const events = await literalEvents(indices);
  const engine = embeddedEngine(events);
  return {
    ...engine,
    async [Symbol.asyncDispose]() {
      await engine[Symbol.asyncDispose]();
      events[Symbol.dispose]();
    },
  };
}

/** Asks without a filter, unless one is given. */
export function askEmbedded(engine: Engine, esql: string, other: Partial<Question> = {}): Promise<Answer> {
  const filter = { time: null, excluded: [], only: [] };
  const question = { purpose: 'rows', esql, params: {}, filter, rowsMax: 10_000, deadlineMs: 30_000, ...other };
  return engine.query(question, new AbortController().signal);
}

/** Rows as lists of cells in the order of the columns. */
export function cellsOf({ columns, rows }: Answer): readonly (readonly Value[])[] {
  return rows.map((row) => columns.map(({ name }) => row.get(name) ?? null));
}
