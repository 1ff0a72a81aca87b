import { describe, expect, it } from 'vitest';
import { run } from '../../../src/cli/commands/run.ts';
import { HuntError } from '../../../src/core/error.ts';
import type { Answer, Question } from '../../../src/engine/port.ts';
import { huntText } from '../../definition/memory-files.ts';
import { bench, row, SITE } from '../fakes.ts';

/** Rows of a hunt by its key column; documents of a source in the judged time. */
function answering(keys: readonly string[], documents = 5) {
  return ({ purpose }: Question): Partial<Answer> => {
    if (purpose === 'source')
      return { rows: [row({ documents, newest: documents > 0 ? '2026-11-21T11:00:00.000Z' : null })] };
    if (purpose !== 'rows') return {};
    return { columns: [{ name: 'a', type: 'keyword' }], rows: keys.map((a) => row({ a })) };
  };
}

const signal = new AbortController().signal;

describe('hunt run', () => {
  it('tells verdict, findings and what to type next, and keeps what it found', async () => {
    const { effects, stdout, stderr, store } = await bench({ answer: answering(['x', 'y']) });
    expect(await run(['net/one'], {}, effects)).toBe(0);
    expect(stdout.text).toMatch(/^net\/one {2}findings {2}2 findings: 2 new\nID +SEVERITY +DELTA +TITLE/);
    expect(stdout.text).toMatch(/next: hunt findings show [0-9a-f]{12}\n/);
    expect(stderr.text).toBe('net/one: 2026-11-20T11:55:00.000Z to 2026-11-21T11:55:00.000Z: its window of 1d\n');
    expect((await store.list({}, 10, signal)).total).toBe(2);
    expect((await store.runs({}, 10, signal)).items[0]).toMatchObject({
      runId: 'run-1',
      adHoc: true,
      saved: true,
      clock: 'event',
    });
  });

  it('exits with 1 for findings only when asked', async () => {
    const found = await bench({ answer: answering(['x']) });
    expect(await run(['net/one'], { failOnFindings: true }, found.effects)).toBe(1);
    const clean = await bench({ answer: answering([]) });
    expect(await run(['net/one'], { failOnFindings: true }, clean.effects)).toBe(0);
    expect(clean.stdout.text).toMatch(/^net\/one {2}clean {2}0 findings\n/);
  });

  it('tells what happened to each hunt when one fails, and exits with 3', async () => {
    const { effects, stdout, store } = await bench({
      answer: (question) => {
        if (question.purpose === 'rows' && question.esql.includes('KEEP a'))
          throw new HuntError('CIRCUIT_BREAKER', 'Too large', { remedy: 'Narrow it' });
        return answering(['x'])(question);
      },
      files: {
        ...SITE,
        'hunts/net/two.yml': huntText({
          esql: '"FROM logs-x | KEEP a, @timestamp"',
          finding: '{ title: t, key: [a] }',
        }),
      },
    });
    const code = await run(['net/one', 'net/two'], {}, effects);
    expect(code).toBe(3);
    expect(stdout.text).toMatch(/^net\/one {2}failed.*\n {2}failed: Too large\n {2}Narrow it/);
    expect(stdout.text).toMatch(/^net\/two {2}/m);
    expect((await store.runs({}, 10, signal)).total).toBe(2);
  });

  it('prints one JSON array, or a value a line, and nothing else on standard output', async () => {
    const json = await bench({ format: 'json', answer: answering(['x']) });
    await run(['net/*'], { since: '1d' }, json.effects);
    const [first, second] = JSON.parse(json.stdout.text) as { run: object; findings: object[] }[];
    expect(first).toMatchObject({
      run: {
        huntId: 'net/one',
        verdict: 'findings',
        tile: { start: '2026-11-20T12:00:00.000Z', end: '2026-11-21T12:00:00.000Z' },
      },
      findings: [
        { delta: 'new', key: { a: 'x' }, status: 'open', fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/) },
      ],
    });
    expect(second).toMatchObject({ run: { huntId: 'net/two' } });
    const lines = await bench({ format: 'ndjson', answer: answering(['x']) });
    await run(['net/*'], { since: '1d' }, lines.effects);
    expect(
      lines.stdout.text
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as { run: { huntId: string } }).run.huntId),
    ).toEqual(['net/one', 'net/two']);
  });

  it.each([
    ['a dry run', { dryRun: true }, 0],
    ['another parameter', { param: ['limit=3'] }, 0],
    ['another parameter with --save', { param: ['limit=3'], save: true }, 1],
  ] as const)('writes as it should with %s', async (_what, flags, written) => {
    const { effects, stdout, store } = await bench({ answer: answering(['x']) });
    expect(await run(['net/one'], flags, effects)).toBe(0);
    expect((await store.list({}, 10, signal)).total).toBe(written);
    expect((await store.runs({}, 10, signal)).total).toBe(written);
    expect(stdout.text.includes('(not saved)')).toBe(written === 0);
  });

  it('asks no store of what will not be written', async () => {
    const { effects } = await bench({ answer: answering(['x']), ready: false });
    expect(await run(['net/one'], { dryRun: true }, effects)).toBe(0);
    await expect(run(['net/one'], {}, effects)).rejects.toMatchObject({ code: 'STORE_NOT_READY' });
  });

  it.each([
    [{ dryRun: true, save: true }, { code: 'USAGE' }],
    [{ since: 'soon' }, { code: 'USAGE' }],
    [{ param: ['limet=3'] }, { code: 'USAGE', remedy: 'Did you mean "limit"?' }],
  ])('refuses %j before it asks anything', async (flags, error) => {
    const { effects, asked } = await bench();
    await expect(run(['net/*'], flags, effects)).rejects.toMatchObject(error);
    expect(asked).toEqual([]);
  });

  it.each([
    ['2026-10-02T10:00:00.000Z', '2026-10-01T10:00:00.001Z to 2026-10-02T10:00:00.001Z', 'ending at its newest event'],
    [
      '2027-01-01T00:00:00.000Z',
      '2026-11-20T12:00:00.000Z to 2026-11-21T12:00:00.000Z',
      'its newest event lies in the future',
    ],
    [null, '2026-11-20T12:00:00.000Z to 2026-11-21T12:00:00.000Z', 'there is no event of its sources'],
  ])('without Elasticsearch and time flags: newest event %s', async (newest, tile, why) => {
    const { effects, stderr } = await bench({
      config: { elasticsearch: null },
      answer: (question) =>
        question.purpose === 'span' ? { rows: [row({ oldest: newest, newest })] } : answering(['x'])(question),
    });
    expect(await run(['net/one'], {}, effects)).toBe(0);
    expect(stderr.text).toContain(`net/one: ${tile}: its window of 1d, `);
    expect(stderr.text).toContain(why);
  });

  it('runs no further hunt after a signal, and says so', async () => {
    const controller = new AbortController();
    const { effects, stderr, stdout } = await bench({
      signal: controller.signal,
      answer: (question) => {
        controller.abort();
        return answering(['x'])(question);
      },
    });
    expect(await run(['net/one', 'net/two'], { dryRun: true }, effects)).toBe(3);
    expect(stdout.text).not.toContain('net/two');
    expect(stderr.text).toContain('Interrupted: 1 hunt did not run');
  });

  it('passes clock and time on to the run', async () => {
    const { effects, stdout } = await bench({ format: 'json', answer: answering([]) });
    await run(['net/one'], { all: true, clock: 'ingest', dryRun: true }, effects);
    const [result] = JSON.parse(stdout.text) as { run: object }[];
    expect(result?.run).toMatchObject({
      clock: 'ingest',
      saved: false,
      tile: { start: '1970-01-01T00:00:00.000Z', end: '2026-11-21T12:00:00.000Z' },
    });
  });
});
