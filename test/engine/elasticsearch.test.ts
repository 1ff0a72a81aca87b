import { describe, expect, it } from 'vitest';
import { isHuntError } from '../../src/core/error.ts';
import { connect } from '../../src/elastic/client.ts';
import type { Effects } from '../../src/engine/back-off.ts';
import { elasticsearchEngine } from '../../src/engine/elasticsearch.ts';
import type { Question } from '../../src/engine/port.ts';
import type { Received } from '../rig/http.ts';
import { latch } from '../rig/latch.ts';
import { startRecorder, type Answer } from '../rig/recorder.ts';
import { settingsFor } from '../elastic/settings.ts';

const ID = 'FmRl+/c3Q=';
const ROWS = {
  took: 7,
  is_partial: false,
  columns: [{ name: 'a', type: 'keyword' }],
  values: [['x'], [['y']], [['y', 'z']], [null]],
};
const RUNNING = { body: { id: ID, is_running: true, columns: [], values: [] } };
const PARTIAL = {
  body: {
    ...ROWS,
    is_partial: true,
    _clusters: {
      details: {
        '(local)': { status: 'partial', failures: [{ index: 'red', reason: { type: 'no_shard', reason: 'gone' } }] },
      },
    },
  },
};

function failed(status: number, type: string): Answer {
  return { status, body: { error: { type, reason: `because of ${type}` }, status } };
}
const BUSY = failed(429, 'es_rejected_execution_exception');
const BREAKER = failed(429, 'circuit_breaking_exception');
const RED = failed(503, 'no_shard_available_action_exception');

interface Script {
  /** Answers to submits in order; the last one again and again. */
  readonly submit: readonly Answer[];
  readonly poll?: readonly Answer[] | ((nth: number) => Promise<Answer>);
  readonly end?: Answer;
}

