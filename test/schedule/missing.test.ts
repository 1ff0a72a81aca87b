import { describe, expect, it } from 'vitest';
import { activated, examine, recordGap } from '../../src/core/books.ts';
import type { Gap, Ledger, Pause } from '../../src/core/ledger.ts';
import { DAY_MS, HOUR_MS, isoTime, MINUTE_MS } from '../../src/core/time.ts';
import { missingTime } from '../../src/schedule/missing.ts';
import { sampleGap } from '../rig/sample-books.ts';
import { sampleJob } from '../rig/sample-jobs.ts';

const job = sampleJob();
const NOON = Date.parse('2026-11-21T12:00:00Z');
/** In a ledger of every hour since 06:00. */
const ledger = activated({ jobId: job.id, huntId: 'a/b' }, NOON - 6 * HOUR_MS);
const hour = (from: number, to = from + 1) => ({
  start: NOON + (from - 12) * HOUR_MS,
  end: NOON + (to - 12) * HOUR_MS,
});
const gapAt = (from: number, to: number, change: Partial<Gap> = {}) => sampleGap({ span: hour(from, to), ...change });

function shown(of: Ledger, now = NOON, pauses: readonly Pause[] = [], known = true) {
  const assignments = known ? [{ job, ledger: of, pauses }] : [];
  return missingTime([of], assignments, now).map(
    ({ reason, span, nextAttemptAt }) =>
      `${reason} ${isoTime(span.start).slice(11, 16)}-${isoTime(span.end).slice(11, 16)} ${nextAttemptAt === null ? 'never' : isoTime(nextAttemptAt).slice(11, 16)}`,
  );
}

describe('the time that a ledger is missing', () => {
  it('is none where all was examined, and the newest tile only now became due', () => {
    expect(shown(examine(ledger, hour(6, 12)))).toEqual([]);
    expect(shown(examine(ledger, hour(6, 11)), NOON + 9 * MINUTE_MS)).toEqual([]);
  });

  it('is a tile that nobody took up, ten minutes after its slot', () => {
    expect(shown(examine(ledger, hour(6, 11)), NOON + 10 * MINUTE_MS)).toEqual(['overdue 11:00-12:00 12:00']);
  });

  it('is all since the scheduler stopped, as one, due since the first of the slots', () => {
    const [gap] = missingTime([ledger], [{ job, ledger, pauses: [] }], NOON + HOUR_MS / 2);
    expect(gap).toMatchObject({ span: hour(6, 12), reason: 'overdue', since: hour(7).start, attempts: 0 });
    expect(shown(examine(ledger, hour(8, 10)), NOON + HOUR_MS / 2)).toEqual([
      'overdue 06:00-08:00 07:00',
      'overdue 10:00-12:00 11:00',
    ]);
  });

  it('is each gap as it is recorded, and what is due beside it', () => {
    const known = recordGap(recordGap(examine(ledger, hour(6, 8)), gapAt(8, 9)), gapAt(9, 10, { nextAttemptAt: null }));
    const waits = {
      ...known,
      gaps: known.gaps.map((gap) => ({ ...gap, nextAttemptAt: gap.nextAttemptAt && NOON + HOUR_MS })),
    };
    expect(shown(waits, NOON + HOUR_MS / 2)).toEqual([
      'failed 08:00-09:00 13:00',
      'failed 09:00-10:00 never',
      'overdue 10:00-12:00 11:00',
    ]);
  });

  it('does not tell a gap twice whose next attempt has come', () => {
    const tried = recordGap(examine(ledger, hour(6, 11)), gapAt(11, 12, { nextAttemptAt: NOON }));
    expect(shown(tried, NOON + DAY_MS / 48)).toEqual(['failed 11:00-12:00 12:00']);
  });

  it('tells what a scheduler would have written down: pauses, and what is beyond the catch-up', () => {
    const pause = { reason: 'r', by: 'b', from: NOON - 4 * HOUR_MS, until: NOON - 2 * HOUR_MS };
    expect(shown(examine(ledger, hour(6, 7)), NOON + HOUR_MS / 2, [pause])).toContainEqual(
      expect.stringMatching(/^paused .* never$/),
    );
    const later = missingTime([ledger], [{ job, ledger, pauses: [] }], NOON + 20 * DAY_MS);
    expect(later.map(({ reason }) => reason)).toEqual(['beyond_catch_up', 'overdue']);
    expect(later[0]?.span.start).toBe(ledger.activatedAt);
    expect(later[0]?.span.end).toBe(later[1]?.span.start);
  });

  it('of a job that is gone is what was recorded', () => {
    expect(shown(recordGap(ledger, gapAt(8, 9)), NOON + DAY_MS, [], false)).toHaveLength(1);
  });

  it('of several ledgers is told the oldest first', () => {
    const other = activated({ jobId: job.id, huntId: 'c' }, NOON - 7 * HOUR_MS);
    const assignments = [ledger, other].map((each) => ({ job, ledger: each, pauses: [] }));
    expect(missingTime([ledger, other], assignments, NOON + HOUR_MS / 2).map(({ huntId }) => huntId)).toEqual([
      'c',
      'a/b',
    ]);
  });
});
