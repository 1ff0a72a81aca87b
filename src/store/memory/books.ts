import type { Books } from '../port.ts';
import { booksOn } from '../books.ts';

/** Books by id, as JSON text. */
export type BookTexts = Map<string, { readonly json: string; readonly mark: string }>;

/** The books of the memory store; `check` throws unless the store is set up. */
export function memoryBooks(texts: BookTexts, check: () => void): Books {
  return booksOn({
    async read(ids) {
      check();
      return new Map(
        ids.flatMap((id) => {
          const kept = texts.get(id);
          return kept === undefined
            ? []
            : [[id, { value: JSON.parse(kept.json) as unknown, mark: kept.mark }] as const];
        }),
      );
    },
    async allLedgers() {
      check();
      return [...texts]
        .filter(([id]) => id.startsWith('ledger:'))
        .map(([id, { json }]) => ({ id, document: JSON.parse(json) as unknown }));
    },
    async write(id, document, mark) {
      check();
      const before = texts.get(id)?.mark ?? null;
      if (before !== mark) return 'conflict';
      texts.set(id, { json: JSON.stringify(document), mark: String(Number(mark ?? 0) + 1) });
      return 'written';
    },
  });
}
