import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { report, type ReportFlags } from '../../../src/cli/commands/report.ts';
import { DAY_MS } from '../../../src/core/time.ts';
import { sampleFinding, sampleRun, sightingFor } from '../../rig/sample-findings.ts';
import { bench, type BenchOptions, NOW } from '../fakes.ts';

const signal = new AbortController().signal;
const ONE = sampleFinding('one.exe');
const TWO = sampleFinding('two.exe', { newsAt: NOW });

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tracehound-report-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function reporting(flags: Partial<ReportFlags>, options: BenchOptions = {}) {
  const made = await bench(options);
  await made.store.write(
    [ONE, TWO].map((finding) => ({ finding, mark: null })),
    [ONE, TWO].map(({ state }) => sightingFor(state)),
    signal,
  );
  await made.store.saveRun(sampleRun({ startedAt: NOW - DAY_MS }), signal);
  const ledger = { jobId: 'nightly', huntId: 'net/one', activatedAt: 0, examined: [] };
  const gap = { text: 'Silent', since: 0, attempts: 3, nextAttemptAt: null, backfill: false, runId: null } as const;
  await made.store.writeLedger(
    { ...ledger, gaps: [{ ...gap, span: { start: NOW - 3 * DAY_MS, end: NOW - 2 * DAY_MS }, reason: 'blind' }] },
    null,
    signal,
  );
  const code = await report({ limit: 100, ...flags }, { ...made.effects, cwd: folder });
  return { code, stdout: made.stdout.text, stderr: made.stderr.text };
}

const fileIn = (name: string) => readFile(join(folder, name), 'utf8');

describe('hunt report', () => {
  it('writes a page to a file of its own name, with gaps, runs and findings', async () => {
    expect(await reporting({})).toEqual({ code: 0, stdout: 'hunt-report.html\n', stderr: '2 findings\n' });
    const page = (await fileIn('hunt-report.html')).replaceAll(/\s+/g, ' ');
    for (const part of ['Silent. Tried 3 times', 'population 7', 'one.exe', 'two.exe']) expect(page).toContain(part);
  });

  it('takes the format from the ending, and from --format before it', async () => {
    await reporting({ out: 'a.csv' });
    expect(await fileIn('a.csv')).toMatch(/^"id",/);
    await reporting({ out: 'a.md' });
    expect(await fileIn('a.md')).toMatch(/^# Tracehound report/);
    await reporting({ out: 'a.txt', format: 'ndjson' });
    expect(
      (await fileIn('a.txt'))
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).key),
    ).toHaveLength(2);
  });

  it('writes tables to standard output, which hold nothing else', async () => {
    const { stdout } = await reporting({ format: 'csv' });
    expect(stdout.trimEnd().split('\r\n')).toHaveLength(3);
    expect((await reporting({ out: '-', format: 'html' })).stdout).toMatch(/^<!doctype html>/i);
  });

  it('tells what fits the flags, and what it left out', async () => {
    const { stdout, stderr } = await reporting({ format: 'markdown', limit: 1 });
    expect(stderr).toBe('1 finding, the newest of 2; --limit takes more\n');
    expect(stdout).toContain('Only the newest 1 of 2 are told');
    const narrow = await reporting({ format: 'markdown', since: '1d', severity: ['medium'], host: 'ws1' });
    expect(narrow.stdout).toContain('severity medium, host ws1, new or reopened since 1d');
    expect(narrow.stdout).toContain('**1 finding**');
  });

  it('tells gaps of one hunt only where one is named', async () => {
    expect((await reporting({ format: 'markdown', hunt: 'net/one' })).stdout).toContain('Silent');
    expect((await reporting({ format: 'markdown', hunt: 'net/two' })).stdout).not.toContain('Silent');
  });

  it('says as JSON what it wrote, and refuses to mix both on one stream', async () => {
    const { stdout } = await reporting({ out: 'a.csv' }, { format: 'json' });
    expect(JSON.parse(stdout)).toEqual({ file: 'a.csv', format: 'csv', findings: 2, total: 2, gaps: 1 });
    await expect(reporting({ format: 'csv' }, { format: 'json' })).rejects.toMatchObject({ code: 'USAGE' });
  });

  it('says that a file cannot be written', async () => {
    await expect(reporting({ out: 'nowhere/a.html' })).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining('Cannot write "nowhere/a.html"'),
    });
  });
});
