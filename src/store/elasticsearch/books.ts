import { booksOn } from '../books.ts';
import type { Books, Marked } from '../port.ts';
import type { StoreClient } from './client.ts';
import { markOf, writeOnto } from './bulk.ts';
import { pagesOf, refreshIfAllowed } from './search.ts';

/** Ids of one multi-get. A ledger of 10,000 spans is 160 kB. */
const READ_AT_ONCE = 1_000;

/** The books in the index behind `<prefix>-ledger`. A multi-get reads what was written, refreshed or not. */
export function elasticsearchBooks(client: StoreClient, index: string): Books {
  return booksOn({
    async read(ids, signal) {
      const kept = new Map<string, Marked<unknown>>();
      for (let from = 0; from < ids.length; from += READ_AT_ONCE) {
        const found = await client.multiGet(index, ids.slice(from, from + READ_AT_ONCE), { signal });
        for (const document of found) {
          if (document !== null) kept.set(document.id, { value: document.source, mark: markOf(document) });
        }
      }
      return kept;
    },
    async allLedgers(signal) {
      await refreshIfAllowed(client, [index], { signal });
      const query = { term: { 'event.dataset': 'hunt.ledger' } };
      const pages = pagesOf({ client, index, query, by: ['hunt.job.id', 'hunt.first_id'] }, { signal });
      const found: { readonly id: string; readonly document: unknown }[] = [];
      for await (const page of pages) found.push(...page.map(({ id, source }) => ({ id, document: source })));
      return found;
    },
    write: (id, document, mark, signal) => writeOnto(client, { index, id, document, mark }, { signal }),
  });
}
