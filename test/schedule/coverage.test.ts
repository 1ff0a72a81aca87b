import { describe, expect, it } from 'vitest';
import { stockOf } from '../../src/cli/stock.ts';
import { loadDefinitions } from '../../src/definition/load.ts';
import { type AskedSource, type Coverage, coverageOf } from '../../src/schedule/coverage.ts';
import type { HuntStatus, JobCondition, JobStatus } from '../../src/schedule/job-status.ts';
import { huntText, memoryFiles, siteWith } from '../definition/memory-files.ts';

const source = (name: string, heartbeat = '1h') =>
  `${name}: { index: [logs-${name}], where: 'event.code == "3"', clock: ["@timestamp"], heartbeat: ${heartbeat}, description: D., enable: Switch ${name} on., cost: Much. }\n`;
const SOURCES = source('a') + source('b') + source('rare', 'sporadic') + source('gone');
const GONE = { name: 'gone', index: null, where: null, clock: null, heartbeatMs: null, absent: true };
const PLACE = { file: 'hunt.config.yml', line: 1, column: 1 };
const ESQL = '"FROM logs-a, logs-b, logs-rare | KEEP a"';

interface Asked {
  readonly hunts: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Patterns of the one job; none: no job. */
  readonly job?: string;
  /** How its sources stand; left out: nobody asked. */
  readonly sources?: Readonly<Record<string, AskedSource['state']>>;
  readonly condition?: JobCondition;
  readonly hunt?: Partial<HuntStatus>;
}

async function covered({ hunts, job, sources, condition, hunt }: Asked): Promise<Coverage> {
  const entries = Object.entries(hunts).map(([id, changes]) => [
    `/site/hunts/${id}.yml`,
    huntText({ params: '', esql: ESQL, ...changes }),
  ]);
  const files = memoryFiles({
    '/site/hunts/sources.yml': SOURCES,
    ...(job === undefined ? {} : { '/site/jobs/daily.yml': `schedule: { every: 1d }\nhunts: [${job}]\n` }),
    ...Object.fromEntries(entries),
  });
  const site = { ...siteWith(), sources: [{ ...GONE, place: PLACE }] };
  const { definitions, checked, jobs } = await stockOf(await loadDefinitions(site, { files, now: 0 }), 0);
  const status = (ids: readonly string[]): JobStatus => ({
    condition: condition ?? 'active',
    pause: null,
    lastSlot: null,
    nextSlot: 0,
    hunts: ids.map((huntId) => ({ ...IDLE, huntId, ...hunt })),
  });
  const asked = Object.entries(sources ?? {}).map(
    ([name, state]) => [name, { name, state, newest: state === 'silent' ? 0 : null, error: 'no rights' }] as const,
  );
  return coverageOf({
    hunts: definitions.hunts,
    checked,
    jobs: [...jobs.values()],
    sources: definitions.sources,
    statuses:
      condition === undefined
        ? null
        : new Map([...jobs].map(([id, each]) => [id, status(each.hunts.map((own) => own.hunt.id))])),
    asked: sources === undefined ? null : new Map(asked),
  });
}

const IDLE = { activatedAt: 0, examinedTo: null, due: 0, late: 0, gaps: 0, oldest: null };
const ANY = { sources: '{ any_of: [a, b] }' };
const ALL = { sources: '{ all_of: [a, b] }' };

