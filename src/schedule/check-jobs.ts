import { leastHistory } from '../core/history.ts';
import { type FirstSeenBody, type Hunt, placeOf } from '../core/hunt.ts';
import type { Job } from '../core/job.ts';
import type { ChannelRule } from '../core/notice.ts';
import { type Problem, sortProblems } from '../core/problem.ts';
import { suggestion } from '../core/suggest.ts';
import { formatDuration } from '../core/time.ts';
import type { CheckedHunt } from '../pipeline/checked.ts';
import { selectHunts } from '../pipeline/select-hunts.ts';
import { checkSchedule, type Pace } from './check-schedule.ts';

/** A job that can run, with the hunts of it that can. Only `checkJobs` makes one. */
export interface CheckedJob {
  readonly job: Job;
  /** By id. */
  readonly hunts: readonly CheckedHunt[];
  /** Hunts that the job names and that it does not run: they make no gap. */
  readonly unscheduled: readonly Unscheduled[];
  /** Channels that are told of its news, those that the site has. */
  readonly notify: readonly ChannelRule[];
}

interface Unscheduled {
  readonly huntId: string;
  readonly why: string;
}

/** What jobs may name besides hunts that can run. */
export interface JobContext {
  /** Every hunt whose file could be read, those with an error among them. */
  readonly stored: readonly Hunt[];
  /** Ids of hunts whose file could not be read. */
  readonly broken: ReadonlySet<string>;
  /** Channels of the site. */
  readonly channels: readonly ChannelRule[];
}

/**
 * Jobs with the hunts that their patterns name. A job whose schedule cannot be read is left out. Any other fault leaves out
 * the one pattern or hunt that it concerns, so that the rest of the job is not lost with it.
 */
export function checkJobs(
  jobs: readonly Job[],
  hunts: readonly CheckedHunt[],
  context: JobContext,
): { readonly jobs: readonly CheckedJob[]; readonly problems: readonly Problem[] } {
  const able = new Map(hunts.map((checked) => [checked.hunt.id, checked]));
  const results = jobs.map((job) => checkJob(job, able, context));
  return {
    jobs: results.flatMap(({ checked }) => (checked === null ? [] : [checked])),
    problems: sortProblems(results.flatMap(({ problems }) => problems)),
  };
}

function checkJob(
  job: Job,
  able: ReadonlyMap<string, CheckedHunt>,
  context: JobContext,
): { readonly checked: CheckedJob | null; readonly problems: readonly Problem[] } {
  const { pace, problems: schedule } = checkSchedule(job);
  const { named, problems: patterns } = namedHunts(job, context);
  const { notify, problems: channels } = namedChannels(job, context);
  if (pace === null) return { checked: null, problems: [...schedule, ...patterns, ...channels] };
  const judged = named.map((each) => judge(job, each, able.get(each.id), pace));
  return {
    checked: {
      job,
      hunts: judged.flatMap(({ hunt }) => (hunt === null ? [] : [hunt])).sort(byId),
      unscheduled: judged.flatMap(({ huntId, why }) => (why === null ? [] : [{ huntId, why }])),
      notify,
    },
    problems: [...schedule, ...patterns, ...channels, ...judged.flatMap(({ problems }) => problems)],
  };
}

/** Channels that the site has; one that it has not is a problem, and the others are told all the same. */
function namedChannels(
  job: Job,
  { channels }: JobContext,
): { readonly notify: readonly ChannelRule[]; readonly problems: readonly Problem[] } {
  const known = new Map(channels.map((rule) => [rule.channel, rule]));
  const problems = job.notify.flatMap((channel, at) => {
    if (known.has(channel)) return [];
    const message = `No channel "${channel}" is configured`;
    const near = known.size === 0 ? '' : suggestion(channel, known.keys());
    const joint = near === '' ? 'Add' : near.endsWith('?') ? ' Or add' : '; or add';
    const hint = `${near}${joint} it to notify in hunt.config.yml`;
    return [problem(job, `notify.${at}`, 'unknown-channel', message, hint)];
  });
  return { notify: job.notify.flatMap((channel) => known.get(channel) ?? []), problems };
}

/** A hunt that a job names, with the path of the first pattern that does. */
interface Named {
  readonly id: string;
  readonly hunt: Hunt | null;
  readonly path: string;
}

