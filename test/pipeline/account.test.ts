import { describe, expect, it } from 'vitest';
import { HuntError } from '../../src/core/error.ts';
import { Account } from '../../src/pipeline/account.ts';
import { Stopwatch } from '../../src/pipeline/stopwatch.ts';
import { answerOf, capsOf, checkedHunt, effectsOf, fakeEngine, NOW, requestOf, TILE } from './fakes.ts';

/** A clock that is moved by hand. */
function handClock() {
  let now = 100;
  return { now: () => now, pass: (ms: number) => (now += ms) };
}

describe('a stopwatch', () => {
  it('books time to the stage in which it passed, and what was awaited in it', async () => {
    const clock = handClock();
    const watch = new Stopwatch(clock.now);
    await watch.stage('query', async () => {
      clock.pass(5);
      await watch.awaited(Promise.resolve().then(() => clock.pass(20)));
      clock.pass(1.26);
    });
    await watch.stage('keep', () => clock.pass(2));
    await watch.stage('query', () => clock.pass(4));
    expect(watch.times()).toEqual({ query: { wallMs: 30.3, awaitedMs: 20 }, keep: { wallMs: 2, awaitedMs: 0 } });
    expect(watch.awaitedMs).toBe(20);
  });

  it('tells stages in the order of the pipeline', async () => {
    const watch = new Stopwatch(() => 0);
    for (const stage of ['deliver', 'prepare', 'enrich'] as const) await watch.stage(stage, () => undefined);
    expect(Object.keys(watch.times())).toEqual(['prepare', 'enrich', 'deliver']);
  });

  it('books the time of what fails too', async () => {
    const clock = handClock();
    const watch = new Stopwatch(clock.now);
    const work = watch.stage('query', () => {
      clock.pass(7);
      return watch.awaited(Promise.reject(new Error('gone')).finally(() => clock.pass(3)));
    });
    await expect(work).rejects.toThrow('gone');
    expect(watch.times()).toEqual({ query: { wallMs: 10, awaitedMs: 3 } });
  });
});

describe('an account', () => {
  const FILES = {
    '/site/hunts/sources.yml':
      'net: { index: [logs-*], clock: ["@timestamp"], heartbeat: 1h, description: N, enable: E }\n',
    '/site/hunts/a/b.yml': `name: A hunt
hypothesis: Something is rare.
status: stable
severity: low
sources: { any_of: [net] }
window: 1d
prevalence: { of: [process.name], across: host.name, at_most: 3 }
finding: { title: t }
`,
  };
  const question = {
    purpose: 'rows',
    esql: 'FROM x',
    params: {},
    filter: { time: null, excluded: [], only: [] },
    rowsMax: 7,
    deadlineMs: 1,
  };

  async function accountOf(answer: ReturnType<typeof answerOf>) {
    const { hunt } = await checkedHunt(FILES);
    const told: string[] = [];
    const effects = effectsOf(
      fakeEngine(capsOf({}), () => answer),
      null,
      {
        report: (event) => told.push(event.type === 'stage' ? event.stage : event.text),
      },
    );
    return { account: new Account(hunt, requestOf(), TILE, effects), told };
  }

  it('has each query, its warnings once, and what is missing from its answer', async () => {
    const { account, told } = await accountOf(
      answerOf([], { truncated: true, partial: ['a shard failed'], warnings: ['slow', 'slow'], tookMs: 5 }),
    );
    await account.stage('query', () => account.ask(question));
    await account.stage('query', () => account.ask({ ...question, purpose: 'population' }));
    const record = account.finished();
    expect(told).toEqual(['query', 'query']);
    expect(record.verdict).toBe('degraded');
    expect(record.reasons.map(({ code, text }) => `${code}: ${text}`)).toEqual([
      'truncated: More than 7 rows (rows): the rest was not read',
      'partial: Partial answer (rows): a shard failed',
      'truncated: More than 7 rows (population): the rest was not read',
      'partial: Partial answer (population): a shard failed',
    ]);
    expect(record).toMatchObject({
      warnings: ['slow'],
      tookMs: 10,
      queries: [
        { purpose: 'rows', esql: 'FROM x', tookMs: 5 },
        { purpose: 'population', esql: 'FROM x', tookMs: 5 },
      ],
      startedAt: NOW,
      range: TILE,
      tile: TILE,
      saved: false,
      error: null,
    });
    expect(record.engineMs).toBeGreaterThan(0);
  });

  it('of a failure keeps what was known, and names code and remedy', async () => {
    const { account } = await accountOf(answerOf([]));
    account.rows = 3;
    account.reasons.push({ verdict: 'blind', code: 'x', text: 'before' });
    const record = account.failed(new HuntError('TIMEOUT', 'Too slow', { remedy: 'Wait longer' }));
    expect([record.verdict, record.rows, record.reasons.map(({ code }) => code)]).toEqual([
      'failed',
      3,
      ['x', 'timeout'],
    ]);
    expect(record.error).toEqual({ code: 'TIMEOUT', message: 'Too slow', remedy: 'Wait longer' });
  });
});
