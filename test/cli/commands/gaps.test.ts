import { describe, expect, it } from 'vitest';
import { listGaps } from '../../../src/cli/commands/gaps.ts';
import { activated, examine, recordGap } from '../../../src/core/books.ts';
import { HuntError } from '../../../src/core/error.ts';
import type { Ledger } from '../../../src/core/ledger.ts';
import { DAY_MS, HOUR_MS } from '../../../src/core/time.ts';
import { sampleGap } from '../../rig/sample-books.ts';
import { huntText } from '../../definition/memory-files.ts';
import { bench, type BenchOptions, NOW, row, SITE } from '../fakes.ts';

const { signal } = new AbortController();
const JOB = 'schedule: { every: 1h }\nhunts: [net/one]\n';
const FILES = { ...SITE, 'hunts/net/one.yml': huntText({ window: '1h' }), 'jobs/hourly.yml': JOB };
const KEY = { jobId: 'hourly', huntId: 'net/one' };
const hour = (from: number, to = from + 1) => ({
  start: NOW - DAY_MS + from * HOUR_MS,
  end: NOW - DAY_MS + to * HOUR_MS,
});

/** A day of which the third hour failed and waits, the fourth is given up, and all else was examined. */
const LEDGER = [
  sampleGap({ span: hour(2), since: NOW - 20 * HOUR_MS, nextAttemptAt: NOW + 3 * HOUR_MS, text: 'Busy' }),
  sampleGap({
    span: hour(3),
    since: NOW - 20 * HOUR_MS,
    nextAttemptAt: null,
    attempts: 4,
    text: 'Red\u001b[31m shard',
  }),
].reduce(recordGap, examine(examine(activated(KEY, NOW - DAY_MS), hour(0, 2)), hour(4, 24)));

async function stand(ledgers: readonly Ledger[], options: BenchOptions = {}) {
  const made = await bench({ files: FILES, answer: () => ({ rows: [row({ documents: 1 })] }), ...options });
  for (const ledger of ledgers) await made.store.writeLedger(ledger, null, signal);
  return made;
}

describe('hunt gaps', () => {
  it('shows what was not examined, why, and what becomes of it', async () => {
    const { effects, stdout, stderr } = await stand([LEDGER]);
    expect(await listGaps({ limit: 50 }, effects)).toBe(0);
    expect(stdout.text.split('\n').map((line) => line.replace(/ {2,}/g, ' | '))).toEqual([
      'JOB | HUNT | FROM | TO | LENGTH | REASON | SINCE | TRIED | NEXT | EVENTS | WHY',
      'hourly | net/one | 2026-11-20T14:00Z | 2026-11-20T15:00Z | 60 min | failed | 20 h ago | 1 | in 3 h | events there | Busy',
      'hourly | net/one | 2026-11-20T15:00Z | 2026-11-20T16:00Z | 60 min | failed | 20 h ago | 4 | needs backfill | events there | Red\\x1b[31m shard',
      '',
    ]);
    expect(stderr.text).toBe(
      'next: hunt backfill net/one --from 2026-11-20T15:00:00.000Z --to 2026-11-20T16:00:00.000Z\n',
    );
  });

  it('gives the same as JSON, under the first id of the hunt and the one it has', async () => {
    const { effects, stdout, stderr } = await stand([LEDGER], { format: 'ndjson' });
    await listGaps({ limit: 1 }, effects);
    expect(JSON.parse(stdout.text)).toEqual({
      ...KEY,
      hunt: 'net/one',
      span: { start: '2026-11-20T14:00:00.000Z', end: '2026-11-20T15:00:00.000Z' },
      since: '2026-11-20T16:00:00.000Z',
      nextAttemptAt: '2026-11-21T15:00:00.000Z',
      reason: 'failed',
      text: 'Busy',
      attempts: 1,
      backfill: false,
      runId: 'run-2',
      events: 'there',
    });
    expect(stderr.text).toBe('1 of 2 gaps, oldest first; --limit shows more\n');
  });

  it('says where no backfill would find anything any more, and proposes none there', async () => {
    const { effects, stdout, stderr } = await stand([LEDGER], { answer: () => ({ rows: [row({ documents: 0 })] }) });
    await listGaps({ limit: 50 }, effects);
    expect(stdout.text.match(/events gone/g)).toHaveLength(2);
    expect(stderr.text).toBe('');
  });

  it('shows gaps also where the engine does not answer', async () => {
    const answer = () => {
      throw new HuntError('UNREACHABLE', 'Nobody there');
    };
    const { effects, stdout } = await stand([LEDGER], { answer });
    expect(await listGaps({ limit: 50 }, effects)).toBe(0);
    expect(stdout.text.match(/unknown/g)).toHaveLength(2);
  });

  it('shows what is overdue where nobody works, and how to begin', async () => {
    const { effects, stdout, stderr } = await stand([activated(KEY, NOW - DAY_MS)]);
    await listGaps({ limit: 50 }, effects);
    expect(stdout.text).toMatch(/net\/one +2026-11-20T12:00Z +2026-11-21T10:55Z +23 h +overdue/);
    expect(stderr.text).toBe('next: hunt start\n');
  });

  it('shows gaps of a job or hunt that is gone, and that nothing takes them up', async () => {
    const gone = { ...LEDGER, jobId: 'old-job', huntId: 'old/hunt' };
    const { effects, stdout, stderr, asked } = await stand([gone]);
    await listGaps({ job: 'old-job', limit: 50 }, effects);
    expect(stdout.text).toMatch(/old-job +old\/hunt .* never: the job has it no more +unknown/);
    expect(stderr.text).toBe('');
    expect(asked).toEqual([]);
  });

  it('narrows by job and by hunt', async () => {
    const { effects, stdout, stderr } = await stand([LEDGER, { ...LEDGER, jobId: 'other' }]);
    await listGaps({ job: 'other', limit: 50 }, effects);
    expect(stdout.text.match(/^other/gm)).toHaveLength(2);
    expect(stdout.text).not.toMatch(/^hourly/m);
    await listGaps({ hunt: 'net/two', limit: 50 }, effects);
    expect(stderr.text).toMatch(/No gap\n$/);
  });

  it('refuses a name that nothing has: an empty list would look as if all were well', async () => {
    const { effects } = await stand([LEDGER]);
    const unknown = { code: 'NOT_FOUND', remedy: expect.stringContaining('hourly') };
    await expect(listGaps({ job: 'hourli', limit: 50 }, effects)).rejects.toMatchObject(unknown);
    await expect(listGaps({ hunt: 'net/on', limit: 50 }, effects)).rejects.toMatchObject({
      code: 'NOT_FOUND',
      remedy: 'Did you mean "net/one"?',
    });
  });

  it('says that there is none', async () => {
    const { effects, stdout, stderr } = await stand([examine(activated(KEY, NOW - DAY_MS), hour(0, 24))]);
    expect(await listGaps({ limit: 50 }, effects)).toBe(0);
    expect(stdout.text).toBe('');
    expect(stderr.text).toBe('No gap\n');
  });
});
