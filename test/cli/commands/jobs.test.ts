import { userInfo } from 'node:os';
import { describe, expect, it } from 'vitest';
import { listJobs, pause, resume, showJob, simulate } from '../../../src/cli/commands/jobs.ts';
import { activated, examine, recordGap } from '../../../src/core/books.ts';
import type { Gap } from '../../../src/core/ledger.ts';
import { DAY_MS, HOUR_MS, type Instant, MINUTE_MS } from '../../../src/core/time.ts';
import type { Store } from '../../../src/store/port.ts';
import { huntText } from '../../definition/memory-files.ts';
import { bench, type BenchOptions, NOW, SITE } from '../fakes.ts';

const signal = new AbortController().signal;
const FILES = {
  ...SITE,
  'jobs/hourly.yml': 'schedule: { every: 1h }\nquery_delay: 5m\nhunts: [net/seen]\n',
  'jobs/nightly.yml': 'schedule: { cron: "0 2 * * *", timezone: Europe/Copenhagen }\nhunts: ["net/one", net/two]\n',
  'hunts/net/seen.yml': huntText({
    params: '',
    esql: '"FROM logs-x | STATS f = MIN(hunt.clock), l = MAX(hunt.clock) BY a"',
    finding: '{ title: t, key: [a], seen: { first: f, last: l } }',
  }),
};
/** The end of the last hourly tile at NOW, which is noon. */
const CLOSED = NOW - 5 * MINUTE_MS;
const HOURLY = { jobId: 'hourly', huntId: 'net/seen' };

function jobsBench(options: BenchOptions = {}) {
  return bench({ format: 'json', files: FILES, ...options });
}

interface Told {
  readonly id: string;
  readonly state: string;
  readonly due: number;
  readonly gaps: number;
  readonly oldest: string | null;
  readonly pause: unknown;
}

async function listed(options: BenchOptions, store: Store, now: Instant = NOW): Promise<Told[]> {
  const { effects, stdout } = await jobsBench(options);
  expect(await listJobs({ ...effects, store: async () => store, now: () => now })).toBe(0);
  return JSON.parse(stdout.text) as Told[];
}

describe('hunt jobs', () => {
  it('shows each job with its last and next slot', async () => {
    const { effects, stdout } = await jobsBench({ format: 'text' });
    expect(await listJobs(effects)).toBe(0);
    expect(stdout.text.split('\n').map((line) => line.replaceAll(/ {2,}/g, ' | '))).toEqual([
      'JOB | SCHEDULE | TIMEZONE | HUNTS | LAST | NEXT | STATE | DUE | GAPS | OLDEST',
      'hourly | every 1h | UTC | 1 | 2026-11-21T12:00:00Z | 2026-11-21T13:00:00Z | new | 0 | 0',
      'nightly | 0 2 * * * | Europe/Copenhagen | 2 | 2026-11-21T01:00:00Z | 2026-11-22T01:00:00Z | new | 0 | 0',
      '',
    ]);
  });

  it('says how each stands: active, behind, with gaps', async () => {
    const { store } = await jobsBench();
    const fresh = activated(HOURLY, CLOSED - HOUR_MS);
    await store.writeLedger(fresh, null, signal);
    expect((await listed({}, store))[0]).toMatchObject({
      state: 'active',
      due: 1,
      gaps: 0,
      oldest: '2026-11-21T10:55:00.000Z',
    });
    const later = NOW + 3 * HOUR_MS;
    expect((await listed({}, store, later))[0]).toMatchObject({
      state: 'behind',
      due: 4,
      oldest: '2026-11-21T10:55:00.000Z',
    });
    const gap: Gap = {
      span: { start: CLOSED + HOUR_MS, end: CLOSED + 2 * HOUR_MS },
      reason: 'failed',
      text: 'x',
      since: NOW,
      attempts: 1,
      nextAttemptAt: null,
      backfill: false,
      runId: null,
    };
    const [marked] = (await store.ledgers([HOURLY], signal)).values();
    const examined = examine(fresh, { start: CLOSED - HOUR_MS, end: CLOSED + 3 * HOUR_MS });
    const missed = recordGap({ ...examined, examined: [{ start: CLOSED - HOUR_MS, end: CLOSED + HOUR_MS }] }, gap);
    await store.writeLedger(
      examine(missed, { start: CLOSED + 2 * HOUR_MS, end: CLOSED + 3 * HOUR_MS }),
      marked?.mark ?? null,
      signal,
    );
    expect((await listed({}, store, later))[0]).toMatchObject({
      state: 'active',
      due: 0,
      gaps: 1,
      oldest: '2026-11-21T12:55:00.000Z',
    });
  });

  it('tells what does not run', async () => {
    const files = {
      ...FILES,
      'jobs/bad.yml': 'schedule: { cron: "0 99 * * *" }\nhunts: [net/one]\n',
      'jobs/hourly.yml': 'schedule: { every: 1h }\nhunts: [net/seen, net/one]\n',
    };
    const { effects, stdout, stderr } = await jobsBench({ format: 'text', files });
    expect(await listJobs(effects)).toBe(0);
    expect(stdout.text).toContain('1 (+1 not run)');
    expect(stderr.text).toContain('Not scheduled for an error: bad\n');
    expect(stderr.text).toContain('hourly does not run net/one: Hunt "net/one" reads 1d each 1h');
    expect(stderr.text).toContain('see hunt check');
  });

  it('says how to begin where there is no job, and asks no store', async () => {
    const { effects, stderr } = await jobsBench({ format: 'text', files: SITE });
    expect(await listJobs({ ...effects, store: () => Promise.reject(new Error('asked')) })).toBe(0);
    expect(stderr.text).toMatch(/^No job: put one into the folder jobs/);
  });

  it('shows one job, and says what a wrong name may mean', async () => {
    const { effects, stdout } = await jobsBench({ format: 'text' });
    expect(await showJob('nightly', effects)).toBe(0);
    expect(stdout.text).toMatch(/^job +nightly\n/);
    expect(stdout.text).toMatch(/next slots +2026-11-22T01:00:00Z, 2026-11-23T01:00:00Z/);
    expect(stdout.text).toMatch(/net\/two +its next tick/);
    await expect(showJob('nigtly', effects)).rejects.toMatchObject({
      code: 'JOB_UNKNOWN',
      remedy: 'Did you mean "nightly"?',
    });
  });
});

