import { ledgerName } from '../core/books.ts';
import {
  jobStateDocument,
  jobStateId,
  jobStateOf,
  ledgerDocument,
  ledgerId,
  ledgerOf,
} from './documents/books-document.ts';
import type { Document } from './documents/document.ts';
import type { Books, Marked } from './port.ts';

/** What the books need of a store: documents by id, written onto their marks. Reads see every acknowledged write. */
export interface BookShelf {
  /** In any order; those not there are left out. */
  read(ids: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, Marked<unknown>>>;
  allLedgers(signal: AbortSignal): Promise<readonly { readonly id: string; readonly document: unknown }[]>;
  write(id: string, document: Document, mark: string | null, signal: AbortSignal): Promise<'written' | 'conflict'>;
}

/** The books of any store. */
export function booksOn(shelf: BookShelf): Books {
  return {
    async ledgers(keys, signal) {
      const kept = await shelf.read(keys.map(ledgerId), signal);
      return new Map(
        keys.flatMap((key) => {
          const found = kept.get(ledgerId(key));
          if (found === undefined) return [];
          const name = ledgerName(key);
          return [[name, { value: ledgerOf(found.value, `ledger "${name}"`, key), mark: found.mark }] as const];
        }),
      );
    },
    async allLedgers(signal) {
      const all = await shelf.allLedgers(signal);
      return all.map(({ id, document }) => ledgerOf(document, `ledger "${id}"`, null));
    },
    writeLedger: (ledger, mark, signal) => shelf.write(ledgerId(ledger), ledgerDocument(ledger), mark, signal),
    async jobStates(jobIds, signal) {
      const kept = await shelf.read(jobIds.map(jobStateId), signal);
      return new Map(
        jobIds.flatMap((jobId) => {
          const found = kept.get(jobStateId(jobId));
          if (found === undefined) return [];
          return [[jobId, { value: jobStateOf(found.value, `state of job "${jobId}"`), mark: found.mark }] as const];
        }),
      );
    },
    writeJobState: (state, mark, signal) => shelf.write(jobStateId(state.jobId), jobStateDocument(state), mark, signal),
  };
}
