// What is left after a soak, in a form that two of them can be compared by.
import { canonicalFinding } from '../../../src/core/canonical.ts';
import { ledgerName } from '../../../src/core/books.ts';
import { intersect, lengthOf, subtract } from '../../../src/core/interval.ts';
import type { Ledger } from '../../../src/core/ledger.ts';
import { MINUTE_MS, type Span } from '../../../src/core/time.ts';
import type { Store } from '../../../src/store/port.ts';
import { type Estate, keysOf } from './estate.ts';

/** Tiles of the estate's past that are not examined, or that wait as gaps, over all ledgers. */
export async function missing(store: Store, estate: Estate, signal: AbortSignal): Promise<readonly string[]> {
  const ledgers = await store.ledgers(keysOf(estate), signal);
  return keysOf(estate).flatMap((key) => {
    const ledger = ledgers.get(ledgerName(key))?.value;
    if (ledger === undefined) return [`${key.huntId}: no ledger`];
    return missingOf(ledger, estate.past).map(
      (span) => `${key.huntId}: ${(span.end - span.start) / MINUTE_MS} min from ${new Date(span.start).toISOString()}`,
    );
  });
}

/** Tiles of the estate's past that are examined. */
export async function examinedTiles(store: Store, estate: Estate, signal: AbortSignal): Promise<number> {
  const ledgers = await store.ledgers(keysOf(estate), signal);
  const parts = [...ledgers.values()].map(({ value }) => lengthOf(intersect(value.examined, [estate.past])));
  return parts.reduce((sum, ms) => sum + ms, 0) / MINUTE_MS;
}

function missingOf(ledger: Ledger, past: Span): Span[] {
  const gaps = ledger.gaps.map(({ span }) => span);
  return [...subtract([past], ledger.examined), ...intersect(gaps, ledger.examined)];
}

/** What a store holds in the end, without what differs from run to run. */
export interface Contents {
  readonly findings: readonly string[];
  readonly sightings: readonly string[];
}

export async function contents(store: Store, signal: AbortSignal): Promise<Contents> {
  await store.refresh(signal);
  const { items, total } = await store.list({}, 10_000, signal);
  if (items.length !== total) throw new Error(`${total} findings are more than can be compared`);
  const sightings: string[] = [];
  for (const { finding } of items) {
    const page = await store.sightings(finding.state.fingerprint, 10_000, signal);
    if (page.items.length !== page.total) throw new Error(`${page.total} sightings are more than can be compared`);
    for (const { runId: _run, examinedAt: _at, ...same } of page.items) sightings.push(JSON.stringify(same));
  }
  return {
    findings: items.map(({ finding }) => canonicalFinding(finding)).toSorted(),
    sightings: sightings.toSorted(),
  };
}
