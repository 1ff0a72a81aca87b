import { describe, expect, it } from 'vitest';
import type { Job } from '../../src/core/job.ts';
import { loadDefinitions } from '../../src/definition/load.ts';
import { checkHunts } from '../../src/pipeline/check-hunts.ts';
import { checkJobs } from '../../src/schedule/check-jobs.ts';
import { huntText, memoryFiles, siteWith } from '../definition/memory-files.ts';
import { job } from './fakes.ts';

const SOURCES =
  'net: { index: [logs-x], where: \'event.code == "3"\', clock: ["@timestamp"], heartbeat: 1h, description: N., enable: E. }\n' +
  'gone: { index: [logs-y], where: \'event.code == "4"\', clock: ["@timestamp"], heartbeat: 1h, description: G., enable: E. }\n';
const PREVALENCE = {
  esql: '',
  params: '',
  window: '30d',
  finding: '{ title: t }',
  prevalence: '{ of: [process.name], across: host.name, at_most: 3 }',
};

async function checked(jobs: readonly Job[], hunts: Readonly<Record<string, Readonly<Record<string, string>>>>) {
  const entries = Object.entries(hunts).map(([id, changes]) => [
    `/site/hunts/${id}.yml`,
    huntText({ ...PREVALENCE, ...changes }),
  ]);
  const files = memoryFiles({ '/site/hunts/sources.yml': SOURCES, ...Object.fromEntries(entries) });
  const site = siteWith();
  const mapping = {
    name: 'gone',
    index: null,
    where: null,
    clock: null,
    heartbeatMs: null,
    absent: true,
    place: PLACE,
  };
  const definitions = await loadDefinitions({ ...site, sources: [mapping] }, { files, now: 0 });
  const able = checkHunts(definitions.hunts, { ...definitions, now: 0 });
  const { hunts: stored, brokenHunts: broken } = definitions;
  return checkJobs(jobs, able.hunts, { stored, broken, channels: CHANNELS });
}

const CHANNELS = [{ channel: 'webhook:soc', severity: 'high', deltas: ['new'] }] as const;
const PLACE = { file: 'hunt.config.yml', line: 1, column: 1 };
const NET = { sources: '{ any_of: [net] }' };

