import { firstIdOf } from '../core/hunt.ts';
import type { Job } from '../core/job.ts';
import type { LedgerKey } from '../core/ledger.ts';
import type { CheckedHunt } from '../pipeline/checked.ts';
import type { Roster } from './roster.ts';

/** A hunt of a job, with the key of its ledger. */
export interface Assigned {
  readonly job: Job;
  readonly hunt: CheckedHunt;
  readonly key: LedgerKey;
}

/** Every hunt of every job. */
export function assigned({ jobs }: Pick<Roster, 'jobs'>): readonly Assigned[] {
  return [...jobs.values()].flatMap(({ job, hunts }) =>
    hunts.map((hunt) => ({ job, hunt, key: { jobId: job.id, huntId: firstIdOf(hunt.hunt) } })),
  );
}

/** The job and the hunt that a key means; null where the roster has them no more. */
export function findAssigned({ jobs }: Pick<Roster, 'jobs'>, { jobId, huntId }: LedgerKey): Assigned | null {
  const found = jobs.get(jobId);
  const hunt = found?.hunts.find((each) => firstIdOf(each.hunt) === huntId);
  return found === undefined || hunt === undefined ? null : { job: found.job, hunt, key: { jobId, huntId } };
}
