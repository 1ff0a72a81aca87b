import { createContext, Script } from 'node:vm';

/** As Elasticsearch's own watchdog of GROK has it, there for one text. */
const LONGEST_MS = 1_000;

const context = createContext({ work: () => {} });
const script = new Script('work()');

/** Work that was stopped because it did not end. DuckDB hands on no more of it than the message. */
class Overrun extends Error {
  constructor(what: string) {
    super(`${what} was stopped after ${LONGEST_MS} ms`);
    this.name = 'Overrun';
  }
}

/** What was stopped, from a message that holds that of an Overrun; null where it holds none. */
export function stoppedIn(message: string): string | null {
  return /\b([A-Z0-9_]+) was stopped after \d+ ms/.exec(message)?.[1] ?? null;
}

/**
 * Does work that may never end (a regular expression that backtracks) and throws after a second what
 * `stoppedIn` knows: V8 stops even inside of a match. A call costs 0.15 ms, so do much in one. `what`: its name, upper case.
 */
export function watched(what: string, work: () => void): void {
  context['work'] = work;
  try {
    script.runInContext(context, { timeout: LONGEST_MS });
  } catch (error) {
    throw isTimeout(error) ? new Overrun(what) : error;
  } finally {
    context['work'] = undefined;
  }
}

/** The error comes from another realm, so that `instanceof` says nothing. */
function isTimeout(error: unknown): boolean {
  return (error as { readonly code?: unknown } | null)?.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
}
