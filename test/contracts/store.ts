import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalFinding } from '../../src/core/canonical.ts';
import { UNTOUCHED_TRIAGE } from '../../src/core/finding.ts';
import type { Finding, FindingState } from '../../src/core/finding.ts';
import { smallestSet } from '../../src/core/smallest-set.ts';
import { DAY_MS } from '../../src/core/time.ts';
import { deliver } from '../../src/findings/deliver.ts';
import type { DeliveryItem } from '../../src/findings/gather.ts';
import type { WriteEffects } from '../../src/findings/settle.ts';
import { setTriage } from '../../src/findings/triage.ts';
import type { Store } from '../../src/store/port.ts';
import {
  anyFinding,
  DAY_ONE,
  HUNT,
  NO_FINDING,
  sampleFinding,
  sampleLatest,
  sampleRun,
  sampleState,
  sightingFor,
} from '../rig/sample-findings.ts';

import { booksContract } from './books.ts';
import { outboxContract } from './outbox.ts';
import { pruneContract } from './prune.ts';

/** A store that nobody else writes to, not set up yet, and a second one onto the same place, as another process has. */
export interface StorePair {
  readonly store: Store;
  readonly other: Store;
}

const signal = new AbortController().signal;
const NOW = DAY_ONE + 3 * DAY_MS;
/** One byte more than Lucene indexes as a term. */
const UNINDEXABLE = 'x'.repeat(32_767);

const effects: WriteEffects = { now: () => NOW, sleep: () => Promise.resolve(), random: () => 0 };

