// What every queue must do, whatever keeps its items.
import { afterEach, describe, expect, it } from 'vitest';
import { HuntError } from '../../src/core/error.ts';
import { HOUR_MS } from '../../src/core/time.ts';
import {
  URGENCIES,
  type Queue,
  type Urgency,
  type Work,
  type WorkItem,
  type Working,
} from '../../src/schedule/queue/port.ts';
import { latch, type Latch } from '../rig/latch.ts';

/** A fresh, empty queue, and a second hold on the same one, as another process has. They may be one object. */
export interface QueuePair {
  readonly queue: Queue;
  readonly other: Queue;
}

/** How long a queue under test keeps back the work that threw, ms. */
export const TEST_THROWN_DELAY_MS = 20;

const never = new AbortController().signal;
const DAY_ONE = Date.UTC(2026, 2, 1);

/** A work item whose id nobody else has in one test. */
export function sampleItem(name: string, urgency: Urgency = 'present'): WorkItem {
  const tile = { start: DAY_ONE, end: DAY_ONE + HOUR_MS };
  const id = `nightly.network~${name}.${tile.start / 1_000}.${tile.end / 1_000}.1`;
  return { id, jobId: 'nightly', huntId: `network/${name}`, tile, attempt: 1, urgency, dueAt: tile.end };
}

export function sampleItems(count: number, urgency: Urgency = 'present'): WorkItem[] {
  return Array.from({ length: count }, (_, index) => sampleItem(`${urgency.replace('_', '-')}-${index}`, urgency));
}

/** Work that a test holds up and watches. */
export class Bench {
  readonly begun: string[] = [];
  readonly ended: string[] = [];
  readonly signals = new Map<string, AbortSignal>();
  readonly errors: unknown[] = [];
  readonly gate: Latch = latch();
  inHand = 0;
  mostInHand = 0;
  readonly #watchers = new Set<() => void>();

  /** Begins, waits for the gate, ends. */
  readonly held: Work = async (item, signal) => {
    this.begin(item, signal);
    await this.gate.opened;
    this.end(item);
    return { type: 'done' };
  };

  readonly quick: Work = async (item, signal) => {
    this.begin(item, signal);
    this.end(item);
    return { type: 'done' };
  };

  readonly onError = (error: unknown): void => {
    this.errors.push(error);
    this.#tell();
  };

  begin(item: WorkItem, signal: AbortSignal): void {
    this.begun.push(item.id);
    this.signals.set(item.id, signal);
    this.inHand += 1;
    this.mostInHand = Math.max(this.mostInHand, this.inHand);
    this.#tell();
  }

  end(item: WorkItem): void {
    this.inHand -= 1;
    this.ended.push(item.id);
    this.#tell();
  }

  /** Resolves as soon as the condition holds; it is looked at whenever something happens on the bench. */
  until(condition: (bench: this) => boolean): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const watch = (): void => {
      if (!condition(this)) return;
      this.#watchers.delete(watch);
      resolve();
    };
    this.#watchers.add(watch);
    watch();
    return promise;
  }

  #tell(): void {
    for (const watch of this.#watchers) watch();
  }
}

