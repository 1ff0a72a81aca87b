import type { StoredDocument } from '../../elastic/document-calls.ts';
import { isHuntError } from '../../core/error.ts';
import { isoTime } from '../../core/time.ts';
import type { StoreClient } from './client.ts';
import type { FindingFilter, Page, RunFilter } from '../port.ts';

/** Documents of one request; `index.max_result_window` allows 10,000. A finding may hold long texts. */
const PAGE_SIZE = 1_000;

interface Search {
  readonly client: StoreClient;
  readonly index: string;
  readonly query: object;
  /** The field that decides between documents of the same `@timestamp`. */
  readonly tieBreak: 'hunt.fingerprint' | 'hunt.tile_start' | 'hunt.run_id' | 'hunt.notice.id';
  readonly limit: number;
}

/**
 * Newest first, as many as `limit` says, page after page by `search_after`: what is written meanwhile may be missed, but
 * nothing comes twice. The total is that of the first page.
 */
export async function searchPages<T>(
  { client, index, query, tieBreak, limit }: Search,
  read: (document: StoredDocument) => T,
  call: Parameters<StoreClient['search']>[2],
): Promise<Page<T>> {
  const sort = [{ '@timestamp': 'desc' }, { [tieBreak]: 'asc' }];
  const items: T[] = [];
  let total: number | null = null;
  for (let after: readonly string[] | null = null; ;) {
    const size = Math.min(PAGE_SIZE, limit - items.length);
    const body = { query, sort, size, ...(after === null ? {} : { search_after: after }) };
    const reply = await client.search(index, body, call);
    total ??= reply.total;
    items.push(...reply.hits.map(read));
    const last = reply.hits.at(-1);
    if (last === undefined || reply.hits.length < size || items.length >= limit) return { items, total };
    after = sortValues(last, tieBreak);
  }
}

/**
 * Every document that matches, page after page in the order of fields that together are its own: what is written meanwhile
 * may be missed, nothing comes twice, and what goes in between shifts nothing.
 */
export async function* pagesOf(
  { client, index, query, by, source = ['*'] }: Scan,
  call: Parameters<StoreClient['search']>[2],
): AsyncGenerator<readonly StoredDocument[]> {
  const sort = by.map((field) => ({ [field]: 'asc' }));
  for (let after: readonly unknown[] | undefined; ;) {
    const body = {
      query,
      sort,
      size: PAGE_SIZE,
      _source: source,
      ...(after === undefined ? {} : { search_after: after }),
    };
    const { hits } = await client.search(index, body, call);
    if (hits.length > 0) yield hits;
    after = hits.at(-1)?.sort;
    if (hits.length < PAGE_SIZE || after === undefined) return;
  }
}

/**
 * Makes what was written visible to searches. It needs the privilege `maintenance`, which `write` does not give: without
 * it the search that follows may miss what is younger than a second (`index.refresh_interval`), and no more than that.
 */
export async function refreshIfAllowed(
  client: StoreClient,
  indices: readonly string[],
  call: Parameters<StoreClient['refresh']>[1],
): Promise<void> {
  try {
    await client.refresh(indices.join(','), call);
  } catch (error) {
    if (!isHuntError(error, 'PRIVILEGE')) throw error;
  }
}

interface Scan extends Pick<Search, 'client' | 'index' | 'query'> {
  readonly by: readonly string[];
  /** The fields that are read, all of them by default. */
  readonly source?: readonly string[];
}

/** Dates are taken by `search_after` in the form in which documents carry them. */
function sortValues({ source }: StoredDocument, tieBreak: Search['tieBreak']): string[] {
  const value = tieBreak
    .split('.')
    .reduce<unknown>((at, name) => (at as Readonly<Record<string, unknown>>)[name], source);
  return [String(source['@timestamp']), String(value)];
}

/** Query DSL of a filter on findings; a hunt is found by its id and by the first it had. */
export function findingQuery(filter: FindingFilter): object {
  const { idPrefix, hunt, host, since, statuses, severities, dispositions } = filter;
  return allOf([
    idPrefix === undefined ? null : { prefix: { 'hunt.fingerprint': idPrefix } },
    hunt === undefined ? null : anyOf([{ term: { 'hunt.id': hunt } }, { term: { 'hunt.first_id': hunt } }]),
    termsOf('hunt.status', statuses),
    termsOf('hunt.severity', severities),
    termsOf('hunt.disposition', dispositions),
    host === undefined ? null : { term: { 'host.name': { value: host, case_insensitive: true } } },
    sinceOf(since),
  ]);
}

/** Query DSL of a filter on runs. */
export function runQuery({ hunt, job, verdicts, since, tileStarts }: RunFilter): object {
  return allOf([
    termsOf('hunt.id', hunt === undefined ? undefined : [hunt]),
    termsOf('hunt.job.id', job === undefined ? undefined : [job]),
    termsOf('hunt.verdict', verdicts),
    termsOf('hunt.tile_start', tileStarts?.map(isoTime)),
    sinceOf(since),
  ]);
}

function allOf(clauses: readonly (object | null)[]): object {
  return { bool: { filter: clauses.filter((clause) => clause !== null) } };
}

function anyOf(clauses: readonly object[]): object {
  return { bool: { should: clauses, minimum_should_match: 1 } };
}

function termsOf(field: string, values: readonly string[] | undefined): object | null {
  return values === undefined ? null : { terms: { [field]: values } };
}

function sinceOf(since: number | undefined): object | null {
  return since === undefined ? null : { range: { '@timestamp': { gte: isoTime(since) } } };
}
