import { describe, expect, it } from 'vitest';
import type { ReopenRule, Severity } from '../../src/core/hunt.ts';
import { type Audience, NEWS_KEPT, newsKey } from '../../src/core/notice.ts';
import { DAY_MS } from '../../src/core/time.ts';
import { announce } from '../../src/findings/announce.ts';
import { deliver } from '../../src/findings/deliver.ts';
import type { DeliveryItem } from '../../src/findings/gather.ts';
import type { WriteEffects } from '../../src/findings/settle.ts';
import { setTriage } from '../../src/findings/triage.ts';
import { memoryStore } from '../../src/store/memory/store.ts';
import type { Store } from '../../src/store/port.ts';
import { DAY_ONE, sampleFinding, sampleLatest, sampleState, sightingFor } from '../rig/sample-findings.ts';

const { signal } = new AbortController();
const NOW = DAY_ONE + 5 * DAY_MS;
const BOTH = ['new', 'reopened'] as const;
const AUDIENCE: Audience = {
  jobId: 'nightly',
  rules: [
    { channel: 'webhook:soc', severity: 'medium', deltas: BOTH },
    { channel: 'slack:hunting', severity: 'critical', deltas: BOTH },
    { channel: 'stdout', severity: 'low', deltas: ['reopened'] },
  ],
};
const effects: WriteEffects = { now: () => NOW, sleep: () => Promise.resolve(), random: () => 0 };

function item(process: string, day = 0, severity: Severity = 'medium'): DeliveryItem {
  const base = sampleState(process, day);
  const state = { ...base, latest: sampleLatest({ ...base.latest, severity }) };
  const reopen: ReopenRule = { afterMs: DAY_MS, on: [] };
  return { state, sighting: sightingFor(state), reopen };
}

/** A store that notes its writes in order. */
async function noted(change: (base: Store) => Partial<Store> = () => ({})) {
  const base = memoryStore();
  await base.setup({ dryRun: false }, signal);
  const changed = { ...base, ...change(base) };
  const calls: string[] = [];
  const store: Store = {
    ...changed,
    read: (...all) => (calls.push('read'), changed.read(...all)),
    write: (...all) => (calls.push('write'), changed.write(...all)),
    putNotices: (...all) => (calls.push('put'), changed.putNotices(...all)),
  };
  const outbox = async () => (await base.notices({}, 100, signal)).items.map(({ value }) => value);
  const newsOf = async (each: DeliveryItem) =>
    (await base.read([each.state.fingerprint], signal)).get(each.state.fingerprint)?.finding.news;
  return { store, calls, outbox, newsOf };
}

