// Hostile events through what works unattended: lines of the log, metrics, jobs, gaps, and the failures that they cause.
import { describe, expect, it } from 'vitest';
import { coverage } from '../../src/cli/commands/coverage.ts';
import { listGaps } from '../../src/cli/commands/gaps.ts';
import { listJobs, showJob } from '../../src/cli/commands/jobs.ts';
import { listNotices } from '../../src/cli/commands/notify.ts';
import { sources } from '../../src/cli/commands/sources.ts';
import { tellFailure } from '../../src/cli/failure.ts';
import { type Format, Output } from '../../src/cli/output.ts';
import { activated, recordGap } from '../../src/core/books.ts';
import { HuntError } from '../../src/core/error.ts';
import { DAY_MS, HOUR_MS } from '../../src/core/time.ts';
import type { WorkEvent } from '../../src/core/work-event.ts';
import { openLog } from '../../src/log/log.ts';
import { openMetrics } from '../../src/serve/metrics.ts';
import { huntText } from '../definition/memory-files.ts';
import { HARMFUL, HOSTILE_TEXTS, markOf } from '../rig/hostile-texts.ts';
import { sampleNotice } from '../rig/sample-notices.ts';
import { sampleGap, sampleItem, tileEnded } from '../rig/work-events.ts';
import { bench, Captured, NOW, SITE } from './fakes.ts';

const { signal } = new AbortController();
const TEXTS = Object.values(HOSTILE_TEXTS);
const CASES = Object.entries(HOSTILE_TEXTS);

/** What a server says of an event, and what a run tells of it, all in the words of the event. */
function eventsWith(text: string): readonly WorkEvent[] {
  const reasons = [{ verdict: 'degraded', code: text, text }] as const;
  const error = { code: text, message: text, remedy: text };
  const hidden = [{ by: 'list', name: text, unit: 'rows', count: 1 }] as const;
  return [
    tileEnded({ verdict: 'degraded', reasons, hidden, warnings: [text], missingFields: [text] }),
    tileEnded({ verdict: 'failed', reasons: [{ verdict: 'failed', code: text, text }], error }, { outcome: 'gap' }),
    { type: 'gap_recorded', key: { jobId: 'nightly', huntId: 'net/one' }, gap: sampleGap({ text }) },
    { type: 'trouble', where: 'worker', error: new HuntError('QUERY_REJECTED', text, { remedy: text }) },
    { type: 'notice_ended', notice: sampleNotice('a', { trouble: text }), outcome: 'failed' },
  ];
}

describe.each(CASES)('a log line that tells of %s', (_kind, text) => {
  it.each(['json', 'pretty'] as const)('is one line, holds the text and obeys none of it, as %s', (format) => {
    const lines: string[] = [];
    const log = openLog({ level: 'debug', format, stream: { write: (line: string) => lines.push(line) } });
    for (const event of eventsWith(text)) log.tell(event);
    expect(lines).toHaveLength(eventsWith(text).length);
    for (const line of lines) {
      expect(line).toContain(markOf(text));
      expect(line.slice(0, -1)).not.toMatch(/\n/);
      expect(line).not.toMatch(HARMFUL);
      expect(line.length).toBeLessThan(20_000);
      if (format === 'json') expect(JSON.parse(line)).toMatchObject({ 'service.name': 'tracehound' });
    }
  });
});

describe('metrics', () => {
  const metricsOf = async (events: readonly WorkEvent[]) => {
    const metrics = openMetrics({ role: 'both', version: '0.1.0', now: () => NOW, depth: null });
    for (const event of events) metrics.tell(event);
    return await metrics.text();
  };
  /** The names of all series, values left out. */
  const seriesOf = (text: string) =>
    text
      .split('\n')
      .filter((line) => line.startsWith('tracehound_'))
      .map((line) => line.slice(0, line.lastIndexOf(' ')))
      .toSorted();

  it('count what hostile events brought, hold none of it, and have no series more for it', async () => {
    const text = await metricsOf(TEXTS.flatMap(eventsWith));
    expect(text).toMatch(new RegExp(`^tracehound_runs_total\\{verdict="degraded"\\} ${TEXTS.length}$`, 'm'));
    expect(text).toMatch(new RegExp(`^tracehound_trouble_total\\{where="worker"\\} ${TEXTS.length}$`, 'm'));
    for (const each of TEXTS) expect(text).not.toContain(markOf(each));
    expect(text).not.toMatch(HARMFUL);
    expect(seriesOf(text)).toEqual(seriesOf(await metricsOf(eventsWith('Nothing odd'))));
  });

  it.each(CASES)('stay lines of the exposition format where a name is %s', async (_kind, name) => {
    const seen = { name, documents: 1, newest: NOW, state: 'sent', lag: null } as const;
    const item = sampleItem({ huntId: name });
    const text = await metricsOf([tileEnded({ huntId: name, sources: [seen] }, { item })]);
    expect(text).toContain(markOf(name));
    const label = String.raw`[a-zA-Z_]\w*="(?:[^"\\\n]|\\[\\"n])*"`;
    const line = new RegExp(`^(?:#.*|[a-z_:][\\w:]*(?:\\{${label}(?:,${label})*\\})? \\S+|)$`, 's');
    for (const each of text.split('\n')) expect(line.test(each), each.slice(0, 300)).toBe(true);
    expect(text.length).toBeLessThan(100_000 + 20 * name.length);
  });
});