async function startScripted({ submit, poll = [], end = {} }: Script) {
  const count = { submits: 0, polls: 0 };
  const server = await startRecorder(({ method }) => {
    if (method === 'POST') return submit[Math.min(count.submits++, submit.length - 1)] ?? {};
    if (method === 'DELETE') return end;
    const nth = count.polls++;
    return typeof poll === 'function' ? poll(nth) : (poll[Math.min(nth, poll.length - 1)] ?? {});
  });
  const client = connect(settingsFor(server.url));
  const pauses: number[] = [];
  const effects: Effects = {
    sleep: (ms) => Promise.resolve(void pauses.push(ms)),
    random: () => 0.5,
    now: () => performance.now(),
  };
  const of = (method: string) => server.requests.filter((request) => request.method === method);
  return {
    engine: elasticsearchEngine(client, effects),
    pauses,
    submits: () => of('POST'),
    polls: () => of('GET'),
    deletions: () => of('DELETE'),
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

const QUESTION: Question = {
  purpose: 'rows',
  esql: 'FROM a | LIMIT 10',
  params: {},
  filter: { time: null, excluded: [], only: [] },
  rowsMax: 9,
  deadlineMs: 20_000,
};
const never = () => new AbortController().signal;

async function failure(promise: Promise<unknown>) {
  const error = await promise.then(
    () => expect.unreachable('it should have failed'),
    (error: unknown) => error,
  );
  if (!isHuntError(error)) throw error;
  return error;
}

const query = (request: Received | undefined) => new URL(request?.path ?? '', 'http://x').searchParams;

describe('a query that ends at once', () => {
  it('is one request, without partial results, and leaves nothing to delete', async () => {
    await using rig = await startScripted({ submit: [{ body: ROWS }] });
    const params = { n: 1, text: 'x" | DROP a //', __proto__x: null };
    const filter = { ...QUESTION.filter, time: { clocks: [['@timestamp']], span: { start: 0, end: 1 } } };
    const answer = await rig.engine.query({ ...QUESTION, params, filter }, never());
    const [submit, ...others] = rig.submits();
    expect([others, rig.polls(), rig.deletions()]).toEqual([[], [], []]);
    expect(query(submit).get('allow_partial_results')).toBe('false');
    expect(JSON.parse(submit?.body ?? '')).toEqual({
      query: QUESTION.esql,
      params: [{ n: 1 }, { text: 'x" | DROP a //' }, { __proto__x: null }],
      filter: { bool: { filter: [expect.objectContaining({ range: expect.anything() })] } },
      wait_for_completion_timeout: '1000ms',
      keep_alive: '80000ms',
      keep_on_completion: false,
    });
    expect(answer).toMatchObject({ truncated: false, partial: [], warnings: [], tookMs: 7 });
    expect(answer.awaitedMs).toBeGreaterThan(0);
  });

  it('gives cells: null, one, several, and a list of one as one', async () => {
    await using rig = await startScripted({ submit: [{ body: ROWS }] });
    const { columns, rows } = await rig.engine.query(QUESTION, never());
    expect(columns).toEqual([{ name: 'a', type: 'keyword' }]);
    expect(rows.map((row) => row.get('a'))).toEqual(['x', 'y', ['y', 'z'], null]);
  });

  it('maps types and takes a column called __proto__', async () => {
    const types = ['date_nanos', 'datetime', 'counter_long', 'dense_vector', 'unsupported', 'ip'];
    const columns = types.map((type, index) => ({ name: index === 0 ? '__proto__' : type, type }));
    const values = [['2026-01-01T00:00:00.000000001Z', 1, 2, [1, 2], null, { a: 1 }]];
    await using rig = await startScripted({ submit: [{ body: { columns, values } }] });
    const answer = await rig.engine.query(QUESTION, never());
    expect(answer.columns.map(({ type }) => type)).toEqual([
      'date_nanos',
      'date',
      'long',
      'unsupported',
      'unsupported',
      'ip',
    ]);
    expect(answer.rows[0]?.get('__proto__')).toBe('2026-01-01T00:00:00.000000001Z');
    expect(answer.rows[0]?.get('ip')).toBe('{"a":1}');
  });

  it('cuts what lies above rowsMax and says so', async () => {
    await using rig = await startScripted({ submit: [{ body: ROWS }] });
    const cut = await rig.engine.query({ ...QUESTION, rowsMax: 3 }, never());
    expect([cut.rows.length, cut.truncated]).toEqual([3, true]);
    const whole = await rig.engine.query({ ...QUESTION, rowsMax: 4 }, never());
    expect([whole.rows.length, whole.truncated]).toEqual([4, false]);
  });

  it('hands on warnings as text, each once', async () => {
    const warning =
      '299 Elasticsearch-8.19.21-abc "a \\"b\\", c", 299 Elasticsearch-8.19.21-abc "d", 299 Elasticsearch-8.19.21-abc "d"';
    await using rig = await startScripted({ submit: [{ body: ROWS, headers: { warning } }] });
    expect((await rig.engine.query(QUESTION, never())).warnings).toEqual(['a "b", c', 'd']);
  });
});

describe('a query that takes longer', () => {
  it('is polled to its end and deleted', async () => {
    await using rig = await startScripted({
      submit: [RUNNING],
      poll: [RUNNING, { body: { ...ROWS, id: ID, is_running: false } }],
    });
    expect((await rig.engine.query(QUESTION, never())).rows).toHaveLength(4);
    expect(rig.polls()).toHaveLength(2);
    expect(rig.deletions().map(({ path }) => path)).toEqual([`/_query/async/${encodeURIComponent(ID)}`]);
  });

  it('is deleted when it fails on the way, and keeps its own error', async () => {
    await using rig = await startScripted({
      submit: [RUNNING],
      poll: [failed(400, 'parsing_exception')],
      end: failed(404, 'resource_not_found_exception'),
    });
    expect((await failure(rig.engine.query(QUESTION, never()))).code).toBe('QUERY_REJECTED');
    expect(rig.deletions()).toHaveLength(1);
  });

  it('turns a failed deletion into a warning', async () => {
    await using rig = await startScripted({
      submit: [RUNNING],
      poll: [{ body: { ...ROWS, id: ID } }],
      end: failed(500, 'oops'),
    });
    const { rows, warnings } = await rig.engine.query(QUESTION, never());
    expect(rows).toHaveLength(4);
    expect(warnings).toEqual([
      expect.stringMatching(/could not be ended on the server and expires after 80s: .*because of oops/),
    ]);
  });

  it('tells of a failed deletion in the remedy of the error', async () => {
    await using rig = await startScripted({
      submit: [RUNNING],
      poll: [failed(400, 'parsing_exception')],
      end: failed(500, 'oops'),
    });
    expect((await failure(rig.engine.query(QUESTION, never()))).remedy).toMatch(/Correct.*could not be ended/);
  });

  it('is deleted when the caller aborts, before it rejects with CANCELLED', async () => {
    const polled = latch();
    const poll = () => (polled.open(), new Promise<Answer>(() => undefined));
    await using rig = await startScripted({ submit: [RUNNING], poll });
    const abort = new AbortController();
    const asked = failure(rig.engine.query(QUESTION, abort.signal));
    await polled.opened;
    abort.abort();
    expect((await asked).code).toBe('CANCELLED');
    expect(rig.deletions()).toHaveLength(1);
  });

  it('is deleted when the deadline passes, before it rejects with TIMEOUT', async () => {
    await using rig = await startScripted({ submit: [RUNNING], poll: () => new Promise(() => undefined) });
    const error = await failure(rig.engine.query({ ...QUESTION, deadlineMs: 50 }, never()));
    expect([error.code, error.message]).toEqual([
      'TIMEOUT',
      expect.stringMatching(/"rows" within its deadline of 0.05 s/),
    ]);
    expect(rig.deletions()).toHaveLength(1);
  });

  it('is deleted when the abort comes while the submit is under way: only its answer tells the id', async () => {
    const submitted = latch();
    const answer = latch();
    let deletions = 0;
    await using server = await startRecorder(async ({ method }) => {
      if (method === 'DELETE') return ((deletions += 1), {});
      submitted.open();
      await answer.opened;
      return RUNNING;
    });
    await using client = connect(settingsFor(server.url));
    const abort = new AbortController();
    const asked = failure(elasticsearchEngine(client).query(QUESTION, abort.signal));
    await submitted.opened;
    abort.abort();
    answer.open();
    expect((await asked).code).toBe('CANCELLED');
    expect(deletions).toBe(1);
  });

  it('asks nothing when it was aborted before', async () => {
    await using rig = await startScripted({ submit: [RUNNING] });
    expect((await failure(rig.engine.query(QUESTION, AbortSignal.abort()))).code).toBe('CANCELLED');
    expect(rig.submits()).toHaveLength(0);
  });
});

describe('a server that is busy', () => {
  it('is asked again after pauses that grow, and answers', async () => {
    await using rig = await startScripted({ submit: [BUSY, BUSY, RED, { body: ROWS }] });
    expect((await rig.engine.query(QUESTION, never())).partial).toEqual([]);
    expect(rig.pauses).toEqual([500, 1_000, 2_000]);
  });

  it('is given up after four tries', async () => {
    await using rig = await startScripted({ submit: [BUSY] });
    expect((await failure(rig.engine.query(QUESTION, never()))).code).toBe('OVERLOADED');
    expect(rig.submits()).toHaveLength(4);
  });

  it('is not asked again when the pause would end after the deadline', async () => {
    await using rig = await startScripted({ submit: [BUSY] });
    expect((await failure(rig.engine.query({ ...QUESTION, deadlineMs: 400 }, never()))).code).toBe('OVERLOADED');
    expect([rig.submits().length, rig.pauses]).toEqual([1, []]);
  });

  it.each([
    ['QUERY_REJECTED', failed(400, 'parsing_exception')],
    ['QUERY_REJECTED', failed(400, 'query_shard_exception')],
    ['AUTHENTICATION', failed(401, 'security_exception')],
    ['PRIVILEGE', failed(403, 'security_exception')],
    ['NO_INDEX', failed(404, 'index_not_found_exception')],
    ['ANSWER_NOT_UNDERSTOOD', { body: {} }],
  ])('is not the case for %s: one try, no salvage', async (code, answer) => {
    await using rig = await startScripted({ submit: [answer] });
    expect((await failure(rig.engine.query(QUESTION, never()))).code).toBe(code);
    expect([rig.submits().length, rig.pauses]).toEqual([1, []]);
  });
});

describe('salvage', () => {
  const allowed = (requests: readonly Received[]) =>
    requests.map((request) => query(request).get('allow_partial_results'));

  it.each([
    ['a red index', RED],
    ['a tripped breaker', BREAKER],
  ])('asks once with partial results allowed after %s', async (_name, fault) => {
    await using rig = await startScripted({ submit: [fault, fault, fault, fault, PARTIAL] });
    const answer = await rig.engine.query(QUESTION, never());
    expect(allowed(rig.submits())).toEqual(['false', 'false', 'false', 'false', 'true']);
    expect(answer.partial).toEqual(['(local): index red: no_shard: gone']);
    expect(answer.rows).toHaveLength(4);
  });

  it('gives a whole answer as whole', async () => {
    await using rig = await startScripted({ submit: [RED, RED, RED, RED, { body: ROWS }] });
    expect((await rig.engine.query(QUESTION, never())).partial).toEqual([]);
  });

  it('rejects with the first error when it fails too', async () => {
    await using rig = await startScripted({ submit: [BREAKER, BREAKER, BREAKER, BREAKER, failed(500, 'oops')] });
    expect((await failure(rig.engine.query(QUESTION, never()))).code).toBe('CIRCUIT_BREAKER');
    expect(rig.submits()).toHaveLength(5);
  });

  it('calls an answer partial that nobody allowed to be', async () => {
    await using rig = await startScripted({ submit: [{ body: { ...ROWS, is_partial: true } }] });
    expect((await rig.engine.query(QUESTION, never())).partial).toEqual([expect.stringMatching(/no reason/)]);
  });

  it('calls an answer partial whose remote cluster was skipped', async () => {
    const clusters = { details: { '(local)': { status: 'successful' }, eu: { status: 'skipped' } } };
    await using rig = await startScripted({ submit: [{ body: { ...ROWS, _clusters: clusters } }] });
    expect((await rig.engine.query(QUESTION, never())).partial).toEqual(['eu: skipped']);
  });
});

describe('fields, info and privileges', () => {
  it('answers nothing for no patterns without asking', async () => {
    await using rig = await startScripted({ submit: [{}] });
    expect((await rig.engine.fields([], never())).indices).toEqual([]);
    expect(await rig.engine.privileges([], never())).toEqual([]);
    expect([...rig.submits(), ...rig.polls()]).toEqual([]);
  });

  const names = { indices: [], aliases: [], data_streams: [] };
  const failures = [{ indices: ['red'], failure: { reason: 'gone' } }];
  const answers = (shards: object, fields: (path: string) => object) =>
    startRecorder(({ path }) => {
      if (path.includes('_field_caps')) return { body: fields(path) };
      if (path.includes('_search_shards')) return { body: shards };
      return { body: path.includes('_resolve') ? names : {} };
    });

  it('rejects fields that a shard could not give although its index is there', async () => {
    const whole = { indices: { red: {} }, shards: [[{ index: 'red', shard: 0 }]] };
    await using server = await answers(whole, () => ({ indices: [], fields: {}, failures }));
    await using client = connect(settingsFor(server.url));
    const error = await failure(elasticsearchEngine(client).fields(['red'], never()));
    expect([error.code, error.message]).toEqual(['SHARD_FAILURE', expect.stringMatching(/"red": gone/)]);
  });

  it('reads the fields of the others without an index that has no shard, and names it', async () => {
    const lost = { indices: { red: {}, 'logs-1': {} }, shards: [[], [{ index: 'logs-1', shard: 0 }]] };
    const keyword = { keyword: { type: 'keyword', metadata_field: false } };
    await using server = await answers(lost, (path) =>
      path.includes('-red') ? { indices: ['logs-1'], fields: { who: keyword } } : { indices: [], fields: {}, failures },
    );
    await using client = connect(settingsFor(server.url));
    const caps = await elasticsearchEngine(client).fields(['red', 'logs-*'], never());
    expect(caps).toMatchObject({ missingShards: 1, unavailable: ['red'], indices: ['logs-1'] });
    expect([...caps.types]).toEqual([['who', 'keyword']]);
    expect(
      server.requests.filter(({ path }) => path.includes('_field_caps')).map(({ path }) => path.split('?')[0]),
    ).toEqual(['/red,logs-*/_field_caps', '/logs-*,-red/_field_caps']);
  });

  it('names missing privileges by pattern', async () => {
    const index = {
      'logs-*': { read: true, view_index_metadata: false },
      'w-*': { read: true, view_index_metadata: true },
    };
    await using rig = await startScripted({ submit: [{ body: { has_all_requested: false, index } }] });
    expect(await rig.engine.privileges(['w-*', 'logs-*'], never())).toEqual([
      { pattern: 'w-*', missing: [] },
      { pattern: 'logs-*', missing: ['view_index_metadata'] },
    ]);
  });

  it('says null where the server has no security', async () => {
    await using rig = await startScripted({ submit: [{ status: 400, body: { error: 'no handler found for uri' } }] });
    expect(await rig.engine.privileges(['a'], never())).toEqual([{ pattern: 'a', missing: null }]);
  });

  it('connects without the right to read the version', async () => {
    await using rig = await startScripted({ submit: [{}], poll: [failed(403, 'security_exception')] });
    expect(await rig.engine.info(never())).toMatchObject({ version: null, notes: [expect.stringMatching(/monitor/)] });
  });
});
