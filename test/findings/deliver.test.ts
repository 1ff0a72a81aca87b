import { describe, expect, it } from 'vitest';
import { canonicalFinding } from '../../src/core/canonical.ts';
import { HuntError } from '../../src/core/error.ts';
import type { Sighting } from '../../src/core/finding.ts';
import type { ReopenRule } from '../../src/core/hunt.ts';
import { smallestSet } from '../../src/core/smallest-set.ts';
import { DAY_MS } from '../../src/core/time.ts';
import { deliver, refusalError } from '../../src/findings/deliver.ts';
import type { DeliveryItem } from '../../src/findings/gather.ts';
import type { WriteEffects } from '../../src/findings/settle.ts';
import { memoryStore } from '../../src/store/memory/store.ts';
import type { Store } from '../../src/store/port.ts';
import { DAY_ONE, sampleLatest, sampleState, sightingFor } from '../rig/sample-findings.ts';

const signal = new AbortController().signal;
const NEVER: ReopenRule = { afterMs: null, on: [] };
const NOW = DAY_ONE + 5 * DAY_MS;

function item(process?: string, day = 0, count = 3): DeliveryItem {
  const state = sampleState(process, day);
  const own = { ...state, latest: { ...state.latest, count } };
  return { state: own, sighting: sightingFor(own), reopen: NEVER };
}

/** Effects that note every wait instead of waiting. */
function recorded(now = NOW): WriteEffects & { readonly waits: number[] } {
  const waits: number[] = [];
  const sleep = (ms: number) => Promise.resolve(void waits.push(ms));
  return { waits, now: () => now, sleep, random: () => 0.5 };
}

async function readyStore(change: (store: Store) => Partial<Store> = () => ({})): Promise<Store> {
  const store = memoryStore();
  await store.setup({ dryRun: false }, signal);
  return { ...store, ...change(store) };
}

const sightingsOf = async (store: Store, { state }: DeliveryItem): Promise<readonly Sighting[]> =>
  (await store.sightings(state.fingerprint, 10, signal)).items;