const FILES = {
  ...SITE,
  'hunts/net/one.yml': huntText({ window: '1h' }),
  'jobs/hourly.yml': 'schedule: { every: 1h }\nhunts: [net/one]\n',
};

/** A site whose gaps, pauses and notices say hostile things, and whose server names them. */
async function site() {
  const refuses = (text: string) => Promise.reject(new HuntError('QUERY_REJECTED', text));
  const said = TEXTS.join(' ').slice(0, 5_000);
  const made = await bench({ files: FILES, engine: { fields: () => refuses(said) } });
  const gaps = TEXTS.map((text, at) =>
    sampleGap({ text, span: { start: NOW - DAY_MS + at * HOUR_MS, end: NOW - DAY_MS + (at + 1) * HOUR_MS } }),
  );
  const ledger = gaps.reduce(recordGap, activated({ jobId: 'hourly', huntId: 'net/one' }, NOW - DAY_MS));
  await made.store.writeLedger(ledger, null, signal);
  const pauses = TEXTS.map((reason) => ({ reason, by: reason, from: NOW - HOUR_MS, until: null }));
  await made.store.writeJobState({ jobId: 'hourly', pauses }, null, signal);
  return made;
}

type Command = (effects: Awaited<ReturnType<typeof site>>['effects']) => Promise<number>;

describe('a site of which hostile things are told', () => {
  const commands: readonly (readonly [name: string, command: Command, marks: boolean])[] = [
    ['gaps', (effects) => listGaps({ limit: 100 }, effects), true],
    ['jobs', listJobs, false],
    ['jobs show', (effects) => showJob('hourly', effects), false],
    ['sources', (effects) => sources([], effects), false],
    ['coverage', (effects) => coverage({}, effects), false],
    ['notify list', (effects) => listNotices({ limit: 100 }, effects), false],
  ];

  it('is so: the ledger and the state of the job hold each text', async () => {
    const { store } = await site();
    const [ledger] = await store.allLedgers(signal);
    expect(ledger?.gaps.map(({ text }) => text)).toEqual(TEXTS);
    const state = (await store.jobStates(['hourly'], signal)).get('hourly');
    expect(state?.value.pauses.map(({ reason }) => reason)).toEqual(TEXTS);
  });

  it.each(commands)('has "hunt %s" that moves no cursor and breaks no line', async (_name, command, marks) => {
    for (const isTty of [false, true]) {
      const { effects } = await site();
      const [stdout, stderr] = [new Captured(isTty), new Captured(isTty)];
      await command({ ...effects, out: new Output({ stdout, stderr }, 'text') });
      // eslint-disable-next-line no-control-regex
      const uncoloured = (text: string) => text.replaceAll(/\u001b\[(?:\d+m|K)/g, '').replaceAll(/\r(?=\S|$)/g, '');
      expect(uncoloured(stdout.text)).not.toMatch(HARMFUL);
      expect(uncoloured(stderr.text)).not.toMatch(HARMFUL);
      expect(stdout.text.length + stderr.text.length).toBeLessThan(2_000_000);
      if (marks && !isTty) for (const text of TEXTS) expect(stdout.text).toContain(markOf(text));
    }
  });

  it.each(commands)('has "hunt %s --json" and --ndjson that are JSON', async (_name, command, marks) => {
    for (const format of ['json', 'ndjson'] satisfies Format[]) {
      const { effects } = await site();
      const [stdout, stderr] = [new Captured(), new Captured()];
      await command({ ...effects, out: new Output({ stdout, stderr }, format) });
      expect(stdout.text).not.toMatch(HARMFUL);
      const texts = format === 'json' ? [stdout.text] : stdout.text.trimEnd().split('\n');
      const values = texts.filter((text) => text !== '').flatMap((text) => JSON.parse(text) as unknown[]);
      if (marks) expect(values.map((value) => (value as { text: string }).text)).toEqual(expect.arrayContaining(TEXTS));
    }
  });
});

describe.each(CASES)('a failure in the words of %s', (_kind, text) => {
  it.each([
    [
      'that a server told',
      new HuntError('QUERY_REJECTED', `Refused: ${text}`, { remedy: text, cause: new Error(text) }),
    ],
    ['that is a bug', new TypeError(text)],
  ])('%s is told without harm, with and without its trace', (_how, error) => {
    for (const debug of [false, true]) {
      const [stdout, stderr] = [new Captured(), new Captured()];
      tellFailure(error, new Output({ stdout, stderr }, 'text'), debug);
      expect(stderr.text).toContain(markOf(text));
      expect(stderr.text).not.toMatch(HARMFUL);
      expect(stdout.text).toBe('');
    }
  });
});
