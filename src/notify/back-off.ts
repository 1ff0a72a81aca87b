import { HOUR_MS, type Instant, SECOND_MS } from '../core/time.ts';

/** After so many attempts a notice is dead: some 7 to 15 hours after the first. */
export const ATTEMPTS_MAX = 12;
const WAIT_MS = 30 * SECOND_MS;
const WAIT_MAX_MS = 6 * HOUR_MS;

/** The wait after the first, second … attempt that failed, ms: doubling from 30 s to 6 h, half of it by chance. */
export function waitAfter(attempts: number, random: () => number): number {
  const most = Math.min(WAIT_MAX_MS, WAIT_MS * 2 ** Math.max(0, attempts - 1));
  return Math.round(most * (0.5 + random() / 2));
}

/** Channels that are left alone for a while, by this process. */
export class Pauses {
  readonly #pauses = new Map<string, { readonly until: Instant; readonly failures: number }>();

  /** When its pause is over; minus infinity where it has none. */
  until(channel: string): Instant {
    return this.#pauses.get(channel)?.until ?? -Infinity;
  }

  isPaused(channel: string, now: Instant): boolean {
    return this.until(channel) > now;
  }

  /** The channel as a whole failed: no less than what it asked for, and longer each time in a row. Gives the end. */
  pause(channel: string, askedMs: number | null, now: Instant, random: () => number): Instant {
    const failures = (this.#pauses.get(channel)?.failures ?? 0) + 1;
    const until = now + Math.max(askedMs ?? 0, waitAfter(failures, random));
    this.#pauses.set(channel, { until, failures });
    return until;
  }

  /** The channel has taken something. */
  clear(channel: string): void {
    this.#pauses.delete(channel);
  }
}
