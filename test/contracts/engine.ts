// What every engine must do, whatever answers below it.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isHuntError, type ErrorCode } from '../../src/core/error.ts';
import type { ColumnType, Value } from '../../src/core/row.ts';
import type { Answer, Engine, Question, QuestionFilter } from '../../src/engine/port.ts';

/** Events to ask about, by index. */
export type Estate = Readonly<Record<string, EstateIndex>>;

interface EstateIndex {
  readonly fields: Readonly<Record<string, ColumnType>>;
  readonly documents: readonly Readonly<Record<string, unknown>>[];
}

/** An engine over an estate. `name` gives an index's or pattern's name in queries. */
export interface EngineUnderTest extends AsyncDisposable {
  readonly engine: Engine;
  readonly name: (index: string) => string;
}

const DAY = Date.UTC(2026, 2, 1);
const at = (ms: number) => new Date(DAY + ms).toISOString();
const HOUR = 3_600_000;

const ESTATE: Estate = {
  events: {
    fields: {
      '@timestamp': 'date',
      'event.ingested': 'date',
      'event.created': 'date',
      id: 'keyword',
      ip: 'ip',
      n: 'long',
    },
    documents: [
      { '@timestamp': at(-1), id: 'before', n: 1 },
      { '@timestamp': at(0), id: 'start', n: 1, ip: '10.1.2.3' },
      { '@timestamp': at(HOUR), id: 'middle', n: 2, ip: ['8.8.8.8', '10.1.2.3'] },
      { '@timestamp': at(2 * HOUR - 1), id: 'last', n: 2, ip: '2001:db8::1' },
      { '@timestamp': at(2 * HOUR), id: 'end', n: 3, ip: '8.8.4.4' },
      { '@timestamp': at(-HOUR), 'event.ingested': at(5), id: 'ingested-in', n: 4 },
      { '@timestamp': at(5), 'event.ingested': at(9 * HOUR), id: 'ingested-out', n: 4 },
      { '@timestamp': at(-HOUR), 'event.created': at(5), id: 'created-in', n: 5 },
      { '@timestamp': at(5), 'event.created': at(9 * HOUR), id: 'created-out', n: 5 },
    ],
  },
  plain: {
    fields: { '@timestamp': 'date', who: 'keyword', odd: 'ip', story: 'keyword' },
    documents: [{ '@timestamp': at(0), who: 'a', odd: '10.0.0.1', story: 'x' }],
  },
  odd: {
    fields: { '@timestamp': 'date', who: 'keyword', odd: 'keyword', story: 'text' },
    documents: [{ '@timestamp': at(0), who: 'b', odd: 'no address', story: 'x' }],
  },
  empty: { fields: { '@timestamp': 'date', who: 'keyword' }, documents: [] },
};

const SPAN = { start: DAY, end: DAY + 2 * HOUR };
const NO_FILTER: QuestionFilter = { time: null, excluded: [], only: [] };
const byClock = (...clocks: readonly (readonly string[])[]): QuestionFilter => ({
  ...NO_FILTER,
  time: { clocks, span: SPAN },
});
const never = () => new AbortController().signal;

/**
 * A query over one index that lasts: each `depth` multiplies the rows by 100. Measured on 8.19.21: 4 takes 4 s, 5 minutes.
 * Its first constant is `mark`, by which a test finds it among the tasks of a server.
 */
export function slowQuery(index: string, { depth = 5, mark = 0 }: { depth?: 4 | 5; mark?: number } = {}): string {
  const list = `[${[mark, ...Array.from({ length: 99 }, (_, value) => value)].join(',')}]`;
  const names = ['a', 'b', 'c', 'd', 'e'].slice(0, depth);
  const grow = names.map((name) => `EVAL ${name} = ${list} | MV_EXPAND ${name}`).join(' | ');
  return `FROM ${index} | LIMIT 1 | ${grow} | STATS s = SUM(SIN(${names.join(' + ')})) | LIMIT 2`;
}

/** What an engine cannot show, by its nature. */
interface Nature {
  /** Its store has one type for each field, so indices cannot disagree. */
  readonly oneTypeEach?: boolean;
}

