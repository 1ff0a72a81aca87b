import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Job } from '../../src/core/job.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/core/time.ts';
import { loadDefinitions } from '../../src/definition/load.ts';
import { parseJob } from '../../src/definition/parse-job.ts';
import { defaultSite, parseConfig } from '../../src/definition/site.ts';
import { bytesOf, memoryFiles, siteWith } from './memory-files.ts';

function jobOf(text: string): Job {
  const parsed = parseJob('nightly', 'jobs/nightly.yml', bytesOf(text));
  if (!parsed.ok) throw new Error(parsed.problems.map(({ rule, message }) => `${rule}: ${message}`).join('; '));
  return parsed.value;
}

describe('a job file', () => {
  it('becomes a job with defaults where it is silent', () => {
    const { places, ...job } = jobOf('schedule: { every: 15m }\nhunts: [network/rare-egress]\n');
    expect(job).toEqual({
      id: 'nightly',
      file: 'jobs/nightly.yml',
      schedule: { type: 'every', everyMs: 15 * MINUTE_MS },
      hunts: ['network/rare-egress'],
      queryDelayMs: 5 * MINUTE_MS,
      lookBackMs: 10 * MINUTE_MS,
      catchUp: { atMostMs: 14 * DAY_MS, order: 'oldest_first' },
      timeoutMs: 10 * MINUTE_MS,
      retries: 3,
      calendar: null,
      notify: [],
    });
    expect(places.get('hunts.0')).toEqual({ file: 'jobs/nightly.yml', line: 2, column: 9 });
  });

  it('may set everything, lengths of nothing among it', () => {
    const folder = fileURLToPath(new URL('../cases/definition/jobs/jobs', import.meta.url));
    expect(jobOf(readFileSync(join(folder, 'whole.yml'), 'utf8'))).toMatchObject({
      schedule: { type: 'cron', cron: '0 2 * * *', timezone: 'Europe/Copenhagen' },
      queryDelayMs: 0,
      lookBackMs: 0,
      catchUp: { atMostMs: 7 * DAY_MS, order: 'newest_first' },
      timeoutMs: MINUTE_MS,
      retries: 0,
      calendar: { starts: '0 18 * * 5', ends: '0 2 * * 1' },
    });
  });

  it('goes by UTC where it names no time zone', () => {
    expect(jobOf('schedule: { cron: "0 2 * * *" }\nhunts: [a]\n').schedule).toMatchObject({ timezone: 'UTC' });
  });

  it.each([
    ['schedule: { every: 1m }', null],
    ['schedule: { every: 59s }', 'every-too-short'],
    ['schedule: { every: 2 fortnights }', 'duration'],
    ['schedule: { every: 15 }', 'type'],
    ['schedule: {}', 'schedule'],
    ['schedule: daily', 'type'],
    ['schedule: { cron: "0 2 * * *", timezone: Mars/Olympus }', 'timezone'],
    ['schedule: { cron: "0 2 * * *", every: 1h }', 'schedule'],
    ['schedule: { cron: "" }', 'cron'],
  ])('with %s: %s', (line, rule) => {
    const { problems } = parseJob('a', 'a.yml', bytesOf(`${line}\nhunts: [a]\n`));
    expect(problems.map((problem) => problem.rule)).toEqual(rule === null ? [] : [rule]);
  });

  it('names the channels that are told', () => {
    const text = 'schedule: { every: 1h }\nhunts: [a]\nnotify: ["webhook:soc", "slack:night-shift", stdout]\n';
    expect(jobOf(text).notify).toEqual(['webhook:soc', 'slack:night-shift', 'stdout']);
  });

  it.each([
    ['[]', ['range']],
    ['webhook:soc', ['type']],
    ['[webhook, "mail:soc", "slack:__proto__", "webhook:Soc", "stdout:x", ""]', Array(6).fill('channel-name')],
    ['["webhook:soc", stdout, "webhook:soc"]', ['channel-twice']],
  ])('with notify: %s: %j', (value, rules) => {
    const text = `schedule: { every: 1h }\nhunts: [a]\nnotify: ${value}\n`;
    const { ok, problems } = parseJob('a', 'a.yml', bytesOf(text));
    expect(ok).toBe(false);
    expect(problems.map(({ rule }) => rule)).toEqual(rules);
    expect(problems.every(({ place }) => place.line === 3)).toBe(true);
  });
});

describe('the jobs of a site', () => {
  it('are named by path, one file for each id, and what is broken takes nothing else with it', async () => {
    const text = 'schedule: { every: 1h }\nhunts: [a]\n';
    const files = memoryFiles({
      '/site/jobs/b/two.yml': text,
      '/site/jobs/one.yaml': text,
      '/site/jobs/_off.yml': text,
      '/site/jobs/broken.yml': 'schedule: [',
      '/site/more/one.yml': text,
    });
    const folder = (path: string) => ({ path, place: null });
    const site = siteWith({ jobFolders: [folder('/site/jobs'), folder('/site/more')] });
    const { jobs, problems } = await loadDefinitions(site, { files, now: 0 });
    expect(jobs.map(({ id, file }) => [id, file])).toEqual([
      ['b/two', 'jobs/b/two.yml'],
      ['one', 'jobs/one.yaml'],
    ]);
    expect(problems.map(({ rule, place }) => [rule, place.file])).toEqual([
      ['yaml-syntax', 'jobs/broken.yml'],
      ['duplicate-job', 'more/one.yml'],
    ]);
  });

  it('are the site’s own; those of the package only where it names them', () => {
    const folders = (text: string) => {
      const parsed = parseConfig('/site/hunt.config.yml', 'hunt.config.yml', '/site', bytesOf(text));
      return parsed.ok ? parsed.value.site.jobFolders.map(({ path }) => path) : parsed.problems;
    };
    const shipped = fileURLToPath(new URL('../../jobs', import.meta.url));
    expect(defaultSite('/site').jobFolders.map(({ path }) => path)).toEqual(['/site/jobs']);
    expect(folders('hunts: [tracehound]\n')).toEqual(['/site/jobs']);
    expect(folders('jobs: [tracehound, ./calendar, calendar]\n')).toEqual([shipped, '/site/calendar']);
  });

  it('that are shipped name hunts that are', async () => {
    const site = {
      ...defaultSite('/nowhere'),
      jobFolders: [{ path: fileURLToPath(new URL('../../jobs', import.meta.url)), place: null }],
    };
    const { jobs, problems } = await loadDefinitions(site, { now: 0 });
    expect(problems).toEqual([]);
    expect(jobs.map(({ id }) => id)).toEqual(['daily', 'hourly', 'hourly-connections', 'nightly-prevalence']);
    expect(jobs.find(({ id }) => id === 'hourly')?.schedule).toEqual({ type: 'every', everyMs: HOUR_MS });
  });
});