describe('news of a delivery', () => {
  it('goes into the outbox before the findings are written, in one request, by severity and delta', async () => {
    const { store, calls, outbox, newsOf } = await noted();
    const items = [item('low.exe', 0, 'low'), item('a.exe'), item('c.exe', 0, 'critical')];
    await deliver(items, store, effects, signal, AUDIENCE);
    expect(calls).toEqual(['read', 'put', 'write']);
    const notices = await outbox();
    const [low, a, c] = items.map(({ state }) => state.fingerprint);
    const channels = notices.map(({ fingerprint, channel }) => `${fingerprint} ${channel}`);
    const expected = [`${a} webhook:soc`, `${c} slack:hunting`, `${c} webhook:soc`];
    expect(channels.toSorted()).toEqual(expected.toSorted());
    const tile = { start: DAY_ONE, end: DAY_ONE + DAY_MS };
    expect(notices.find(({ fingerprint }) => fingerprint === a)).toMatchObject({
      id: `${a}.new.${tile.start}.${tile.end}.webhook:soc`,
      news: `${a}.new.${tile.start}.${tile.end}`,
      state: 'waiting',
      jobId: 'nightly',
      tile,
      nextAttemptAt: NOW,
    });
    expect(low).toBeDefined();
    expect(await Promise.all(items.map(newsOf))).toEqual([undefined, [newsKey('new', tile)], [newsKey('new', tile)]]);
  });

  it('costs no request where nobody is told, or nothing is news', async () => {
    const { store, calls, outbox } = await noted();
    await deliver([item('a.exe')], store, effects, signal);
    await deliver([item('b.exe', 0, 'low')], store, effects, signal, AUDIENCE);
    await deliver([item('a.exe'), item('b.exe')], store, effects, signal, AUDIENCE);
    expect(calls.filter((call) => call === 'put')).toEqual([]);
    expect(await outbox()).toEqual([]);
  });

  it('is the same when the tile is run again, and another when a later tile reopens it', async () => {
    const { store, outbox, newsOf } = await noted();
    const { now: _now, ...rest } = effects;
    const at = (day: number) => ({ ...rest, now: () => NOW + day * DAY_MS });
    for (const day of [0, 0, 9]) await deliver([item('a.exe', day)], store, at(day), signal, AUDIENCE);
    expect((await outbox()).map(({ delta, channel }) => `${delta} ${channel}`).toSorted()).toEqual(
      ['new webhook:soc', 'reopened webhook:soc', 'reopened stdout'].toSorted(),
    );
    expect(await newsOf(item('a.exe'))).toHaveLength(2);
    await setTriage([item('a.exe').state.fingerprint], { status: 'closed' }, store, effects, signal);
    expect(await newsOf(item('a.exe'))).toHaveLength(2);
  });

  it('of one who lost against another tile is claimed by no finding', async () => {
    const { store, outbox, newsOf } = await noted((base) => ({
      // Somebody else makes the finding between our look and our write, in another tile and with nobody to tell.
      write: async (...all) => {
        if (all[0][0]?.mark === null) await deliver([item('a.exe', 1)], base, effects, signal);
        return await base.write(...all);
      },
    }));
    const { deltas } = await deliver([item('a.exe')], store, effects, signal, AUDIENCE);
    expect(deltas.recurring).toBe(1);
    expect(await outbox()).toHaveLength(1);
    expect(await newsOf(item('a.exe'))).toBeUndefined();
  });

  it('of a finding that the store refuses is claimed by no finding', async () => {
    const { store, outbox } = await noted();
    const bad = item('bad.exe');
    const latest = { ...bad.state.latest, huntId: 'x'.repeat(32_767) };
    const { refused } = await deliver([{ ...bad, state: { ...bad.state, latest } }], store, effects, signal, AUDIENCE);
    expect(refused).toHaveLength(1);
    expect(await outbox()).toHaveLength(1);
    expect((await store.list({}, 1, signal)).total).toBe(0);
  });

  it('is told as new by an attempt whose answer was lost, and put once', async () => {
    let lost = true;
    const { store, calls, outbox } = await noted((base) => ({
      write: async (...all) => {
        const result = await base.write(...all);
        if (!lost) return result;
        lost = false;
        const { HuntError } = await import('../../src/core/error.ts');
        throw new HuntError('OVERLOADED', 'Busy');
      },
    }));
    const { deltas } = await deliver([item('a.exe')], store, effects, signal, AUDIENCE);
    expect(deltas.new).toBe(1);
    expect(calls.filter((call) => call === 'put')).toHaveLength(1);
    expect(await outbox()).toHaveLength(1);
  });

  it('keeps no more of itself than a finding can bear', () => {
    const finding = sampleFinding('a', { news: Array.from({ length: NEWS_KEPT }, (_, at) => `new.${at}.${at}`) });
    const told = announce(finding, 'reopened', sampleState('a'), { audience: AUDIENCE, at: NOW });
    expect(told.finding.news).toHaveLength(NEWS_KEPT);
    expect(told.finding.news?.at(-1)).toBe(newsKey('reopened', told.notices[0]?.tile ?? { start: 0, end: 0 }));
  });
});