describe('hunt jobs pause and resume', () => {
  it('writes who, why and until when, and ends it', async () => {
    const { effects, store, stdout } = await jobsBench({ format: 'text' });
    expect(await pause('hourly', { reason: ' migration ', for: '2d' }, effects)).toBe(0);
    const by = userInfo().username;
    expect(stdout.text).toBe(
      `hourly is paused until 2026-11-23T12:00:00Z, by ${by} since 2026-11-21T12:00:00Z: migration\n`,
    );
    const paused = (await listed({}, store))[0];
    expect(paused).toMatchObject({
      state: 'paused',
      pause: { reason: 'migration', by, until: '2026-11-23T12:00:00.000Z' },
    });
    expect((await listed({}, store, NOW + 2 * DAY_MS))[0]).toMatchObject({ state: 'new', pause: null });
    expect(await resume('hourly', { ...effects, now: () => NOW + HOUR_MS })).toBe(0);
    expect((await listed({}, store, NOW + HOUR_MS))[0]).toMatchObject({ state: 'new', pause: null });
    const state = (await store.jobStates(['hourly'], signal)).get('hourly')?.value;
    expect(state?.pauses).toEqual([{ reason: 'migration', by, from: NOW, until: NOW + HOUR_MS }]);
  });

  it('makes the slots of a pause gaps, and never gives them back by itself', async () => {
    const { effects, store } = await jobsBench();
    await store.writeLedger(activated(HOURLY, CLOSED), null, signal);
    await pause('hourly', { reason: 'quiet' }, effects);
    expect((await listed({}, store, NOW + 3 * HOUR_MS))[0]).toMatchObject({ state: 'paused', due: 0, gaps: 1 });
    await resume('hourly', { ...effects, now: () => NOW + 3 * HOUR_MS + 1 });
    expect((await listed({}, store, NOW + 4 * HOUR_MS))[0]).toMatchObject({ state: 'active', due: 1, gaps: 1 });
  });

  it.each([
    [{ reason: '  ' }, 'A pause needs a reason'],
    [{ reason: 'x', for: '2d', until: '2027-01-01' }, 'Cannot combine --until and --for'],
    [{ reason: 'x', for: 'long' }, 'Cannot read --for "long": it is not a length of time'],
    [{ reason: 'x', for: '0d' }, 'Cannot read --for "0d": it is not a length of time'],
    [{ reason: 'x', until: 'soon' }, 'Cannot read --until "soon": it is not a time'],
    [{ reason: 'x', until: '2026-11-21T12:00Z' }, '--until 2026-11-21T12:00:00.000Z is over already'],
  ])('refuses %j', async (flags, message) => {
    const { effects, store } = await jobsBench();
    await expect(pause('hourly', flags, effects)).rejects.toMatchObject({ code: 'USAGE', message });
    expect((await store.jobStates(['hourly'], signal)).size).toBe(0);
  });

  it('refuses to pause twice, and to resume what is not paused', async () => {
    const { effects } = await jobsBench();
    await expect(resume('hourly', effects)).rejects.toMatchObject({
      code: 'USAGE',
      message: 'Job "hourly" is not paused',
    });
    await expect(resume('hourl', effects)).rejects.toMatchObject({ code: 'JOB_UNKNOWN' });
    await pause('hourly', { reason: 'first' }, effects);
    await expect(pause('hourly', { reason: 'second' }, effects)).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringMatching(/^Job "hourly" is paused already, by .*: first$/),
      remedy: 'Resume it first: hunt jobs resume hourly',
    });
  });

  it('resumes a job whose file is gone', async () => {
    const { effects, store } = await jobsBench();
    await pause('hourly', { reason: 'x' }, effects);
    const without = await jobsBench({ files: SITE });
    expect(await resume('hourly', { ...without.effects, store: async () => store })).toBe(0);
  });

  it('writes again what somebody else wrote in between, and never two pauses at once', async () => {
    const { effects, store } = await jobsBench();
    let raced = false;
    const racing: Store = Object.assign(Object.create(store) as Store, {
      writeJobState: async (...[state, mark, signal]: Parameters<Store['writeJobState']>) => {
        if (!raced) {
          raced = true;
          const old = { reason: 'old', by: 'kim', from: NOW - DAY_MS, until: NOW - HOUR_MS };
          await store.writeJobState({ jobId: 'hourly', pauses: [old] }, null, signal);
        }
        return store.writeJobState(state, mark, signal);
      },
    });
    await pause('hourly', { reason: 'new' }, { ...effects, store: async () => racing });
    const state = (await store.jobStates(['hourly'], signal)).get('hourly')?.value;
    expect(state?.pauses.map(({ reason }) => reason)).toEqual(['old', 'new']);
  });

  it('forgets pauses from before anything that is caught up', async () => {
    const { effects, store } = await jobsBench();
    const old = { reason: 'old', by: 'kim', from: NOW - 20 * DAY_MS, until: NOW - 15 * DAY_MS };
    await store.writeJobState({ jobId: 'hourly', pauses: [old] }, null, signal);
    await pause('hourly', { reason: 'new' }, effects);
    const state = (await store.jobStates(['hourly'], signal)).get('hourly')?.value;
    expect(state?.pauses.map(({ reason }) => reason)).toEqual(['new']);
  });
});