/** What every store must do. `open` gives a fresh place for each test. */
export function storeContract(name: string, open: () => Promise<StorePair>): void {
  const ready = async (): Promise<StorePair> => {
    const pair = await open();
    await pair.store.setup({ dryRun: false }, signal);
    return pair;
  };
  const kept = async (store: Store, finding: Finding) => {
    const { fingerprint } = finding.state;
    const stored = (await store.read([fingerprint], signal)).get(fingerprint);
    if (stored === undefined) throw new Error(`Finding ${fingerprint} is not there`);
    return stored;
  };
  const create = (store: Store, ...findings: readonly Finding[]) =>
    store.write(
      findings.map((finding) => ({ finding, mark: null })),
      [],
      signal,
    );

  booksContract(name, open, ready);
  outboxContract(name, open, ready);
  pruneContract(name, ready);

  describe(`${name}: setup`, () => {
    it('makes what is missing, once', async () => {
      const { store } = await open();
      const first = await store.setup({ dryRun: false }, signal);
      expect(first.length).toBeGreaterThan(0);
      expect(new Set(first.map((step) => step.status))).toEqual(new Set(['created']));
      const second = await store.setup({ dryRun: false }, signal);
      expect(second.map((step) => step.what)).toEqual(first.map((step) => step.what));
      expect(new Set(second.map((step) => step.status))).toEqual(new Set(['present']));
    });

    it('says what it would make, and makes nothing', async () => {
      const { store } = await open();
      const steps = await store.setup({ dryRun: true }, signal);
      expect(new Set(steps.map((step) => step.status))).toEqual(new Set(['would create']));
      await expect(store.ready(signal)).rejects.toMatchObject({ code: 'STORE_NOT_READY' });
    });

    it('is not ready before, and names the remedy; is ready after', async () => {
      const { store, other } = await open();
      await expect(store.ready(signal)).rejects.toMatchObject({
        code: 'STORE_NOT_READY',
        remedy: expect.stringContaining('setup'),
      });
      await expect(create(store, sampleFinding())).rejects.toMatchObject({ code: 'STORE_NOT_READY' });
      await store.setup({ dryRun: false }, signal);
      await expect(other.ready(signal)).resolves.toBeUndefined();
    });

    it('may be run by two at once', async () => {
      const { store, other } = await open();
      await Promise.all([store.setup({ dryRun: false }, signal), other.setup({ dryRun: false }, signal)]);
      await store.ready(signal);
      await create(store, sampleFinding());
      expect(await kept(other, sampleFinding())).toBeDefined();
    });
  });

  describe(`${name}: findings`, () => {
    it('gives back what was written, whatever it holds, without a refresh', async () => {
      const { store, other } = await ready();
      const samples = fc.sample(anyFinding, { seed: 5, numRuns: 40 });
      const findings = samples.map((finding, at) => {
        const { fingerprint } = sampleState(`process-${at}`);
        return { ...finding, state: { ...finding.state, fingerprint } };
      });
      const { findings: outcomes } = await create(store, ...findings);
      expect(outcomes.map((outcome) => outcome.status)).toEqual(findings.map(() => 'written'));
      const read = await other.read(
        findings.map((finding) => finding.state.fingerprint),
        signal,
      );
      for (const finding of findings) expect(read.get(finding.state.fingerprint)?.finding).toEqual(finding);
    });

    it('gives back huge and hostile texts', async () => {
      const { store } = await ready();
      const title = `\u001b[31m${'é'.repeat(40_000)}`;
      const sets = {
        'process.command_line': smallestSet([title], 5),
        'destination.ip': smallestSet(['not-an-ip', 7], 5),
      };
      const state = sampleState('huge.exe', 0, { sets, latest: sampleLatest({ title }) });
      await create(store, sampleFinding('huge.exe', { state }));
      expect((await kept(store, sampleFinding('huge.exe'))).finding.state).toEqual(state);
    });

    it('leaves out ids without a finding', async () => {
      const { store } = await ready();
      expect((await store.read([NO_FINDING], signal)).size).toBe(0);
      expect((await store.read([], signal)).size).toBe(0);
    });

    it('lets one of two creations win', async () => {
      const { store, other } = await ready();
      const results = await Promise.all([create(store, sampleFinding()), create(other, sampleFinding())]);
      const statuses = results.flatMap((result) => result.findings.map((outcome) => outcome.status));
      expect(statuses.toSorted()).toEqual(['conflict', 'written']);
    });

    it('writes onto the mark that was read, and tells a stale mark', async () => {
      const { store, other } = await ready();
      await create(store, sampleFinding());
      const { mark } = await kept(store, sampleFinding());
      const closed = sampleFinding(undefined, { triage: { ...UNTOUCHED_TRIAGE, status: 'closed' } });
      const fresh = await other.write([{ finding: closed, mark }], [], signal);
      const stale = await store.write([{ finding: sampleFinding(), mark }], [], signal);
      expect(fresh.findings[0]?.status).toBe('written');
      expect(stale.findings[0]?.status).toBe('conflict');
      expect((await kept(store, closed)).finding).toEqual(closed);
    });

    it('tells a refused document by its finding and writes the others', async () => {
      const { store } = await ready();
      const bad = sampleState('bad.exe', 0, { latest: sampleLatest({ huntId: UNINDEXABLE }) });
      const items = [sampleState('a.exe'), bad, sampleState('b.exe')];
      const result = await store.write(
        items.map((state) => ({ finding: { ...sampleFinding(), state }, mark: null })),
        items.map(sightingFor),
        signal,
      );
      expect(result.findings.map((outcome) => outcome.status)).toEqual(['written', 'refused', 'written']);
      expect(result.findings[1]).toMatchObject({
        fingerprint: bad.fingerprint,
        because: expect.stringContaining('hunt.id'),
      });
      expect(result.refusedSightings).toMatchObject([{ sighting: { fingerprint: bad.fingerprint } }]);
      expect(
        (
          await store.read(
            items.map((state) => state.fingerprint),
            signal,
          )
        ).size,
      ).toBe(2);
    });

    it('keeps what was given, not the object that gave it', async () => {
      const { store } = await ready();
      const values: string[] = ['ws1'];
      const state = sampleState('p', 0, { sets: { 'host.name': { values, cap: 5, more: false } } });
      await create(store, sampleFinding('p', { state }));
      values.push('ws2');
      expect((await kept(store, sampleFinding('p'))).finding.state.sets['host.name']?.values).toEqual(['ws1']);
    });
  });

  describe(`${name}: listing`, () => {
    const filled = async () => {
      const { store } = await ready();
      const high = sampleState('high.exe', 0, { latest: sampleLatest({ severity: 'high', huntId: 'other/renamed' }) });
      const elsewhere = { 'host.name': smallestSet(['WS9', 'ws2'], 5) };
      await create(
        store,
        sampleFinding('old.exe', { newsAt: NOW - DAY_MS }),
        sampleFinding('high.exe', { newsAt: NOW, state: high }),
        sampleFinding('closed.exe', {
          newsAt: NOW - 1,
          triage: { ...UNTOUCHED_TRIAGE, status: 'closed', disposition: 'benign' },
          state: sampleState('closed.exe', 0, { sets: elsewhere }),
        }),
      );
      await store.refresh(signal);
      return store;
    };
    let once: Promise<Store> | undefined;
    const listed = () => (once ??= filled());
    const processes = (items: readonly { readonly finding: Finding }[]) =>
      items.map(({ finding }) => finding.state.key['process.name']);

    it('shows what was written a moment ago, without a refresh', async () => {
      const { store } = await ready();
      await create(store, sampleFinding('just.exe', { newsAt: NOW }));
      expect(processes((await store.list({}, 10, signal)).items)).toEqual(['just.exe']);
    });

    it('is newest first, cut at the limit, with the total', async () => {
      const store = await listed();
      const all = await store.list({}, 100, signal);
      expect(processes(all.items)).toEqual(['high.exe', 'closed.exe', 'old.exe']);
      const two = await store.list({}, 2, signal);
      expect(processes(two.items)).toEqual(['high.exe', 'closed.exe']);
      expect(two.total).toBe(3);
      expect((await store.list({}, 0, signal)).total).toBe(3);
    });

    it.each([
      ['status', { statuses: ['open'] }, ['high.exe', 'old.exe']],
      ['several statuses', { statuses: ['closed', 'acknowledged'] }, ['closed.exe']],
      ['severity', { severities: ['high', 'critical'] }, ['high.exe']],
      ['disposition', { dispositions: ['benign'] }, ['closed.exe']],
      ['hunt', { hunt: 'other/renamed' }, ['high.exe']],
      ['the first id of a renamed hunt', { hunt: HUNT }, ['high.exe', 'closed.exe', 'old.exe']],
      ['host in any case', { host: 'ws9' }, ['closed.exe']],
      ['news since, inclusive', { since: NOW - 1 }, ['high.exe', 'closed.exe']],
      ['all together', { statuses: ['open'], since: NOW - 1, host: 'ws1' }, ['high.exe']],
      ['nothing that fits', { hunt: 'no/such' }, []],
    ])('filters by %s', async (_what, filter, expected) => {
      const { items, total } = await (await listed()).list(filter, 100, signal);
      expect(processes(items)).toEqual(expected);
      expect(total).toBe(expected.length);
    });

    it('gives marks that can be written onto', async () => {
      const store = await listed();
      const [first] = (await store.list({}, 1, signal)).items;
      const result = await store.write(first === undefined ? [] : [first], [], signal);
      expect(result.findings.map((outcome) => outcome.status)).toEqual(['written']);
    });

    it('lists more than one page of a server', async () => {
      const { store } = await ready();
      const findings = Array.from({ length: 1_203 }, (_, at) => sampleFinding(`p${at}`));
      await create(store, ...findings);
      await store.refresh(signal);
      const { items, total } = await store.list({}, 1_202, signal);
      expect(total).toBe(1_203);
      expect(new Set(processes(items)).size).toBe(1_202);
    });
  });

  describe(`${name}: sightings`, () => {
    it('are one document per finding and tile, however often written', async () => {
      const { store } = await ready();
      const sighting = sightingFor(sampleState());
      await store.write([], [sighting, sightingFor(sampleState('p', 1))], signal);
      const again = { ...sighting, runId: 'run-2', adHoc: true, count: 9, hosts: null, population: null };
      await store.write([], [again, sightingFor(sampleState(undefined, 1))], signal);
      await store.refresh(signal);
      const { items, total } = await store.sightings(sighting.fingerprint, 10, signal);
      expect(items).toEqual([sightingFor(sampleState(undefined, 1)), again]);
      expect(total).toBe(2);
      expect((await store.sightings(sighting.fingerprint, 1, signal)).total).toBe(2);
    });
  });

  describe(`${name}: runs`, () => {
    const runs = [
      sampleRun({ runId: 'aa-1', startedAt: NOW, verdict: 'clean', reasons: [] }),
      sampleRun({ runId: 'aa-12', startedAt: NOW + 1, huntId: 'other/hunt', job: { id: 'hourly', attempt: 3 } }),
      sampleRun({
        runId: 'bb-1',
        startedAt: NOW + 2,
        verdict: 'failed',
        adHoc: true,
        job: null,
        error: { code: 'TIMEOUT', message: 'Too late', remedy: null },
        params: JSON.parse('{"__proto__":1,"":[true]}'),
      }),
    ];
    const filled = async () => {
      const { store } = await ready();
      for (const run of runs) await store.saveRun(run, signal);
      await store.refresh(signal);
      return store;
    };

    let once: Promise<Store> | undefined;
    const listed = () => (once ??= filled());

    it('come back as saved, newest first', async () => {
      const store = await listed();
      const { items, total } = await store.runs({}, 2, signal);
      expect(items).toEqual([runs[2], runs[1]]);
      expect(total).toBe(3);
    });

    it('are filtered by hunt, job, verdict and start', async () => {
      const store = await listed();
      const ids = async (filter: Parameters<Store['runs']>[0]) =>
        (await store.runs(filter, 10, signal)).items.map((run) => run.runId);
      expect(await ids({ hunt: 'other/hunt' })).toEqual(['aa-12']);
      expect(await ids({ job: 'hourly' })).toEqual(['aa-12']);
      expect(await ids({ job: 'nightly' })).toEqual(['aa-1']);
      expect(await ids({ job: 'no-such' })).toEqual([]);
      expect(await ids({ verdicts: ['clean', 'failed'] })).toEqual(['bb-1', 'aa-1']);
      expect(await ids({ since: NOW + 1 })).toEqual(['bb-1', 'aa-12']);
    });

    it('are filtered by the start of their tile', async () => {
      const { store } = await ready();
      const at = (runId: string, start: number) => sampleRun({ runId, tile: { start, end: start + 1_000 } });
      for (const run of [at('a', 1_000), at('b', 2_000), at('c', 3_000)]) await store.saveRun(run, signal);
      await store.refresh(signal);
      const { items } = await store.runs({ tileStarts: [1_000, 3_000, 4_000] }, 10, signal);
      expect(items.map((run) => run.runId).toSorted()).toEqual(['a', 'c']);
    });

    it('are found by the beginning of their id', async () => {
      const store = await listed();
      expect(await store.run('bb', signal)).toEqual(runs[2]);
      expect(await store.run('aa-1', signal)).toEqual(runs[0]);
      expect(await store.run('zz', signal)).toBeNull();
      await expect(store.run('aa', signal)).rejects.toMatchObject({ code: 'USAGE' });
    });

    it('are replaced by the same id', async () => {
      const store = await filled();
      await store.saveRun(sampleRun({ runId: 'bb-1', rows: 99 }), signal);
      await store.refresh(signal);
      expect((await store.run('bb-1', signal))?.rows).toBe(99);
      expect((await store.runs({}, 10, signal)).total).toBe(3);
    });
  });

  describe(`${name}: delivery`, () => {
    const reopen = { afterMs: null, on: [] };
    const tile = (runId: string): DeliveryItem[] =>
      Array.from({ length: 30 }, (_, at) => {
        const state = sampleState(`p${at}`);
        const own: FindingState = {
          ...state,
          latest: { ...state.latest, runId, examinedAt: NOW + Number(runId.slice(1)) },
        };
        return { state: own, sighting: sightingFor(own), reopen };
      });
    const canonical = async (store: Store) => {
      await store.refresh(signal);
      const { items } = await store.list({}, 1_000, signal);
      const sightings = await store.sightings(tile('r')[0]?.state.fingerprint ?? NO_FINDING, 10, signal);
      return [...items.map(({ finding }) => canonicalFinding(finding)).toSorted(), sightings.total];
    };

    it('by several at once ends as by one, and only one tells each finding as new', async () => {
      const alone = await ready();
      await deliver(tile('r0'), alone.store, effects, signal);
      const expected = await canonical(alone.store);
      expect(expected).toHaveLength(31);

      const { store, other } = await ready();
      const deliveries = await Promise.all(
        ['r1', 'r2', 'r3', 'r4'].map((run, at) => deliver(tile(run), at % 2 === 0 ? store : other, effects, signal)),
      );
      expect(await canonical(store)).toEqual(expected);
      expect(deliveries.reduce((sum, delivery) => sum + delivery.deltas.new, 0)).toBe(30);
      expect(deliveries.reduce((sum, delivery) => sum + delivery.deltas.recurring, 0)).toBe(90);
    });

    it('and triage at the same time lose nothing of each other', async () => {
      const { store, other } = await ready();
      await deliver(tile('r1'), store, effects, signal);
      const ids = tile('r1').map((item) => item.state.fingerprint);
      await Promise.all([
        deliver(tile('r2'), store, effects, signal),
        setTriage(ids, { status: 'closed', disposition: 'benign' }, other, effects, signal),
      ]);
      const read = [...(await store.read(ids, signal)).values()];
      expect(read).toHaveLength(30);
      for (const { finding } of read) {
        expect(finding.triage).toMatchObject({ status: 'closed', disposition: 'benign' });
        expect(finding.state.latest.runId).toBe('r2');
      }
    });
  });
}
