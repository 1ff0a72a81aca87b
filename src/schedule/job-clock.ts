import { normalise } from '../core/interval.ts';
import type { Job } from '../core/job.ts';
import type { Pause } from '../core/ledger.ts';
import type { Instant, Span } from '../core/time.ts';
import { lastSlot, nextSlot } from './slots.ts';
import { endAt, slotUpTo, tileAfter, tilesOf } from './tiles.ts';

/** What holds at one time for each hunt of a job alike. */
export interface JobClock {
  /** The end of the last slot's tile; what lies after it is not due yet. */
  readonly closedAt: Instant;
  /** The start of that tile; what lies before it is caught up. */
  readonly presentFrom: Instant;
  /** The end of the last tile whose slot is too far back to be caught up. */
  readonly beyondUntil: Instant;
  readonly nextSlot: Instant;
  /** The calendar's tiles up to `closedAt`; null: all time is in one. */
  readonly windows: readonly Span[] | null;
}

/** `from`: where the oldest ledger of the job begins. */
export function jobClock(job: Job, now: Instant, from: Instant): JobClock {
  const closedAt = endAt(job, slotUpTo(job.schedule, now));
  const slotsBeyond = slotUpTo(job.schedule, now - job.catchUp.atMostMs - 1);
  return {
    closedAt,
    presentFrom: tileAfter(job, closedAt - 1).tile.start,
    beyondUntil: endAt(job, slotsBeyond),
    nextSlot: nextSlot(job.schedule, now),
    windows:
      job.calendar === null
        ? null
        : normalise(tilesOf(job, { start: from, end: closedAt }, now).map(({ tile }) => tile)),
  };
}

/** The tiles of a pause's slots that have come, as one span; none while no slot has come in it. */
export function pausedSpans(job: Job, pause: Pause, now: Instant): readonly Span[] {
  const first = nextSlot(job.schedule, pause.from - 1);
  const last = lastSlot(job.schedule, Math.min(endOf(pause) - 1, now));
  if (last === null || last < first) return [];
  return [{ start: endAt(job, slotUpTo(job.schedule, first - 1)), end: endAt(job, last) }];
}

/** Infinity for a pause that lasts until somebody resumes the job. */
export function endOf(pause: Pause): Instant {
  return pause.until ?? Number.POSITIVE_INFINITY;
}
