import {
  expectFields,
  expectList,
  expectNumber,
  expectText,
  fieldOf,
  isFields,
  listIn,
  numberIn,
  textIn,
  type Fields,
} from './answer.ts';
import { HuntError } from '../core/error.ts';
import { clean } from './failure.ts';
import type { Call, Wire } from './wire.ts';

/** One line pair of a bulk request, or one line for a delete. With a mark, only onto the version that was read. */
export type BulkOperation = BulkTarget &
  ({ readonly action: 'create' | 'index'; readonly document: object } | { readonly action: 'delete' });

interface BulkTarget {
  readonly index: string;
  readonly id: string;
  readonly mark?: { readonly seqNo: number; readonly primaryTerm: number };
}

/** What became of one operation, in the order of the request; `error` is null when it was written. */
export interface BulkOutcome {
  readonly status: number;
  readonly seqNo: number | null;
  readonly primaryTerm: number | null;
  readonly error: { readonly type: string; readonly reason: string } | null;
}

export interface StoredDocument {
  readonly index: string;
  readonly id: string;
  readonly seqNo: number;
  readonly primaryTerm: number;
  readonly source: Fields;
  /** Values that a search sorted it by, for `search_after`; none where it was not sorted. */
  readonly sort?: readonly unknown[];
}

interface SearchReply {
  /** All that match, whatever the size (`track_total_hits` is set). */
  readonly total: number;
  readonly hits: readonly StoredDocument[];
  readonly aggregations: Fields;
}

export interface DocumentCalls {
  /** One request; rejects only when the request as a whole fails. Aliases are required unless `requireAlias` is false. */
  bulk(
    operations: readonly BulkOperation[],
    options: { readonly refresh?: boolean | 'wait_for'; readonly requireAlias?: boolean },
    call: Call,
  ): Promise<readonly BulkOutcome[]>;
  /** In the order of the ids, null for those that do not exist. Reads what was written, refreshed or not. */
  multiGet(index: string, ids: readonly string[], call: Call): Promise<readonly (StoredDocument | null)[]>;
  get(index: string, id: string, call: Call): Promise<StoredDocument | null>;
  /** `body` is Query DSL with size and sort. A failed shard is an error, never a shorter list. */
  search(index: string, body: object, call: Call): Promise<SearchReply>;
}

export function documentCalls({ send }: Pick<Wire, 'send'>): DocumentCalls {
  const store = (what: string) => ({ what, side: 'store' }) as const;
  return {
    async bulk(operations, { refresh = false, requireAlias = true }, call) {
      if (operations.length === 0) return [];
      const doing = store(`write ${counted(operations.length)}`);
      const query = { refresh, require_alias: requireAlias, filter_path: BULK_FIELDS };
      const { body } = await send(
        { doing, method: 'POST', path: '/_bulk', query, lines: operations.flatMap(linesOf) },
        call,
      );
      return readBulk(body, operations.length);
    },
    async multiGet(index, ids, call) {
      if (ids.length === 0) return [];
      const doing = store(`read ${counted(ids.length)} of "${index}"`);
      const { body } = await send(
        { doing, method: 'POST', path: `/${encodeURIComponent(index)}/_mget`, body: { ids } },
        call,
      );
      return expectList(body, 'docs', 'the body').map((item) => readGot(item, doing.what));
    },
    async get(index, id, call) {
      const path = `/${encodeURIComponent(index)}/_doc/${encodeURIComponent(id)}`;
      const doing = store(`read a document of "${index}"`);
      const { body, status } = await send({ doing, method: 'GET', path, ignore: [404] }, call);
      return status === 404 && fieldOf(body, 'error') === undefined ? null : readGot(body, doing.what);
    },
    async search(index, body, call) {
      const path = `/${encodeURIComponent(index)}/_search`;
      const query = { allow_partial_search_results: false, seq_no_primary_term: true, track_total_hits: true };
      return readSearch(
        (await send({ doing: store(`search "${index}"`), method: 'POST', path, query, body }, call)).body,
      );
    },
  };
}

