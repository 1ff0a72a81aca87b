import { describe, expect, it } from 'vitest';
import type { SourceSeen } from '../../src/core/run.ts';
import { DAY_MS, HOUR_MS, isoTime } from '../../src/core/time.ts';
import type { Question } from '../../src/engine/port.ts';
import { arrivalFields, lagWarnings } from '../../src/pipeline/lag.ts';
import { judgeSources, lookAtSources } from '../../src/pipeline/sources.ts';
import { answerOf, capsOf, type Cells, checkedHunt, TILE } from './fakes.ts';

type State = SourceSeen['state'];
const NEWEST = Date.parse('2026-11-10T00:00:00Z');

function seen(...states: readonly State[]): SourceSeen[] {
  return states.map((state, at) => ({
    name: `s${at}`,
    documents: state === 'sent' ? 5 : 0,
    newest: state === 'sent' || state === 'silent' ? NEWEST : null,
    state,
    lag: null,
  }));
}

function judged(need: 'any_of' | 'all_of', states: readonly State[], sporadic: readonly string[] = []): string[] {
  const names = states.map((_, at) => `s${at}`);
  return judgeSources({ need, names }, seen(...states), new Set(sporadic), TILE.end).map(
    ({ verdict, text }) => `${verdict} ${/"(.*)"/.exec(text)?.[1]}`,
  );
}

describe('what the silence of sources means', () => {
  const STATES: readonly State[] = ['sent', 'silent', 'never', 'absent', 'no_index', 'no_clock'];
  const pairs = STATES.flatMap((first) => STATES.map((second) => [first, second] as const));

  it.each(pairs)('all_of %s and %s: blind for each that did not send', (first, second) => {
    const expected = [first, second].flatMap((state, at) => (state === 'sent' ? [] : [`blind s${at}`]));
    expect(judged('all_of', [first, second])).toEqual(expected);
  });

  it.each(pairs)('any_of %s and %s: blind where none sent, else degraded for one that fell silent', (first, second) => {
    const states = [first, second];
    const expected = states.includes('sent')
      ? states.flatMap((state, at) => (state === 'silent' ? [`degraded s${at}`] : []))
      : ['blind s0', 'blind s1'];
    expect(judged('any_of', states)).toEqual(expected);
  });

  it('a sporadic source may be silent, and must have an index', () => {
    expect(judged('all_of', ['silent', 'sent'], ['s0'])).toEqual([]);
    expect(judged('all_of', ['never', 'sent'], ['s0'])).toEqual([]);
    expect(judged('all_of', ['no_index', 'sent'], ['s0'])).toEqual(['blind s0']);
    expect(judged('all_of', ['no_clock', 'sent'], ['s0'])).toEqual(['blind s0']);
    expect(judged('any_of', ['silent', 'silent'], ['s0'])).toEqual(['degraded s1']);
    expect(judged('any_of', ['no_index', 'no_index'], ['s0', 's1'])).toEqual(['blind s0', 'blind s1']);
  });

  it('tells the last event, or why there is none', () => {
    const states = seen('silent', 'never', 'absent', 'no_index', 'no_clock');
    const texts = judgeSources({ need: 'all_of', names: [] }, states, new Set(), TILE.end);
    expect(texts.map(({ text }) => text)).toEqual([
      'Source "s0" sent nothing since 2026-11-10T00:00:00.000Z, 11 d before the end of the tile',
      'Source "s1" sent nothing in the 30 days before either',
      'Source "s2" sent nothing: the site declares it absent',
      'Source "s3" sent nothing: no index matches its patterns',
      'Source "s4" sent nothing: its indices have no field of its clock, so they hold other data',
    ]);
  });
});

