import { firstIdOf } from '../core/hunt.ts';
import type { Job } from '../core/job.ts';
import type { LedgerKey } from '../core/ledger.ts';
import type { ChannelRule } from '../core/notice.ts';
import type { CheckedHunt } from '../pipeline/checked.ts';
import type { Roster } from './roster.ts';

/** A hunt of a job, with the key of its ledger. */
export interface Assigned {
  readonly job: Job;
  readonly hunt: CheckedHunt;
  readonly key: LedgerKey;
  /** Who is told of what it finds. */
  readonly notify: readonly ChannelRule[];
}

/** Every hunt of every job. */
export function assigned({ jobs }: Pick<Roster, 'jobs'>): readonly Assigned[] {
  return [...jobs.values()].flatMap(({ job, hunts, notify }) =>
    hunts.map((hunt) => ({ job, hunt, key: { jobId: job.id, huntId: firstIdOf(hunt.hunt) }, notify })),
  );
}

/** The job and the hunt that a key means; null where the roster has them no more. */
export function findAssigned({ jobs }: Pick<Roster, 'jobs'>, { jobId, huntId }: LedgerKey): Assigned | null {
  const found = jobs.get(jobId);
  const hunt = found?.hunts.find((each) => firstIdOf(each.hunt) === huntId);
  if (found === undefined || hunt === undefined) return null;
  return { job: found.job, hunt, key: { jobId, huntId }, notify: found.notify };
}
