import { HOUR_MS, type Instant, type Span } from '../core/time.ts';
import type { CheckedJob } from './check-jobs.ts';
import { slotUpTo, type SlotTile, tilesOf, endAt } from './tiles.ts';

/** One job over a time to come. */
export interface SimulatedJob {
  readonly jobId: string;
  readonly hunts: number;
  /** Its tiles with the slots at which they are due, in order. */
  readonly tiles: readonly SlotTile[];
}

/** An hour of UTC and the runs that fall due in it. */
interface BusyHour {
  readonly start: Instant;
  readonly runs: number;
}

/** What jobs would do in a time to come, were each tile examined at its slot. */
export interface Simulation {
  readonly span: Span;
  readonly jobs: readonly SimulatedJob[];
  /** Hours in which anything is due, the busiest first. */
  readonly hours: readonly BusyHour[];
}

/** The tiles whose slots lie in `[span.start, span.end)`. Slots are those of the real schedule: DST, leap days and all. */
export function simulateJobs(jobs: readonly CheckedJob[], span: Span): Simulation {
  const simulated = jobs.map((checked) => simulatedJob(checked, span));
  return { span, jobs: simulated, hours: busyHours(simulated) };
}

export function runsOf({ hunts, tiles }: SimulatedJob): number {
  return hunts * tiles.length;
}

function simulatedJob({ job, hunts }: CheckedJob, span: Span): SimulatedJob {
  const from = endAt(job, slotUpTo(job.schedule, span.start - 1));
  const tiles = tilesOf(job, { start: from, end: span.end }, span.end - 1);
  return { jobId: job.id, hunts: hunts.length, tiles };
}

function busyHours(jobs: readonly SimulatedJob[]): BusyHour[] {
  const runs = new Map<Instant, number>();
  for (const { hunts, tiles } of jobs) {
    for (const { slot } of tiles) {
      const start = Math.floor(slot / HOUR_MS) * HOUR_MS;
      runs.set(start, (runs.get(start) ?? 0) + hunts);
    }
  }
  const hours = [...runs].map(([start, count]) => ({ start, runs: count }));
  return hours.filter((hour) => hour.runs > 0).sort((a, b) => b.runs - a.runs || a.start - b.start);
}
