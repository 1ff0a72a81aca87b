import type { Notice } from '../../core/notice.ts';
import { isoTime } from '../../core/time.ts';
import type { BulkOperation, BulkOutcome, StoredDocument } from '../../elastic/document-calls.ts';
import { bulk, markOf, ontoMark, refuseUnlessWritten } from './bulk.ts';
import { refreshIfAllowed, searchPages } from './search.ts';
import type { StoreClient } from './client.ts';
import { noticeDocument, noticeOf } from '../documents/notice-document.ts';
import { outboxOn } from '../outbox.ts';
import type { Marked, NoticeFilter, Outbox } from '../port.ts';

type Call = Parameters<StoreClient['search']>[2];

/** The outbox in the index behind `<prefix>-outbox`. What is due is searched for, so the index is refreshed before. */
export function elasticsearchOutbox(client: StoreClient, index: string): Outbox {
  return outboxOn({
    async create(notices, signal) {
      const operations = notices.map((notice) => operationOf(index, notice, null));
      const outcomes = await written(client, operations, { signal });
      return notices.filter((_notice, at) => outcomes[at] === null).map(({ id }) => id);
    },
    async read(ids, signal) {
      const found = await client.multiGet(index, ids, { signal });
      return found.flatMap((document) => (document === null ? [] : [noticeIn(document)]));
    },
    async write(writes, signal) {
      const operations = writes.map(({ value, mark }) => operationOf(index, value, mark));
      return await written(client, operations, { signal });
    },
    async dueNotices({ now, channels, limit }, signal) {
      await refreshIfAllowed(client, [index], { signal });
      const due = { range: { 'hunt.notice.next_attempt_at': { lte: isoTime(now) } } };
      const of = { terms: { 'hunt.notice.channel': channels } };
      const query = { bool: { filter: [{ term: { 'hunt.notice.state': 'waiting' } }, of, due] } };
      const sort = [{ 'hunt.notice.next_attempt_at': 'asc' }, { 'hunt.notice.id': 'asc' }];
      const { hits } = await client.search(index, { query, sort, size: limit }, { signal });
      return hits.map(noticeIn);
    },
    async notices(filter, limit, signal) {
      await refreshIfAllowed(client, [index], { signal });
      const search = { client, index, query: noticeQuery(filter), tieBreak: 'hunt.notice.id', limit } as const;
      return await searchPages(search, noticeIn, { signal });
    },
  });
}

/** The new mark of each document, null where another version is there, or none. Anything else rejects. */
async function written(
  client: StoreClient,
  operations: readonly BulkOperation[],
  call: Call,
): Promise<(string | null)[]> {
  const outcomes = await bulk(client, operations, call);
  return operations.map((operation, at) => newMark(operation, outcomes[at]));
}

function newMark(operation: BulkOperation, outcome: BulkOutcome | undefined): string | null {
  if (outcome?.status === 409) return null;
  refuseUnlessWritten(operation, outcome);
  return markOf({ seqNo: outcome?.seqNo ?? -1, primaryTerm: outcome?.primaryTerm ?? -1 });
}

function operationOf(index: string, notice: Notice, mark: string | null): BulkOperation {
  return ontoMark({ index, id: notice.id, document: noticeDocument(notice), mark });
}

function noticeIn(document: StoredDocument): Marked<Notice> {
  return { value: noticeOf(document.source, `notice "${document.id}"`), mark: markOf(document) };
}

function noticeQuery({ states, channel }: NoticeFilter): object {
  const filter = [
    ...(states === undefined ? [] : [{ terms: { 'hunt.notice.state': states } }]),
    ...(channel === undefined ? [] : [{ term: { 'hunt.notice.channel': channel } }]),
  ];
  return { bool: { filter } };
}
