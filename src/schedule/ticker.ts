import { schedule } from 'node-cron';
import { MINUTE_MS, type Instant } from '../core/time.ts';

/** Wakes the scheduler. */
export interface Alarm extends Disposable {
  /** Resolves at the instant, or at the next full minute, or when it is rung, or when the signal aborts. Never rejects. */
  wait(until: Instant, stop: AbortSignal): Promise<void>;
  /** Ends a wait now, or else the next one before it begins: something has changed. */
  ring(): void;
}

/**
 * A timer for the next instant, and node-cron each minute as safety net: a timer runs on the monotonic clock, which knows
 * nothing of a clock that was set or of a machine that slept.
 */
export function minuteAlarm(now: () => Instant): Alarm {
  let wake: () => void = () => undefined;
  let rung = false;
  const ring = () => {
    rung = true;
    wake();
  };
  // A minute that was missed is no trouble, as the next one comes; node-cron would write about it past our log.
  const minutely = schedule('* * * * *', ring, { name: 'safety net', suppressMissedWarning: true });
  return {
    ring,
    async wait(until, stop) {
      if (!rung && !stop.aborted) await firstOf(until - now(), stop, (resolve) => (wake = resolve));
      rung = false;
      wake = () => undefined;
    },
    [Symbol.dispose]: () => void minutely.destroy(),
  };
}

/** After a length of at most a minute, or when `offer` is resolved, or when the signal aborts. */
function firstOf(ms: number, stop: AbortSignal, offer: (resolve: () => void) => void): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      stop.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, Math.min(MINUTE_MS, Math.max(0, ms)));
    stop.addEventListener('abort', end);
    offer(end);
  });
}
