import type { JobState } from '../core/ledger.ts';
import type { Instant } from '../core/time.ts';

/** Whether a pause of the job holds at an instant. */
export function isPaused({ pauses }: JobState, at: Instant): boolean {
  return pauses.some(({ from, until }) => from <= at && (until === null || at < until));
}
