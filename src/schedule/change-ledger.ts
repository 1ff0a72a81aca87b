import { HuntError } from '../core/error.ts';
import type { Ledger, LedgerKey } from '../core/ledger.ts';
import { ledgerName } from '../core/books.ts';
import type { Books } from '../store/port.ts';

/** Of writers that meet on one ledger one gets through each time; more than this many at once is not work but a fault. */
const TRIES = 50;

/**
 * Changes one ledger by compare-and-set: reads, changes, writes, and begins anew where somebody else wrote in between.
 * Resolves with what is stored then. CONFLICT after 50 tries; NOT_FOUND where there is no such ledger.
 */
export async function changeLedger(
  books: Books,
  key: LedgerKey,
  change: (ledger: Ledger) => Ledger,
  signal: AbortSignal,
): Promise<Ledger> {
  for (let tried = 0; tried < TRIES; tried++) {
    const stored = (await books.ledgers([key], signal)).get(ledgerName(key));
    if (stored === undefined) throw noLedger(key);
    const changed = change(stored.value);
    if (changed === stored.value) return changed;
    if ((await books.writeLedger(changed, stored.mark, signal)) === 'written') return changed;
  }
  throw new HuntError('CONFLICT', `Cannot write the ledger of "${ledgerName(key)}": others wrote it ${TRIES} times`, {
    remedy: 'Nothing is lost: its tile stays due and is examined again',
  });
}

function noLedger(key: LedgerKey): HuntError {
  return new HuntError('NOT_FOUND', `There is no ledger of "${ledgerName(key)}"`, {
    remedy: 'The scheduler makes it when it first sees job and hunt; see hunt jobs',
  });
}
