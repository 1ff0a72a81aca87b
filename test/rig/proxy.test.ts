import { describe, expect, it } from 'vitest';
import { latch } from './latch.ts';
import { startProxy } from './proxy.ts';
import { startRecorder } from './recorder.ts';

const ROWS = { values: [[1], [2], [3]], took: 5 };

async function rig() {
  const server = await startRecorder(() => ({ body: ROWS, headers: { 'x-took': '5' } }));
  const proxy = await startProxy(server.url);
  return {
    server,
    proxy,
    async [Symbol.asyncDispose]() {
      await proxy[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

describe('startProxy', () => {
  it('passes a request and its answer on as they are, and counts', async () => {
    await using parts = await rig();
    const { server, proxy } = parts;
    const answer = await fetch(`${proxy.url}/_query?a=1`, {
      method: 'POST',
      body: 'FROM x',
      headers: { 'x-mine': 'yes' },
    });
    expect(await answer.json()).toEqual(ROWS);
    expect(answer.headers.get('x-elastic-product')).toBe('Elasticsearch');
    expect(server.requests).toMatchObject([
      { method: 'POST', path: '/_query?a=1', body: 'FROM x', headers: { 'x-mine': 'yes' } },
    ]);
    expect([proxy.count({ path: /^\/_query/ }), proxy.count({ method: 'GET' }), proxy.count({})]).toEqual([1, 0, 1]);
  });

  it.each([
    ['before', 0],
    ['after', 1],
    ['during', 1],
  ] as const)('cuts %s, when the server has seen %i requests', async (when, seen) => {
    await using parts = await rig();
    const { server, proxy } = parts;
    const rule = proxy.when({}, { kind: 'cut', when });
    await expect(fetch(proxy.url).then((answer) => answer.text())).rejects.toThrow(/fetch failed|terminated/);
    expect([server.requests.length, rule.strikes]).toEqual([seen, 1]);
  });

  it('sends a part of the body before it cuts during', async () => {
    await using parts = await rig();
    parts.proxy.when({}, { kind: 'cut', when: 'during' });
    const answer = await fetch(parts.proxy.url);
    expect(answer.status).toBe(200);
    const first = await answer.body?.getReader().read();
    expect(Buffer.from(first?.value ?? []).toString()).toBe(
      JSON.stringify(ROWS).slice(0, JSON.stringify(ROWS).length / 2),
    );
  });

  it.each([
    ['before', 0],
    ['after', 1],
  ] as const)('delays %s until a latch opens', async (when, seen) => {
    await using parts = await rig();
    const { server, proxy } = parts;
    const gate = latch();
    const rule = proxy.when({}, { kind: 'delay', when, until: gate.opened });
    let answered = false;
    const asked = fetch(proxy.url).then((answer) => ((answered = true), answer.json()));
    await rule.struck;
    await fetch(server.url); // a round trip to the server itself, in which the delayed one has time to go wrong
    if (seen === 1) await expect.poll(() => server.requests.length).toBe(2);
    expect([answered, server.requests.length]).toEqual([false, seen + 1]);
    gate.open();
    expect(await asked).toEqual(ROWS);
  });

  it('answers instead, without asking the server', async () => {
    await using parts = await rig();
    parts.proxy.when({}, { kind: 'answer', status: 429, body: { error: 'busy' }, headers: { 'retry-after': '1' } });
    const answer = await fetch(parts.proxy.url);
    expect([answer.status, await answer.json(), answer.headers.get('retry-after')]).toEqual([
      429,
      { error: 'busy' },
      '1',
    ]);
    expect(parts.server.requests).toEqual([]);
  });

  it('rewrites the JSON of an answer', async () => {
    await using parts = await rig();
    parts.proxy.when({}, { kind: 'rewrite', json: (body) => ({ ...(body as object), is_partial: true }) });
    expect(await (await fetch(parts.proxy.url)).json()).toEqual({ ...ROWS, is_partial: true });
  });

  it('sets and omits headers', async () => {
    await using parts = await rig();
    parts.proxy.when({}, { kind: 'headers', set: { 'x-new': '1' }, omit: ['x-elastic-product'] });
    const answer = await fetch(parts.proxy.url);
    expect([answer.headers.get('x-new'), answer.headers.get('x-elastic-product')]).toEqual(['1', null]);
  });

  it('strikes the nth matching request only, until the rule is lifted', async () => {
    await using parts = await rig();
    const { proxy } = parts;
    const statuses = async () => [(await fetch(`${proxy.url}/a`)).status, (await fetch(`${proxy.url}/b`)).status];
    proxy.when({ path: /^\/b/, nth: 2 }, { kind: 'answer', status: 503 });
    expect([await statuses(), await statuses(), await statuses()]).toEqual([
      [200, 200],
      [200, 503],
      [200, 200],
    ]);
    using always = proxy.when({ method: 'GET' }, { kind: 'answer', status: 500 });
    expect(await statuses()).toEqual([500, 500]);
    always[Symbol.dispose]();
    expect(await statuses()).toEqual([200, 200]);
  });

  it('cuts when the server is gone', async () => {
    const gone = await startRecorder([]);
    await gone[Symbol.asyncDispose]();
    await using proxy = await startProxy(gone.url);
    await expect(fetch(proxy.url)).rejects.toThrow('fetch failed');
    expect(proxy.requests).toHaveLength(1);
  });

  it('fails the test whose rewriting function throws', async () => {
    const { server, proxy } = await rig();
    proxy.when(
      {},
      {
        kind: 'rewrite',
        json: () => {
          throw new Error('no such row');
        },
      },
    );
    await expect(fetch(proxy.url)).rejects.toThrow('fetch failed');
    await expect(proxy[Symbol.asyncDispose]()).rejects.toMatchObject({ errors: [new Error('no such row')] });
    await server[Symbol.asyncDispose]();
  });
});
