// Events that attack whoever reads about them, from the engine's answer through a run to every output there is.
import { beforeAll, describe, expect, it } from 'vitest';
import { listFindings, showFinding } from '../../src/cli/commands/findings.ts';
import { report, type ReportFlags } from '../../src/cli/commands/report.ts';
import { run } from '../../src/cli/commands/run.ts';
import { listRuns, showRun } from '../../src/cli/commands/runs.ts';
import { type Format, Output } from '../../src/cli/output.ts';
import type { Answer, Question } from '../../src/engine/port.ts';
import { huntText } from '../definition/memory-files.ts';
import { HARMFUL, HOSTILE_TEXTS } from '../rig/hostile-texts.ts';
import { type Bench, bench, Captured, row, SITE } from './fakes.ts';

const signal = new AbortController().signal;
const TEXTS = Object.values(HOSTILE_TEXTS);
/** Words by which texts are found again in any output. */
const MARKS = TEXTS.flatMap((text) => /arrived-\w+?(?=<|$|\W)/.exec(text.slice(0, 100)) ?? []);
/** Columns whose names are those of every object's prototype. */
const NAMES = ['a', '__proto__', 'constructor', 'host.name', 'destination.geo.country_iso_code'];

const FILES = {
  ...SITE,
  'hunts/net/one.yml': huntText({
    esql: '"FROM logs-x | KEEP a"',
    finding: '{ title: "{a} was seen", key: [a] }',
  }),
};

function answer({ purpose }: Question): Partial<Answer> {
  if (purpose === 'source') return { rows: [row({ documents: 5, newest: '2026-11-21T11:00:00.000Z' })] };
  if (purpose !== 'rows') return { warnings: [TEXTS.join('')] };
  return {
    columns: NAMES.map((name) => ({ name, type: 'keyword' })),
    rows: TEXTS.map((text) => new Map(NAMES.map((name) => [name, text]))),
    warnings: TEXTS,
  };
}

let made: Bench;
let ran: Captured;
beforeAll(async () => {
  made = await bench({ files: FILES, answer });
  await run(['net/one'], {}, made.effects);
  ran = made.stdout;
});

/** What a command writes to both streams, in a format. */
async function told(format: Format, command: (effects: Bench['effects']) => Promise<number>, tty = false) {
  const [stdout, stderr] = [new Captured(tty), new Captured(tty)];
  expect(await command({ ...made.effects, out: new Output({ stdout, stderr }, format) })).toBe(0);
  return { stdout: stdout.text, stderr: stderr.text };
}

async function storedKeys(): Promise<unknown[]> {
  const { items } = await made.store.list({}, 100, signal);
  return items.map(({ finding }) => finding.state.key['a']);
}

function reported(flags: Partial<ReportFlags>) {
  return told('text', (effects) => report({ limit: 100, out: '-', ...flags }, effects));
}

