import { HuntError, isHuntError, messageOf, type ErrorCode } from '../core/error.ts';
import { formatDuration } from '../core/time.ts';
import { compileQuery, type QueryFault } from '../embedded/plan/compile.ts';
import { tableOf } from '../embedded/database.ts';
import { DatabaseHolder } from '../embedded/database-holder.ts';
import { execute } from '../embedded/execute.ts';
import type { Snapshot } from '../embedded/segments/snapshot.ts';
import {
  fieldShapes,
  indexNames,
  matchedIndices,
  scannedSegments,
  unmatchedPatterns,
} from '../embedded/plan/sources.ts';
import { stoppedIn } from '../embedded/watchdog.ts';
import { excerpt } from '../query/syntax/fault.ts';
import type { Answer, Engine, FieldCaps, Question } from './port.ts';

/** Where events lie: what the store holds at this moment, and the folder below which its segments are. */
export interface EventSource {
  readonly snapshot: () => Snapshot;
  readonly folder: string;
}

/** The engine over the segments of the embedded store, in this process. Disposing it ends what runs. */
export function embeddedEngine(events: EventSource, now: () => number = Date.now): Engine {
  const holder = new DatabaseHolder(events.folder);
  return {
    name: 'embedded',
    info: () => Promise.resolve({ name: 'embedded', version: null, notes: [], warnings: [] }),
    fields: (patterns) => Promise.resolve(fieldCaps(events.snapshot(), patterns)),
    query: (question, signal) => ask(holder, events.snapshot(), question, now, signal),
    privileges: (patterns) => Promise.resolve(patterns.map((pattern) => ({ pattern, missing: null }))),
    [Symbol.asyncDispose]: () => holder[Symbol.asyncDispose](),
  };
}

/** Fields of the indices; the store has one type for each, so there are no conflicts. */
function fieldCaps(snapshot: Snapshot, patterns: readonly string[]): FieldCaps {
  const names = indexNames(snapshot);
  const indices = matchedIndices(patterns, names);
  const columns = fieldShapes(scannedSegments(snapshot, indices));
  return {
    indices: [...indices].sort(),
    closed: [],
    missingShards: 0,
    unavailable: [],
    unmatched: unmatchedPatterns(patterns, names),
    types: new Map(
      [...snapshot.mapping].flatMap(([name, { id, type }]) => (columns.has(id) ? [[name, type] as const] : [])),
    ),
    conflicts: new Map(),
  };
}

async function ask(
  holder: DatabaseHolder,
  snapshot: Snapshot,
  question: Question,
  now: () => number,
  cancel: AbortSignal,
): Promise<Answer> {
  const started = performance.now();
  const { esql, params, filter, rowsMax, deadlineMs } = question;
  const expiry = AbortSignal.timeout(deadlineMs);
  if (cancel.aborted) throw cancelled(cancel);
  try {
    const compiled = compileQuery(esql, { snapshot, params, filter, tableOf, now: now() });
    if (!compiled.ok) throw rejected(esql, compiled.faults);
    const signal = AbortSignal.any([cancel, expiry]);
    const { columns, rows } = await holder.use((database) =>
      execute(database, compiled.value, { read: compiled.segments, live: snapshot.segments }, signal),
    );
    const awaitedMs = Math.round(performance.now() - started);
    return {
      columns,
      // Elasticsearch gives no rows where no column is left.
      rows: columns.length === 0 ? [] : rows.slice(0, rowsMax),
      truncated: rows.length > rowsMax,
      partial: [],
      warnings: [],
      tookMs: awaitedMs,
      awaitedMs,
    };
  } catch (error) {
    if (cancel.aborted) throw cancelled(cancel);
    throw expiry.aborted ? expired(error, question) : failed(error);
  }
}

const CODES: ReadonlyMap<string, ErrorCode> = new Map([
  ['unknown-column', 'UNKNOWN_COLUMN'],
  ['unsupported-field', 'TYPE_CONFLICT'],
  ['unknown-index', 'NO_INDEX'],
]);

/** Of each fault; some name all columns of a query. */
const MESSAGE_MAX = 500;

/** Every fault with its place in the query, as Elasticsearch tells them; the first one decides the code. */
function rejected(esql: string, faults: readonly QueryFault[]): HuntError {
  const told = faults
    .slice(0, 10)
    .map(({ message, span }) => `${lineOf(esql, span.start)}: ${excerpt(message, MESSAGE_MAX)}`);
  const [first] = faults;
  const code = CODES.get(first?.rule ?? '') ?? 'QUERY_REJECTED';
  return new HuntError(code, `Cannot run the query: ${told.join('; ')}`, { remedy: first?.hint ?? 'Change the query' });
}

function lineOf(text: string, offset: number): string {
  const before = text.slice(0, offset).split('\n');
  return `line ${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
}

function cancelled({ reason }: AbortSignal): HuntError {
  return new HuntError('CANCELLED', 'Cannot run the query: it was cancelled', {
    cause: reason,
    remedy: 'Nothing is left running; start it again when wanted',
  });
}

function expired(cause: unknown, { purpose, deadlineMs }: Question): HuntError {
  const message = `Cannot answer the query for "${purpose}" within its deadline of ${formatDuration(deadlineMs)}`;
  return new HuntError('TIMEOUT', message, { cause, remedy: 'Give it a longer deadline, or ask for a shorter window' });
}

function failed(cause: unknown): unknown {
  if (isHuntError(cause)) return cause;
  const text = messageOf(cause);
  const stopped = stoppedIn(text);
  if (stopped !== null)
    return new HuntError('QUERY_REJECTED', `Cannot run the query: ${stopped} takes too long over a text`, {
      cause,
      remedy: 'Give its pattern fewer endless repetitions (.*, %{DATA}), or anchor it with ^',
    });
  if (/out of memory/i.test(text))
    return new HuntError('CIRCUIT_BREAKER', `Cannot run the query: it needs more memory than it may use (${text})`, {
      cause,
      remedy: 'Ask for a shorter window, or group by fewer values',
    });
  return new HuntError('QUERY_REJECTED', `Cannot run the query on the embedded engine: ${text}`, {
    cause,
    remedy: 'Report this query with its error: DuckDB should not have refused it',
  });
}
