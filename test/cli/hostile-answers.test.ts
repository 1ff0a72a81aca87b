// Hostile events through what asks the engine at once: queries, tests of hunts with their JUnit file, drill-downs, evidence.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { explainFindings } from '../../src/cli/commands/findings-explain.ts';
import { showFinding } from '../../src/cli/commands/findings.ts';
import { query } from '../../src/cli/commands/query.ts';
import { run } from '../../src/cli/commands/run.ts';
import { test } from '../../src/cli/commands/test.ts';
import { type Format, Output } from '../../src/cli/output.ts';
import type { Answer, Question } from '../../src/engine/port.ts';
import type { LayGround } from '../../src/pipeline/test-hunt.ts';
import { parseQuery } from '../../src/query/syntax/parse.ts';
import { huntText } from '../definition/memory-files.ts';
import { HARMFUL, HOSTILE_TEXTS, markOf } from '../rig/hostile-texts.ts';
import { bench, type Bench, Captured, row, SITE } from './fakes.ts';

const { signal } = new AbortController();
const TEXTS = Object.values(HOSTILE_TEXTS);
const CASES = Object.entries(HOSTILE_TEXTS);
/** A terminal's own colours and cleared lines, which are meant. */
// eslint-disable-next-line no-control-regex
const OWN = /\u001b\[(?:\d+m|K)|\r(?=\S|$)/g;

interface Told {
  readonly stdout: string;
  readonly stderr: string;
}

async function told({ effects }: Bench, format: Format, command: (effects: Bench['effects']) => Promise<number>) {
  const [stdout, stderr] = [new Captured(), new Captured()];
  await command({ ...effects, out: new Output({ stdout, stderr }, format) });
  return { stdout: stdout.text, stderr: stderr.text } satisfies Told;
}

function expectHarmless({ stdout, stderr }: Told): void {
  expect(stdout.replaceAll(OWN, '')).not.toMatch(HARMFUL);
  expect(stderr.replaceAll(OWN, '')).not.toMatch(HARMFUL);
}

describe('hunt query whose answer is hostile in names, values, warnings and missing parts', () => {
  const columns = TEXTS.map((name) => ({ name, type: 'keyword' }) as const);
  const rows = [
    row(Object.fromEntries(TEXTS.map((text) => [text, text]))),
    new Map(TEXTS.map((text) => [text, TEXTS])),
  ];
  const ask = (effects: Bench['effects']) => query('FROM logs-x', { limit: 10 }, effects);
  const answering = () => bench({ answer: () => ({ columns, rows, partial: TEXTS, warnings: TEXTS }) });

  it('tells it all without harm', async () => {
    const answer = await told(await answering(), 'text', ask);
    expectHarmless(answer);
    for (const text of TEXTS)
      for (const stream of [answer.stdout, answer.stderr]) expect(stream).toContain(markOf(text));
    expect(answer.stdout.trimEnd().split('\n')).toHaveLength(3);
  });

  it('ends on a terminal too, soon', async () => {
    const made = await answering();
    const [stdout, stderr] = [new Captured(true), new Captured(true)];
    expect(await ask({ ...made.effects, out: new Output({ stdout, stderr }, 'text') })).toBe(4);
    expectHarmless({ stdout: stdout.text, stderr: stderr.text });
  });

  it.each(['json', 'ndjson'] as const)('gives it byte for byte as %s', async (format) => {
    const { stdout } = await told(await answering(), format, ask);
    expect(stdout).not.toMatch(HARMFUL);
    const [first] =
      format === 'json' ? (JSON.parse(stdout) as { rows: object[] }).rows : [JSON.parse(stdout.split('\n')[0]!)];
    expect(new Map(Object.entries(first as object))).toEqual(new Map(TEXTS.map((text) => [text, text])));
  });
});

describe.each(CASES)('hunt test that finds %s', (_kind, text) => {
  const answer = ({ purpose }: Question): Partial<Answer> => {
    const time = '2026-11-02T09:00:00.000Z';
    if (purpose === 'span') return { rows: [row({ oldest: time, newest: time })] };
    if (purpose === 'source') return { rows: [row({ documents: 2, newest: time })] };
    return purpose === 'rows' ? { rows: [row({ a: text })] } : {};
  };
  const testing = async () => {
    const { engine } = (await bench({ answer })).effects;
    const testGround: LayGround = async () => {
      const ground = { engine: await engine(), relocate: (pattern: string) => pattern, indices: new Map() };
      return { ...ground, [Symbol.asyncDispose]: async () => {} };
    };
    const cases =
      '\n  - { name: one, events: [{ a: x }], finds: [] }\n  - { name: two, events: [{ a: x }], finds: [{ a: z }] }';
    const files = {
      ...SITE,
      'hunts/net/one.yml': huntText({ tests: cases, params: '', finding: '{ title: "{a} was seen", key: [a] }' }),
    };
    return bench({ files, testGround });
  };

  it('tells it without harm, and is JSON where asked', async () => {
    const plain = await told(await testing(), 'text', (effects) => test(['net/one'], {}, effects));
    expect(plain.stdout).toContain(markOf(text));
    expectHarmless(plain);
    const { stdout } = await told(await testing(), 'ndjson', (effects) => test(['net/one'], {}, effects));
    expect(stdout).not.toMatch(HARMFUL);
    const results = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { passed: boolean });
    expect(results.map(({ passed }) => passed)).toEqual([false, false]);
  });

  it('writes JUnit of two failures and nothing else', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tracehound-junit-'));
    try {
      const file = join(folder, 'out.xml');
      await told(await testing(), 'text', (effects) => test(['net/one'], { junit: file }, effects));
      const xml = await readFile(file, 'utf8');
      expect(xml).toContain(markOf(text));
      expect(xml).not.toMatch(HARMFUL);
      expect(xml).toContain('tests="2" failures="2"');
      const tags = [...xml.matchAll(/<(\/?[\w?]+)/g)].map(([, tag]) => tag);
      const failed = ['testcase', 'failure', '/failure', '/testcase'];
      expect(tags).toEqual(['?xml', 'testsuites', 'testsuite', ...failed, ...failed, '/testsuite', '/testsuites']);
      expect(xml).not.toMatch(/&(?!(?:lt|gt|amp|quot);)/);
      expect(xml.length).toBeLessThan(1_000_000);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

describe('a finding of hostile values', () => {
  const filesWith = (exceptions: string) => ({
    ...SITE,
    'hunts/net/one.yml': huntText({
      esql: '"FROM logs-x METADATA _id, _index | KEEP a, _id, _index"',
      finding: '{ title: "{a} was seen", key: [a], drilldown: "FROM logs-x | WHERE a == ?a" }',
      params: '',
      exceptions,
    }),
  });
  const EXCEPTION = '[{ id: of-tests, when: a LIKE "arrived-*", because: Tests., owner: soc, until: 2099-12-31 }]';
  const found = async () => {
    const answer = ({ purpose }: Question): Partial<Answer> =>
      purpose === 'source'
        ? { rows: [row({ documents: 5, newest: '2026-11-21T11:00:00.000Z' })] }
        : purpose === 'rows'
          ? { rows: TEXTS.map((text) => row({ a: text, _id: text, _index: text })) }
          : {};
    const made = await bench({ files: filesWith(''), answer });
    await run(['net/one'], {}, made.effects);
    const explaining = { ...made.effects, stock: (await bench({ files: filesWith(EXCEPTION) })).effects.stock };
    const { items } = await made.store.list({}, 100, signal);
    expect(new Set(items.map(({ finding }) => finding.state.key['a']))).toEqual(new Set(TEXTS));
    return { made, explaining, states: items.map(({ finding }) => finding.state) };
  };

  it('has a drill-down that asks for its value, whatever that holds, and for nothing else', async () => {
    for (const { key, latest } of (await found()).states) {
      if (latest.drilldown === null) {
        expect(String(key['a']).length).toBeGreaterThan(900_000); // no engine takes a query of that length
        continue;
      }
      const parsed = parseQuery(latest.drilldown);
      if (!parsed.ok) throw new Error(parsed.faults.map(({ message }) => message).join('; '));
      expect(parsed.value.commands.map(({ kind }) => kind)).toEqual(['from', 'where', 'where']);
      const asked = parsed.value.commands.at(-1);
      const value = String(key['a']).toWellFormed();
      expect(asked).toMatchObject({ condition: { kind: 'compare', right: { kind: 'literal', value } } });
    }
  });

  it('has evidence that names its events', async () => {
    for (const { key, evidence } of (await found()).states)
      expect(evidence.values).toEqual([[key['a'], key['a']].join('/')]);
  });

  it('shows drill-down and evidence without harm, and explains what would hide it', async () => {
    const { made, explaining, states } = await found();
    for (const { fingerprint, key } of states) {
      const page = await told(made, 'text', (effects) => showFinding(fingerprint, effects));
      if (String(key['a']).length < 900_000) expect(page.stdout).toContain('FROM logs-x');
      expect(page.stdout.split(markOf(String(key['a']))).length).toBeGreaterThan(3); // title, key, evidence, drill-down
      expectHarmless(page);
      expect(page.stdout.length).toBeLessThan(200_000);
      expectHarmless(
        await told({ ...made, effects: explaining }, 'text', (effects) => explainFindings(fingerprint, effects)),
      );
      const { stdout } = await told(made, 'json', (effects) => showFinding(fingerprint, effects));
      expect(stdout).not.toMatch(HARMFUL);
      expect(JSON.parse(stdout)).toBeTruthy();
    }
  });
});