/** `open` gives a fresh place for each test; the suite closes what it gives. */
export function queueContract(name: string, open: () => Promise<QueuePair>): void {
  describe(`${name}: queue`, () => {
    let disposals: AsyncDisposable[] = [];
    afterEach(async () => {
      for (const each of disposals.reverse()) await each[Symbol.asyncDispose]();
      disposals = [];
    });
    const fresh = async (): Promise<QueuePair> => {
      const pair = await open();
      disposals.push(...new Set([pair.queue, pair.other]));
      return pair;
    };
    const work = async (queue: Queue, bench: Bench, doing: Work, concurrency = 1): Promise<Working> => {
      const working = await queue.work(doing, { concurrency, onError: bench.onError });
      disposals.push(working);
      return working;
    };
    const empty = { waiting: { present: 0, retry: 0, catch_up: 0, backfill: 0 }, delayed: 0, active: 0 };

    addingContract();
    handingOutContract();
    puttingBackContract();
    endingContract();

    function addingContract(): void {
      it('is ready, and empty', async () => {
        const { queue } = await fresh();
        await queue.ready(never);
        expect(await queue.depth(never)).toEqual(empty);
      });

      it('takes an item once while it holds it, and again when it was done', async () => {
        const { queue, other } = await fresh();
        const item = sampleItem('once');
        expect(await queue.add([item, item], never)).toEqual([item.id]);
        expect(await queue.add([item], never)).toEqual([]);
        expect(await other.add([item], never)).toEqual([]);
        expect((await queue.depth(never)).waiting.present).toBe(1);

        const bench = new Bench();
        const working = await work(queue, bench, bench.held);
        await bench.until(({ begun }) => begun.length === 1);
        expect(await queue.add([item], never)).toEqual([]); // in hand is held too
        bench.gate.open();
        await working.drain();
        expect(await queue.depth(never)).toEqual(empty);
        expect(await queue.add([item], never)).toEqual([item.id]);
        expect(bench.errors).toEqual([]);
      });

      it('tells each of two that add the same at once what it took: every item once', async () => {
        const { queue, other } = await fresh();
        const items = sampleItems(40);
        const [here, there] = await Promise.all([queue.add(items, never), other.add(items, never)]);
        expect([...here, ...there].sort()).toEqual(items.map(({ id }) => id).sort());
        expect((await queue.depth(never)).waiting.present).toBe(40);
      });

      it('counts what waits by urgency', async () => {
        const { queue } = await fresh();
        await queue.add(
          [...sampleItems(1, 'present'), ...sampleItems(2, 'retry'), ...sampleItems(3, 'catch_up')],
          never,
        );
        await queue.add(sampleItems(4, 'backfill'), never);
        expect(await queue.depth(never)).toEqual({
          waiting: { present: 1, retry: 2, catch_up: 3, backfill: 4 },
          delayed: 0,
          active: 0,
        });
      });

      it('withdraws what waits, and neither what is in hand nor what it does not hold', async () => {
        const { queue } = await fresh();
        const [first, second] = [sampleItem('first'), sampleItem('second')];
        const bench = new Bench();
        const working = await work(queue, bench, bench.held);
        await queue.add([first], never);
        await bench.until(({ begun }) => begun.length === 1);
        await queue.add([second], never);
        expect(await queue.withdraw([first.id, second.id, 'unknown.hunt.1.2.1'], never)).toBe(1);
        bench.gate.open();
        await working.drain();
        expect(bench.ended).toEqual([first.id]);
        expect(await queue.depth(never)).toEqual(empty);
      });

      it('hands items out as they were added', async () => {
        const { queue } = await fresh();
        const bench = new Bench();
        const items = sampleItems(2, 'backfill');
        const seen: WorkItem[] = [];
        await queue.add(items, never);
        await work(queue, bench, async (item, signal) => {
          seen.push(item);
          return bench.quick(item, signal);
        });
        await bench.until(({ ended }) => ended.length === 2);
        expect(seen).toEqual(items);
      });

      it('refuses a call that was called off', async () => {
        const { queue } = await fresh();
        const signal = AbortSignal.abort();
        await expect(queue.add([sampleItem('late')], signal)).rejects.toMatchObject({ code: 'CANCELLED' });
        await expect(queue.ready(signal)).rejects.toMatchObject({ code: 'CANCELLED' });
        expect(await queue.depth(never)).toEqual(empty);
      });

      it('refuses everything once it is closed', async () => {
        const { queue } = await fresh();
        await queue[Symbol.asyncDispose]();
        await expect(queue.add([sampleItem('late')], never)).rejects.toMatchObject({ code: 'QUEUE_UNAVAILABLE' });
        await expect(queue.depth(never)).rejects.toMatchObject({ code: 'QUEUE_UNAVAILABLE' });
        await expect(queue.ready(never)).rejects.toMatchObject({ code: 'QUEUE_UNAVAILABLE' });
      });
    }

    function handingOutContract(): void {
      it('hands out the most urgent first, within one urgency in the order of adding', async () => {
        const { queue } = await fresh();
        const items = [...URGENCIES].reverse().flatMap((urgency) => sampleItems(3, urgency));
        for (const item of items) await queue.add([item], never);
        const bench = new Bench();
        await work(queue, bench, bench.quick);
        await bench.until(({ ended }) => ended.length === items.length);
        expect(bench.ended).toEqual(URGENCIES.flatMap((urgency) => sampleItems(3, urgency).map(({ id }) => id)));
      });

      it('prefers what is urgent to what was added with it or before', async () => {
        const { queue } = await fresh();
        const bench = new Bench();
        await work(queue, bench, bench.held);
        await queue.add([sampleItem('busy')], never);
        await bench.until(({ begun }) => begun.length === 1);
        await queue.add([...sampleItems(2, 'backfill'), ...sampleItems(1, 'catch_up')], never);
        await queue.add(sampleItems(1, 'present'), never);
        bench.gate.open();
        await bench.until(({ ended }) => ended.length === 5);
        const expected = [...sampleItems(1), ...sampleItems(1, 'catch_up'), ...sampleItems(2, 'backfill')];
        expect(bench.ended.slice(1)).toEqual(expected.map(({ id }) => id));
      });

      it('gives a worker as many as it asked for, and no more', async () => {
        const { queue } = await fresh();
        const bench = new Bench();
        await queue.add(sampleItems(12), never);
        const working = await work(queue, bench, bench.held, 3);
        await bench.until(({ inHand }) => inHand === 3);
        expect(working.active()).toBe(3);
        expect(await queue.depth(never)).toMatchObject({ active: 3, waiting: { present: 9 } });
        bench.gate.open();
        await bench.until(({ ended }) => ended.length === 12);
        expect(bench.mostInHand).toBe(3);
      });

      it('keeps the limit over all workers, where more would run without it', async () => {
        const { queue, other } = await fresh();
        const free = new Bench();
        await queue.add(sampleItems(6, 'catch_up'), never);
        const workers = [await work(queue, free, free.held, 3), await work(other, free, free.held, 3)];
        await free.until(({ inHand }) => inHand === 6);
        free.gate.open();
        await Promise.all(workers.map((working) => working.drain()));

        await queue.limit(2, never);
        const limited = new Bench();
        await queue.add(sampleItems(30), never);
        for (const each of [queue, other]) {
          await work(
            each,
            limited,
            async (item, signal) => {
              limited.begin(item, signal);
              await queue.depth(never); // some time passes
              limited.end(item);
              return { type: 'done' };
            },
            3,
          );
        }
        await limited.until(({ ended }) => ended.length === 30);
        expect(limited.mostInHand).toBe(2);
      });

      it('takes a new limit while it works', async () => {
        const { queue } = await fresh();
        await queue.limit(1, never);
        const bench = new Bench();
        await queue.add(sampleItems(4), never);
        await work(queue, bench, bench.held, 4);
        await bench.until(({ inHand }) => inHand === 1);
        expect((await queue.depth(never)).active).toBe(1);
        await queue.limit(3, never);
        await bench.until(({ inHand }) => inHand === 3);
        bench.gate.open();
        await bench.until(({ ended }) => ended.length === 4);
        expect(bench.mostInHand).toBe(3);
      });
    }

    function puttingBackContract(): void {
      it('hands out again what was put back, after the delay, and holds it until then', async () => {
        const { queue } = await fresh();
        const bench = new Bench();
        const item = sampleItem('again');
        let putBackAt = 0;
        let againAt = 0;
        const putBack = latch();
        await queue.add([item], never);
        await work(queue, bench, async (given, signal) => {
          if (bench.begun.length > 0) {
            againAt = performance.now();
            return bench.quick(given, signal);
          }
          await bench.quick(given, signal);
          putBackAt = performance.now();
          putBack.open();
          return { type: 'put_back', delayMs: 300 };
        });
        await putBack.opened;
        expect(await queue.add([item], never)).toEqual([]);
        await bench.until(({ ended }) => ended.length === 2);
        // 25 ms of grace: Redis counts whole milliseconds, and Node's timers may be early by one.
        expect(againAt - putBackAt).toBeGreaterThan(275);
        expect(bench.errors).toEqual([]);
      });

      it('counts what was put back as delayed, and withdraws it', async () => {
        const { queue } = await fresh();
        const bench = new Bench();
        const item = sampleItem('far');
        await queue.add([item], never);
        const working = await work(queue, bench, async (given, signal) => {
          await bench.quick(given, signal);
          return { type: 'put_back', delayMs: HOUR_MS };
        });
        await bench.until(({ ended }) => ended.length === 1);
        await working.drain();
        expect(await queue.depth(never)).toEqual({ ...empty, delayed: 1 });
        expect(await queue.withdraw([item.id], never)).toBe(1);
        expect(await queue.depth(never)).toEqual(empty);
      });

      it('tells of work that throws, and hands it out again', async () => {
        const { queue } = await fresh();
        const bench = new Bench();
        const failure = new HuntError('UNREACHABLE', 'No answer');
        await queue.add([sampleItem('throws')], never);
        await work(queue, bench, async (item, signal) => {
          await bench.quick(item, signal);
          if (bench.begun.length < 3) throw failure;
          return { type: 'done' };
        });
        await bench.until(({ ended }) => ended.length === 3);
        expect(bench.errors).toEqual([failure, failure]);
      });
    }

    function endingContract(): void {
      it('drains: what is in hand ends, nothing else begins, the rest waits for others', async () => {
        const { queue, other } = await fresh();
        const bench = new Bench();
        await queue.add(sampleItems(5), never);
        const working = await work(queue, bench, bench.held, 2);
        await bench.until(({ inHand }) => inHand === 2);
        const drained = working.drain();
        bench.gate.open();
        await drained;
        await working.drain();
        expect(working.active()).toBe(0);
        expect(bench.ended).toHaveLength(2);
        expect(await queue.depth(never)).toMatchObject({ active: 0, waiting: { present: 3 } });
        const next = new Bench();
        await work(other, next, next.quick);
        await next.until(({ ended }) => ended.length === 3);
        expect(bench.begun).toHaveLength(2);
      });

      it('cancels: signals abort, and what was put back or thrown goes to another worker', async () => {
        const { queue, other } = await fresh();
        const bench = new Bench();
        const items = sampleItems(2);
        await queue.add(items, never);
        const working = await work(
          queue,
          bench,
          async (item, signal) => {
            bench.begin(item, signal);
            await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
            bench.end(item);
            if (item.id === items[0]?.id) throw new HuntError('CANCELLED', 'It was cancelled');
            return { type: 'put_back', delayMs: 0 };
          },
          2,
        );
        await bench.until(({ inHand }) => inHand === 2);
        await working.cancel();
        expect(bench.ended).toHaveLength(2);
        expect(bench.errors).toEqual([]);
        const next = new Bench();
        await work(other, next, next.quick, 2);
        await next.until(({ ended }) => ended.length === 2);
        expect(next.ended.toSorted()).toEqual(items.map(({ id }) => id).sort());
      });

      it('lets what is done in spite of a cancellation be done', async () => {
        const { queue } = await fresh();
        const bench = new Bench();
        await queue.add([sampleItem('stubborn')], never);
        const working = await work(queue, bench, bench.held);
        await bench.until(({ inHand }) => inHand === 1);
        const cancelled = working.cancel();
        expect([...bench.signals.values()].map(({ aborted }) => aborted)).toEqual([true]);
        bench.gate.open();
        await cancelled;
        expect(await queue.depth(never)).toEqual(empty);
      });

      it('ends with work in hand when it is closed', async () => {
        const { queue } = await fresh();
        const bench = new Bench();
        await queue.add(sampleItems(2), never);
        await work(queue, bench, async (item, signal) => {
          bench.begin(item, signal);
          await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
          bench.end(item);
          return { type: 'put_back', delayMs: 0 };
        });
        await bench.until(({ inHand }) => inHand === 1);
        await queue[Symbol.asyncDispose]();
        expect(bench.ended).toHaveLength(1);
        expect(bench.begun).toHaveLength(1);
      });
    }
  });
}