function counted(documents: number): string {
  return documents === 1 ? 'a document' : `${documents} documents`;
}

/** The answer of 2,000 operations without what nobody reads: 0.3 MB less. */
const BULK_FIELDS = ['index', 'create', 'delete']
  .flatMap((action) =>
    ['status', '_seq_no', '_primary_term', 'error.type', 'error.reason', 'error.caused_by.reason'].map(
      (field) => `items.${action}.${field}`,
    ),
  )
  .join(',');

function linesOf(operation: BulkOperation): readonly object[] {
  const { action, index, id, mark } = operation;
  const onto = mark === undefined ? {} : { if_seq_no: mark.seqNo, if_primary_term: mark.primaryTerm };
  const head = { [action]: { _index: index, _id: id, ...onto } };
  return operation.action === 'delete' ? [head] : [head, operation.document];
}

function readBulk(body: unknown, expected: number): readonly BulkOutcome[] {
  const items = expectList(body, 'items', 'the body');
  if (items.length !== expected) {
    throw new HuntError(
      'ANSWER_NOT_UNDERSTOOD',
      `Cannot write ${expected} documents: the answer tells of ${items.length}`,
      {
        remedy: 'Check whether a proxy in between changes answers',
      },
    );
  }
  return items.map((item) => readOutcome(fieldOf(item, 'index') ?? fieldOf(item, 'create') ?? fieldOf(item, 'delete')));
}

function readOutcome(item: unknown): BulkOutcome {
  const error = fieldOf(item, 'error');
  const reasons = [textIn(error, 'reason'), textIn(fieldOf(error, 'caused_by'), 'reason')].filter(
    (text) => text !== undefined,
  );
  return {
    status: expectNumber(item, 'status', 'an item'),
    seqNo: numberIn(item, '_seq_no') ?? null,
    primaryTerm: numberIn(item, '_primary_term') ?? null,
    error: isFields(error) ? { type: textIn(error, 'type') ?? 'unknown', reason: clean(reasons.join(': ')) } : null,
  };
}

/** A missing index is an error here, a missing document is none. */
function readGot(item: unknown, what: string): StoredDocument | null {
  const error = fieldOf(item, 'error');
  if (error === undefined) return fieldOf(item, 'found') === true ? readDocument(item) : null;
  const missing = textIn(error, 'type') === 'index_not_found_exception';
  throw new HuntError(
    missing ? 'NO_INDEX' : 'STORE_REFUSED',
    `Cannot ${what}: ${clean(textIn(error, 'reason') ?? 'no reason given')}`,
    {
      remedy: missing ? 'Run "hunt setup" first' : 'Look at the health of the cluster',
    },
  );
}

function readDocument(item: unknown): StoredDocument {
  return {
    index: expectText(item, '_index', 'a document'),
    id: expectText(item, '_id', 'a document'),
    seqNo: expectNumber(item, '_seq_no', 'a document'),
    primaryTerm: expectNumber(item, '_primary_term', 'a document'),
    source: expectFields(fieldOf(item, '_source'), 'a document'),
  };
}

function readSearch(body: unknown): SearchReply {
  if (fieldOf(body, 'timed_out') === true || (numberIn(fieldOf(body, '_shards'), 'failed') ?? 0) > 0) {
    throw new HuntError('SHARD_FAILURE', 'Cannot search the store: the answer is only a part', {
      remedy: 'Look at the health of the cluster',
    });
  }
  const hits = fieldOf(body, 'hits');
  return {
    total: expectNumber(fieldOf(hits, 'total'), 'value', 'the total'),
    hits: listIn(hits, 'hits').map((hit) => ({ ...readDocument(hit), sort: listIn(hit, 'sort') })),
    aggregations: expectFields(fieldOf(body, 'aggregations') ?? {}, 'the aggregations'),
  };
}
