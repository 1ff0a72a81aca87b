import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { coverage } from '../../../src/cli/commands/coverage.ts';
import { activated, examine } from '../../../src/core/books.ts';
import { HuntError } from '../../../src/core/error.ts';
import { DAY_MS, isoTime } from '../../../src/core/time.ts';
import { huntText } from '../../definition/memory-files.ts';
import { bench, type BenchOptions, NOW, row, SITE } from '../fakes.ts';

const signal = new AbortController().signal;
const FILES = {
  ...SITE,
  'hunts/net/three.yml': huntText({
    esql: '"FROM logs-y | KEEP a"',
    params: '',
    sources: '{ any_of: [other.events] }',
    techniques: '[T1571]',
  }),
  'jobs/daily.yml': 'schedule: { every: 1d }\nhunts: [net/one, net/three]\n',
};
/** Everything sends, or only the first source does. */
const SENT: NonNullable<BenchOptions['answer']> = () => ({
  rows: [row({ documents: 42, newest: '2026-11-21T11:50:00.000Z' })],
});
const FIRST_SENT: NonNullable<BenchOptions['answer']> = (question) =>
  question.esql.includes('logs-x') ? SENT(question) : {};

async function coverageBench(options: BenchOptions = {}) {
  const made = await bench({ format: 'json', files: FILES, answer: SENT, ...options });
  for (const huntId of ['net/one', 'net/three']) {
    const midnight = Date.parse('2026-11-21T00:00:00Z');
    const fresh = activated({ jobId: 'daily', huntId }, midnight - DAY_MS);
    await made.store.writeLedger(examine(fresh, { start: midnight - DAY_MS, end: midnight }), null, signal);
  }
  return made;
}

interface Told {
  readonly asked: { readonly sources: boolean; readonly jobs: boolean };
  readonly hunts: readonly { readonly id: string; readonly state: string; readonly jobs: unknown }[];
  readonly sources: readonly { readonly name: string; readonly state: string | null }[];
}

function told(text: string): Told {
  return JSON.parse(text) as Told;
}

function states(text: string): Record<string, string> {
  return Object.fromEntries(told(text).hunts.map(({ id, state }) => [id, state]));
}

