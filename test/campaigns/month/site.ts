// The working folder of a month: hunts and jobs as files, which are edited while it goes on.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { HOUR_MS, formatDuration } from '../../../src/core/time.ts';
import { huntRig, type HuntRig } from '../../rig/hunt.ts';
import { DROPPED_USERS, type MonthPlan, type PlannedHunt, type PlannedJob, type PlannedSchedule } from './plan.ts';

/** The index of each source. */
export type Indices = Readonly<Record<PlannedHunt['source'], string>>;

export function monthSite(plan: MonthPlan, indices: Indices): Promise<HuntRig> {
  const source = (index: string, heartbeat: string) => ({
    description: 'Events of a month.',
    index: [index],
    clock: ['event.ingested', '@timestamp'],
    heartbeat,
    enable: 'It is on.',
  });
  const sources = { app: source(indices.app, 'sporadic'), beat: source(indices.beat, '2h') };
  const there = plan.hunts.filter(({ id }) => id !== plan.edit.added);
  return huntRig({
    files: {
      'hunt.config.yml': JSON.stringify({ hunts: ['./hunts'] }),
      'hunts/sources.yml': JSON.stringify(sources),
      ...Object.fromEntries(plan.jobs.map((job) => [`jobs/${job.id}.yml`, jobText(job, job.schedule)])),
      ...Object.fromEntries(there.map((hunt) => [`hunts/${hunt.id}.yml`, huntText(hunt, indices)])),
    },
  });
}

/** Changes a hunt and the schedule of a job, adds a hunt, and renames one. */
export async function editSite(rig: HuntRig, { hunts, jobs, edit }: MonthPlan, indices: Indices): Promise<void> {
  const byId = new Map(hunts.map((hunt) => [hunt.id, hunt]));
  const [changed, added, renamed] = [byId.get(edit.changed), byId.get(edit.added), byId.get(edit.renamed)];
  const job = jobs.find(({ id }) => id === edit.job.id);
  if (changed === undefined || added === undefined || renamed === undefined || job === undefined)
    throw new Error('The plan edits what it does not have');
  const dropped = DROPPED_USERS.map((user) => `"${user}"`).join(', ');
  await rig.write(`hunts/${changed.id}.yml`, huntText(changed, indices, { and: ` AND NOT user.name IN (${dropped})` }));
  await rig.write(`hunts/${added.id}.yml`, huntText(added, indices));
  await rm(join(rig.folder, `hunts/${renamed.id}.yml`));
  await rig.write(`hunts/${renamed.id}-renamed.yml`, huntText(renamed, indices, { formerly: renamed.id }));
  await rig.write(`jobs/${job.id}.yml`, jobText(job, edit.job.schedule));
}

/** Its hunts are named by a glob, so that one that is added belongs to it. */
function jobText(job: PlannedJob, schedule: PlannedSchedule): string {
  const shared = job.hunts.filter((id) => !id.startsWith(`${job.id}/`));
  return JSON.stringify({
    schedule: 'cron' in schedule ? schedule : { every: schedule.every },
    hunts: [`${job.id}/*`, ...shared],
    query_delay: minutes(job.delay),
    look_back: minutes(job.lookBack),
    catch_up: { at_most: formatDuration(job.atMost * HOUR_MS), order: job.order },
    timeout: '10m',
    retries: 1,
    ...(job.calendar === null ? {} : { calendar: job.calendar }),
  });
}

function minutes(count: number): string {
  return count === 0 ? '0s' : `${count}m`;
}

function huntText(
  { id, window, source }: PlannedHunt,
  indices: Indices,
  { and = '', formerly }: { readonly and?: string; readonly formerly?: string } = {},
): string {
  return JSON.stringify({
    name: `Users of ${id}`,
    ...(formerly === undefined ? {} : { former_ids: [formerly] }),
    hypothesis: 'A user of this application is worth a look.',
    status: 'experimental',
    severity: 'low',
    sources: { any_of: [source] },
    window: `${window}h`,
    esql: `FROM ${indices[source]} | WHERE labels.hunt == "${id}"${and} | STATS count = COUNT(*), since = MIN(hunt.clock), until = MAX(hunt.clock), host.name = VALUES(host.name) BY user.name`,
    finding: {
      title: '{user.name}',
      key: ['user.name'],
      seen: { first: 'since', last: 'until' },
      drilldown: `FROM ${indices[source]} | WHERE user.name == ?user_name`,
    },
  });
}
