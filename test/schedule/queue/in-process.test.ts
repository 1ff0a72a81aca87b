import { afterEach, describe, expect, it, vi } from 'vitest';
import { DAY_MS } from '../../../src/core/time.ts';
import { inProcessQueue } from '../../../src/schedule/queue/in-process.ts';
import { Bench, queueContract, sampleItem, sampleItems, TEST_THROWN_DELAY_MS } from '../../contracts/queue.ts';

const signal = new AbortController().signal;

queueContract('in-process', () => {
  const queue = inProcessQueue({ thrownDelayMs: TEST_THROWN_DELAY_MS });
  return Promise.resolve({ queue, other: queue });
});

describe('the queue of one process', () => {
  afterEach(() => void vi.useRealTimers());

  it('spreads work over workers with free places', async () => {
    await using queue = inProcessQueue();
    const benches = [new Bench(), new Bench()];
    for (const bench of benches) await queue.work(bench.held, { concurrency: 2, onError: bench.onError });
    await queue.add(sampleItems(4), signal);
    expect(benches.map(({ inHand }) => inHand)).toEqual([2, 2]);
    benches.forEach(({ gate }) => gate.open());
  });

  it('keeps one worker busy while another drains', async () => {
    await using queue = inProcessQueue();
    const [leaving, staying] = [new Bench(), new Bench()];
    const first = await queue.work(leaving.held, { concurrency: 1, onError: leaving.onError });
    await queue.work(staying.quick, { concurrency: 1, onError: staying.onError });
    await queue.add([sampleItem('kept')], signal);
    const drained = first.drain();
    await queue.add(sampleItems(3), signal);
    await staying.until(({ ended }) => ended.length === 3);
    expect(leaving.inHand).toBe(1);
    leaving.gate.open();
    await drained;
    expect(leaving.begun).toEqual([sampleItem('kept').id]);
  });

  it('does not hand out at once what waits longer than a timer of Node can', async () => {
    vi.useFakeTimers();
    await using queue = inProcessQueue();
    const bench = new Bench();
    await queue.add([sampleItem('long')], signal);
    await queue.work(
      async (item, aborted) => {
        await bench.quick(item, aborted);
        return { type: 'put_back', delayMs: 60 * DAY_MS };
      },
      { concurrency: 1, onError: bench.onError },
    );
    await vi.advanceTimersByTimeAsync(20 * DAY_MS);
    expect(bench.begun).toHaveLength(1);
  });

  it('leaves no timer behind when it is closed', async () => {
    vi.useFakeTimers();
    const queue = inProcessQueue();
    await queue.add([sampleItem('left')], signal);
    const bench = new Bench();
    await queue.work(() => Promise.resolve({ type: 'put_back', delayMs: 60_000 }), {
      concurrency: 1,
      onError: bench.onError,
    });
    await vi.advanceTimersByTimeAsync(1);
    expect(vi.getTimerCount()).toBe(1);
    await queue[Symbol.asyncDispose]();
    expect(vi.getTimerCount()).toBe(0);
  });
});