describe('a hunt', () => {
  it.each<
    [why: string, asked: Omit<Asked, 'hunts'>, need: Readonly<Record<string, string>>, state: string, words: string[]]
  >([
    ['its job runs it', { job: '"**"', condition: 'active', sources: { a: 'sent', b: 'sent' } }, ALL, 'runs', []],
    ['no job names it', { sources: { a: 'sent', b: 'sent' } }, ALL, 'idle', ['No job runs it']],
    [
      'its job is paused',
      { job: '"**"', condition: 'paused', sources: { a: 'sent', b: 'sent' } },
      ALL,
      'idle',
      ['Job daily is paused'],
    ],
    [
      'no scheduler',
      { job: '"**"', condition: 'new', sources: { a: 'sent', b: 'sent' } },
      ALL,
      'idle',
      ['No scheduler has taken up job daily yet'],
    ],
    [
      'one of all is not there',
      { job: '"**"', condition: 'active', sources: { a: 'sent', b: 'no_index' } },
      ALL,
      'blind',
      ['Nothing from b (no_index)'],
    ],
    [
      'one of any is not there',
      { job: '"**"', condition: 'active', sources: { a: 'sent', b: 'no_index' } },
      ANY,
      'runs',
      [],
    ],
    [
      'one of any fell silent',
      { job: '"**"', condition: 'active', sources: { a: 'sent', b: 'silent' } },
      ANY,
      'degraded',
      ['Nothing from b (silent since 1970-01-01T00:00:00.000Z)'],
    ],
    [
      'none of any',
      { job: '"**"', condition: 'active', sources: { a: 'never', b: 'no_index' } },
      ANY,
      'blind',
      ['Nothing from a (never), b (no_index)'],
    ],
    [
      'one of all did not answer',
      { job: '"**"', condition: 'active', sources: { a: 'sent', b: 'failed' } },
      ALL,
      'blind',
      ['No answer about b: no rights'],
    ],
    [
      'one of any did not answer',
      { job: '"**"', condition: 'active', sources: { a: 'sent', b: 'failed' } },
      ANY,
      'degraded',
      ['No answer about b: no rights'],
    ],
    [
      'silence is normal',
      { job: '"**"', condition: 'active', sources: { rare: 'never' } },
      { sources: '{ any_of: [rare] }' },
      'runs',
      [],
    ],
    [
      'late, with gaps',
      { job: '"**"', condition: 'behind', hunt: { late: 2, gaps: 3 }, sources: { a: 'sent', b: 'sent' } },
      ANY,
      'runs',
      ['2 of its tiles in job daily are late', '3 gaps in job daily: see hunt gaps'],
    ],
    ['nobody asked', { job: '"**"' }, ANY, 'scheduled', []],
    ['nobody asked its sources', { job: '"**"', condition: 'active' }, ANY, 'scheduled', []],
    [
      'nobody asked, and it needs what the site has not',
      { job: '"**"' },
      { sources: '{ all_of: [a, gone] }' },
      'blind',
      ['Job daily does not run it: the site declares gone absent', 'Nothing from gone (absent)'],
    ],
    [
      'nobody asked, and one of any is not at the site',
      { job: '"**"' },
      { sources: '{ any_of: [a, gone] }' },
      'scheduled',
      [],
    ],
    [
      'it has errors',
      { job: '"**"', condition: 'active', sources: { a: 'sent', b: 'sent' } },
      { ...ANY, esql: '"FROM logs-a | WHERE nix > 1"' },
      'idle',
      ['It has errors: see hunt check'],
    ],
  ])('%s', async (_, asked, need, state, words) => {
    const { hunts } = await covered({ ...asked, hunts: { x: need } });
    expect(hunts).toMatchObject([{ id: 'x', state, why: words }]);
  });
});

describe('techniques and tactics', () => {
  const hunts = {
    good: { ...ANY, techniques: '[T1071.004, T1048]' },
    poor: { ...ALL, techniques: '[T1071.004, T1059, T9999]' },
  };
  const asked = { hunts, job: '"**"', condition: 'active', sources: { a: 'sent', b: 'never' } } as const;

  it('stand as the best of their hunts', async () => {
    const { techniques } = await covered(asked);
    expect(techniques).toEqual([
      expect.objectContaining({ id: 'T1048', state: 'runs', running: 1, hunts: ['good'], tactics: ['Exfiltration'] }),
      expect.objectContaining({ id: 'T1059', state: 'blind', running: 0, name: 'Command and Scripting Interpreter' }),
      expect.objectContaining({ id: 'T1071.004', state: 'runs', running: 1, hunts: ['good', 'poor'] }),
      { id: 'T9999', name: null, tactics: [], state: 'blind', hunts: ['poor'], running: 0 },
    ]);
  });

  it('count a sub-technique with its technique, below each tactic', async () => {
    const { tactics } = await covered(asked);
    const hunted = tactics.filter(({ states }) => Object.values(states).some((count) => count > 0));
    expect(hunted.map(({ id, states: { runs, blind } }) => [id, runs, blind])).toEqual([
      ['TA0002', 0, 1],
      ['TA0011', 1, 0],
      ['TA0010', 1, 0],
    ]);
    expect(tactics).toHaveLength(14);
    expect(tactics.every(({ total }) => total > 0)).toBe(true);
  });
});

it('a source tells who needs it, who is blind, how to switch it on and what it costs', async () => {
  const { sources } = await covered({
    hunts: { good: ANY, poor: ALL },
    job: '"**"',
    condition: 'active',
    sources: { a: 'sent', b: 'never' },
  });
  expect(sources.map(({ name, state }) => [name, state])).toEqual([
    ['a', 'sent'],
    ['b', 'never'],
    ['rare', null],
    ['gone', 'absent'],
  ]);
  expect(sources[1]).toEqual({
    name: 'b',
    state: 'never',
    hunts: ['good', 'poor'],
    blind: ['poor'],
    askedBy: [],
    enable: 'Switch b on.',
    cost: 'Much.',
  });
});

it('a source that only enrichments read is asked, not needed', async () => {
  const events = `[{ name: more, esql: "FROM logs-b | KEEP a", within: 1h, at_most: 2 }]`;
  const { sources, hunts } = await covered({
    hunts: { x: { sources: '{ any_of: [a] }', enrich: `{ events: ${events} }` } },
  });
  expect(hunts[0]?.asks).toEqual(['b']);
  expect(sources[1]).toMatchObject({ name: 'b', hunts: [], askedBy: ['x'] });
});
