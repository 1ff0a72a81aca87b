import { describe, expect, it } from 'vitest';
import { UNTOUCHED_TRIAGE } from '../../src/core/finding.ts';
import type { Triage } from '../../src/core/finding.ts';
import { DAY_MS } from '../../src/core/time.ts';
import type { WriteEffects } from '../../src/findings/settle.ts';
import { changeTriage, setTriage } from '../../src/findings/triage.ts';
import { memoryStore } from '../../src/store/memory/store.ts';
import type { Store } from '../../src/store/port.ts';
import { DAY_ONE, NO_FINDING, sampleFinding } from '../rig/sample-findings.ts';

const signal = new AbortController().signal;
const NOW = DAY_ONE + 9 * DAY_MS;
const effects: WriteEffects = { now: () => NOW, sleep: () => Promise.resolve(), random: () => 0 };

const a = sampleFinding('a.exe');
const b = sampleFinding('b.exe');
const ids = [a.state.fingerprint, b.state.fingerprint];

async function filled(): Promise<Store> {
  const store = memoryStore();
  await store.setup({ dryRun: false }, signal);
  await store.write(
    [a, b].map((finding) => ({ finding, mark: null })),
    [],
    signal,
  );
  return store;
}

describe('changeTriage', () => {
  const closed: Triage = {
    ...UNTOUCHED_TRIAGE,
    status: 'closed',
    disposition: 'benign',
    note: 'known',
    assignee: 'kim',
  };

  it('sets what is named, leaves the rest, and keeps the old state in history', () => {
    expect(changeTriage(closed, { status: 'open', note: null }, NOW)).toEqual({
      ...closed,
      status: 'open',
      note: null,
      history: [{ at: NOW, status: 'closed', disposition: 'benign', note: 'known', because: 'set by an analyst' }],
    });
  });

  it('is no step when nothing changes', () => {
    expect(changeTriage(closed, { status: 'closed', assignee: 'kim' }, NOW)).toBe(closed);
    expect(changeTriage(closed, {}, NOW)).toBe(closed);
  });

  it('names the exception that covers it', () => {
    const covered = changeTriage(UNTOUCHED_TRIAGE, { coveredBy: 'signed-browsers', disposition: 'benign' }, NOW);
    expect(covered.disposition).toBe('benign');
    expect(covered.history[0]?.because).toBe('covered by exception "signed-browsers"');
  });
});

describe('setTriage', () => {
  it('writes the change and touches nothing of the runner', async () => {
    const store = await filled();
    const [first, second] = await setTriage(ids, { status: 'acknowledged', assignee: 'kim' }, store, effects, signal);
    expect(first).toMatchObject({
      state: a.state,
      newsAt: a.newsAt,
      triage: { status: 'acknowledged', assignee: 'kim' },
    });
    expect(second?.state.fingerprint).toBe(b.state.fingerprint);
    const read = await store.read(ids, signal);
    expect(read.get(a.state.fingerprint)?.finding).toEqual(first);
  });

  it('changes nothing at all when one id is unknown', async () => {
    const store = await filled();
    await expect(setTriage([...ids, NO_FINDING], { status: 'closed' }, store, effects, signal)).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringContaining(NO_FINDING),
    });
    const { items } = await store.list({ statuses: ['open'] }, 10, signal);
    expect(items).toHaveLength(2);
  });

  it('takes an id that is named twice once', async () => {
    const store = await filled();
    expect(await setTriage([...ids, ...ids], { status: 'closed' }, store, effects, signal)).toHaveLength(2);
  });

  it('decides again on what another wrote in between', async () => {
    const store = await filled();
    let writes = 0;
    const interrupted: Store = {
      ...store,
      async write(findings, sightings, signal) {
        if (++writes === 1) await setTriage([a.state.fingerprint], { note: 'mine' }, store, effects, signal);
        return store.write(findings, sightings, signal);
      },
    };
    const [first] = await setTriage(ids, { status: 'closed' }, interrupted, effects, signal);
    expect(writes).toBe(2);
    expect(first?.triage).toMatchObject({ status: 'closed', note: 'mine' });
    expect(first?.triage.history).toHaveLength(2);
  });

  it('passes a refusal on, by finding', async () => {
    const store = await filled();
    const refusing: Store = {
      ...store,
      write: (findings) =>
        Promise.resolve({
          findings: findings.map(({ finding }) => ({
            fingerprint: finding.state.fingerprint,
            status: 'refused' as const,
            because: 'too long',
          })),
          refusedSightings: [],
        }),
    };
    await expect(setTriage(ids, { note: 'x' }, refusing, effects, signal)).rejects.toMatchObject({
      code: 'STORE_REFUSED',
      message: expect.stringContaining('too long'),
    });
  });
});
