import { HuntError } from '../core/error.ts';
import type { Job } from '../core/job.ts';
import type { JobState, Pause } from '../core/ledger.ts';
import { type Instant, isoTime } from '../core/time.ts';
import type { Books } from '../store/port.ts';
import { pauseAt } from './pauses.ts';

/** Of writers that meet on one job one gets through each time. */
const TRIES = 10;

/** Pauses a job from `pause.from` on. USAGE where it is paused already; CONFLICT where others keep writing its state. */
export async function pauseJob(books: Books, job: Job, pause: Pause, signal: AbortSignal): Promise<JobState> {
  return changeState(
    books,
    job.id,
    (pauses) => [...stillNeeded(pauses, job, pause.from), unpaused(pauses, pause, job.id)],
    signal,
  );
}

/** Ends the pause that holds now. USAGE where the job is not paused. */
export async function resumeJob(books: Books, jobId: string, now: Instant, signal: AbortSignal): Promise<JobState> {
  return changeState(books, jobId, (pauses) => ended(pauses, jobId, now), signal);
}

function unpaused(pauses: readonly Pause[], pause: Pause, jobId: string): Pause {
  const held = pauseAt(pauses, pause.from);
  if (held === null) return pause;
  const until = held.until === null ? '' : ` until ${isoTime(held.until)}`;
  throw new HuntError('USAGE', `Job "${jobId}" is paused already${until}, by ${held.by}: ${held.reason}`, {
    remedy: `Resume it first: hunt jobs resume ${jobId}`,
  });
}

function ended(pauses: readonly Pause[], jobId: string, now: Instant): readonly Pause[] {
  const held = pauseAt(pauses, now);
  if (held !== null) return pauses.map((pause) => (pause === held ? { ...pause, until: now } : pause));
  throw new HuntError('USAGE', `Job "${jobId}" is not paused`, { remedy: 'hunt jobs shows the state of each' });
}

/** Without pauses that ended before anything that is caught up: time before that is a gap whatever was said of it. */
function stillNeeded(pauses: readonly Pause[], { catchUp }: Job, now: Instant): readonly Pause[] {
  return pauses.filter(({ until }) => until === null || until > now - catchUp.atMostMs);
}

async function changeState(
  books: Books,
  jobId: string,
  change: (pauses: readonly Pause[]) => readonly Pause[],
  signal: AbortSignal,
): Promise<JobState> {
  for (let tried = 0; tried < TRIES; tried++) {
    const stored = (await books.jobStates([jobId], signal)).get(jobId);
    const state: JobState = { jobId, pauses: change(stored?.value.pauses ?? []) };
    if ((await books.writeJobState(state, stored?.mark ?? null, signal)) === 'written') return state;
  }
  throw new HuntError('CONFLICT', `Cannot write the state of job "${jobId}": others wrote it ${TRIES} times`, {
    remedy: 'Try again',
  });
}
