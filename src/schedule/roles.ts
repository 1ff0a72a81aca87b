import { MINUTE_MS, SECOND_MS, type Instant } from '../core/time.ts';
import { examineTile, type Workshop } from './examine-tile.ts';
import type { Queue } from './queue/port.ts';
import { tick, type Desk } from './scheduler.ts';
import type { Alarm } from './ticker.ts';

/** Longest wait before a look at the calendar that failed is repeated, ms; with full jitter. */
const TROUBLE_MS = MINUTE_MS / 2;

/** Looks at the calendar until it is told to stop. Whatever goes wrong is told, and tried again soon. */
export async function runScheduler(
  desk: Desk & Pick<Workshop, 'random'>,
  alarm: Alarm,
  stop: AbortSignal,
): Promise<void> {
  desk.tell({ type: 'started', role: 'scheduler' });
  while (!stop.aborted) await alarm.wait(await lookOnce(desk, stop), stop);
  desk.tell({ type: 'stopped', role: 'scheduler' });
}

async function lookOnce(desk: Desk & Pick<Workshop, 'random'>, stop: AbortSignal): Promise<Instant> {
  try {
    return await tick(desk, stop);
  } catch (error) {
    if (!stop.aborted) desk.tell({ type: 'trouble', where: 'scheduler', error });
    return desk.now() + SECOND_MS + desk.random() * TROUBLE_MS;
  }
}

export interface WorkerPlan {
  /** Tiles at once in this worker. */
  readonly concurrency: number;
  /** How long running queries may go on after the worker was told to stop, ms; then they are cancelled and put back. */
  readonly graceMs: number;
}

/** Examines what the queue hands out until it is told to stop, then ends what is under way within the grace time. */
export async function runWorker(
  queue: Queue,
  shop: Workshop,
  { concurrency, graceMs }: WorkerPlan,
  stop: AbortSignal,
): Promise<void> {
  const onError = (error: unknown) => shop.tell({ type: 'trouble', where: 'queue', error });
  await using working = await queue.work((item, signal) => examineTile(item, shop, signal), { concurrency, onError });
  shop.tell({ type: 'started', role: 'worker' });
  await aborted(stop);
  shop.tell({ type: 'stopping', role: 'worker' });
  await within(working.drain(), graceMs);
  await working.cancel();
  shop.tell({ type: 'stopped', role: 'worker' });
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

/** Resolves when the work has ended or the time is over. */
async function within(work: Promise<void>, ms: number): Promise<void> {
  const { promise: over, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  await Promise.race([work, over]);
  clearTimeout(timer);
}