/** Each hunt once; a pattern that names none is a problem. Of a file that cannot be read only the id is known. */
function namedHunts(job: Job, { stored, broken }: JobContext): { named: readonly Named[]; problems: Problem[] } {
  const named = new Map<string, Named>();
  const problems: Problem[] = [];
  job.hunts.forEach((pattern, index) => {
    const path = `hunts.${index}`;
    const { hunts, hint } = selectHunts(pattern, stored);
    for (const hunt of hunts) if (!named.has(hunt.id)) named.set(hunt.id, { id: hunt.id, hunt, path });
    if (broken.has(pattern)) named.set(pattern, { id: pattern, hunt: null, path });
    else if (hunts.length === 0) problems.push(namesNone(job, path, pattern, hint, broken));
  });
  return { named: [...named.values()], problems };
}

function namesNone(job: Job, path: string, pattern: string, hint: string, broken: ReadonlySet<string>): Problem {
  const unread = broken.size === 0 ? '' : `${hint.endsWith('?') ? '' : '.'} Files with errors may be why`;
  return problem(job, path, 'names-no-hunt', `No hunt matches "${pattern}"`, `${hint}${unread}`);
}

interface Judged {
  readonly huntId: string;
  /** Null where it is not scheduled. */
  readonly hunt: CheckedHunt | null;
  readonly why: string | null;
  readonly problems: readonly Problem[];
}

function judge(job: Job, { id, hunt, path }: Named, checked: CheckedHunt | undefined, pace: Pace): Judged {
  if (hunt === null || checked === undefined) {
    const message = `Hunt "${id}" has errors and is not scheduled`;
    const told = problem(job, path, 'hunt-broken', message, 'Mend what its own lines name', 'warning');
    return { huntId: id, hunt: null, why: 'it has errors', problems: [told] };
  }
  const away = absentSources(checked);
  if (away !== null) return { huntId: id, hunt: null, why: away, problems: [] };
  const unfit = misfit(job, path, checked.hunt, pace);
  if (unfit !== null) return { huntId: id, hunt: null, why: unfit.message, problems: [unfit] };
  return {
    huntId: id,
    hunt: checked,
    why: null,
    problems: hunt.status === 'deprecated' ? [deprecated(job, path, id)] : [],
  };
}

/** Why a hunt can see nothing at this site; null where it can. */
export function absentSources({ hunt, sources, absent }: CheckedHunt): string | null {
  const lacks = hunt.sources.need === 'all_of' ? absent.length > 0 : sources.length === 0;
  return lacks ? `the site declares ${absent.join(', ')} absent` : null;
}

/** A hunt whose window does not go with the job's steps. */
function misfit(job: Job, path: string, hunt: Hunt, pace: Pace): Problem | null {
  const { id, windowMs, body, finding } = hunt;
  const window = formatDuration(windowMs);
  if (windowMs < pace.longestTileMs) {
    const message = `Hunt "${id}" reads ${window}, and the job's longest tile is ${formatDuration(pace.longestTileMs)}`;
    return problem(job, path, 'window-too-short', message, 'Run the job more often, or widen the window of the hunt');
  }
  if (body.type === 'first_seen') return shortHistory(job, path, hunt, body, pace);
  if (body.type !== 'esql' || finding.seen !== null || pace.shortestStepMs >= windowMs) return null;
  const step = formatDuration(pace.shortestStepMs);
  const message = `Hunt "${id}" reads ${window} each ${step} and does not say when its rows were seen`;
  return problem(job, path, 'seen-needed', message, 'Add finding.seen to the hunt, so that a row counts in one tile');
}

/** What the longest tile leaves of the window must be all the history that the hunt needs, or it finds nothing ever. */
function shortHistory(job: Job, path: string, hunt: Hunt, body: FirstSeenBody, pace: Pace): Problem | null {
  const left = hunt.windowMs - pace.longestTileMs;
  const least = leastHistory(hunt, body) ?? 0;
  if (left >= least) return null;
  const [window, tile] = [formatDuration(hunt.windowMs), formatDuration(pace.longestTileMs)];
  const message = `Hunt "${hunt.id}" needs ${formatDuration(least)} of history, and the job's longest tile of ${tile} leaves ${formatDuration(left)} of its ${window}`;
  return problem(job, path, 'history-too-short', message, 'Run the job more often, or widen the window of the hunt');
}

function deprecated(job: Job, path: string, id: string): Problem {
  return problem(
    job,
    path,
    'hunt-deprecated',
    `Hunt "${id}" is deprecated`,
    'Put its successor in its place',
    'warning',
  );
}

function problem(
  job: Job,
  path: string,
  rule: string,
  message: string,
  hint: string,
  severity: Problem['severity'] = 'error',
): Problem {
  return { rule, severity, place: placeOf(job, path), message, hint };
}

function byId(a: CheckedHunt, b: CheckedHunt): number {
  return a.hunt.id < b.hunt.id ? -1 : 1;
}
