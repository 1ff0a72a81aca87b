import { isoTime, type Instant } from '../../core/time.ts';
import type { StoredDocument } from '../../elastic/document-calls.ts';
import { bulk } from './bulk.ts';
import { pagesOf, refreshIfAllowed } from './search.ts';
import type { StoreClient } from './client.ts';
import type { PruneRequest, PruneResult } from '../port.ts';
import type { Kind } from './templates.ts';

type Call = Parameters<StoreClient['search']>[2];

interface Ground {
  readonly client: StoreClient;
  readonly aliasOf: (kind: Kind) => string;
  readonly dryRun: boolean;
}

/**
 * Page by page, search and bulk delete onto what was read, so each request is short, and a finding that reopens meanwhile
 * stays. A kill in between leaves nothing that the next time would not remove: the sightings of a finding go before it.
 */
export async function pruneDocuments(ground: Ground, request: PruneRequest, call: Call): Promise<PruneResult> {
  const { client, aliasOf } = ground;
  await refreshIfAllowed(client, (['findings', 'sightings', 'runs', 'outbox'] as const).map(aliasOf), call);
  const findings = await pruneFindings(ground, request, call);
  const old = request.sightings === null ? 0 : await removeAll(ground, SIGHTINGS, endedBefore(request.sightings), call);
  const runs = request.runs === null ? 0 : await removeAll(ground, RUNS, before('event.end', request.runs), call);
  const outbox = request.outbox === null ? 0 : await removeAll(ground, OUTBOX, settledBefore(request.outbox), call);
  return { findings: findings.findings, sightings: findings.sightings + old, runs, outbox };
}

/** Fields that together are a document's own, to page by. */
interface Shelf {
  readonly kind: Kind;
  readonly by: readonly string[];
}

const FINDINGS: Shelf = { kind: 'findings', by: ['hunt.last_seen', 'hunt.fingerprint'] };
const SIGHTINGS: Shelf = { kind: 'sightings', by: ['hunt.tile_end', 'hunt.fingerprint', 'hunt.tile_start'] };
const RUNS: Shelf = { kind: 'runs', by: ['event.end', 'hunt.run_id'] };
const OUTBOX: Shelf = { kind: 'outbox', by: ['hunt.notice.settled_at', 'hunt.notice.id'] };

async function pruneFindings(
  ground: Ground,
  { findings: limit, sightings: sightingLimit }: PruneRequest,
  call: Call,
): Promise<Pick<PruneResult, 'findings' | 'sightings'>> {
  const removed = { findings: 0, sightings: 0 };
  if (limit === null) return removed;
  const query = { bool: { filter: [{ term: { 'hunt.status': 'closed' } }, before('hunt.last_seen', limit)] } };
  for await (const page of scan(ground, FINDINGS, query, call)) {
    const sightings = sightingsOf(page, ground.dryRun ? sightingLimit : null);
    removed.sightings += await removeAll(ground, SIGHTINGS, sightings, call);
    removed.findings += await remove(ground, page, call);
  }
  return removed;
}

/** The sightings of these findings; in a dry run without those that are old enough to be counted by themselves. */
function sightingsOf(findings: readonly StoredDocument[], countedBefore: Instant | null): object {
  return {
    bool: {
      filter: [{ terms: { 'hunt.fingerprint': findings.map(({ id }) => id) } }],
      must_not: countedBefore === null ? [] : [endedBefore(countedBefore)],
    },
  };
}

async function removeAll(ground: Ground, shelf: Shelf, query: object, call: Call): Promise<number> {
  if (ground.dryRun) return await countOf(ground, shelf, query, call);
  let removed = 0;
  for await (const page of scan(ground, shelf, query, call)) removed += await remove(ground, page, call);
  return removed;
}

async function countOf({ client, aliasOf }: Ground, { kind }: Shelf, query: object, call: Call): Promise<number> {
  return (await client.search(aliasOf(kind), { query, size: 0 }, call)).total;
}

function scan({ client, aliasOf }: Ground, { kind, by }: Shelf, query: object, call: Call) {
  return pagesOf({ client, index: aliasOf(kind), query, by, source: ['hunt.fingerprint'] }, call);
}

/** How many were removed: not those that somebody wrote, or removed, since they were read. */
async function remove({ client, dryRun }: Ground, page: readonly StoredDocument[], call: Call): Promise<number> {
  if (dryRun) return page.length;
  const operations = page.map(
    ({ index, id, seqNo, primaryTerm }) => ({ action: 'delete', index, id, mark: { seqNo, primaryTerm } }) as const,
  );
  const outcomes = await bulk(client, operations, call, { requireAlias: false });
  return outcomes.filter(({ status }) => status === 200).length;
}

function endedBefore(instant: Instant): object {
  return before('hunt.tile_end', instant);
}

function settledBefore(instant: Instant): object {
  const settled = { terms: { 'hunt.notice.state': ['sent', 'dropped'] } };
  return { bool: { filter: [settled, before('hunt.notice.settled_at', instant)] } };
}

function before(field: string, instant: Instant): object {
  return { range: { [field]: { lt: isoTime(instant) } } };
}
