import type { Problem } from '../core/problem.ts';
import type { Instant } from '../core/time.ts';
import type { CheckedJob } from './check-jobs.ts';

/** What scheduler and workers go by. A hot reload puts another one in its place; none is ever changed. */
export interface Roster {
  /** Jobs that can run, by id, each with the hunts of it that can. */
  readonly jobs: ReadonlyMap<string, CheckedJob>;
  /** Everything that is wrong with the files as they are, also with what an earlier version stands in for. */
  readonly problems: readonly Problem[];
  readonly loadedAt: Instant;
}
