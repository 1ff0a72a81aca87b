import { HuntError, isHuntError, messageOf } from '../core/error.ts';
import { formatDuration, MINUTE_MS } from '../core/time.ts';
import type { ElasticClient } from '../elastic/client.ts';
import type { QueryReply, QueryRequest } from '../elastic/query-calls.ts';
import { withBackOff, type Effects } from './back-off.ts';
import { answerOf } from './elasticsearch-answer.ts';
import type { Answer, Question } from './port.ts';
import { requestFilter } from './request-filter.ts';

/**
 * How long the server may hold a submit back. Short, because the id is known only afterwards: a closed connection ends the
 * outer task alone, and the search goes on to its end (measured on 8.19.21), so a submit is awaited even after an abort.
 */
const SUBMIT_WAIT_MS = 1_000;
const POLL_WAIT_MS = 30_000;
/** Time for a submit that is held back, or for a deletion, when all else is over. */
const GRACE_MS = 5_000;

/** What one question has at hand while it is answered. */
interface Asking {
  readonly client: ElasticClient;
  readonly effects: Effects;
  /** Aborts when the caller cancels or the deadline passes. */
  readonly signal: AbortSignal;
  readonly deadline: number;
  readonly warnings: string[];
}

/** One question, one answer: tried again when the server is busy, then once with partial results allowed. */
export async function ask(
  client: ElasticClient,
  effects: Effects,
  question: Question,
  cancel: AbortSignal,
): Promise<Answer> {
  const expiry = AbortSignal.timeout(question.deadlineMs);
  const started = effects.now();
  const signal = AbortSignal.any([cancel, expiry]);
  const asking: Asking = { client, effects, signal, deadline: started + question.deadlineMs, warnings: [] };
  try {
    const reply = await wholeOrSalvaged(asking, question);
    const answer = answerOf(reply, question.rowsMax, effects.now() - started);
    return { ...answer, warnings: [...answer.warnings, ...asking.warnings] };
  } catch (error) {
    throw withWarnings(cancel.aborted || !expiry.aborted ? error : expired(error, question), asking.warnings);
  }
}

/**
 * Faults of shards are first tried again, then asked around, once: rows of the unharmed shards are worth having when they
 * are called partial. A fault of the query itself is never salvaged: it would give a believable empty answer.
 */
async function wholeOrSalvaged(asking: Asking, question: Question): Promise<QueryReply> {
  try {
    const whole = () => runQuery(asking, requestOf(question, false));
    return await withBackOff(['OVERLOADED', 'CIRCUIT_BREAKER', 'SHARD_FAILURE'], whole, asking);
  } catch (error) {
    if (!isHuntError(error, 'SHARD_FAILURE', 'CIRCUIT_BREAKER')) throw error;
    try {
      return await runQuery(asking, requestOf(question, true));
    } catch (second) {
      throw isHuntError(second, 'CANCELLED') ? second : error;
    }
  }
}

function requestOf({ esql, params, filter, deadlineMs }: Question, allowPartial: boolean): QueryRequest {
  return {
    query: esql,
    params: Object.entries(params).map(([name, value]) => ({ [name]: value })),
    filter: requestFilter(filter),
    allowPartial,
    waitMs: SUBMIT_WAIT_MS,
    // Where no deletion arrives (killed, cut off), the server forgets the query by itself.
    keepAliveMs: deadlineMs + MINUTE_MS,
  };
}

/** Submits, waits for the end, and leaves nothing on the server, whatever happens. */
async function runQuery(asking: Asking, request: QueryRequest): Promise<QueryReply> {
  const { client, signal } = asking;
  const submitted = await submit(asking, request);
  const { id } = submitted;
  if (id === null && signal.aborted) throw cancelled(signal);
  if (id === null) return submitted;
  try {
    let reply = submitted;
    while (reply.running) {
      const poll = () => client.pollQuery(id, POLL_WAIT_MS, { signal, timeoutMs: POLL_WAIT_MS + GRACE_MS });
      // Asking again is harmless here: the query runs once, whatever becomes of the polls.
      reply = await withBackOff(['UNREACHABLE', 'CONNECTION_LOST'], poll, asking);
    }
    return reply;
  } finally {
    await end(asking, id, request.keepAliveMs);
  }
}

/** Waits for the submit's answer even after an abort, because only it tells the id to delete. */
async function submit({ client, signal }: Asking, request: QueryRequest): Promise<QueryReply> {
  if (signal.aborted) throw cancelled(signal);
  const giveUp = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const aborted = () => (timer = setTimeout(() => giveUp.abort(), SUBMIT_WAIT_MS + GRACE_MS));
  signal.addEventListener('abort', aborted, { once: true });
  try {
    return await client.submitQuery(request, { signal: giveUp.signal });
  } finally {
    signal.removeEventListener('abort', aborted);
    clearTimeout(timer);
  }
}

/** With time of its own: the caller's signal may be over. A failure is told, and not what the question fails of. */
async function end({ client, warnings }: Asking, id: string, keepAliveMs: number): Promise<void> {
  try {
    await client.deleteQuery(id, { signal: AbortSignal.timeout(GRACE_MS), timeoutMs: GRACE_MS });
  } catch (error) {
    const by = formatDuration(keepAliveMs);
    warnings.push(`The query "${id}" could not be ended on the server and expires after ${by}: ${messageOf(error)}`);
  }
}

function cancelled({ reason }: AbortSignal): HuntError {
  const remedy = 'Nothing is left running; start it again when wanted';
  return new HuntError('CANCELLED', 'Cannot run the query: it was cancelled', { cause: reason, remedy });
}

function expired(cause: unknown, { purpose, deadlineMs }: Question): HuntError {
  return new HuntError(
    'TIMEOUT',
    `Cannot answer the query for "${purpose}" within its deadline of ${formatDuration(deadlineMs)}`,
    {
      cause,
      remedy: 'Give it a longer deadline, ask for a shorter window, or look at the load of the cluster',
    },
  );
}

/** An error has no place for warnings but its remedy. */
function withWarnings(error: unknown, warnings: readonly string[]): unknown {
  if (warnings.length === 0 || !(error instanceof HuntError)) return error;
  const remedy = [error.remedy, ...warnings].filter((text) => text !== undefined).join('. ');
  return new HuntError(error.code, error.message, { cause: error.cause, remedy });
}