describe('hostile events', () => {
  it('arrive in the store as they are, each as a finding of its own', async () => {
    const keys = await storedKeys();
    expect(new Set(keys)).toEqual(new Set(TEXTS));
    expect(MARKS.length).toBe(TEXTS.length - 1);
    const { items } = await made.store.list({}, 100, signal);
    for (const { finding } of items) {
      expect(finding.state.latest.title).toContain(String(finding.state.key['a']).slice(0, 20));
    }
  });

  it('change no prototype', () => {
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(({} as Record<string, unknown>)['host.name']).toBeUndefined();
  });

  const id = async () => (await made.store.list({}, 100, signal)).items.map(({ finding }) => finding.state.fingerprint);
  const runId = async () => (await made.store.runs({}, 1, signal)).items[0]?.runId ?? '';
  const commands: readonly (readonly [string, (effects: Bench['effects']) => Promise<number>])[] = [
    ['run --dry-run', (effects) => run(['net/one'], { dryRun: true }, effects)],
    ['findings', (effects) => listFindings({ limit: 100 }, effects)],
    [
      'findings show',
      async (effects) => {
        for (const each of await id()) await showFinding(each, effects);
        return 0;
      },
    ],
    ['runs', (effects) => listRuns({ limit: 100 }, effects)],
    ['runs show', async (effects) => showRun(await runId(), effects)],
  ];

  it.each(commands)('move no cursor and break no line in "hunt %s"', async (name, command) => {
    for (const tty of [false, true]) {
      const { stdout, stderr } = await told('text', command, tty);
      // eslint-disable-next-line no-control-regex
      const uncoloured = (text: string) => text.replaceAll(/\u001b\[(?:\d+m|K)/g, '').replaceAll(/\r(?=\S|$)/g, '');
      expect(uncoloured(stdout)).not.toMatch(HARMFUL);
      expect(uncoloured(stderr)).not.toMatch(HARMFUL);
      if (!name.startsWith('runs') && !tty) for (const mark of MARKS) expect(stdout).toContain(mark);
      expect(stdout.length).toBeLessThan(2_000_000);
    }
  });

  it('are told by the run itself without harm', () => {
    for (const mark of MARKS) expect(ran.text).toContain(mark);
    expect(ran.text).not.toMatch(HARMFUL);
  });

  it.each(commands)('are values of JSON, byte for byte, in "hunt %s --json" and --ndjson', async (name, command) => {
    for (const format of ['json', 'ndjson'] as const) {
      const { stdout } = await told(format, command);
      expect(stdout).not.toMatch(HARMFUL);
      if (name === 'findings show' && format === 'json') continue; // one value for each of several calls
      const values = (format === 'json' ? [stdout] : stdout.trimEnd().split('\n')).flatMap((text) => JSON.parse(text));
      expect(values.length).toBeGreaterThan(0);
      if (name === 'findings') expect(new Set(values.map(({ key }) => key.a))).toEqual(new Set(TEXTS));
    }
  });

  it('stay text in the page', async () => {
    const { stdout: page } = await reported({ format: 'html' });
    for (const mark of MARKS) expect(page).toContain(mark);
    expect(page).not.toMatch(HARMFUL);
    expect(page.match(/<script/gi)).toHaveLength(1);
    expect(page.match(/<style/gi)).toHaveLength(1);
    expect(page).not.toMatch(/<(img|h2>Injected|svg\/|a href="javascript)/i);
    expect(page).not.toMatch(/<[^>]*\son\w+=["']?[^&]/i);
    expect(page.match(/<details /g)).toHaveLength(TEXTS.length);
    expect(page.length).toBeLessThan(2_000_000);
  });

  it('begin no formula and no line in CSV', async () => {
    const { stdout: csv } = await reported({ format: 'csv' });
    for (const mark of MARKS) expect(csv).toContain(mark);
    const rows = csv.trimEnd().split('\r\n');
    expect(rows).toHaveLength(TEXTS.length + 1);
    expect(csv.replaceAll('\r\n', '')).not.toMatch(HARMFUL);
    for (const line of rows) expect(line).not.toMatch(/[",;]\s*[=+@＝]/);
    expect(csv).toContain(`"'=cmd|`);
  });

  it('are whole in NDJSON', async () => {
    const { stdout } = await reported({ format: 'ndjson' });
    const keys = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).key.a);
    expect(new Set(keys)).toEqual(new Set(TEXTS));
    expect(stdout).not.toMatch(HARMFUL);
  });

  it('make no heading, link, table row or tag in Markdown', async () => {
    const { stdout: text } = await reported({ format: 'markdown' });
    for (const mark of MARKS) expect(text).toContain(mark);
    expect(text).not.toMatch(HARMFUL);
    const outside = text.replaceAll(/^(`{3,})\w*\n[^]*?\n\1$/gm, '');
    expect(outside).not.toMatch(/(?<!\\)<|(?<!\\)\]\(|https?:\/\/203|^# title|^\| a \|/m);
    expect(text.match(/^# /gm)).toHaveLength(1);
  });
});
