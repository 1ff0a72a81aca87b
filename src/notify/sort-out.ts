import type { Finding } from '../core/finding.ts';
import { newsKey, type Notice } from '../core/notice.ts';
import { DAY_MS, HOUR_MS, type Instant, SECOND_MS } from '../core/time.ts';

/**
 * How long a notice whose finding does not claim it is kept, since a run last said so. Between the two writes of a run lie
 * milliseconds, and a tile whose run was killed is run again within hours; a run that was suspended for a week and then
 * wakes up is too late. Run again, its tile would say the same news once more (`saidAgain`).
 */
const DROP_AFTER_MS = 7 * DAY_MS;
const LOOK_AGAIN_MIN_MS = 5 * SECOND_MS;
const LOOK_AGAIN_MAX_MS = 6 * HOUR_MS;

/** What is to become of a notice that is due. */
export type Sorted =
  | { readonly type: 'true'; readonly finding: Finding }
  /** Not known to be true yet, and looked at again later, or no longer. */
  | { readonly type: 'later' | 'dropped'; readonly notice: Notice };

/**
 * A notice is true when its finding is stored and claims it. One that is not may be a moment early (its run is about to
 * write the finding), or have come to nothing (its run was killed, and another tile made the finding).
 */
export function sortOut(notice: Notice, finding: Finding | null, now: Instant): Sorted {
  if (finding?.news?.includes(newsKey(notice.delta, notice.tile)) === true) return { type: 'true', finding };
  const age = now - notice.writtenAt;
  if (age >= DROP_AFTER_MS) {
    const trouble = finding === null ? 'its finding was never written' : 'its finding came to be otherwise';
    return { type: 'dropped', notice: { ...notice, state: 'dropped', settledAt: now, trouble } };
  }
  const wait = Math.min(LOOK_AGAIN_MAX_MS, Math.max(LOOK_AGAIN_MIN_MS, age));
  return { type: 'later', notice: { ...notice, nextAttemptAt: now + wait } };
}