describe('hunt coverage', () => {
  it('says what runs, how far it is examined, and what no job runs', async () => {
    const { effects, stdout, stderr } = await coverageBench();
    expect(await coverage({}, effects)).toBe(0);
    expect(states(stdout.text)).toEqual({ 'net/one': 'runs', 'net/three': 'runs', 'net/two': 'idle' });
    expect(told(stdout.text).hunts[0]?.jobs).toEqual([
      { id: 'daily', condition: 'active', examinedTo: '2026-11-21T00:00:00.000Z', late: 0, gaps: 0 },
    ]);
    expect(told(stdout.text).asked).toEqual({ sources: true, jobs: true });
    expect(stderr.text).toBe('3 hunts for 2 techniques: 2 runs, 1 idle\n');
  });

  it('exits with 4 for what is blind, and tells how to switch its source on', async () => {
    const { effects, stdout } = await coverageBench({ format: 'text', answer: FIRST_SENT });
    expect(await coverage({}, effects)).toBe(4);
    const text = stdout.text.replaceAll(/ {2,}/g, ' | ');
    expect(text).toContain('TACTIC | TECHNIQUES | RUNS | DEGRADED | SCHEDULED | IDLE | BLIND\n');
    expect(text).toContain('Command and Control | 2 of 18 | 1 | 1\n');
    expect(text).toContain('T1071.004 | Application Layer Protocol | runs | 1 of 1 | net/one\n');
    expect(text).toContain('T1571 | Non-Standard Port | idle | 0 of 2 | net/three, net/two\n');
    expect(text).toContain(
      'net/three | blind | daily | 2026-11-21T00:00:00Z | other.events (never) | Nothing from other.events (never)\n',
    );
    expect(text).toContain(
      'source | other.events (never)\nneeded by | 1 hunt\nblind | net/three\nswitch on | Nothing.\n',
    );
  });

  it('asks neither engine nor store offline', async () => {
    const never = () => Promise.reject(new Error('not to be asked'));
    const { effects, stdout, asked } = await coverageBench();
    expect(await coverage({ offline: true }, { ...effects, engine: never, store: never })).toBe(0);
    expect(asked).toEqual([]);
    expect(states(stdout.text)).toEqual({ 'net/one': 'scheduled', 'net/three': 'scheduled', 'net/two': 'idle' });
    expect(told(stdout.text).asked).toEqual({ sources: false, jobs: false });
  });

  it('shows what is defined where nothing is set up, and says so', async () => {
    const { effects, stdout, stderr } = await bench({ format: 'json', files: FILES, answer: SENT, ready: false });
    expect(await coverage({}, effects)).toBe(0);
    expect(stderr.text).toMatch(/How jobs stand is not told: .*setup/);
    expect(states(stdout.text)).toMatchObject({ 'net/one': 'scheduled' });
  });

  it('knows events that were never ingested from sources that send nothing', async () => {
    const fields = async (patterns: readonly string[]) => ({
      ...EMPTY,
      unmatched: patterns,
    });
    const { effects, stdout, stderr } = await coverageBench({ engine: { name: 'embedded', fields } });
    expect(await coverage({}, effects)).toBe(0);
    expect(stderr.text).toContain('What sources send is not told: no event was ingested\n');
    expect(told(stdout.text).asked).toEqual({ sources: false, jobs: true });
  });

  it('exits with 3 when a server does not answer, and still shows what is defined', async () => {
    const fields = () => Promise.reject(new HuntError('UNREACHABLE', 'Nobody there', { remedy: 'Look' }));
    const { effects, stdout, stderr } = await coverageBench({ engine: { fields } });
    expect(await coverage({}, effects)).toBe(3);
    expect(stderr.text).toContain('What sources send is not told: Nobody there. Look\n');
    expect(states(stdout.text)).toMatchObject({ 'net/one': 'scheduled', 'net/two': 'idle' });
  });

  it('lets a bug, and an interrupt, through', async () => {
    const bug = await coverageBench({ engine: { fields: () => Promise.reject(new TypeError('bug')) } });
    await expect(coverage({}, bug.effects)).rejects.toThrow(TypeError);
    const cancelled = () => Promise.reject(new HuntError('CANCELLED', 'Ended'));
    const ended = await coverageBench({ engine: { fields: cancelled } });
    await expect(coverage({}, ended.effects)).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  it('exits with 4 for a hunt that has errors', async () => {
    const { effects, stdout } = await coverageBench({
      files: { ...FILES, 'hunts/net/two.yml': huntText({ esql: '"FROM logs-x | WHERE nix > 1"' }) },
    });
    expect(await coverage({}, effects)).toBe(4);
    expect(states(stdout.text)).toMatchObject({ 'net/two': 'idle' });
  });
});

const EMPTY = {
  indices: [],
  closed: [],
  missingShards: 0,
  unavailable: [],
  types: new Map(),
  conflicts: new Map(),
};

describe('hunt coverage --navigator', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'coverage-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('writes a layer beside the answer', async () => {
    const { effects, stdout, stderr } = await coverageBench({ answer: FIRST_SENT });
    expect(await coverage({ navigator: 'layer.json' }, { ...effects, cwd: folder })).toBe(4);
    expect(states(stdout.text)).toMatchObject({ 'net/three': 'blind' });
    expect(stderr.text).toContain('layer.json is a layer for the ATT&CK Navigator\n');
    const layer: unknown = JSON.parse(await readFile(join(folder, 'layer.json'), 'utf8'));
    expect(layer).toMatchObject({
      domain: 'enterprise-attack',
      versions: { layer: '4.5' },
      description: `Hunts that run for each technique, at ${isoTime(NOW)}.`,
      techniques: [
        { techniqueID: 'T1071.004', score: 1, comment: 'net/one: runs' },
        {
          techniqueID: 'T1571',
          score: 0,
          comment: 'net/three: blind; Nothing from other.events (never)\nnet/two: idle; No job runs it',
        },
      ],
    });
  });

  it('goes to standard output alone for -, and says what nobody asked', async () => {
    const { effects, stdout } = await coverageBench({ format: 'text' });
    await coverage({ navigator: '-', offline: true }, effects);
    expect(JSON.parse(stdout.text)).toMatchObject({
      description: expect.stringContaining('Not asked: what sources send, how jobs stand.') as string,
    });
  });

  it('names a file that cannot be written', async () => {
    const { effects } = await coverageBench();
    const flags = { navigator: 'no/such/folder.json', offline: true };
    await expect(coverage(flags, { ...effects, cwd: folder })).rejects.toMatchObject({ code: 'USAGE' });
  });
});
