import { describe, expect, it } from 'vitest';
import { activated, examine, ledgerName } from '../../src/core/books.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, type Instant, type Span } from '../../src/core/time.ts';
import type { WorkEvent } from '../../src/core/work-event.ts';
import { changeLedger } from '../../src/schedule/change-ledger.ts';
import { examineTile } from '../../src/schedule/examine-tile.ts';
import { inProcessQueue } from '../../src/schedule/queue/in-process.ts';
import type { Queue } from '../../src/schedule/queue/port.ts';
import { runScheduler, runWorker } from '../../src/schedule/roles.ts';
import { type Desk, tick } from '../../src/schedule/scheduler.ts';
import { memoryStore } from '../../src/store/memory/store.ts';
import type { Store } from '../../src/store/port.ts';
import { NOW } from '../pipeline/fakes.ts';
import { bench, job, KEY, signal } from './fakes.ts';

interface Office {
  readonly desk: Desk & { random: () => number };
  readonly store: Store;
  readonly told: WorkEvent[];
  readonly clock: { now: Instant };
  readonly work: (queue?: Queue) => Promise<void>;
}

/** A scheduler over a memory store without any ledger, with a clock that the test moves. */
async function office(of = job()): Promise<Office> {
  const made = await bench({ job: of, store: memoryStore() });
  const store = memoryStore();
  await store.setup({ dryRun: false }, signal);
  const clock = { now: NOW };
  const queue = inProcessQueue();
  const told: WorkEvent[] = [];
  const tell = (event: WorkEvent) => void told.push(event);
  const desk = { roster: made.shop.roster, books: store, queue, now: () => clock.now, tell, random: () => 0 };
  const shop = { ...made.shop, store, now: () => clock.now, tell };
  /** Lets a worker do all that the queue holds now. */
  const work = async (from: Queue = queue) => {
    const held = await from.depth(signal);
    const { promise, resolve } = Promise.withResolvers<void>();
    let left = Object.values(held.waiting).reduce((sum, count) => sum + count, 0);
    if (left === 0) return;
    const working = await from.work(
      async (item, stop) => {
        const outcome = await examineTile(item, shop, stop);
        if (--left === 0) resolve();
        return outcome;
      },
      { concurrency: 2, onError: (error) => told.push({ type: 'trouble', where: 'queue', error }) },
    );
    await promise;
    await working.drain();
  };
  return { desk, store, told, clock, work };
}

const examinedOf = async (store: Store): Promise<readonly Span[]> =>
  (await store.ledgers([KEY], signal)).get(ledgerName(KEY))?.value.examined ?? [];

const ticks = (told: readonly WorkEvent[]) => told.flatMap((event) => (event.type === 'tick' ? [event] : []));