describe('looking at sources', () => {
  const source = (name: string, heartbeat: string) => `${name}:
  { index: [logs-${name}-*], where: 'event.dataset == "${name}"', clock: [event.ingested, "@timestamp"], heartbeat: ${heartbeat}, description: N, enable: E }
`;
  const FILES = {
    '/site/hunts/sources.yml':
      ['sent', 'silent', 'never', 'unmatched', 'slow']
        .map((name) => source(name, name === 'slow' ? '3d' : '1h'))
        .join('') + source('sporadic', 'sporadic'),
    '/site/hunts/a/hunt.yml': `name: A hunt
hypothesis: Something is rare.
status: stable
severity: low
sources: { any_of: [sent, silent, never, unmatched, slow, sporadic] }
window: 1d
prevalence: { of: [process.name], across: host.name, at_most: 3 }
finding: { title: t }
`,
  };

  /** Documents of each source before the tile ends, by their time. */
  const SENT: Readonly<Record<string, readonly number[]>> = {
    sent: [TILE.start, TILE.end - 1],
    silent: [TILE.start - 7 * DAY_MS, TILE.start - 2 * HOUR_MS],
    never: [TILE.start - 40 * DAY_MS, TILE.end],
    slow: [TILE.start - DAY_MS],
    sporadic: [TILE.start - 2 * DAY_MS],
  };

  /** As ES|QL answers: percentiles are doubles, no event that told its arrival is null. */
  const LAGS: Readonly<Record<string, Cells>> = {
    sent: { lag_p50: 1_500.4, lag_p99: 725_000.5, lag_max: 9_000_000 },
    slow: { lag_p50: null, lag_p99: null, lag_max: null },
  };

  async function look(clock: 'event' | 'ingest', measureLag = false) {
    const asked: Question[] = [];
    const ask = async (question: Question) => {
      asked.push(question);
      const name = /logs-(\w+)-/.exec(question.esql)?.[1] ?? '';
      const { start, end } = question.filter.time?.span ?? { start: 0, end: 0 };
      const times = (SENT[name] ?? []).filter((time) => time >= start && time < end);
      const newest = times.length === 0 ? null : isoTime(Math.max(...times));
      return answerOf([{ documents: times.length, newest, ...(measureLag ? LAGS[name] : {}) }]);
    };
    const { sources } = await checkedHunt(FILES);
    const caps = capsOf(
      { '@timestamp': 'date', 'event.ingested': 'date', 'event.dataset': 'keyword' },
      { unmatched: ['logs-unmatched-*'] },
    );
    const found = await lookAtSources({
      sources,
      absent: ['gone'],
      caps,
      tile: TILE,
      clock,
      deadlineMs: 1_000,
      measureLag,
      ask,
    });
    return { found, asked };
  }

  it('tells what each sent over its heartbeat, and else when it last did', async () => {
    const { found } = await look('ingest');
    expect(found).toEqual([
      { name: 'gone', documents: 0, newest: null, state: 'absent', lag: null },
      { name: 'sent', documents: 2, newest: TILE.end - 1, state: 'sent', lag: null },
      { name: 'silent', documents: 0, newest: TILE.start - 2 * HOUR_MS, state: 'silent', lag: null },
      { name: 'never', documents: 0, newest: null, state: 'never', lag: null },
      { name: 'unmatched', documents: 0, newest: null, state: 'no_index', lag: null },
      { name: 'slow', documents: 1, newest: TILE.start - DAY_MS, state: 'sent', lag: null },
      { name: 'sporadic', documents: 0, newest: TILE.start - 2 * DAY_MS, state: 'silent', lag: null },
    ]);
  });

  it("reads each source by the fields of its own indices, since a query that names another's is refused", async () => {
    const { sources } = await checkedHunt(FILES);
    const asked: string[] = [];
    const own = capsOf({ '@timestamp': 'date', 'event.dataset': 'keyword' }, { unmatched: [] });
    await lookAtSources({
      sources,
      absent: [],
      caps: capsOf({ '@timestamp': 'date', 'event.ingested': 'date', 'event.dataset': 'keyword' }, { unmatched: [] }),
      fieldsOf: (patterns) => Promise.resolve({ ...own, indices: patterns }),
      tile: TILE,
      clock: 'ingest',
      deadlineMs: 1_000,
      measureLag: false,
      ask: (question) => {
        asked.push(question.esql);
        return Promise.resolve(answerOf([{ documents: 1, newest: isoTime(TILE.start) }]));
      },
    });
    expect(asked.length).toBe(sources.length);
    expect(asked.filter((esql) => esql.includes('event.ingested'))).toEqual([]);
  });

  it('asks once for a source that sent, twice for one that did not, on the clock of the run', async () => {
    const { asked } = await look('ingest');
    expect(asked).toHaveLength(1 + 2 + 2 + 1 + 2);
    expect(asked[0]?.esql).toMatch(/^FROM logs-sent-\*\n\| EVAL hunt\.clock = COALESCE\(event\.ingested, @timestamp\)/);
    expect(asked[0]?.filter.time?.clocks).toEqual([['event.ingested', '@timestamp']]);
    const event = await look('event');
    expect(event.asked[0]?.filter.time?.clocks).toEqual([['@timestamp']]);
  });

  it('measures on request how late the events of the tile arrived, in the same question', async () => {
    const { found, asked } = await look('ingest', true);
    expect(asked).toHaveLength(1 + 2 + 2 + 1 + 2);
    expect(asked[0]?.esql).toContain(
      '| EVAL hunt.lag = TO_LONG(event.ingested) - TO_LONG(@timestamp), hunt.in_tile = hunt.clock >= ?_tile_start\n' +
        '| STATS documents = COUNT(*), newest = MAX(hunt.clock), lag_p50 = PERCENTILE(hunt.lag, 50) WHERE hunt.in_tile, lag_p99 = PERCENTILE(hunt.lag, 99) WHERE hunt.in_tile, lag_max = MAX(hunt.lag) WHERE hunt.in_tile',
    );
    expect(asked[0]?.params).toEqual({ _tile_start: isoTime(TILE.start) });
    const lags = Object.fromEntries(found.map(({ name, lag }) => [name, lag]));
    expect(lags['sent']).toEqual({ p50Ms: 1_500, p99Ms: 725_001, maxMs: 9_000_000 });
    for (const name of ['slow', 'silent', 'never', 'unmatched', 'gone']) expect(lags[name]).toBeNull();
  });

  it('measures no lag where the clock is event time, or no field tells of arrival', async () => {
    const { asked } = await look('event', true);
    expect(asked.filter(({ esql }) => esql.includes('lag'))).toEqual([]);
  });
});