describe('hunt jobs simulate', () => {
  interface Simulated {
    readonly runs: number;
    readonly hours: readonly { readonly start: string; readonly runs: number }[];
    readonly jobs: readonly {
      readonly jobId: string;
      readonly runs: number;
      readonly slots: readonly {
        readonly at: string;
        readonly tile: { readonly start: string; readonly end: string };
      }[];
    }[];
  }

  async function simulated(from: string, days: number): Promise<Simulated> {
    const { effects, stdout } = await jobsBench();
    expect(await simulate({ days, from }, { ...effects })).toBe(0);
    return JSON.parse(stdout.text) as Simulated;
  }

  it('counts runs and names the busiest hour', async () => {
    const { runs, hours, jobs } = await simulated('2026-11-20', 2);
    expect(jobs.map(({ jobId, runs }) => [jobId, runs])).toEqual([
      ['hourly', 48],
      ['nightly', 4],
    ]);
    expect(runs).toBe(52);
    expect(hours.slice(0, 3)).toEqual([
      { start: '2026-11-20T01:00:00.000Z', runs: 3 },
      { start: '2026-11-21T01:00:00.000Z', runs: 3 },
      { start: '2026-11-20T00:00:00.000Z', runs: 1 },
    ]);
  });

  it.each([
    ['2027-03-27', ['2027-03-27T01:00:00.000Z', '2027-03-28T01:00:00.000Z', '2027-03-29T00:00:00.000Z'], 23],
    ['2027-10-30', ['2027-10-30T00:00:00.000Z', '2027-10-31T00:00:00.000Z', '2027-11-01T01:00:00.000Z'], 25],
  ])('goes by the wall clock over a change of clocks: %s', async (from, slots, hours) => {
    const nightly = (await simulated(from, 3)).jobs[1];
    expect(nightly?.slots.map(({ at }) => at)).toEqual(slots);
    const lengths = nightly?.slots.map(({ tile }) => (Date.parse(tile.end) - Date.parse(tile.start)) / HOUR_MS);
    expect(lengths).toContain(hours);
    const ends = nightly?.slots.map(({ tile }) => tile.end).slice(0, -1);
    expect(nightly?.slots.slice(1).map(({ tile }) => tile.start)).toEqual(ends);
  });

  it('takes a slot at its start and leaves the one at its end', async () => {
    expect((await simulated('2026-11-20T01:00Z', 1)).jobs[1]?.slots.map(({ at }) => at)).toEqual([
      '2026-11-20T01:00:00.000Z',
    ]);
  });

  it('is readable', async () => {
    const { effects, stdout } = await jobsBench({ format: 'text' });
    await simulate({ days: 3, from: '2027-03-27' }, effects);
    expect(stdout.text).toMatch(/nightly +2 +3 +6 +2027-03-27T01:00:00Z +2027-03-29T00:00:00Z +23h to 1d/);
    expect(stdout.text).toContain('78 runs from 2027-03-27T00:00:00Z to 2027-03-30T00:00:00Z');
    expect(stdout.text).toContain('Busiest hours\n  2027-03-27T01:00:00Z  3 runs\n');
  });
});
