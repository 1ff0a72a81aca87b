import type { NoticeState } from '../core/notice.ts';
import { type Instant, MINUTE_MS, SECOND_MS } from '../core/time.ts';
import { type Desk, drain } from './drain.ts';

/** How often the outbox is looked at, ms: another process may have put something, and what failed comes due again. */
const LOOK_MS = 15 * SECOND_MS;
/** How often it is counted for metrics, ms. */
const COUNT_MS = MINUTE_MS;

/** Wakes the sender: at the instant, or before. */
export interface Alarm {
  wait(until: Instant, stop: AbortSignal): Promise<void>;
}

/** Sends what is due until it is told to stop. Whatever goes wrong is told, and tried again soon. */
export async function runSender(desk: Desk, alarm: Alarm, stop: AbortSignal): Promise<void> {
  let countedAt = -Infinity;
  while (!stop.aborted) {
    const more = await attempt(desk, () => drain(desk, stop), stop);
    if (desk.now() - countedAt >= COUNT_MS) {
      countedAt = desk.now();
      await attempt(desk, () => count(desk, stop), stop);
    }
    if (more !== true) await alarm.wait(desk.now() + LOOK_MS, stop);
  }
}

async function attempt<T>({ tell }: Desk, work: () => Promise<T>, stop: AbortSignal): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (!stop.aborted) tell({ type: 'trouble', where: 'sender', error });
    return null;
  }
}

/** Tells how many notices wait and how many are dead, over all channels and processes. */
async function count({ store, tell }: Desk, stop: AbortSignal): Promise<void> {
  const total = async (state: NoticeState) => (await store.notices({ states: [state] }, 0, stop)).total;
  tell({ type: 'outbox', waiting: await total('waiting'), dead: await total('dead') });
}
