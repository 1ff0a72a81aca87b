import type { JobState, Pause } from '../core/ledger.ts';
import type { Instant } from '../core/time.ts';

/** Whether a pause of the job holds at an instant. */
export function isPaused({ pauses }: JobState, at: Instant): boolean {
  return pauseAt(pauses, at) !== null;
}

/** The pause that holds at an instant; null where there is none. */
export function pauseAt(pauses: readonly Pause[], at: Instant): Pause | null {
  return pauses.find(({ from, until }) => from <= at && (until === null || at < until)) ?? null;
}
