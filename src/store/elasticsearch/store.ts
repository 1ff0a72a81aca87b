import type { Fingerprint } from '../../core/finding.ts';
import type { StoredDocument } from '../../elastic/document-calls.ts';
import { elasticsearchBooks } from './books.ts';
import type { StoreClient } from './client.ts';
import { elasticsearchOutbox } from './outbox.ts';
import { markOf, writeAll, writeOne } from './bulk.ts';
import { pruneDocuments } from './prune.ts';
import { findingQuery, refreshIfAllowed, runQuery, searchPages } from './search.ts';
import { refuseUnlessSetUp, setUp } from './setup.ts';
import { findingOf } from '../documents/finding-document.ts';
import type { Store, StoredFinding } from '../port.ts';
import { theRun } from '../run-by-prefix.ts';
import { runDocument, runOf } from '../documents/run-document.ts';
import { sightingOf } from '../documents/sighting-document.ts';
import { KINDS } from './templates.ts';
import type { Kind } from './templates.ts';

/**
 * Findings, sightings, runs, ledger and outbox in plain indices behind the aliases `<prefix>-findings` and so on. Not data streams, as
 * findings are written again; never rolled over, as an `_id` is unique only within one index. The client belongs to the
 * caller and is not closed with the store.
 */
export function elasticsearchStore(client: StoreClient, { prefix = 'hunt' }: { readonly prefix?: string } = {}): Store {
  const aliasOf = (kind: Kind) => `${prefix}-${kind}`;
  return {
    name: 'elasticsearch',
    setup: ({ dryRun }, signal) => setUp({ client, prefix, dryRun }, { signal }),
    ready: (signal) => refuseUnlessSetUp(client, prefix, { signal }),
    async read(ids, signal) {
      const found = await client.multiGet(aliasOf('findings'), ids, { signal });
      return new Map(found.flatMap((document) => (document === null ? [] : [storedEntry(document)])));
    },
    write: (findings, sightings, signal) => writeAll({ client, aliasOf }, findings, sightings, { signal }),
    async saveRun(run, signal) {
      const operation = { action: 'index', index: aliasOf('runs'), id: run.runId, document: runDocument(run) } as const;
      await writeOne(client, operation, { signal });
    },
    // Whoever lists wants to see what a run has just found; refreshing costs the reader some ms, and no run anything.
    list: async (filter, limit, signal) => {
      await refreshIfAllowed(client, [aliasOf('findings')], { signal });
      return searchPages(
        { client, index: aliasOf('findings'), query: findingQuery(filter), tieBreak: 'hunt.fingerprint', limit },
        (document) => storedEntry(document)[1],
        { signal },
      );
    },
    sightings: (fingerprint, limit, signal) =>
      searchPages(
        {
          client,
          index: aliasOf('sightings'),
          query: { term: { 'hunt.fingerprint': fingerprint } },
          tieBreak: 'hunt.tile_start',
          limit,
        },
        ({ source, id }) => sightingOf(source, `sighting "${id}"`),
        { signal },
      ),
    runs: (filter, limit, signal) =>
      searchPages({ client, index: aliasOf('runs'), query: runQuery(filter), tieBreak: 'hunt.run_id', limit }, runIn, {
        signal,
      }),
    async run(prefix, signal) {
      // An id that is the beginning of another sorts before it, so two are enough to know.
      const query = { prefix: { 'hunt.run_id': prefix } };
      const body = { query, size: 2, sort: [{ 'hunt.run_id': 'asc' }] };
      const { hits } = await client.search(aliasOf('runs'), body, { signal });
      return theRun(prefix, hits.map(runIn));
    },
    ...elasticsearchBooks(client, aliasOf('ledger')),
    ...elasticsearchOutbox(client, aliasOf('outbox')),
    prune: (request, options, signal) => pruneDocuments({ client, aliasOf, ...options }, request, { signal }),
    refresh: (signal) => client.refresh(KINDS.map(aliasOf).join(','), { signal }),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

function storedEntry(document: StoredDocument): [Fingerprint, StoredFinding] {
  const finding = findingOf(document.source, `finding "${document.id}"`);
  return [finding.state.fingerprint, { finding, mark: markOf(document) }];
}

function runIn({ source, id }: StoredDocument): ReturnType<typeof runOf> {
  return runOf(source, `run "${id}"`);
}
