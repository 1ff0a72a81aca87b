import { describe, expect, it } from 'vitest';
import { embeddedEngine } from '../../src/engine/embedded.ts';
import type { Engine, Question } from '../../src/engine/port.ts';
import { engineContract } from '../contracts/engine.ts';
import { literalEvents } from '../rig/segments.ts';

engineContract(
  'embedded',
  async (estate) => {
    const events = await literalEvents(estate);
    const engine = embeddedEngine(events);
    return {
      engine,
      name: (index) => index,
      async [Symbol.asyncDispose]() {
        await engine[Symbol.asyncDispose]();
        events[Symbol.dispose]();
      },
    };
  },
  { oneTypeEach: true },
);

const question = (esql: string, other: Partial<Question> = {}): Question => ({
  purpose: 'rows',
  esql,
  params: {},
  filter: { time: null, excluded: [], only: [] },
  rowsMax: 9_999,
  deadlineMs: 30_000,
  ...other,
});
const ask = (engine: Engine, esql: string, other: Partial<Question> = {}) =>
  engine.query(question(esql, other), new AbortController().signal);

describe('embedded engine', () => {
  it('tells that it is embedded, and that nobody lacks a privilege', async () => {
    using events = await literalEvents({});
    await using engine = embeddedEngine(events);
    const signal = new AbortController().signal;
    expect(await engine.info(signal)).toEqual({ name: 'embedded', version: null, notes: [], warnings: [] });
    expect(await engine.privileges(['logs-*'], signal)).toEqual([{ pattern: 'logs-*', missing: null }]);
  });

  it('names every fault with line and column', async () => {
    using events = await literalEvents({ a: { fields: { n: 'long' }, documents: [{ n: 1 }] } });
    await using engine = embeddedEngine(events);
    await expect(ask(engine, 'FROM a\n| WHERE m == 1\n| EVAL x = NOPE(n)')).rejects.toMatchObject({
      code: 'UNKNOWN_COLUMN',
      message: expect.stringMatching(/line 2:9: there is no column "m"; line 3:12: there is no function NOPE/),
      remedy: expect.any(String),
    });
  });

  it('answers many questions at once', async () => {
    using events = await literalEvents({ a: { fields: { n: 'long' }, documents: [{ n: 1 }, { n: 2 }] } });
    await using engine = embeddedEngine(events);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, at) =>
        ask(engine, `FROM a | EVAL x = LENGTH(TO_STRING(n + ${at})) | STATS s = SUM(n) BY x`),
      ),
    );
    expect(
      answers.map(({ rows }) => rows.map((row) => row.get('s')).reduce<number>((sum, s) => sum + Number(s), 0)),
    ).toEqual(Array.from({ length: 20 }, () => 3));
  });

  it('reads what was added after it opened, and not what was taken away', async () => {
    using events = await literalEvents({
      a: { fields: { n: 'long' }, documents: [{ n: 1 }] },
      b: { fields: { n: 'long' }, documents: [{ n: 2 }] },
    });
    const all = events.snapshot();
    let segments = all.segments.slice(0, 1);
    await using engine = embeddedEngine({ ...events, snapshot: () => ({ ...all, segments }) });
    const numbers = async () => (await ask(engine, 'FROM * | SORT n')).rows.map((row) => row.get('n'));
    expect(await numbers()).toEqual([1]);
    segments = all.segments.slice();
    expect(await numbers()).toEqual([1, 2]);
    segments = all.segments.slice(1);
    expect(await numbers()).toEqual([2]);
  });

  it('keeps hostile text out of SQL', async () => {
    const hostile = `'); DROP TABLE events; -- $1 \${x} \\ " \u{1F480}`;
    using events = await literalEvents({
      a: { fields: { [hostile]: 'keyword', A: 'long', a: 'long' }, documents: [{ [hostile]: hostile, A: 1, a: 2 }] },
    });
    await using engine = embeddedEngine(events);
    const { columns, rows } = await ask(
      engine,
      'FROM a | WHERE `' + hostile + '` == ?v AND `' + hostile + '` LIKE "*$1*"',
      { params: { v: hostile } },
    );
    expect(columns.map(({ name }) => name)).toEqual([hostile, 'A', 'a'].sort());
    expect(rows.map((row) => [row.get(hostile), row.get('A'), row.get('a')])).toEqual([[hostile, 1, 2]]);
  });
});
