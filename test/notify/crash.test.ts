import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FindingState } from '../../src/core/finding.ts';
import type { ReopenRule } from '../../src/core/hunt.ts';
import { NEWS_DELTAS, type Audience } from '../../src/core/notice.ts';
import { DAY_MS, HOUR_MS } from '../../src/core/time.ts';
import { deliver } from '../../src/findings/deliver.ts';
import { Pauses } from '../../src/notify/back-off.ts';
import { drain } from '../../src/notify/drain.ts';
import { memoryStore } from '../../src/store/memory/store.ts';
import type { Store } from '../../src/store/port.ts';
import { DAY_ONE, sampleLatest, sampleState, sightingFor } from '../rig/sample-findings.ts';

const { signal } = new AbortController();
const AUDIENCE: Audience = {
  jobId: 'nightly',
  rules: [{ channel: 'webhook:soc', severity: 'low', deltas: NEWS_DELTAS }],
};
const REOPEN: ReopenRule = { afterMs: HOUR_MS, on: [] };

class Killed extends Error {}

/** Steps that a process may still do; the one after the last does not happen, and nothing after it. */
class Fuse {
  #left: number;
  steps = 0;
  constructor(left: number) {
    this.#left = left;
  }
  /** `after`: the process dies before it hears of what was done, so another may find it done. */
  async step<T>(work: () => Promise<T>, after: boolean): Promise<T> {
    this.steps++;
    if (--this.#left < 0) throw new Killed();
    const result = await work();
    if (after && this.#left === 0) {
      this.#left = -1;
      throw new Killed();
    }
    return result;
  }
}

interface World {
  readonly store: Store;
  readonly told: Map<string, number>;
  clock: number;
}

async function newWorld(): Promise<World> {
  const store = memoryStore();
  await store.setup({ dryRun: false }, signal);
  return { store, told: new Map(), clock: DAY_ONE + 10 * DAY_MS };
}

/** The store as a process sees it that a fuse ends. */
function fused(store: Store, fuse: Fuse, after: boolean): Store {
  return {
    ...store,
    read: (...of) => fuse.step(() => store.read(...of), after),
    write: (...of) => fuse.step(() => store.write(...of), after),
    putNotices: (...of) => fuse.step(() => store.putNotices(...of), after),
    dueNotices: (...of) => fuse.step(() => store.dueNotices(...of), after),
    writeNotices: (...of) => fuse.step(() => store.writeNotices(...of), after),
  };
}

/** One process: it examines tiles, each a day, and sends what is due. */
async function live(world: World, days: readonly number[], fuse: Fuse, after: boolean): Promise<void> {
  const store = fused(world.store, fuse, after);
  const effects = { now: () => ++world.clock, sleep: () => Promise.resolve(), random: () => 0 };
  try {
    for (const day of days) {
      const items = ['a', 'b', 'c'].map((process) => item(sampleState(process, day), day));
      await deliver(items, store, effects, signal, AUDIENCE);
    }
    while (await drain(deskOf(world, store, fuse, after), signal));
  } catch (error) {
    if (!(error instanceof Killed)) throw error;
  }
}

function item(base: FindingState, day: number) {
  const state = { ...base, latest: sampleLatest({ ...base.latest, runId: `run-of-day-${day}` }) };
  return { state, sighting: sightingFor(state), reopen: REOPEN };
}

function deskOf(world: World, store: Store, fuse: Fuse, after: boolean) {
  const tell = (id: string) =>
    fuse.step(async () => {
      world.told.set(id, (world.told.get(id) ?? 0) + 1);
      return { ok: true } as const;
    }, after);
  const channels = new Map([
    ['webhook:soc', { name: 'webhook:soc', tell: ({ id }: { readonly id: string }) => tell(id) }],
  ]);
  return { store, channels, pauses: new Pauses(), now: () => world.clock, random: () => 0, tell: () => undefined };
}

/** Everything comes to its end: tiles that were not ended are run again, leases are over, weeks pass. */
async function settle(world: World, days: readonly number[]): Promise<void> {
  await live(world, days, new Fuse(Infinity), false);
  for (let day = 0; day < 9; day++) {
    world.clock += DAY_MS;
    await live(world, [], new Fuse(Infinity), false);
  }
}

/** The news that stored findings claim. */
async function claimed({ store }: World): Promise<string[]> {
  const { items } = await store.list({}, 100, signal);
  return items
    .flatMap(({ finding }) => (finding.news ?? []).map((key) => `${finding.state.fingerprint}.${key}`))
    .toSorted();
}

async function expectToldRightly(world: World): Promise<void> {
  expect([...world.told.keys()].toSorted()).toEqual(await claimed(world));
  const { items } = await world.store.list({}, 100, signal);
  for (const { finding } of items) expect(finding.news?.[0]).toMatch(/^new\./);
  expect((await world.store.notices({ states: ['waiting', 'dead'] }, 0, signal)).total).toBe(0);
}

describe('a process that is killed', () => {
  const STEPS = 16;

  it('at no step tells each piece of news once', async () => {
    const world = await newWorld();
    const fuse = new Fuse(Infinity);
    await live(world, [0, 5], fuse, false);
    expect(fuse.steps).toBeLessThanOrEqual(STEPS + 6);
    await settle(world, [0, 5]);
    await expectToldRightly(world);
    expect([...world.told.values()]).toEqual([1, 1, 1, 1, 1, 1]);
  });

  it.each(Array.from({ length: STEPS + 6 }, (_, at) => [at + 1]))(
    'at step %i, before or after it, loses no news',
    async (at) => {
      for (const after of [false, true]) {
        const world = await newWorld();
        await live(world, [0, 5], new Fuse(at), after);
        await settle(world, [0, 5]);
        await expectToldRightly(world);
        expect(await claimed(world)).toHaveLength(6);
        expect(Math.max(...world.told.values())).toBeLessThanOrEqual(2);
      }
    },
  );

  it('again and again, beside others, over tiles in any order, loses no news and invents none', async () => {
    const life = fc.record({
      days: fc.array(fc.constantFrom(0, 1, 5, 9), { maxLength: 3 }),
      left: fc.integer({ min: 0, max: 14 }),
      after: fc.boolean(),
      waits: fc.constantFrom(0, HOUR_MS, DAY_MS),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(life, { minLength: 1, maxLength: 3 }), { maxLength: 5 }), async (rounds) => {
        const world = await newWorld();
        for (const lives of rounds) {
          await Promise.all(lives.map(({ days, left, after }) => live(world, days, new Fuse(left), after)));
          world.clock += lives[0]?.waits ?? 0;
        }
        await settle(world, [0, 1, 5, 9]);
        await expectToldRightly(world);
      }),
      { seed: 20_261_121, numRuns: 400 },
    );
  }, 30_000);
});
