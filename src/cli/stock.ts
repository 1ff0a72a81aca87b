import { type Definitions, loadDefinitions, type LoadOptions } from '../definition/load.ts';
import type { SiteConfig } from '../definition/site.ts';
import { type Problem, sortProblems } from '../core/problem.ts';
import type { Instant } from '../core/time.ts';
import { checkHunts } from '../pipeline/check-hunts.ts';
import type { CheckedHunt } from '../pipeline/checked.ts';
import type { CheckedJob } from '../schedule/check-jobs.ts';

/** The stored hunts and jobs of a site with everything they name, and everything that is wrong with them. */
export interface Stock {
  readonly definitions: Definitions;
  /** Hunts without an error, by id: those that can run. */
  readonly checked: ReadonlyMap<string, CheckedHunt>;
  /** Jobs with a calendar that can be read, by id. */
  readonly jobs: ReadonlyMap<string, CheckedJob>;
  /** Of all files, in reading order. */
  readonly problems: readonly Problem[];
}

/** Reads a site's definitions and checks its hunts and jobs. Never rejects because of what the files hold. */
export async function loadStock(site: SiteConfig, now: Instant, files?: LoadOptions['files']): Promise<Stock> {
  return stockOf(await loadDefinitions(site, { now, ...(files === undefined ? {} : { files }) }), now);
}

export async function stockOf(definitions: Definitions, now: Instant): Promise<Stock> {
  const { hunts, sources, lists } = definitions;
  const { hunts: checked, problems } = checkHunts(hunts, { sources, lists, now });
  const jobs = await checkedJobs(definitions, checked);
  return {
    definitions,
    checked: new Map(checked.map((each) => [each.hunt.id, each])),
    jobs: new Map(jobs.jobs.map((each) => [each.job.id, each])),
    problems: sortProblems([...definitions.problems, ...problems, ...jobs.problems]),
  };
}

/** What reads calendars is loaded only where there is a job. */
async function checkedJobs({ jobs, hunts, brokenHunts, channels }: Definitions, checked: readonly CheckedHunt[]) {
  if (jobs.length === 0) return { jobs: [], problems: [] };
  const { checkJobs } = await import('../schedule/check-jobs.ts');
  return checkJobs(jobs, checked, { stored: hunts, broken: brokenHunts, channels });
}
