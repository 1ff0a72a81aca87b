import { userInfo } from 'node:os';
import { HuntError } from '../../core/error.ts';
import { hasErrors } from '../../core/problem.ts';
import { suggestion } from '../../core/suggest.ts';
import { DAY_MS, type Instant, isoTime, parseDuration, parseTime } from '../../core/time.ts';
import { pauseJob, resumeJob } from '../../schedule/change-pauses.ts';
import type { CheckedJob } from '../../schedule/check-jobs.ts';
import { jobStatus, keysOf } from '../../schedule/job-status.ts';
import { simulateJobs } from '../../schedule/simulate-jobs.ts';
import { nextSlot } from '../../schedule/slots.ts';
import { type Effects, readyStore } from '../effects.ts';
import { countProblems } from '../problems.ts';
import { joined, safe } from '../views/safe-text.ts';
import type { Stock } from '../stock.ts';
import { jobJson, jobPage, jobTable, pauseJson, pauseText, type ShownJob } from '../views/view-jobs.ts';
import { simulationJson, simulationView } from '../views/view-simulation.ts';

export interface PauseFlags {
  readonly reason: string;
  readonly until?: string;
  readonly for?: string;
}

export interface JobsSimulateFlags {
  readonly days: number;
  readonly from?: string;
}

type JobEffects = Pick<Effects, 'out' | 'stock' | 'store' | 'signal' | 'now'>;

/** Slots to come that `show` tells. */
const SLOTS_SHOWN = 5;

/** `hunt jobs`: every job with its last and next time, and how it stands. */
export async function listJobs(effects: JobEffects): Promise<number> {
  const { out } = effects;
  const stock = await effects.stock();
  const shown = await statusOf([...stock.jobs.values()], effects);
  out.answer(shown.map(jobJson), () => (shown.length === 0 ? safe`` : jobTable(shown, out.paint, out.width)));
  tellRest(stock, effects);
  return 0;
}

/** `hunt jobs show`: one job with its hunts. */
export async function showJob(id: string, effects: JobEffects): Promise<number> {
  const { out, now } = effects;
  const checked = jobOf(id, await effects.stock());
  const [shown] = await statusOf([checked], effects);
  if (shown === undefined) throw new TypeError(`No status of ${id}`);
  const slots = nextSlots(checked, now());
  out.answer({ ...jobJson(shown), nextSlots: slots.map(isoTime) }, () => jobPage(shown, slots, out.paint, out.width));
  return 0;
}

/** `hunt jobs pause`: its slots become gaps, which a backfill may fill, until it is resumed or the time is over. */
export async function pause(id: string, flags: PauseFlags, effects: JobEffects): Promise<number> {
  const { out, signal, now } = effects;
  const { job } = jobOf(id, await effects.stock());
  const reason = flags.reason.trim();
  if (reason === '')
    throw new HuntError('USAGE', 'A pause needs a reason', { remedy: 'Say why: --reason "migration"' });
  const made = { reason, by: userInfo().username, from: now(), until: endOf(flags, now()) };
  await pauseJob(await readyStore(effects), job, made, signal);
  out.answer({ jobId: job.id, ...pauseJson(made) }, () => safe`${job.id} is paused ${pauseText(made)}`);
  return 0;
}

/** `hunt jobs resume`: its next slot runs again. A job that is gone may be resumed too. */
export async function resume(id: string, effects: JobEffects): Promise<number> {
  const { out, signal, now } = effects;
  const store = await readyStore(effects);
  const isKnown = (await store.jobStates([id], signal)).has(id);
  if (!isKnown) jobOf(id, await effects.stock());
  const { pauses } = await resumeJob(store, id, now(), signal);
  out.answer({ jobId: id, pauses: pauses.map(pauseJson) }, () => safe`${id} goes on`);
  out.note(safe`Slots in the pause are gaps: hunt gaps shows them, hunt backfill fills them`);
  return 0;
}

