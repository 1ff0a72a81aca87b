import type { Job } from '../../src/core/job.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/core/time.ts';

/** A job that is due each hour, with what differs. */
export function sampleJob(differs: Partial<Job> = {}): Job {
  const id = differs.id ?? 'hourly';
  return {
    id,
    file: `jobs/${id}.yml`,
    schedule: { type: 'every', everyMs: HOUR_MS },
    hunts: ['*'],
    queryDelayMs: 0,
    lookBackMs: 0,
    catchUp: { atMostMs: 14 * DAY_MS, order: 'oldest_first' },
    timeoutMs: 10 * MINUTE_MS,
    retries: 0,
    calendar: null,
    notify: [],
    places: new Map(),
    ...differs,
  };
}
