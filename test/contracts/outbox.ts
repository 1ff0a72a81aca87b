import { describe, expect, it } from 'vitest';
import type { Notice } from '../../src/core/notice.ts';
import { DAY_MS, HOUR_MS } from '../../src/core/time.ts';
import type { Marked, Store } from '../../src/store/port.ts';
import { DAY_ONE } from '../rig/sample-findings.ts';
import { sampleNotice } from '../rig/sample-notices.ts';
import type { StorePair } from './store.ts';

const { signal } = new AbortController();
const NOW = sampleNotice().writtenAt;

/** What the outbox of every store must do. `open` gives a fresh place, not set up; `ready` one that is. */
export function outboxContract(name: string, open: () => Promise<StorePair>, ready: () => Promise<StorePair>): void {
  const due = (store: Store, now = NOW, limit = 100, channels = ['webhook:soc', 'stdout']) =>
    store.dueNotices({ now, channels, limit }, signal);
  const one = async (store: Store): Promise<Marked<Notice>> => {
    const [first, ...more] = (await store.notices({}, 10, signal)).items;
    if (first === undefined || more.length > 0) throw new Error('There is not one notice');
    return first;
  };
  const settled = (notice: Notice, state: Notice['state'], settledAt = NOW): Notice => ({
    ...notice,
    state,
    settledAt,
  });
  const put = async (store: Store, notice: Notice) => {
    await store.putNotices([notice], signal);
    const [mark] = await store.writeNotices([{ value: notice, mark: (await one(store)).mark }], signal);
    expect(mark).not.toBeNull();
  };

  describe(`${name}: outbox`, () => {
    it('is not there before setup, which is an error and no empty outbox', async () => {
      const { store } = await open();
      const code = expect.stringMatching(/^(?:STORE_NOT_READY|NO_INDEX)$/);
      await expect(store.putNotices([sampleNotice()], signal)).rejects.toMatchObject({ code });
      await expect(due(store)).rejects.toMatchObject({ code });
      await expect(store.notices({}, 1, signal)).rejects.toMatchObject({ code });
    });

    it('gives back at once what was put, whatever it holds', async () => {
      const { store, other } = await ready();
      const hostile = sampleNotice('b', { trouble: '\u001b[31m{"__proto__":1}\u202e'.repeat(500) });
      const notices = [sampleNotice('a', { nextAttemptAt: NOW - 1 }), hostile];
      await store.putNotices(notices, signal);
      await store.putNotices([], signal);
      expect((await due(other)).map(({ value }) => value)).toEqual(notices);
      expect((await other.notices({}, 10, signal)).total).toBe(2);
    });

    it('has one notice for one piece of news and channel, however often put, by several at once', async () => {
      const { store, other } = await ready();
      const notices = ['a', 'b', 'c'].map((process) => sampleNotice(process));
      await Promise.all([store.putNotices(notices, signal), other.putNotices(notices.toReversed(), signal)]);
      await store.putNotices([sampleNotice('a', { id: 'elsewhere', channel: 'slack:hunting' })], signal);
      expect((await store.notices({}, 10, signal)).total).toBe(4);
    });

    it('gives what waits and whose time has come, the longest due first, as many as asked', async () => {
      const { store } = await ready();
      const times = { a: NOW, b: NOW - HOUR_MS, c: NOW + 1, d: NOW - DAY_MS };
      const notices = Object.entries(times).map(([process, at]) => sampleNotice(process, { nextAttemptAt: at }));
      await store.putNotices([...notices, settled(sampleNotice('e'), 'sent')], signal);
      const [a, b, , d] = notices;
      expect((await due(store)).map(({ value }) => value)).toEqual([d, b, a]);
      expect((await due(store, NOW, 2)).map(({ value }) => value)).toEqual([d, b]);
      expect(await due(store, NOW + 1)).toHaveLength(4);
      expect(await due(store, NOW + 1, 100, ['slack:hunting'])).toEqual([]);
    });

    it('lets one of several take a notice, who may write on with the mark that he gets', async () => {
      const { store, other } = await ready();
      await store.putNotices([sampleNotice()], signal);
      const [found] = await due(store);
      if (found === undefined) throw new Error('Nothing is due');
      const claim = (at: Store) =>
        at.writeNotices([{ value: { ...found.value, attempts: 1, nextAttemptAt: NOW + 1 }, mark: found.mark }], signal);
      const marks = (await Promise.all([claim(store), claim(other)])).flat();
      expect(marks.filter((mark) => mark === null)).toHaveLength(1);
      expect(await due(other)).toEqual([]);
      const mine = marks.find((mark) => mark !== null) ?? '';
      const sent = settled(found.value, 'sent');
      expect(await store.writeNotices([{ value: sent, mark: found.mark }], signal)).toEqual([null]);
      expect(await store.writeNotices([{ value: sent, mark: mine }], signal)).toEqual([expect.any(String)]);
      expect((await one(other)).value).toEqual(sent);
    });

    it('tells what became of each write, in order; what is gone is not made again', async () => {
      const { store } = await ready();
      await store.putNotices([sampleNotice('a'), sampleNotice('b')], signal);
      const [a, b] = (await store.notices({}, 2, signal)).items.toSorted((x) =>
        x.value.id === sampleNotice('a').id ? -1 : 1,
      );
      if (a === undefined || b === undefined) throw new Error('Not both are there');
      const writes = [b, { value: sampleNotice('never put'), mark: b.mark }, a];
      const marks = await store.writeNotices(writes, signal);
      expect(marks.map((mark) => mark !== null)).toEqual([true, false, true]);
      expect((await store.notices({}, 10, signal)).total).toBe(2);
      expect(await store.writeNotices([], signal)).toEqual([]);
    });

    it('takes news that is said again as younger while it waits', async () => {
      const { store } = await ready();
      await put(store, sampleNotice('a', { nextAttemptAt: NOW + DAY_MS, trouble: 'not yet' }));
      const again = sampleNotice('a', { writtenAt: NOW + HOUR_MS, nextAttemptAt: NOW + HOUR_MS, runId: 'run-2' });
      await store.putNotices([again], signal);
      expect((await one(store)).value).toEqual({ ...again, trouble: 'not yet' });
    });

    it('leaves what somebody has taken up to whoever has it', async () => {
      const { store } = await ready();
      const taken = sampleNotice('a', { attempts: 1, nextAttemptAt: NOW + HOUR_MS });
      await put(store, taken);
      await store.putNotices([sampleNotice('a', { writtenAt: NOW + 1, runId: 'run-2' })], signal);
      expect((await one(store)).value).toEqual(taken);
    });

    it('begins anew with what was dropped, and leaves what was sent or is dead', async () => {
      for (const [state, expected] of [
        ['dropped', 'waiting'],
        ['sent', 'sent'],
        ['dead', 'dead'],
      ] as const) {
        const { store } = await ready();
        const before = settled(sampleNotice('a', { attempts: 5 }), state);
        await put(store, before);
        const again = sampleNotice('a', { writtenAt: NOW + HOUR_MS, runId: 'run-2' });
        await store.putNotices([again], signal);
        expect((await one(store)).value).toEqual(expected === 'waiting' ? again : before);
      }
    });

    it('is listed by state and channel, the last written first, with the total', async () => {
      const { store } = await ready();
      const slack = { channel: 'slack:hunting' };
      await store.putNotices(
        [
          sampleNotice('a', { writtenAt: NOW - 1 }),
          sampleNotice('b', { ...slack, writtenAt: NOW + 1 }),
          settled(sampleNotice('c'), 'dead'),
        ],
        signal,
      );
      const listed = async (filter: Parameters<Store['notices']>[0], limit = 10) => {
        const { items, total } = await store.notices(filter, limit, signal);
        return [items.map(({ value }) => value.fingerprint), total];
      };
      const [a, b, c] = ['a', 'b', 'c'].map((process) => sampleNotice(process).fingerprint);
      expect(await listed({})).toEqual([[b, c, a], 3]);
      expect(await listed({}, 1)).toEqual([[b], 3]);
      expect(await listed({ states: ['waiting'] })).toEqual([[b, a], 2]);
      expect(await listed({ states: ['sent', 'dead'] })).toEqual([[c], 1]);
      expect(await listed(slack)).toEqual([[b], 1]);
      expect(await listed({ ...slack, states: ['dead'] }, 0)).toEqual([[], 0]);
    });

    it('is pruned of what was sent or dropped before, and of nothing else', async () => {
      const { store } = await ready();
      const states = ['sent', 'dropped', 'dead'] as const;
      const old = states.map((state) => settled(sampleNotice(state), state, DAY_ONE));
      await store.putNotices([...old, settled(sampleNotice('young'), 'sent', DAY_ONE + 1), sampleNotice('w')], signal);
      const request = { findings: null, sightings: null, runs: null, outbox: DAY_ONE + 1 };
      const none = { findings: 0, sightings: 0, runs: 0 };
      expect(await store.prune(request, { dryRun: true }, signal)).toEqual({ ...none, outbox: 2 });
      expect((await store.notices({}, 0, signal)).total).toBe(5);
      expect(await store.prune(request, { dryRun: false }, signal)).toEqual({ ...none, outbox: 2 });
      const left = (await store.notices({}, 10, signal)).items.map(({ value }) => value.state);
      expect(left.toSorted()).toEqual(['dead', 'sent', 'waiting']);
    });

    it('takes more notices than a server gives at once', async () => {
      const { store } = await ready();
      await store.putNotices(
        Array.from({ length: 1_203 }, (_, at) => sampleNotice(`p${at}`)),
        signal,
      );
      const { items, total } = await store.notices({}, 1_202, signal);
      expect(total).toBe(1_203);
      expect(new Set(items.map(({ value }) => value.id)).size).toBe(1_202);
    });
  });
}