describe('a look at the calendar', () => {
  it('activates a hunt that is new in a job, whose first tile is the one under way', async () => {
    const { desk, store, told, clock, work } = await office();
    await tick(desk, signal);
    expect(told).toContainEqual({ type: 'activated', key: KEY, at: NOW });
    expect(ticks(told)).toMatchObject([{ due: 0, enqueued: 0 }]);
    clock.now = NOW + HOUR_MS;
    expect(await tick(desk, signal)).toBe(NOW + 2 * HOUR_MS);
    await work();
    expect(await examinedOf(store)).toEqual([{ start: NOW, end: NOW + HOUR_MS }]);
  });

  it('hands over what was missed, however often it looks, and every tile is examined once', async () => {
    const { desk, store, told, clock, work } = await office();
    await tick(desk, signal);
    clock.now = NOW + 5 * HOUR_MS + MINUTE_MS;
    await tick(desk, signal);
    await tick(desk, signal);
    expect(ticks(told).map(({ due, enqueued }) => [due, enqueued])).toEqual([
      [0, 0],
      [5, 5],
      [5, 0],
    ]);
    await work();
    await tick(desk, signal);
    expect(ticks(told).at(-1)).toMatchObject({ due: 0, late: 0 });
    expect(await examinedOf(store)).toEqual([{ start: NOW, end: NOW + 5 * HOUR_MS }]);
    expect((await store.runs({}, 100, signal)).total).toBe(5);
  });

  it('loses nothing with the queue', async () => {
    const { desk, store, clock, work } = await office();
    await tick(desk, signal);
    clock.now = NOW + 3 * HOUR_MS;
    await tick(desk, signal);
    const other = inProcessQueue();
    await tick({ ...desk, queue: other }, signal);
    await work(other);
    expect(await examinedOf(store)).toEqual([{ start: NOW, end: NOW + 3 * HOUR_MS }]);
  });

  it('examines once what two schedulers and two queues hold', async () => {
    const { desk, store, told, clock, work } = await office();
    await tick(desk, signal);
    clock.now = NOW + 2 * HOUR_MS;
    const other = { ...desk, queue: inProcessQueue() };
    await Promise.all([tick(desk, signal), tick(other, signal)]);
    await work();
    await work(other.queue);
    expect(told.flatMap((event) => (event.type === 'tile_ended' ? [event.outcome] : [])).toSorted()).toEqual([
      'examined',
      'examined',
      'skipped',
      'skipped',
    ]);
    expect(await examinedOf(store)).toEqual([{ start: NOW, end: NOW + 2 * HOUR_MS }]);
  });

  it('records as a gap what lies beyond the catch-up, and hands over the rest in portions', async () => {
    const { desk, store, told, clock } = await office(
      job({ catchUp: { atMostMs: 10 * DAY_MS, order: 'oldest_first' } }),
    );
    await tick(desk, signal);
    clock.now = NOW + 365 * DAY_MS;
    const next = await tick(desk, signal);
    const ledger = (await store.ledgers([KEY], signal)).get(ledgerName(KEY))?.value;
    expect(ledger?.gaps).toMatchObject([{ reason: 'beyond_catch_up', nextAttemptAt: null, span: { start: NOW } }]);
    expect(told).toContainEqual(expect.objectContaining({ type: 'gap_recorded', key: KEY }));
    expect(ticks(told).at(-1)?.enqueued).toBeGreaterThan(90);
    expect(ticks(told).at(-1)?.enqueued).toBeLessThan(250);
    expect(next - clock.now).toBeLessThan(MINUTE_MS);
  });

  it('says which gaps there are', async () => {
    const { desk, store, told, clock } = await office();
    await store.writeLedger(activated(KEY, NOW), null, signal);
    await changeLedger(store, KEY, (ledger) => examine(ledger, { start: NOW, end: NOW + HOUR_MS }), signal);
    clock.now = NOW + 100 * DAY_MS;
    await tick(desk, signal);
    expect(ticks(told).at(-1)?.gaps).toMatchObject({ beyond_catch_up: 1, failed: 0 });
  });
});

describe('scheduler and worker', () => {
  it('work side by side until they are told to stop, and go on after trouble', async () => {
    const { shop } = await bench();
    const store = memoryStore();
    await store.setup({ dryRun: false }, signal);
    const stop = new AbortController();
    const queue = inProcessQueue();
    const clock = { now: NOW };
    const told: WorkEvent[] = [];
    const tell = (event: WorkEvent) => {
      told.push(event);
      if (event.type === 'tile_ended') stop.abort();
    };
    let looks = 0;
    const desk: Desk & { random: () => number } = {
      roster: () => {
        if (looks++ === 1) throw new Error('the roster cannot be read');
        return shop.roster();
      },
      books: store,
      queue,
      now: () => clock.now,
      tell,
      random: () => 0,
    };
    const alarm = {
      wait: async () => void (clock.now += HOUR_MS),
      ring: () => undefined,
      [Symbol.dispose]: () => undefined,
    };
    const parts = { ...shop, store, now: () => clock.now, tell };
    await Promise.all([
      runScheduler(desk, alarm, stop.signal),
      runWorker(queue, parts, { concurrency: 1, graceMs: 60_000 }, stop.signal),
    ]);
    expect(told).toContainEqual({ type: 'trouble', where: 'scheduler', error: new Error('the roster cannot be read') });
    const examined = await examinedOf(store);
    expect(examined.length).toBeGreaterThan(0);
    expect(examined.every(({ start, end }) => start >= NOW && end <= clock.now)).toBe(true);
    expect(told.filter(({ type }) => type === 'stopped')).toHaveLength(2);
  });
});