/** `hunt jobs simulate`: what would run when. */
export async function simulate(
  { days, from }: JobsSimulateFlags,
  effects: Pick<Effects, 'out' | 'stock' | 'now'>,
): Promise<number> {
  const { out, now } = effects;
  const stock = await effects.stock();
  const start = from === undefined ? now() : timeOf('--from', from);
  const simulation = simulateJobs([...stock.jobs.values()], { start, end: start + days * DAY_MS });
  out.answer(simulationJson(simulation), () => simulationView(simulation, out.paint, out.width));
  tellRest(stock, effects);
  return 0;
}

async function statusOf(jobs: readonly CheckedJob[], effects: JobEffects): Promise<ShownJob[]> {
  if (jobs.length === 0) return [];
  const { signal, now } = effects;
  const store = await readyStore(effects);
  const ledgers = await store.ledgers(jobs.flatMap(keysOf), signal);
  const states = await store.jobStates(
    jobs.map(({ job }) => job.id),
    signal,
  );
  const at = now();
  return jobs.map((checked) => ({ checked, status: jobStatus(checked, { ledgers, states }, at) }));
}

/** What is not in the table: jobs and hunts that do not run. */
function tellRest({ definitions, jobs, problems }: Stock, { out }: Pick<Effects, 'out'>): void {
  const unread = definitions.jobs.filter(({ id }) => !jobs.has(id)).map(({ id }) => id);
  if (unread.length > 0) out.note(out.notePaint.red(safe`Not scheduled for an error: ${joined(unread, ', ')}`));
  for (const { job, unscheduled } of jobs.values())
    for (const { huntId, why } of unscheduled) out.note(safe`${job.id} does not run ${huntId}: ${why}`);
  if (definitions.jobs.length === 0)
    out.note(safe`No job: put one into the folder jobs, or "jobs: [tracehound]" into hunt.config.yml`);
  if (hasErrors(problems)) out.note(safe`${countProblems(problems)}: see hunt check`);
}

function jobOf(id: string, { definitions, jobs }: Stock): CheckedJob {
  const found = jobs.get(id);
  if (found !== undefined) return found;
  if (definitions.jobs.some((job) => job.id === id)) {
    throw new HuntError('DEFINITION', `Job "${id}" has errors`, { remedy: 'See hunt check' });
  }
  throw new HuntError('JOB_UNKNOWN', `There is no job "${id}"`, { remedy: suggestion(id, jobs.keys()) });
}

function nextSlots({ job }: CheckedJob, now: Instant): Instant[] {
  const slots: Instant[] = [];
  for (let at = now; slots.length < SLOTS_SHOWN; slots.push(at)) at = nextSlot(job.schedule, at);
  return slots;
}

/** The end of a pause: a time, or a length of time from now; null where neither is given. */
function endOf({ until, for: length }: PauseFlags, now: Instant): Instant | null {
  if (until !== undefined && length !== undefined) {
    throw new HuntError('USAGE', 'Cannot combine --until and --for', { remedy: 'Keep one of them' });
  }
  if (length !== undefined) return now + lengthOf(length);
  if (until === undefined) return null;
  const end = timeOf('--until', until);
  if (end > now) return end;
  throw new HuntError('USAGE', `--until ${isoTime(end)} is over already`, { remedy: 'Name a time to come' });
}

function lengthOf(text: string): number {
  const ms = parseDuration(text);
  if (ms !== null && ms > 0) return ms;
  throw new HuntError('USAGE', `Cannot read --for "${text}": it is not a length of time`, {
    remedy: 'Write --for 2d, or --for 12h',
  });
}

function timeOf(flag: string, text: string): Instant {
  const time = parseTime(text);
  if (time !== null) return time;
  throw new HuntError('USAGE', `Cannot read ${flag} "${text}": it is not a time`, {
    remedy: 'Times are written 2026-11-01, 2026-11-01T10:00Z or 2026-11-01T10:00:00+01:00; without a zone they are UTC',
  });
}
