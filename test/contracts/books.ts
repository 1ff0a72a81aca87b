import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { examine, ledgerName } from '../../src/core/books.ts';
import { GAP_REASONS } from '../../src/core/ledger.ts';
import type { JobState, Ledger, LedgerKey } from '../../src/core/ledger.ts';
import { DAY_MS, MINUTE_MS } from '../../src/core/time.ts';
import type { Store } from '../../src/store/port.ts';
import { sampleGap, sampleJobState, sampleLedger } from '../rig/sample-books.ts';
import { DAY_ONE } from '../rig/sample-findings.ts';
import type { StorePair } from './store.ts';

const { signal } = new AbortController();

/** What the books of every store must do. `open` gives a fresh place, not set up; `ready` one that is. */
export function booksContract(name: string, open: () => Promise<StorePair>, ready: () => Promise<StorePair>): void {
  const kept = async (store: Store, key: LedgerKey) => {
    const found = (await store.ledgers([key], signal)).get(ledgerName(key));
    if (found === undefined) throw new Error(`Ledger ${ledgerName(key)} is not there`);
    return found;
  };

  describe(`${name}: books`, () => {
    it('are not there before setup, which is an error and no empty ledger', async () => {
      const { store } = await open();
      await expect(store.writeLedger(sampleLedger(), null, signal)).rejects.toMatchObject({ code: 'STORE_NOT_READY' });
      const code = expect.stringMatching(/^(?:STORE_NOT_READY|NO_INDEX)$/);
      await expect(store.ledgers([sampleLedger()], signal)).rejects.toMatchObject({ code });
      await expect(store.allLedgers(signal)).rejects.toMatchObject({ code });
      await expect(store.jobStates(['nightly'], signal)).rejects.toMatchObject({ code });
    });

    it('give back a ledger as soon as its write was acknowledged, one by one and all of them', async () => {
      const { store, other } = await ready();
      const second = sampleLedger({ huntId: 'other/hunt', examined: [], gaps: [] });
      for (const ledger of [sampleLedger(), second]) {
        expect(await store.writeLedger(ledger, null, signal)).toBe('written');
      }
      expect((await kept(other, sampleLedger())).value).toEqual(sampleLedger());
      expect(await other.allLedgers(signal)).toEqual([sampleLedger(), second]);
      await store.writeLedger(sampleLedger({ gaps: [] }), (await kept(store, sampleLedger())).mark, signal);
      expect((await kept(other, sampleLedger())).value.gaps).toEqual([]);
      expect((await other.allLedgers(signal))[0]?.gaps).toEqual([]);
    });

    it('leave out what is not there', async () => {
      const { store } = await ready();
      await store.writeLedger(sampleLedger(), null, signal);
      expect((await store.ledgers([], signal)).size).toBe(0);
      const found = await store.ledgers([{ jobId: 'nightly', huntId: 'no/such' }, sampleLedger()], signal);
      expect([...found.keys()]).toEqual([ledgerName(sampleLedger())]);
      expect((await store.jobStates(['nightly'], signal)).size).toBe(0);
    });

    it('are written onto what was read: a stale mark, or a second first, is a conflict and changes nothing', async () => {
      const { store, other } = await ready();
      await store.writeLedger(sampleLedger(), null, signal);
      const { mark } = await kept(store, sampleLedger());
      expect(await other.writeLedger(sampleLedger({ gaps: [] }), null, signal)).toBe('conflict');
      expect(await other.writeLedger(sampleLedger({ examined: [] }), mark, signal)).toBe('written');
      expect(await store.writeLedger(sampleLedger(), mark, signal)).toBe('conflict');
      expect((await kept(store, sampleLedger())).value).toEqual(sampleLedger({ examined: [] }));
      const nowhere = sampleLedger({ huntId: 'never/written' });
      expect(await store.writeLedger(nowhere, mark, signal)).toBe('conflict');
      expect((await store.ledgers([nowhere], signal)).size).toBe(0);
    });

    it('lose nothing when several write one ledger at once', async () => {
      const { store, other } = await ready();
      const empty = sampleLedger({ examined: [], gaps: [] });
      const tile = (at: number) => ({ start: DAY_ONE + 2 * at * DAY_MS, end: DAY_ONE + (2 * at + 1) * DAY_MS });
      const put = async (books: Store, at: number): Promise<void> => {
        const found = (await books.ledgers([empty], signal)).get(ledgerName(empty));
        const changed = examine(found?.value ?? empty, tile(at));
        if ((await books.writeLedger(changed, found?.mark ?? null, signal)) === 'conflict') await put(books, at);
      };
      const all = Array.from({ length: 12 }, (_, at) => at);
      await Promise.all(all.map((at) => put(at % 2 === 0 ? store : other, at)));
      expect((await kept(store, empty)).value.examined).toEqual(all.map(tile));
    });

    it('hold 10,000 spans and 1,000 gaps', async () => {
      const { store } = await ready();
      const step = 15 * MINUTE_MS;
      const wide = sampleLedger({
        examined: Array.from({ length: 10_000 }, (_, at) => ({
          start: DAY_ONE + 2 * at * step,
          end: DAY_ONE + (2 * at + 1) * step,
        })),
        gaps: Array.from({ length: 1_000 }, (_, at) =>
          sampleGap({ span: { start: DAY_ONE + (2 * at + 1) * step, end: DAY_ONE + (2 * at + 2) * step } }),
        ),
      });
      await store.writeLedger(wide, null, signal);
      expect((await kept(store, wide)).value).toEqual(wide);
      expect(await store.allLedgers(signal)).toEqual([wide]);
    });

    it('keep ledgers apart whatever the ids hold', async () => {
      const { store } = await ready();
      for (const [at, key] of HOSTILE.entries()) {
        expect(await store.writeLedger(sampleLedger({ ...key, activatedAt: at }), null, signal)).toBe('written');
        await store.writeJobState(sampleJobState({ jobId: `${at}${key.jobId}` }), null, signal);
      }
      for (const [at, key] of HOSTILE.entries()) {
        expect((await kept(store, key)).value, JSON.stringify(key)).toMatchObject({ ...key, activatedAt: at });
        const jobId = `${at}${key.jobId}`;
        expect((await store.jobStates([jobId], signal)).get(jobId)?.value).toEqual(sampleJobState({ jobId }));
      }
      expect(await store.allLedgers(signal)).toHaveLength(HOSTILE.length);
    });

    it('give back whatever a ledger holds', async () => {
      const { store } = await ready();
      const ledgers = fc
        .sample(anyLedger, { seed: 11, numRuns: 30 })
        .map((ledger, at) => ({ ...ledger, jobId: `j${at}` }));
      for (const ledger of ledgers) await store.writeLedger(ledger, null, signal);
      const read = await store.ledgers(ledgers, signal);
      expect(ledgers.map((ledger) => read.get(ledgerName(ledger))?.value)).toEqual(ledgers);
    });

    it('keep what people said about jobs, by compare-and-set too', async () => {
      const { store, other } = await ready();
      const state = sampleJobState();
      const resumed: JobState = { jobId: 'nightly', pauses: [{ reason: 'r', by: 'b', from: 1, until: 2 }] };
      expect(await store.writeJobState(state, null, signal)).toBe('written');
      expect(await other.writeJobState(resumed, null, signal)).toBe('conflict');
      const found = (await other.jobStates(['none', 'nightly'], signal)).get('nightly');
      expect(found?.value).toEqual(state);
      expect(await other.writeJobState(resumed, found?.mark ?? null, signal)).toBe('written');
      expect(await store.writeJobState(state, found?.mark ?? null, signal)).toBe('conflict');
      expect((await store.jobStates(['nightly'], signal)).get('nightly')?.value).toEqual(resumed);
      expect(await store.allLedgers(signal)).toEqual([]);
    });
  });
}