describe('the lag of a source', () => {
  const frame = (clock: readonly string[]) => ({
    sources: [{ patterns: ['logs'], where: null, clock }],
    missing: new Map(),
    conflicting: new Map(),
    oddClocks: new Set<string>(),
  });

  it.each([
    [
      ['event.ingested', 'event.created', '@timestamp'],
      ['event.ingested', 'event.created'],
    ],
    [['@timestamp', 'event.ingested'], []],
    [['@timestamp'], []],
    [['event.ingested'], ['event.ingested']],
  ])('with the clock %j is told by %j', (clock, expected) => {
    expect(arrivalFields(frame(clock), capsOf({ '@timestamp': 'date' }))).toEqual(expected);
  });

  it('is unknown where event time is no plain date', () => {
    expect(arrivalFields(frame(['event.ingested', '@timestamp']), capsOf({ '@timestamp': 'keyword' }))).toEqual([]);
  });

  it('is a warning where its p99 is longer than the query delay, and only then', () => {
    const lag = (p99Ms: number) => ({ p50Ms: 0, p99Ms, maxMs: DAY_MS });
    const sources = [
      { name: 'endpoint.network', documents: 1, newest: 0, state: 'sent', lag: lag(12 * 60_000) },
      { name: 'sysmon', documents: 1, newest: 0, state: 'sent', lag: lag(5 * 60_000) },
      { name: 'other', documents: 1, newest: 0, state: 'sent', lag: null },
    ] as const;
    expect(lagWarnings(sources, 5 * 60_000)).toEqual([
      'Query delay 5 min is smaller than the lag of endpoint.network: p99 12 min',
    ]);
    expect(lagWarnings(sources, 12 * 60_000)).toEqual([]);
  });
});