describe('a job', () => {
  it('tells the channels that the site has; each other one is a problem with its place, and the job goes on', async () => {
    const places = new Map([['notify.1', { file: 'jobs/hourly.yml', line: 3, column: 24 }]]);
    const notify = ['webhook:soc', 'webhook:sox', 'stdout'];
    const { jobs, problems } = await checked([job({ hunts: ['a/one'], notify, places })], { 'a/one': NET });
    expect(jobs[0]?.notify).toEqual(CHANNELS);
    expect(
      problems.map(({ rule, severity, message, hint, place }) => [rule, severity, message, hint, place.column]),
    ).toEqual([
      [
        'unknown-channel',
        'error',
        'No channel "stdout" is configured',
        'Known here: webhook:soc; or add it to notify in hunt.config.yml',
        1,
      ],
      [
        'unknown-channel',
        'error',
        'No channel "webhook:sox" is configured',
        'Did you mean "webhook:soc"? Or add it to notify in hunt.config.yml',
        24,
      ],
    ]);
  });

  it('has each hunt once, by id, whichever patterns name it', async () => {
    const { jobs, problems } = await checked([job({ hunts: ['net/b', 'tag:x', 'net/*', '**'] })], {
      'net/b': { ...NET, tags: '[x]' },
      'net/a': NET,
      other: NET,
    });
    expect(problems).toEqual([]);
    expect(jobs.map((each) => each.hunts.map(({ hunt }) => hunt.id))).toEqual([['net/a', 'net/b', 'other']]);
  });

  it('leaves out what the site has no data for, without a problem, and says so', async () => {
    const { jobs, problems } = await checked([job({ hunts: ['**'] })], {
      all: { sources: '{ all_of: [net, gone] }' },
      any: { sources: '{ any_of: [net, gone] }' },
      none: { sources: '{ any_of: [gone] }' },
    });
    expect(problems).toEqual([]);
    expect(jobs[0]?.hunts.map(({ hunt }) => hunt.id)).toEqual(['any']);
    expect(jobs[0]?.unscheduled).toEqual([
      { huntId: 'all', why: 'the site declares gone absent' },
      { huntId: 'none', why: 'the site declares gone absent' },
    ]);
  });

  it('leaves each first_seen hunt the history that it needs', async () => {
    const firstSeen = { ...NET, prevalence: '' };
    const { jobs, problems } = await checked(
      [job({ hunts: ['**'], schedule: { type: 'every', everyMs: 7 * 86_400_000 } })],
      {
        half: { ...firstSeen, window: '14d', first_seen: '{ of: [process.name] }' },
        less: { ...firstSeen, window: '13d', first_seen: '{ of: [process.name] }' },
        own: { ...firstSeen, window: '13d', first_seen: '{ of: [process.name], min_history: 6d }' },
      },
    );
    expect(jobs[0]?.hunts.map(({ hunt }) => hunt.id)).toEqual(['half', 'own']);
    expect(problems.map(({ rule, message }) => `${rule}: ${message}`)).toEqual([
      'history-too-short: Hunt "less" needs 156h of history, and the job\'s longest tile of 7d leaves 6d of its 13d',
    ]);
  });

  it('goes on with the rest when one hunt of it has an error', async () => {
    const { jobs, problems } = await checked([job({ hunts: ['good', 'bad', 'short', 'nix'] })], {
      good: NET,
      bad: { ...NET, keep: '"nix == 1 AND"' },
      short: { ...NET, window: '1m' },
    });
    expect(jobs[0]?.hunts.map(({ hunt }) => hunt.id)).toEqual(['good']);
    expect(jobs[0]?.unscheduled).toEqual([
      { huntId: 'bad', why: 'it has errors' },
      { huntId: 'short', why: 'Hunt "short" reads 1m, and the job\'s longest tile is 1h' },
    ]);
    expect(problems.map(({ rule }) => rule).sort()).toEqual(['hunt-broken', 'names-no-hunt', 'window-too-short']);
  });

  it('whose calendar cannot be read is left out, the others are not', async () => {
    const cron = (text: string) => ({ type: 'cron', cron: text, timezone: 'UTC' }) as const;
    const { jobs, problems } = await checked(
      [
        job({ id: 'a', hunts: ['a'], schedule: cron('0 0 31 2 *') }),
        job({ id: 'b', hunts: ['a'], calendar: { starts: 'nonsense', ends: '0 2 * * 1' } }),
        job({ id: 'c', hunts: ['a'] }),
      ],
      { a: NET },
    );
    expect(jobs.map((each) => each.job.id)).toEqual(['c']);
    expect(problems.map(({ rule }) => rule)).toEqual(['cron', 'cron']);
  });

  it.each([
    ['0 0 29 2 *', '1461d'],
    ['* * * * *', '1m'],
    ['0 2 * * 1-5', '3d'],
    ['0 0 1 * *', '31d'],
    ['0 0 L * *', '31d'],
    ['0 8,9 * * *', '23h'],
  ])('due at %s needs a window of %s', async (cron, window) => {
    const at = (text: string) =>
      checked([job({ hunts: ['a'], schedule: { type: 'cron', cron, timezone: 'Europe/Copenhagen' } })], {
        a: { ...NET, window: text },
      });
    expect((await at(window)).problems).toEqual([]);
    const less = window === '1m' ? '59s' : `${Number.parseInt(window, 10) * (window.endsWith('d') ? 24 : 1) - 1}h`;
    expect((await at(less)).problems.map(({ rule }) => rule)).toEqual(['window-too-short']);
  });
});