/** Runs the contract; `make` is called once for all of it. */
export function engineContract(
  title: string,
  make: (estate: Estate) => Promise<EngineUnderTest>,
  { oneTypeEach = false }: Nature = {},
): void {
  describe(`engine contract: ${title}`, () => {
    let under: EngineUnderTest;
    beforeAll(async () => {
      under = await make(ESTATE);
    });
    afterAll(() => under[Symbol.asyncDispose]());

    const ask = (esql: string, other: Partial<Question> = {}, signal = never()): Promise<Answer> =>
      under.engine.query(
        { purpose: 'rows', esql, params: {}, filter: NO_FILTER, rowsMax: 100, deadlineMs: 30_000, ...other },
        signal,
      );
    /** The `id` column, sorted. */
    const ids = async (filter: QuestionFilter, where = ''): Promise<readonly Value[]> => {
      const esql = `FROM ${under.name('events')} ${where} | KEEP id | SORT id | LIMIT 101`;
      return (await ask(esql, { filter })).rows.map((row) => row.get('id') ?? null);
    };
    const fails = async (promise: Promise<unknown>, code: ErrorCode) => {
      const error = await promise.then(
        () => expect.unreachable(`it should have failed with ${code}`),
        (error: unknown) => error,
      );
      if (!isHuntError(error)) throw error;
      expect({ code: error.code, remedy: error.remedy, message: error.message }).toMatchObject({
        code,
        remedy: expect.any(String),
      });
      return error;
    };

    describe('rows', () => {
      it('come in the order of the query, with types, nulls and several values', async () => {
        const esql = `FROM ${under.name('events')} | WHERE n <= 2 | SORT @timestamp | KEEP @timestamp, id, ip, n | LIMIT 101`;
        const answer = await ask(esql);
        expect(answer.columns).toEqual([
          { name: '@timestamp', type: 'date' },
          { name: 'id', type: 'keyword' },
          { name: 'ip', type: 'ip' },
          { name: 'n', type: 'long' },
        ]);
        expect(answer.rows.map((row) => [row.get('id'), row.get('ip')])).toEqual([
          ['before', null],
          ['start', '10.1.2.3'],
          ['middle', expect.arrayContaining(['10.1.2.3', '8.8.8.8'])],
          ['last', '2001:db8::1'],
        ]);
        expect(answer.rows[0]?.get('@timestamp')).toBe('2026-02-28T23:59:59.999Z');
        expect(answer).toMatchObject({ truncated: false, partial: [] });
      });

      it('are cut above rowsMax, and that is said', async () => {
        const esql = `FROM ${under.name('events')} | SORT id | LIMIT 4`;
        const cut = await ask(esql, { rowsMax: 3 });
        expect([cut.rows.length, cut.truncated]).toEqual([3, true]);
        const whole = await ask(esql, { rowsMax: 4 });
        expect([whole.rows.length, whole.truncated]).toEqual([4, false]);
      });

      it('take parameters as values, never as query text', async () => {
        const esql = `FROM ${under.name('events')} | WHERE id == ?id OR n == ?n | KEEP id | LIMIT 101`;
        expect((await ask(esql, { params: { id: '" OR true //', n: 3 } })).rows.map((row) => row.get('id'))).toEqual([
          'end',
        ]);
      });

      it('are none over an index without documents', async () => {
        expect((await ask(`FROM ${under.name('empty')} | KEEP who | LIMIT 101`)).rows).toEqual([]);
      });
    });

    describe('the time range', () => {
      const inside = ['created-out', 'ingested-out', 'last', 'middle', 'start'];

      it('is closed at its start and open at its end', async () => {
        expect(await ids(byClock(['@timestamp']))).toEqual(inside);
      });

      it('does not leak, with and without a WHERE, with one chain or several', async () => {
        const chains = byClock(['event.ingested', '@timestamp'], ['event.created', '@timestamp']);
        const expected = ['created-in', 'created-out', 'ingested-in', 'ingested-out', 'last', 'middle', 'start'];
        expect(await ids(chains)).toEqual(expected);
        expect(await ids(chains, '| WHERE n >= 1')).toEqual(expected);
        expect(await ids(chains, '| WHERE n == 3')).toEqual([]);
        expect(await ids(byClock(['@timestamp']), '| WHERE n >= 1 OR id == "end"')).toEqual(inside);
      });

      it('reads the first present field of the chain, per document', async () => {
        expect(await ids(byClock(['event.ingested', 'event.created', '@timestamp']))).toEqual([
          'created-in',
          'ingested-in',
          'last',
          'middle',
          'start',
        ]);
      });

      it('passes over a field of the chain that is mapped nowhere', async () => {
        expect(await ids(byClock(['event.nowhere', '@timestamp']))).toEqual(inside);
      });
    });

    describe('addresses', () => {
      const excluded = (blocks: readonly string[], addresses: readonly string[]): QuestionFilter => ({
        ...byClock(['@timestamp']),
        excluded: [{ field: 'ip', blocks, addresses }],
      });
      const withNull = ['created-out', 'ingested-out'];

      it('drop a document when any of its values is excluded; a null stays', async () => {
        expect(await ids(excluded(['10.0.0.0/8'], []))).toEqual([...withNull, 'last']);
        expect(await ids(excluded([], ['8.8.8.8']))).toEqual([...withNull, 'last', 'start']);
        expect(await ids(excluded(['2001:db8::/32', '10.1.2.3/32'], ['8.8.8.8']))).toEqual(withNull);
        expect(await ids(excluded([], []))).toEqual([...withNull, 'last', 'middle', 'start']);
      });

      it('keep a document only when one of its values is wanted', async () => {
        const only = (blocks: readonly string[], addresses: readonly string[]): QuestionFilter => ({
          ...byClock(['@timestamp']),
          only: [{ field: 'ip', blocks, addresses }],
        });
        expect(await ids(only(['10.0.0.0/8'], []), '| WHERE n >= 1')).toEqual(['middle', 'start']);
        expect(await ids(only(['10.0.0.0/8'], ['2001:db8::1']))).toEqual(['last', 'middle', 'start']);
        expect(await ids(only([], []))).toEqual([]);
      });
    });

    describe('fields', () => {
      it('have a type each, whatever the documents', async () => {
        const caps = await under.engine.fields([under.name('events'), under.name('empty')], never());
        expect([...caps.indices].sort()).toEqual([under.name('empty'), under.name('events')].sort());
        expect([...caps.types].toSorted(([a], [b]) => (a < b ? -1 : 1))).toEqual([
          ['@timestamp', 'date'],
          ['event.created', 'date'],
          ['event.ingested', 'date'],
          ['id', 'keyword'],
          ['ip', 'ip'],
          ['n', 'long'],
          ['who', 'keyword'],
        ]);
        expect(caps).toMatchObject({ closed: [], unmatched: [], conflicts: new Map() });
      });

      it('are none where nothing matches, and the patterns are named', async () => {
        const patterns = [under.name('nowhere'), under.name('nowhere-*')];
        const caps = await under.engine.fields(patterns, never());
        const nothing = {
          indices: [],
          closed: [],
          missingShards: 0,
          unavailable: [],
          types: new Map(),
          conflicts: new Map(),
        };
        expect(caps).toEqual({ ...nothing, unmatched: patterns });
        expect((await under.engine.fields([...patterns, under.name('plain')], never())).unmatched).toEqual(patterns);
      });

      it.skipIf(oneTypeEach)('are unsupported where indices disagree, text and keyword too', async () => {
        const { types, conflicts } = await under.engine.fields([under.name('plain'), under.name('odd')], never());
        expect([types.get('odd'), types.get('story'), types.get('who')]).toEqual([
          'unsupported',
          'unsupported',
          'keyword',
        ]);
        expect([...conflicts.keys()].sort()).toEqual(['odd', 'story']);
        expect([...(conflicts.get('odd') ?? [])].sort()).toEqual([
          `ip in ${under.name('plain')}`,
          `keyword in ${under.name('odd')}`,
        ]);
      });
    });

    describe('errors', () => {
      it('NO_INDEX: a FROM that matches nothing', async () => {
        const error = await fails(ask(`FROM ${under.name('nowhere')} | LIMIT 1`), 'NO_INDEX');
        expect(error.message).toContain(under.name('nowhere'));
      });

      it('UNKNOWN_COLUMN: a field that no index has', async () => {
        expect(
          (await fails(ask(`FROM ${under.name('plain')} | WHERE wh0 == "a" | LIMIT 1`), 'UNKNOWN_COLUMN')).message,
        ).toContain('wh0');
      });

      it.skipIf(oneTypeEach)('TYPE_CONFLICT: a field on which indices disagree', async () => {
        const from = `FROM ${under.name('plain')}, ${under.name('odd')}`;
        expect((await fails(ask(`${from} | WHERE odd == "a" | LIMIT 1`), 'TYPE_CONFLICT')).message).toContain('odd');
      });

      it('QUERY_REJECTED: a syntax fault', async () => {
        await fails(ask(`FROM ${under.name('plain')} | WERE who == "a"`), 'QUERY_REJECTED');
      });

      it('CANCELLED: the caller gives up', async () => {
        await fails(ask(slowQuery(under.name('plain')), {}, AbortSignal.abort()), 'CANCELLED');
        const abort = new AbortController();
        const asked = fails(ask(slowQuery(under.name('plain')), {}, abort.signal), 'CANCELLED');
        abort.abort();
        await asked;
      });

      it('TIMEOUT: the deadline passes', async () => {
        await fails(ask(slowQuery(under.name('plain')), { deadlineMs: 300 }), 'TIMEOUT');
      });
    });
  });
}
