import type { Job } from '../core/job.ts';
import type { ChannelRule } from '../core/notice.ts';
import type { Problem } from '../core/problem.ts';
import { suggestion } from '../core/suggest.ts';
import { anyMatches } from './apply-params.ts';
import { isGlob, matchesGlob } from './glob.ts';
import type { JobChannels } from './site.ts';

interface Told {
  readonly jobs: readonly Job[];
  readonly problems: readonly Problem[];
}

/** The jobs with the channels that the site gives them besides those that they name: for jobs of the package. */
export function applyChannels(
  jobs: readonly Job[],
  given: readonly JobChannels[],
  channels: readonly ChannelRule[],
  broken: ReadonlySet<string>,
): Told {
  const known = new Set(channels.map(({ channel }) => channel));
  const told = jobs.map((job) => {
    const own = given.filter((each) => matchesGlob(each.jobs, job.id)).flatMap((each) => each.channels);
    const added = own.map(({ name }) => name).filter((name) => known.has(name));
    return added.length === 0 ? job : { ...job, notify: [...new Set([...job.notify, ...added])] };
  });
  const ids = jobs.map(({ id }) => id);
  return { jobs: told, problems: given.flatMap((each) => check(each, { ids, known, broken })) };
}

interface Known {
  readonly ids: readonly string[];
  readonly known: ReadonlySet<string>;
  readonly broken: ReadonlySet<string>;
}

function check({ jobs, channels, place }: JobChannels, { ids, known, broken }: Known): Problem[] {
  const isNobody = !ids.some((id) => matchesGlob(jobs, id)) && !anyMatches(jobs, broken);
  const mend = isGlob(jobs) ? 'Mend the glob, or remove the entry' : suggestion(jobs, ids);
  const nobody: Problem = {
    rule: 'unknown-job',
    severity: 'error',
    place,
    message: `No job matches "${jobs}"`,
    hint: mend,
  };
  const strangers = channels.filter(({ name }) => !known.has(name));
  return [
    ...(isNobody ? [nobody] : []),
    ...strangers.map(({ name, place }): Problem => {
      const message = `No channel "${name}" is configured`;
      return { rule: 'unknown-channel', severity: 'error', place, message, hint: suggestion(name, known) };
    }),
  ];
}
