import { describe, expect, it } from 'vitest';
import { formatProblem } from '../../src/core/problem.ts';
import { loadDefinitions } from '../../src/definition/load.ts';
import { parseConfig } from '../../src/definition/site.ts';
import { bytesOf, memoryFiles, siteWith } from './memory-files.ts';

const JOB = 'schedule: { every: 1h }\nhunts: [a]\n';
const FILES = { '/site/jobs/hourly.yml': `${JOB}notify: [stdout]\n`, '/site/jobs/sub/daily.yml': JOB };

/** What jobs tell under a configuration, and what is wrong. */
async function told(config: string, files: Readonly<Record<string, string>> = FILES) {
  const parsed = parseConfig('/site/hunt.config.yml', 'hunt.config.yml', '/site', bytesOf(config));
  if (!parsed.ok) return { jobs: {}, problems: parsed.problems.map(formatProblem) };
  const { channels, jobChannels } = parsed.value.site;
  const site = { ...siteWith(), channels, jobChannels };
  const { jobs, problems } = await loadDefinitions(site, { files: memoryFiles(files), now: 0 });
  return {
    jobs: Object.fromEntries(jobs.map(({ id, notify }) => [id, notify])),
    problems: problems.map(formatProblem),
  };
}

describe('channels that a site gives jobs', () => {
  const CHANNELS = 'notify:\n  webhook: { soc: {} }\n  stdout: {}\n';

  it('come after those that a job names, each once, by id or glob', async () => {
    const { jobs, problems } = await told(
      `${CHANNELS}  jobs: { hourly: ["webhook:soc", stdout], "**": ["webhook:soc"] }\n`,
    );
    expect(jobs).toEqual({ hourly: ['stdout', 'webhook:soc'], 'sub/daily': ['webhook:soc'] });
    expect(problems).toEqual([]);
    expect((await told(CHANNELS)).jobs).toEqual({ hourly: ['stdout'], 'sub/daily': [] });
  });

  it('that are not there, or are for no job, are told with their place, and the others count', async () => {
    const { jobs, problems } = await told(
      `${CHANNELS}  jobs:\n    hourly: ["webhook:sock", "webhook:soc"]\n    houry: [stdout]\n    "x*": [stdout]\n`,
    );
    expect(jobs).toMatchObject({ hourly: ['stdout', 'webhook:soc'] });
    expect(problems).toEqual([
      'hunt.config.yml:5:14  unknown-channel  No channel "webhook:sock" is configured  Did you mean "webhook:soc"?',
      'hunt.config.yml:6:5  unknown-job  No job matches "houry"  Did you mean "hourly"?',
      'hunt.config.yml:7:5  unknown-job  No job matches "x*"  Mend the glob, or remove the entry',
    ]);
  });

  it('for a job whose file is broken are not called wrong as well', async () => {
    const broken = { ...FILES, '/site/jobs/weekly.yml': 'schedule: [' };
    const { problems } = await told(`${CHANNELS}  jobs: { weekly: [stdout] }\n`, broken);
    expect(problems.filter((line) => line.includes('unknown-job'))).toEqual([]);
    expect(problems.length).toBeGreaterThan(0);
  });

  it('are names of channels and of jobs', async () => {
    const { problems } = await told(`${CHANNELS}  jobs: { "Not a job": [stdout], daily: [pager], hourly: [] }\n`);
    expect(problems.map((line) => line.split('  ')[1] ?? '').toSorted()).toEqual(['channel-name', 'glob', 'range']);
  });
});
