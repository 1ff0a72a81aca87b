// What `due` costs: 2,000 pairs of job and hunt, 30 days at 15 minutes, 1 % of the tiles missing. Aim: under 300 ms of the
// processor, which is what counts on a machine with other work.
// Run: node bench/due.ts
import { activated } from '../src/core/books.ts';
import { normalise } from '../src/core/interval.ts';
import type { Job, Schedule } from '../src/core/job.ts';
import { DAY_MS, MINUTE_MS } from '../src/core/time.ts';
import { type Assignment, due } from '../src/schedule/due.ts';
import { tilesOf } from '../src/schedule/tiles.ts';

const PAIRS = 2_000;
const JOBS = 12;
const DAYS = 30;
const ROUNDS = 9;
const NOW = Date.UTC(2026, 10, 21, 7, 3);
const FROM = NOW - DAYS * DAY_MS;

const next = numbersFrom(20_261_121);

measure('every 15m', { type: 'every', everyMs: 15 * MINUTE_MS });
measure('cron in a zone', { type: 'cron', cron: '*/15 * * * *', timezone: 'Europe/Copenhagen' });

function measure(name: string, schedule: Schedule): void {
  const assignments = assignmentsOf(schedule);
  for (const limitPerLedger of [100, Number.POSITIVE_INFINITY]) {
    const found = due(assignments, NOW, { limitPerLedger });
    const times = Array.from({ length: ROUNDS }, () => timeOf(() => due(assignments, NOW, { limitPerLedger })));
    console.log(`${name}, limit ${limitPerLedger}: ${found.tiles.length} tiles, median ${median(times).toFixed(0)} ms`);
  }
}

function assignmentsOf(schedule: Schedule): Assignment[] {
  const jobs = Array.from({ length: JOBS }, (_, at) => jobOf(`job-${at}`, schedule));
  return Array.from({ length: PAIRS }, (_, at) => {
    const job = jobs[at % JOBS] ?? jobOf('job-0', schedule);
    const ledger = activated({ jobId: job.id, huntId: `theme/hunt-${at}` }, FROM);
    const seen = tilesOf(job, { start: FROM, end: NOW }, NOW).filter(() => next() % 100 !== 0);
    const examined = normalise(seen.map(({ tile }) => tile));
    return { job, ledger: { ...ledger, examined }, pauses: [] };
  });
}

function jobOf(id: string, schedule: Schedule): Job {
  return {
    id,
    file: `jobs/${id}.yml`,
    schedule,
    hunts: [],
    queryDelayMs: 5 * MINUTE_MS,
    lookBackMs: 0,
    catchUp: { atMostMs: DAYS * DAY_MS, order: 'oldest_first' },
    timeoutMs: 10 * MINUTE_MS,
    retries: 0,
    calendar: null,
    notify: [],
    places: new Map(),
  };
}

/** The same numbers on each run: a linear congruential generator (Numerical Recipes, 32 bits), its upper half. */
function numbersFrom(seed: number): () => number {
  let state = seed;
  return () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) >>> 16;
}

/** Time of the processor, the collector's threads included, ms. */
function timeOf(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}
