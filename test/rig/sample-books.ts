import type { Gap, JobState, Ledger } from '../../src/core/ledger.ts';
import { DAY_MS, HOUR_MS } from '../../src/core/time.ts';
import { DAY_ONE, HUNT } from './sample-findings.ts';

export function sampleGap(change: Partial<Gap> = {}): Gap {
  return {
    span: { start: DAY_ONE + DAY_MS, end: DAY_ONE + 2 * DAY_MS },
    reason: 'failed',
    text: 'Cannot reach the server',
    since: DAY_ONE + 2 * DAY_MS,
    attempts: 1,
    nextAttemptAt: DAY_ONE + 2 * DAY_MS + HOUR_MS,
    backfill: false,
    runId: 'run-2',
    ...change,
  };
}

/** Day one was examined, day two failed, day three was examined. */
export function sampleLedger(change: Partial<Ledger> = {}): Ledger {
  return {
    jobId: 'nightly',
    huntId: HUNT,
    activatedAt: DAY_ONE,
    examined: [
      { start: DAY_ONE, end: DAY_ONE + DAY_MS },
      { start: DAY_ONE + 2 * DAY_MS, end: DAY_ONE + 3 * DAY_MS },
    ],
    gaps: [sampleGap()],
    ...change,
  };
}

export function sampleJobState(change: Partial<JobState> = {}): JobState {
  const pause = { reason: 'maintenance', by: 'anna', from: DAY_ONE, until: null };
  return { jobId: 'nightly', pauses: [pause], ...change };
}
