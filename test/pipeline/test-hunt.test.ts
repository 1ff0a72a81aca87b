import { describe, expect, it } from 'vitest';
import { HuntError } from '../../src/core/error.ts';
import type { HuntTest } from '../../src/core/hunt.ts';
import { loadDefinitions } from '../../src/definition/load.ts';
import type { Answer, Engine, Question } from '../../src/engine/port.ts';
import { checkHunts } from '../../src/pipeline/check-hunts.ts';
import type { CheckedHunt } from '../../src/pipeline/checked.ts';
import { testHunt, type TestEffects, type TestGround } from '../../src/pipeline/test-hunt.ts';
import { bench, NOW, row, SITE } from '../cli/fakes.ts';
import { memoryFiles, siteWith } from '../definition/memory-files.ts';

async function checkedHunt(): Promise<CheckedHunt> {
  const files = Object.fromEntries(Object.entries(SITE).map(([path, text]) => [`/site/${path}`, text]));
  const definitions = await loadDefinitions(siteWith(), { files: memoryFiles(files), now: NOW });
  const [first] = checkHunts(definitions.hunts, { ...definitions, now: NOW }).hunts;
  if (first === undefined) throw new Error('the site has a hunt');
  return first;
}

interface Stand {
  readonly effects: TestEffects;
  readonly asked: Question[];
  readonly closed: () => boolean;
}

/** A ground that answers as told: the span of its events, and rows of column `a`. */
async function stand(
  found: readonly string[],
  change: { readonly span?: readonly [string, string] | null; readonly fails?: HuntError } = {},
): Promise<Stand> {
  const { span = ['2026-11-02T09:00:00.000Z', '2026-11-02T10:00:00.000Z'], fails } = change;
  const { effects, asked } = await bench({
    answer: ({ purpose }): Partial<Answer> => {
      if (fails !== undefined && purpose === 'rows') throw fails;
      if (purpose === 'span') return { rows: [row({ oldest: span?.[0] ?? null, newest: span?.[1] ?? null })] };
      if (purpose === 'source') return { rows: [row({ documents: 2, newest: '2026-11-02T10:00:00.000Z' })] };
      if (purpose === 'rows') return { rows: found.map((a) => row({ a })) };
      return {};
    },
  });
  let closed = false;
  const engine: Engine = await effects.engine();
  const ground: TestGround = {
    engine,
    relocate: (pattern) => `moved-${pattern}`,
    indices: new Map([['logs-elsewhere', 2]]),
    [Symbol.asyncDispose]: async () => void (closed = true),
  };
  return { effects: { ...effects, layGround: async () => ground, deadlineMs: 1_000 }, asked, closed: () => closed };
}

const TEST: HuntTest = { name: 'a case', events: [], params: {}, tile: null, finds: [], verdict: null };
const EVENTS = { documents: [] };

describe('a test of a hunt', () => {
  it('runs from its oldest to its newest event, that one included, over its own indices', async () => {
    const { effects, asked, closed } = await stand(['x', 'y']);
    const test = { ...TEST, finds: [{ a: 'y' }, {}] };
    const result = await testHunt(await checkedHunt(), test, EVENTS, effects);
    expect(result).toMatchObject({ huntId: 'net/one', faults: [], record: { verdict: 'findings', clock: 'ingest' } });
    expect(result.record?.tile).toEqual({
      start: Date.parse('2026-11-02T09:00:00.000Z'),
      end: Date.parse('2026-11-02T10:00:00.001Z'),
    });
    expect(asked.map(({ esql }) => esql.split('\n')[0])).toEqual(
      asked.map(() => expect.stringMatching(/^FROM moved-logs-x\b/)),
    );
    expect(closed()).toBe(true);
  });

  it('takes its own tile and parameters', async () => {
    const { effects, asked } = await stand([]);
    const tile = { from: '2026-11-01', to: '2026-11-08T12:00Z' };
    const { faults, record } = await testHunt(
      await checkedHunt(),
      { ...TEST, tile, params: { limit: 99 } },
      EVENTS,
      effects,
    );
    expect(faults).toEqual([]);
    expect(record?.tile).toEqual({ start: Date.UTC(2026, 10, 1), end: Date.UTC(2026, 10, 8, 12) });
    expect(asked.find(({ purpose }) => purpose === 'rows')?.params).toMatchObject({ limit: 99 });
  });

  it('tells what is missing beside the nearest, and what nobody expects', async () => {
    const { effects } = await stand(['x', 'y']);
    const { faults } = await testHunt(await checkedHunt(), { ...TEST, finds: [{ a: 'z' }] }, EVENTS, effects);
    expect(faults).toMatchObject([
      { kind: 'missing', expected: { a: 'z' }, nearest: { differences: [{ column: 'a', expected: 'z', found: 'x' }] } },
      { kind: 'unexpected', columns: ['a'] },
    ]);
  });

  it('checks the verdict only where it names one', async () => {
    const { effects } = await stand([]);
    const { faults } = await testHunt(await checkedHunt(), { ...TEST, verdict: 'blind' }, EVENTS, effects);
    expect(faults).toEqual([{ kind: 'verdict', expected: 'blind', found: 'clean' }]);
  });

  it('fails when none of its events is of a source, quiet as it may be meant', async () => {
    const { effects, closed } = await stand([], { span: null });
    const { faults, record } = await testHunt(await checkedHunt(), TEST, EVENTS, effects);
    expect(faults).toEqual([{ kind: 'unseen', indices: new Map([['logs-elsewhere', 2]]) }]);
    expect(record).toBeNull();
    expect(closed()).toBe(true);
  });

  it('is skipped when its events could only be of a source that the site does not have', async () => {
    const { effects } = await stand([], { span: null });
    const checked = { ...(await checkedHunt()), absent: ['other.events'] };
    expect(await testHunt(checked, TEST, EVENTS, effects)).toMatchObject({ faults: [], skippedFor: ['other.events'] });
  });

  it('reads where the package expects its events, and where the site keeps them', async () => {
    const { effects, asked } = await stand([]);
    const checked = await checkedHunt();
    const source = checked.sources.map((each) => ({
      ...each,
      source: { ...each.source, index: ['site-x'], shippedIndex: ['logs-x'] },
    }));
    const patterns = () => ['site-x'];
    const { faults } = await testHunt({ ...checked, sources: source, patterns }, TEST, EVENTS, effects);
    expect(faults).toEqual([]);
    for (const { esql } of asked) expect(esql).toMatch(/^FROM moved-logs-x, moved-site-x\b/);
  });

  it('tells a run that failed as such, and gives up where nothing could be asked', async () => {
    const rejected = await stand([], {
      fails: new HuntError('QUERY_REJECTED', 'No such function', { remedy: 'Use another' }),
    });
    const { faults } = await testHunt(await checkedHunt(), TEST, EVENTS, rejected.effects);
    expect(faults).toEqual([
      { kind: 'error', code: 'QUERY_REJECTED', message: 'No such function', remedy: 'Use another' },
    ]);
    const { effects } = await stand([]);
    const gone = { ...effects, layGround: () => Promise.reject(new HuntError('UNREACHABLE', 'Nobody there')) };
    await expect(testHunt(await checkedHunt(), TEST, EVENTS, gone)).rejects.toMatchObject({ code: 'UNREACHABLE' });
    const unread = { ...effects, layGround: () => Promise.reject(new HuntError('NOT_FOUND', 'No file')) };
    expect(await testHunt(await checkedHunt(), TEST, EVENTS, unread)).toMatchObject({
      faults: [{ kind: 'error', code: 'NOT_FOUND' }],
      record: null,
    });
  });
});
