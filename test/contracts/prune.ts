import { describe, expect, it } from 'vitest';
import { UNTOUCHED_TRIAGE } from '../../src/core/finding.ts';
import type { FindingStatus } from '../../src/core/finding.ts';
import { DAY_MS } from '../../src/core/time.ts';
import type { PruneRequest, Store } from '../../src/store/port.ts';
import { sampleLedger } from '../rig/sample-books.ts';
import { DAY_ONE, sampleFinding, sampleRun, sampleState, sightingFor } from '../rig/sample-findings.ts';
import type { StorePair } from './store.ts';

const { signal } = new AbortController();
const NOTHING: PruneRequest = { findings: null, sightings: null, runs: null, outbox: null };

/** What `prune` of every store must do; `ready` gives a fresh place that is set up. */
export function pruneContract(name: string, ready: () => Promise<StorePair>): void {
  describe(`${name}: prune`, () => {
    /** Each finding is of one day, seen on it until 12 o'clock, with one sighting that ends with the day. */
    const put = async (store: Store, process: string, day: number, status: FindingStatus) => {
      const state = sampleState(process, day);
      const finding = { ...sampleFinding(process), state, triage: { ...UNTOUCHED_TRIAGE, status } };
      await store.write([{ finding, mark: null }], [sightingFor(state)], signal);
    };
    const filled = async () => {
      const { store } = await ready();
      await put(store, 'closed-0', 0, 'closed');
      await put(store, 'closed-1', 1, 'closed');
      await put(store, 'closed-5', 5, 'closed');
      await put(store, 'open-0', 0, 'open');
      await put(store, 'acknowledged-0', 0, 'acknowledged');
      // The same finding in a later tile, merged by hand: one sighting more of a finding that is old.
      await store.write([], [sightingFor(sampleState('closed-0', 1))], signal);
      for (const day of [0, 1, 2]) {
        const endedAt = DAY_ONE + day * DAY_MS;
        await store.saveRun(sampleRun({ runId: `run-${day}`, startedAt: endedAt - DAY_MS, endedAt }), signal);
      }
      await store.writeLedger(sampleLedger(), null, signal);
      return store;
    };
    const left = async (store: Store) => {
      await store.refresh(signal);
      const findings = (await store.list({}, 100, signal)).items.map(({ finding }) => finding.state);
      const names = ['closed-0', 'closed-1', 'closed-5', 'open-0', 'acknowledged-0'];
      const counts = await Promise.all(
        names.map(async (name) => (await store.sightings(sampleState(name).fingerprint, 10, signal)).total),
      );
      return {
        findings: findings.map(({ key }) => String(key['process.name'])).toSorted(),
        sightings: Object.fromEntries(names.map((name, at) => [name, counts[at]]).filter(([, count]) => count !== 0)),
        runs: (await store.runs({}, 10, signal)).items.map(({ runId }) => runId),
      };
    };
    const ALL = {
      findings: ['acknowledged-0', 'closed-0', 'closed-1', 'closed-5', 'open-0'],
      sightings: { 'closed-0': 2, 'closed-1': 1, 'closed-5': 1, 'open-0': 1, 'acknowledged-0': 1 },
      runs: ['run-2', 'run-1', 'run-0'],
    };
    /** A dry run counts what the run after it removes; one more finds nothing. */
    const prune = async (store: Store, request: PruneRequest) => {
      const before = await left(store);
      const counted = await store.prune(request, { dryRun: true }, signal);
      expect(await left(store)).toEqual(before);
      const removed = await store.prune(request, { dryRun: false }, signal);
      expect(removed).toEqual(counted);
      const again = await store.prune(request, { dryRun: false }, signal);
      expect(again).toEqual({ findings: 0, sightings: 0, runs: 0, outbox: 0 });
      return removed;
    };

    it('removes nothing that was not asked for', async () => {
      const store = await filled();
      expect(await prune(store, NOTHING)).toEqual({ findings: 0, sightings: 0, runs: 0, outbox: 0 });
      expect(await left(store)).toEqual(ALL);
    });

    it('removes closed findings last seen before, with all their sightings, and no open ones', async () => {
      const store = await filled();
      const removed = await prune(store, { ...NOTHING, findings: DAY_ONE + DAY_MS });
      expect(removed).toEqual({ findings: 1, sightings: 2, runs: 0, outbox: 0 });
      expect(await left(store)).toEqual({
        ...ALL,
        findings: ['acknowledged-0', 'closed-1', 'closed-5', 'open-0'],
        sightings: { 'closed-1': 1, 'closed-5': 1, 'open-0': 1, 'acknowledged-0': 1 },
      });
    });

    it('takes the limit as the first instant that stays', async () => {
      const store = await filled();
      const lastSeen = sampleState('closed-0').lastSeen;
      expect((await prune(store, { ...NOTHING, findings: lastSeen })).findings).toBe(0);
      expect((await prune(store, { ...NOTHING, findings: lastSeen + 1 })).findings).toBe(1);
      expect((await prune(store, { ...NOTHING, runs: DAY_ONE + DAY_MS })).runs).toBe(1);
      expect((await prune(store, { ...NOTHING, sightings: DAY_ONE + DAY_MS })).sightings).toBe(0);
    });

    it('removes sightings by their tile, also of findings that stay, and counts each once', async () => {
      const store = await filled();
      const removed = await prune(store, {
        findings: DAY_ONE + DAY_MS,
        sightings: DAY_ONE + DAY_MS + 1,
        runs: null,
        outbox: null,
      });
      expect(removed).toEqual({ findings: 1, sightings: 4, runs: 0, outbox: 0 });
      expect((await left(store)).sightings).toEqual({ 'closed-1': 1, 'closed-5': 1 });
    });

    it('removes runs that ended before, and never the ledger', async () => {
      const store = await filled();
      const far = DAY_ONE + 1_000 * DAY_MS;
      expect(await prune(store, { findings: far, sightings: far, runs: far, outbox: far })).toEqual({
        findings: 3,
        sightings: 6,
        runs: 3,
        outbox: 0,
      });
      expect(await left(store)).toEqual({ findings: ['acknowledged-0', 'open-0'], sightings: {}, runs: [] });
      expect(await store.allLedgers(signal)).toEqual([sampleLedger()]);
    });

    it('removes more than one page', async () => {
      const { store } = await ready();
      const states = Array.from({ length: 2_101 }, (_, at) => sampleState(`p${at}`));
      const closed = { ...UNTOUCHED_TRIAGE, status: 'closed' as const };
      await store.write(
        states.map((state) => ({ finding: { ...sampleFinding(), state, triage: closed }, mark: null })),
        states.map(sightingFor),
        signal,
      );
      await store.refresh(signal);
      expect(await prune(store, { ...NOTHING, findings: DAY_ONE + DAY_MS })).toMatchObject({
        findings: 2_101,
        sightings: 2_101,
      });
      await store.refresh(signal);
      expect((await store.list({}, 1, signal)).total).toBe(0);
    }, 60_000);

    it('is called off by its signal', async () => {
      const store = await filled();
      const aborted = AbortSignal.abort();
      await expect(store.prune({ ...NOTHING, runs: DAY_ONE }, { dryRun: false }, aborted)).rejects.toMatchObject({
        code: 'CANCELLED',
      });
    });
  });
}
