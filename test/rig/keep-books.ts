// A process that notes tiles as examined in one ledger of a SQLite store: node test/rig/keep-books.ts PATH FIRST TILES
// It says the number of each tile once its write was acknowledged.
import { activated, examine, ledgerName } from '../../src/core/books.ts';
import type { LedgerKey } from '../../src/core/ledger.ts';
import { HOUR_MS, type Span } from '../../src/core/time.ts';
import { sqliteStore } from '../../src/store/sqlite/store.ts';

export const KEY: LedgerKey = { jobId: 'hourly', huntId: 'a/b' };

/** Every second hour, so that no two of them coalesce. */
export function tileAt(at: number): Span {
  return { start: 2 * at * HOUR_MS, end: (2 * at + 1) * HOUR_MS };
}

if (import.meta.main) {
  const [path = '', first = '', tiles = ''] = process.argv.slice(2);
  const { signal } = new AbortController();
  await using store = sqliteStore(path);
  await store.setup({ dryRun: false }, signal);
  for (let at = Number(first); at < Number(first) + Number(tiles); at++) {
    for (let outcome = 'conflict'; outcome === 'conflict';) {
      const found = (await store.ledgers([KEY], signal)).get(ledgerName(KEY));
      const ledger = examine(found?.value ?? activated(KEY, 0), tileAt(at));
      outcome = await store.writeLedger(ledger, found?.mark ?? null, signal);
    }
    process.stdout.write(`${at}\n`);
  }
}
