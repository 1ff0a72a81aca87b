// Every failure that a proxy before the real node can make, and what is left on the node afterwards.
import { randomInt } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { isHuntError } from '../../src/core/error.ts';
import type { ElasticClient } from '../../src/elastic/client.ts';
import { elasticsearchEngine } from '../../src/engine/elasticsearch.ts';
import type { Engine, Question } from '../../src/engine/port.ts';
import { slowQuery } from '../contracts/engine.ts';
import { ask, mustAsk } from '../rig/elasticsearch.ts';
import { latch } from '../rig/latch.ts';
import { describeLive } from '../rig/live.ts';
import { startProxy, type Fault, type Proxy } from '../rig/proxy.ts';
import { clientFor, estateOn } from './engine-estate.ts';

const SUBMIT = { method: 'POST', path: /^\/_query\/async/ };
const POLL = { method: 'GET', path: /^\/_query\/async\// };
const END = { method: 'DELETE', path: /^\/_query\/async\// };
const FULL = { type: 'es_rejected_execution_exception', reason: 'rejected execution' };
const BREAKER = { type: 'circuit_breaking_exception', reason: '[request] Data too large' };
const answering = (status: number, error: object): Fault => ({ kind: 'answer', status, body: { error, status } });
const never = () => new AbortController().signal;

describeLive('faults before Elasticsearch', ['elasticsearch8'], ({ elasticsearch8 }) => {
  let indices: Awaited<ReturnType<typeof estateOn>>;
  let proxy: Proxy;
  let client: ElasticClient;
  let engine: Engine;
  let mark: number;
  beforeAll(async () => {
    const documents = [{ who: 'a', ip: '10.0.0.1' }, { who: 'b' }];
    indices = await estateOn(elasticsearch8, { events: { fields: { who: 'keyword', ip: 'ip' }, documents } });
  });
  afterAll(() => indices[Symbol.asyncDispose]());
  beforeEach(async () => {
    mark = randomInt(1_000, 400_000_000);
    proxy = await startProxy(elasticsearch8.url);
    client = clientFor(proxy.url);
    engine = elasticsearchEngine(client, {
      sleep: () => Promise.resolve(),
      random: () => 0.5,
      now: () => performance.now(),
    });
    await engine.info(never()); // settles the media type, so that the tests count their own requests alone
  });
  afterEach(async () => {
    await client[Symbol.asyncDispose]();
    await proxy[Symbol.asyncDispose]();
  });

  const events = () => indices.name('events');
  const rows = () => `FROM ${events()} | SORT who | KEEP who | LIMIT 11`;
  const query = (esql: string, { deadlineMs = 60_000, signal = never() } = {}) => {
    const filter = { time: null, excluded: [], only: [] };
    const question: Question = { purpose: 'rows', esql, params: {}, filter, rowsMax: 10, deadlineMs };
    return engine.query(question, signal);
  };
  const failure = async (promise: Promise<unknown>) => {
    const error = await promise.then(
      () => expect.unreachable('it should have failed'),
      (error: unknown) => error,
    );
    if (!isHuntError(error)) throw error;
    return error;
  };
  /** Looks behind the proxy: the query that was deleted is unknown, and no task works on it. */
  const expectGone = async () => {
    const ended = proxy.requests.filter(({ method }) => method === 'DELETE');
    expect(ended.length).toBeGreaterThan(0);
    for (const { path } of ended) expect((await ask(elasticsearch8, 'GET', path)).status).toBe(404);
    await expect.poll(isWorking, { timeout: 20_000 }).toBe(false);
  };
  /** By the mark: a task of an async query names neither its indices nor its id. */
  const isWorking = async () => {
    const tasks = await mustAsk(elasticsearch8, 'GET', '/_tasks?actions=*esql*&detailed');
    return JSON.stringify(tasks).includes(`lit=[${mark},`);
  };

  it.each(['before', 'after', 'during'] as const)(
    'cut %s the answer of a submit: CONNECTION_LOST, not sent again',
    async (when) => {
      proxy.when(SUBMIT, { kind: 'cut', when });
      const error = await failure(query(rows()));
      expect([error.code, error.remedy]).toEqual(['CONNECTION_LOST', expect.stringMatching(/log of the node/)]);
      expect(proxy.count(SUBMIT)).toBe(1);
    },
  );

  it('one poll cut in the middle: asked again, answered, deleted', async () => {
    using rule = proxy.when({ ...POLL, nth: 1 }, { kind: 'cut', when: 'during' });
    expect((await query(slowQuery(events(), { depth: 4, mark }))).rows).toHaveLength(1);
    expect(rule.strikes).toBe(1);
    await expectGone();
  });

  it('every poll cut: CONNECTION_LOST, and the query is gone', async () => {
    using rule = proxy.when(POLL, { kind: 'cut', when: 'before' });
    expect((await failure(query(slowQuery(events(), { mark })))).code).toBe('CONNECTION_LOST');
    expect(rule.strikes).toBe(4);
    expect(proxy.count(SUBMIT)).toBe(1);
    await expectGone();
  });

  it('a poll held back past the deadline: TIMEOUT, and the query is gone', async () => {
    const held = latch();
    proxy.when(POLL, { kind: 'delay', when: 'before', until: held.opened });
    expect((await failure(query(slowQuery(events(), { mark }), { deadlineMs: 1_500 }))).code).toBe('TIMEOUT');
    await expectGone();
    held.open();
  });

  it('a submit held back for ever: TIMEOUT after a time of grace', async () => {
    const held = latch();
    proxy.when(SUBMIT, { kind: 'delay', when: 'before', until: held.opened });
    expect((await failure(query(rows(), { deadlineMs: 100 }))).code).toBe('TIMEOUT');
    held.open();
  });

  it('a caller that aborts while it runs: CANCELLED, and the query is gone', async () => {
    const held = latch();
    const abort = new AbortController();
    using rule = proxy.when(POLL, { kind: 'delay', when: 'before', until: held.opened });
    const asked = failure(query(slowQuery(events(), { mark }), { signal: abort.signal }));
    await rule.struck;
    expect(await isWorking()).toBe(true);
    abort.abort();
    expect((await asked).code).toBe('CANCELLED');
    await expectGone();
    held.open();
  });

  it('a caller that aborts during the submit: the query is gone too', async () => {
    const abort = new AbortController();
    const held = latch();
    using rule = proxy.when(SUBMIT, { kind: 'delay', when: 'after', until: held.opened });
    const asked = failure(query(slowQuery(events(), { mark }), { signal: abort.signal }));
    await rule.struck;
    abort.abort();
    held.open();
    expect((await asked).code).toBe('CANCELLED');
    await expectGone();
  });

  it('a deletion that fails: a warning, and the answer stands', async () => {
    proxy.when(END, { kind: 'cut', when: 'before' });
    const { rows, warnings } = await query(slowQuery(events(), { depth: 4, mark }));
    expect(rows).toHaveLength(1);
    expect(warnings).toEqual([expect.stringMatching(/could not be ended on the server/)]);
  });

  it.each([
    ['429', answering(429, FULL)],
    [
      '503 of a gateway',
      { kind: 'answer', status: 503, body: 'busy', headers: { 'x-elastic-product': '' } } satisfies Fault,
    ],
  ])('%s once, then the server: answered', async (_name, fault) => {
    using rule = proxy.when({ ...SUBMIT, nth: 1 }, fault);
    expect((await query(rows())).rows.map((row) => row.get('who'))).toEqual(['a', 'b']);
    expect([rule.strikes, proxy.count(SUBMIT)]).toEqual([1, 2]);
  });

  it.each([
    [429, 'OVERLOADED', 4, FULL],
    [401, 'AUTHENTICATION', 1, { type: 'security_exception', reason: 'unable to authenticate user [x]' }],
    [403, 'PRIVILEGE', 1, { type: 'security_exception', reason: 'action [x] is unauthorized for user [x]' }],
  ])('%d for ever: %s', async (status, code, submits, error) => {
    using rule = proxy.when(SUBMIT, answering(status, error));
    expect((await failure(query(rows()))).code).toBe(code);
    expect(rule.strikes).toBe(submits);
  });

  it('a tripped breaker: the salvage asks with partial results allowed, and a whole answer is whole', async () => {
    proxy.when({ ...SUBMIT, path: /allow_partial_results=false/ }, answering(429, BREAKER));
    const answer = await query(rows());
    expect([answer.rows.length, answer.partial]).toEqual([2, []]);
    expect(proxy.count(SUBMIT)).toBe(5);
  });

  it('an answer rewritten to be partial: called partial', async () => {
    proxy.when(SUBMIT, { kind: 'rewrite', json: (body) => ({ ...(body as object), is_partial: true }) });
    expect((await query(rows())).partial).toEqual([expect.stringMatching(/partial/)]);
  });

  it('a poll without its columns: ANSWER_NOT_UNDERSTOOD, and the query is gone', async () => {
    const json = (body: unknown) => ({ ...(body as object), is_running: false, columns: 'none' });
    proxy.when(POLL, { kind: 'rewrite', json });
    expect((await failure(query(slowQuery(events(), { depth: 4, mark })))).code).toBe('ANSWER_NOT_UNDERSTOOD');
    await expectGone();
  });

  it('a proxy that drops the product header: NOT_ELASTICSEARCH with the remedy', async () => {
    proxy.when(SUBMIT, { kind: 'headers', omit: ['x-elastic-product'] });
    expect(await failure(query(rows()))).toMatchObject({
      code: 'NOT_ELASTICSEARCH',
      remedy: expect.stringMatching(/x-elastic-product/),
    });
  });

  it('a malformed block in the query is the author’s: QUERY_REJECTED, no salvage', async () => {
    const esql = `FROM ${events()} | WHERE CIDR_MATCH(ip, "10.0.0.0/33") | LIMIT 11`;
    expect((await failure(query(esql))).code).toBe('QUERY_REJECTED');
    expect(proxy.count(SUBMIT)).toBe(1);
  });

  it('a red index among others: the rows of the others, partial, naming it', async () => {
    const red = indices.name('red');
    const settings = { 'index.routing.allocation.require._name': 'nobody', number_of_replicas: 0 };
    const body = { settings, mappings: { properties: { who: { type: 'keyword' } } } };
    await mustAsk(elasticsearch8, 'PUT', `/${red}?wait_for_active_shards=0&timeout=0s`, { body });
    try {
      const { rows, partial } = await query(`FROM ${events()}, ${red} | KEEP who | LIMIT 11`);
      expect(rows).toHaveLength(2);
      expect(partial).toEqual([expect.stringMatching(red)]);
      expect((await failure(query(`FROM ${red} | KEEP who | LIMIT 11`))).code).toBe('SHARD_FAILURE');
      const caps = await engine.fields([red, events()], never());
      expect(caps).toMatchObject({ missingShards: 1, unavailable: [red], indices: [events()] });
      expect(caps.types.get('who')).toBe('keyword');
    } finally {
      await mustAsk(elasticsearch8, 'DELETE', `/${red}`);
    }
  });
});