/** Pairs of ids that a careless joining would take for each other, and ids that no key of an index or object takes. */
const HOSTILE: readonly LedgerKey[] = [
  { jobId: 'a.b', huntId: 'c' },
  { jobId: 'a', huntId: 'b.c' },
  { jobId: 'a:b', huntId: 'c' },
  { jobId: 'a', huntId: 'b:c' },
  { jobId: 'a/b', huntId: 'c' },
  { jobId: 'a', huntId: 'b~c' },
  { jobId: 'a', huntId: 'b/c' },
  { jobId: '__proto__', huntId: 'constructor' },
  { jobId: '', huntId: '' },
  { jobId: 'é\u0000"\\\n\ud800', huntId: "'; DROP TABLE books; --" },
  { jobId: 'x'.repeat(600), huntId: 'y' },
  { jobId: 'x'.repeat(600), huntId: 'z' },
];

const time = fc.integer({ min: 0, max: 4_102_444_800_000 });
const text = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 6 }), fc.constantFrom('x\0y', '\ud800', '\u001b[31m'));

/** Spans that are sorted and apart, as `examined` is. */
const spans = fc
  .tuple(
    time,
    fc.array(fc.tuple(fc.integer({ min: 1, max: DAY_MS }), fc.integer({ min: 1, max: DAY_MS })), { maxLength: 5 }),
  )
  .map(([first, lengths]) => {
    let at = first;
    return lengths.map(([length, apart]) => {
      const span = { start: at, end: at + length };
      at = span.end + apart;
      return span;
    });
  });

const gap = fc
  .record({
    reason: fc.constantFrom(...GAP_REASONS),
    text,
    since: time,
    attempts: fc.nat(9),
    nextAttemptAt: fc.option(time, { nil: null }),
    backfill: fc.boolean(),
    runId: fc.option(text, { nil: null }),
  })
  .map(sampleGap);

const anyLedger: fc.Arbitrary<Ledger> = fc
  .record({
    huntId: fc.constantFrom('a/b', 'c'),
    activatedAt: time,
    examined: spans,
    gaps: fc.array(gap, { maxLength: 3 }),
  })
  .map(sampleLedger);