describe('deliver', () => {
  it('tells new, then recurring, then reopened', async () => {
    const store = await readyStore();
    const rule: ReopenRule = { afterMs: DAY_MS, on: [] };
    const of = async (day: number) =>
      (await deliver([{ ...item('a.exe', day), reopen: rule }], store, recorded(), signal)).deltas;
    expect(await of(0)).toEqual({ new: 1, reopened: 0, recurring: 0 });
    expect(await of(1)).toEqual({ new: 0, reopened: 0, recurring: 1 });
    expect(await of(9)).toEqual({ new: 0, reopened: 1, recurring: 0 });
    expect(await sightingsOf(store, item('a.exe'))).toHaveLength(3);
  });

  it('does nothing for nothing', async () => {
    const store = await readyStore(() => ({
      read: () => Promise.reject(new Error('asked')),
      write: () => Promise.reject(new Error('asked')),
    }));
    expect(await deliver([], store, recorded(), signal)).toMatchObject({ delivered: [], refused: [] });
  });

  it('reads and writes once per thousand findings', async () => {
    const sizes: [string, number][] = [];
    const store = await readyStore((base) => ({
      read: (ids, signal) => (sizes.push(['read', ids.length]), base.read(ids, signal)),
      write: (findings, sightings, signal) => {
        sizes.push(['write', findings.length + sightings.length]);
        return base.write(findings, sightings, signal);
      },
    }));
    const items = Array.from({ length: 2_100 }, (_, at) => item(`p${at}`));
    expect((await deliver(items, store, recorded(), signal)).deltas.new).toBe(2_100);
    expect(sizes).toEqual([
      ['read', 1_000],
      ['write', 2_000],
      ['read', 1_000],
      ['write', 2_000],
      ['read', 100],
      ['write', 200],
    ]);
  });

  it('counts rows of one key in one tile together', async () => {
    const store = await readyStore();
    const other = item('a.exe', 0, 4);
    const sets = { 'host.name': smallestSet(['ws2'], 20) };
    const rows = [item('a.exe'), { ...other, state: { ...other.state, sets } }];
    const delivery = await deliver(rows, store, recorded(), signal);
    const backwards = await deliver(rows.toReversed(), await readyStore(), recorded(), signal);
    expect(delivery.deltas).toEqual({ new: 1, reopened: 0, recurring: 0 });
    const [first] = delivery.delivered;
    expect(first?.finding.state.latest.count).toBe(7);
    expect(first?.finding.state.sets['host.name']?.values).toEqual(['ws1', 'ws2']);
    expect(await sightingsOf(store, other)).toMatchObject([{ count: 7 }]);
    const canonical = (found: typeof delivery) => found.delivered.map(({ finding }) => canonicalFinding(finding));
    expect(canonical(backwards)).toEqual(canonical(delivery));
  });

  it('takes tiles of one finding in the order of time, with the most telling delta', async () => {
    const store = await readyStore();
    const { delivered } = await deliver([item('a.exe', 2), item('a.exe', 0)], store, recorded(), signal);
    expect(delivered).toHaveLength(1);
    expect(delivered[0]?.delta).toBe('new');
    expect(delivered[0]?.finding.state.latest.tileEnd).toBe(DAY_ONE + 3 * DAY_MS);
    expect(await sightingsOf(store, item('a.exe'))).toHaveLength(2);
  });

  it('reads again, merges and writes only what somebody else wrote in between', async () => {
    const sizes: number[] = [];
    const base = await readyStore();
    const shared: Store = {
      ...base,
      async write(findings, sightings, signal) {
        sizes.push(findings.length);
        if (sizes.length === 1) await deliver([item('b.exe', 3)], base, recorded(), signal);
        return base.write(findings, sightings, signal);
      },
    };
    const effects = recorded();
    const delivery = await deliver([item('a.exe'), item('b.exe'), item('c.exe')], shared, effects, signal);
    expect(sizes).toEqual([3, 1]);
    expect(effects.waits).toHaveLength(1);
    expect(delivery.deltas).toEqual({ new: 2, reopened: 0, recurring: 1 });
    const { fingerprint } = item('b.exe').state;
    const kept = (await base.read([fingerprint], signal)).get(fingerprint);
    expect(kept?.finding.state.firstSeen).toBe(item('b.exe').state.firstSeen);
    expect(kept?.finding.state.latest.tileEnd).toBe(DAY_ONE + 4 * DAY_MS);
  });

  it('gives up with CONFLICT after a bounded number of tries', async () => {
    let tries = 0;
    const store = await readyStore(() => ({
      write: (findings) => {
        tries++;
        const outcomes = findings.map(({ finding }) => ({
          fingerprint: finding.state.fingerprint,
          status: 'conflict' as const,
        }));
        return Promise.resolve({ findings: outcomes, refusedSightings: [] });
      },
    }));
    const error: unknown = await deliver([item()], store, recorded(), signal).catch((error: unknown) => error);
    expect(error).toMatchObject({ code: 'CONFLICT', message: expect.stringContaining(item().state.fingerprint) });
    expect(tries).toBe(12);
  });

  it('waits for an overloaded server, longer each time, and loses no news', async () => {
    let answers = 0;
    const store = await readyStore((base) => ({
      async write(findings, sightings, signal) {
        const result = await base.write(findings, sightings, signal);
        // The server did it, but what came back was an overload: the worst case.
        if (++answers <= 3) throw new HuntError('OVERLOADED', 'Cannot write: busy');
        return result;
      },
    }));
    const effects = recorded();
    const delivery = await deliver([item('a.exe'), item('b.exe')], store, effects, signal);
    expect(delivery.deltas).toEqual({ new: 2, reopened: 0, recurring: 0 });
    expect(effects.waits).toEqual([250, 500, 1_000]);
  });

  it('gives an overload up after six tries, as it came', async () => {
    const busy = new HuntError('OVERLOADED', 'Cannot write: busy');
    const store = await readyStore(() => ({ write: () => Promise.reject(busy) }));
    const effects = recorded();
    await expect(deliver([item()], store, effects, signal)).rejects.toBe(busy);
    expect(effects.waits).toHaveLength(5);
  });

  it('does not repeat what fails for another reason', async () => {
    let tries = 0;
    const lost = new HuntError('CONNECTION_LOST', 'Cannot read: gone');
    const store = await readyStore(() => ({ read: () => (tries++, Promise.reject(lost)) }));
    await expect(deliver([item()], store, recorded(), signal)).rejects.toBe(lost);
    expect(tries).toBe(1);
  });

  it('stops between chunks when it is cancelled, and keeps what was written', async () => {
    const controller = new AbortController();
    const store = await readyStore((base) => ({
      async write(...args) {
        const result = await base.write(...args);
        controller.abort();
        return result;
      },
    }));
    const items = Array.from({ length: 1_001 }, (_, at) => item(`p${at}`));
    const cancelled = deliver(items, store, recorded(), controller.signal);
    await expect(cancelled).rejects.toMatchObject({ code: 'CANCELLED' });
    expect((await store.list({}, 1, signal)).total).toBe(1_000);
  });

  it('writes everything but what is refused, and tells it by finding', async () => {
    const store = await readyStore();
    const state = sampleState('bad.exe', 0, { latest: sampleLatest({ huntId: 'x'.repeat(40_000) }) });
    const bad = { state, sighting: sightingFor(state), reopen: NEVER };
    const { delivered, deltas, refused } = await deliver(
      [item('a.exe'), bad, item('b.exe')],
      store,
      recorded(),
      signal,
    );
    expect(deltas.new).toBe(2);
    expect(delivered.map(({ fingerprint }) => fingerprint)).not.toContain(state.fingerprint);
    expect(refused).toMatchObject([
      { fingerprint: state.fingerprint, what: 'finding' },
      { fingerprint: state.fingerprint, what: 'sighting' },
    ]);
    const error = refusalError(refused);
    expect(error).toMatchObject({ code: 'STORE_REFUSED', message: expect.stringContaining(state.fingerprint) });
    expect(refusalError([])).toBeNull();
  });

  it('names ten refusals and counts the rest', () => {
    const { fingerprint } = sampleState();
    const refused = Array.from({ length: 12 }, () => ({ fingerprint, what: 'finding' as const, because: 'no' }));
    expect(refusalError(refused)?.message).toMatch(/refused 12 documents.*and 2 more$/);
  });

  it('leaves the same behind however often a tile is delivered', async () => {
    const store = await readyStore();
    const tile = [item('a.exe'), item('b.exe')];
    const canonical = async () =>
      (await store.list({}, 10, signal)).items.map(({ finding }) => canonicalFinding(finding)).toSorted();
    await deliver(tile, store, recorded(), signal);
    const once = await canonical();
    for (let again = 1; again < 10; again++) await deliver(tile, store, recorded(NOW + again), signal);
    expect(await canonical()).toEqual(once);
    expect(await sightingsOf(store, item('a.exe'))).toHaveLength(1);
  });
});
