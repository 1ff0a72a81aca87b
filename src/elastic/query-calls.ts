import { expectFields, expectList, expectText, fieldOf, listIn, notUnderstood, numberIn, textIn } from './answer.ts';
import { clean } from './failure.ts';
import type { Call, Reply, Wire } from './wire.ts';

/** An ES|QL query as it is submitted. */
export interface QueryRequest {
  readonly query: string;
  readonly params: readonly Readonly<Record<string, unknown>>[];
  /** Query DSL. */
  readonly filter: object | null;
  /** Take what unharmed shards give, flagged; otherwise any fault is an error. */
  readonly allowPartial: boolean;
  /** How long the server may hold the answer back waiting for the end. */
  readonly waitMs: number;
  /** When the server forgets the query by itself. */
  readonly keepAliveMs: number;
}

export interface QueryReply {
  /** Null when nothing is left on the server. */
  readonly id: string | null;
  readonly running: boolean;
  readonly partial: boolean;
  /** Why it is partial, one for each failed shard or cluster. */
  readonly failures: readonly string[];
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly values: readonly (readonly unknown[])[];
  readonly tookMs: number;
  readonly warnings: readonly string[];
}

export interface QueryCalls {
  /** Starts a query; the reply holds the rows when it ended within `waitMs`. Never repeated by itself. */
  submitQuery(request: QueryRequest, call: Call): Promise<QueryReply>;
  pollQuery(id: string, waitMs: number, call: Call): Promise<QueryReply>;
  /** Ends the query and removes what is kept of it; one that is gone already is fine. */
  deleteQuery(id: string, call: Call): Promise<void>;
}

const RUN = { what: 'run the query', side: 'events' } as const;
const END = { what: 'end the query', side: 'events' } as const;

export function queryCalls({ send }: Pick<Wire, 'send'>): QueryCalls {
  return {
    async submitQuery(request, call) {
      const { query, params, filter } = request;
      const body = {
        query,
        ...(params.length === 0 ? {} : { params }),
        ...(filter === null ? {} : { filter }),
        wait_for_completion_timeout: `${request.waitMs}ms`,
        keep_alive: `${request.keepAliveMs}ms`,
        keep_on_completion: false,
      };
      const partial = { allow_partial_results: request.allowPartial };
      return readQuery(await send({ doing: RUN, method: 'POST', path: '/_query/async', query: partial, body }, call));
    },
    async pollQuery(id, waitMs, call) {
      const query = { wait_for_completion_timeout: `${waitMs}ms` };
      return readQuery(await send({ doing: RUN, method: 'GET', path: pathOf(id), query }, call));
    },
    async deleteQuery(id, call) {
      await send({ doing: END, method: 'DELETE', path: pathOf(id), ignore: [404] }, call);
    },
  };
}

function pathOf(id: string): string {
  return `/_query/async/${encodeURIComponent(id)}`;
}

/** Checks an answer's shape. While it runs, columns and values mean nothing. */
function readQuery({ body, warnings }: Reply): QueryReply {
  const fields = expectFields(body, 'the body');
  const id = textIn(fields, 'id') ?? null;
  const running = fieldOf(fields, 'is_running') === true;
  if (running && id === null) throw notUnderstood('the id of a running query', undefined);
  const columns = running ? [] : expectList(fields, 'columns', 'the body').map(readColumn);
  const values = running ? [] : expectList(fields, 'values', 'the body').map((row) => readRow(row, columns.length));
  const failures = clusterFailures(fieldOf(fields, '_clusters'));
  const partial = fieldOf(fields, 'is_partial') === true || failures.length > 0;
  return { id, running, partial, failures, columns, values, tookMs: numberIn(fields, 'took') ?? 0, warnings };
}

function readColumn(column: unknown): { name: string; type: string } {
  return { name: expectText(column, 'name', 'a column'), type: expectText(column, 'type', 'a column') };
}

function readRow(row: unknown, width: number): readonly unknown[] {
  if (!Array.isArray(row)) throw notUnderstood('a row', row);
  if (row.length !== width) throw notUnderstood(`a row of ${row.length} values for ${width} columns`, row);
  return row;
}

/**
 * What failed where. Shard counts do not tell: a red index leaves `failed: 0` (8.19.21); a remote cluster that was
 * skipped has no failures, only its status.
 */
function clusterFailures(clusters: unknown): readonly string[] {
  const details = fieldOf(clusters, 'details');
  if (details === undefined) return [];
  return Object.entries(expectFields(details, '_clusters.details')).flatMap(([cluster, detail]) => {
    const failures = listIn(detail, 'failures').map((failure) => `${cluster}: ${failureText(failure)}`);
    const status = textIn(detail, 'status') ?? '';
    const bad = ['partial', 'skipped', 'failed'].includes(status);
    return failures.length > 0 || !bad ? [...new Set(failures)] : [`${cluster}: ${status}`];
  });
}

function failureText(failure: unknown): string {
  const reason = fieldOf(failure, 'reason');
  const index = textIn(failure, 'index');
  const text = [textIn(reason, 'type'), textIn(reason, 'reason')].filter((part) => part !== undefined).join(': ');
  return clean(`${index === undefined ? '' : `index ${index}: `}${text === '' ? 'no reason given' : text}`);
}
