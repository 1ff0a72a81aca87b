import { createServer } from 'node:net';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { isHuntError } from '../../src/core/error.ts';
import { connect } from '../../src/elastic/client.ts';
import type { ElasticAuth } from '../../src/elastic/settings.ts';
import { startRecorder, type Script } from '../rig/recorder.ts';
import { settingsFor } from './settings.ts';

const NODES = [{ version: '8.19.21' }];
const MEDIA_REFUSAL = {
  status: 400,
  body: {
    error: { type: 'media_type_header_exception', reason: 'Accept version must be either version 8 or 7, but found 9' },
  },
};
const SECRET = 'c2VjcmV0LXBhcnQ6dmVyeQ==';
const call = () => ({ signal: new AbortController().signal });

/** The error of a call that must fail. */
async function failure(promise: Promise<unknown>) {
  const error = await promise.then(
    () => expect.unreachable('it should have failed'),
    (error: unknown) => error,
  );
  if (!isHuntError(error)) throw error;
  return error;
}

describe('credentials', () => {
  const auths: readonly (readonly [ElasticAuth, string | undefined])[] = [
    [{ type: 'none' }, undefined],
    [{ type: 'apiKey', apiKey: SECRET }, `ApiKey ${SECRET}`],
    [
      { type: 'basic', username: 'hunter', password: 'pa:ss wörd' },
      `Basic ${Buffer.from('hunter:pa:ss wörd').toString('base64')}`,
    ],
    [{ type: 'bearer', token: SECRET }, `Bearer ${SECRET}`],
  ];
  it.each(auths)('$type goes into the authorization header, and nowhere else', async (auth, header) => {
    await using server = await startRecorder([
      { body: NODES },
      { status: 401, body: { error: { type: 'security_exception', reason: `no ${header}` } } },
    ]);
    await using client = connect(settingsFor(server.url, { auth }));
    expect(await client.versions(call())).toEqual(['8.19.21']);
    const [request] = server.requests;
    expect(request?.headers['authorization']).toBe(header);
    expect(request?.path).not.toContain(SECRET);
    const error = await failure(client.fieldCaps(['a'], call()));
    expect(error.code).toBe('AUTHENTICATION');
    expect(`${error.message} ${error.remedy} ${String(error.cause)} ${error.stack}`).not.toContain(SECRET);
  });

  it('takes an answer with many warnings', async () => {
    const warnings = Array.from({ length: 400 }, (_, at) => `299 Elasticsearch "Line 1:${at}: evaluation failed"`);
    const answer = { body: NODES, headers: { warning: warnings.join(', ') } };
    await using server = await startRecorder([answer]);
    await using client = connect(settingsFor(server.url));
    expect(answer.headers.warning.length).toBeGreaterThan(16_384);
    expect(await client.versions(call())).toEqual(['8.19.21']);
  });

  it('names Tracehound to the server', async () => {
    await using server = await startRecorder([{ body: NODES }]);
    await using client = connect(settingsFor(server.url));
    await client.versions(call());
    expect(server.requests[0]?.headers).toMatchObject({ 'user-agent': 'tracehound', 'x-opaque-id': 'tracehound' });
  });
});

describe('media type', () => {
  const script: Script = ({ headers }) =>
    headers['accept']?.includes('compatible-with=9') ? MEDIA_REFUSAL : { body: NODES };

  it('falls back to 8 once, says so once, and stays there', async () => {
    const told: string[] = [];
    await using server = await startRecorder(script);
    await using client = connect(settingsFor(server.url), (note) => told.push(note));
    await Promise.all([client.versions(call()), client.versions(call())]);
    await client.versions(call());
    expect(server.requests.map(({ headers }) => headers['accept']?.at(-1))).toEqual(['9', '9', '8', '8', '8']);
    expect(told).toEqual(['The server takes no requests of version 9, so version 8 is used']);
    expect(client.notes).toEqual(told);
  });

  it('falls back on a request whose 400 would be an answer', async () => {
    await using server = await startRecorder(({ headers }) =>
      headers['accept']?.includes('compatible-with=9')
        ? MEDIA_REFUSAL
        : { status: 400, body: { error: 'no handler found' } },
    );
    await using client = connect(settingsFor(server.url));
    expect(await client.missingPrivileges(['a'], ['read'], call())).toBeNull();
  });

  it('asks with 8 alone when told to, and fails with a remedy when told 9', async () => {
    await using server = await startRecorder(script);
    await using eight = connect(settingsFor(server.url, { compatibility: 8 }));
    await eight.versions(call());
    expect(server.requests).toHaveLength(1);
    await using nine = connect(settingsFor(server.url, { compatibility: 9 }));
    expect(await failure(nine.versions(call()))).toMatchObject({
      code: 'CONFIGURATION',
      remedy: expect.stringMatching(/compatibility/),
    });
  });

  it('sends a bulk as NDJSON of the same version', async () => {
    await using server = await startRecorder([
      { body: { items: [{ create: { status: 201, _seq_no: 0, _primary_term: 1 } }] } },
    ]);
    await using client = connect(settingsFor(server.url, { compatibility: 8 }));
    const operation = { action: 'create', index: 'h', id: '1', document: { a: 1 } } as const;
    expect(await client.bulk([operation], {}, call())).toEqual([
      { status: 201, seqNo: 0, primaryTerm: 1, error: null },
    ]);
    expect(server.requests[0]).toMatchObject({ body: '{"create":{"_index":"h","_id":"1"}}\n{"a":1}\n' });
    expect(server.requests[0]?.headers['content-type']).toBe(
      'application/vnd.elasticsearch+x-ndjson; compatible-with=8',
    );
    expect(server.requests[0]?.path).toContain('require_alias=true');
  });
});

describe('connection', () => {
  it('goes on to the next node when one cannot be reached', async () => {
    await using server = await startRecorder(() => ({ body: NODES }));
    await using client = connect(settingsFor([await closedPort(), server.url]));
    for (let asked = 0; asked < 4; asked++) expect(await client.versions(call())).toEqual(['8.19.21']);
    expect(server.requests).toHaveLength(4);
  });

  it('tells UNREACHABLE when no node can be reached', async () => {
    await using client = connect(settingsFor([await closedPort(), await closedPort()]));
    expect((await failure(client.versions(call()))).code).toBe('UNREACHABLE');
  });

  it('does not repeat a request whose connection was lost', async () => {
    let connections = 0;
    const server = createServer((socket) => {
      connections += 1;
      socket.once('data', () => socket.destroy());
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    await using client = connect(settingsFor([urlOf(server), urlOf(server)]));
    expect((await failure(client.versions(call()))).code).toBe('CONNECTION_LOST');
    expect(connections).toBe(1);
    server.close();
  });

  it('ends a body that never comes by its timeout, and says TIMEOUT', async () => {
    const server = createServer((socket) => {
      socket.once('data', () =>
        socket.write(
          'HTTP/1.1 200 OK\r\nx-elastic-product: Elasticsearch\r\ncontent-type: application/json\r\ncontent-length: 10\r\n\r\n{',
        ),
      );
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    await using client = connect(settingsFor(urlOf(server)));
    expect((await failure(client.versions({ ...call(), timeoutMs: 50 }))).code).toBe('TIMEOUT');
    server.close();
  });

  it('ends by the signal, and does not fire it for its own timeout', async () => {
    const abort = new AbortController();
    let fired = 0;
    abort.signal.addEventListener('abort', () => (fired += 1));
    await using server = await startRecorder(() => new Promise(() => undefined));
    await using client = connect(settingsFor(server.url));
    expect((await failure(client.versions({ signal: abort.signal, timeoutMs: 20 }))).code).toBe('TIMEOUT');
    expect(fired).toBe(0);
    const asked = failure(client.versions({ signal: abort.signal }));
    abort.abort();
    expect((await asked).code).toBe('CANCELLED');
  });

  it.each([
    ['a page without the product header', { body: 'hello', headers: { 'x-elastic-product': '' } }],
    ['a redirection', { status: 302, headers: { location: '/login' } }],
    ['a 404 of somebody else', { status: 404, body: '<html>', headers: { 'x-elastic-product': '' } }],
  ])('tells NOT_ELASTICSEARCH of %s', async (_name, answer) => {
    await using server = await startRecorder([answer]);
    await using client = connect(settingsFor(server.url));
    expect(await failure(client.versions(call()))).toMatchObject({
      code: 'NOT_ELASTICSEARCH',
      remedy: expect.stringMatching(/x-elastic-product/),
    });
  });

  it.each([
    ['no nodes', { nodes: [] }, /no node/],
    ['a node that is no URL', { nodes: ['es:9200:x'] }, /no http or https URL/],
    ['a fingerprint that is none', { caFingerprint: 'abc' }, /64 hex/],
    ['a fingerprint on http', { caFingerprint: 'ab'.repeat(32) }, /http connection/],
  ])('refuses %s', (_name, other, message) => {
    expect(() => connect(settingsFor('http://127.0.0.1:9', other))).toThrow(
      expect.objectContaining({ code: 'CONFIGURATION', message: expect.stringMatching(message) }),
    );
  });

  it('shows no credentials of a URL', () => {
    expect(() => connect(settingsFor('ftp://elastic:hunter2@host'))).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining('hunter2') }),
    );
  });
});

describe('answers', () => {
  it.each([
    ['text', 'hello'],
    ['null', 'null'],
    ['no columns', { values: [] }],
    ['a column without a name', { columns: [{ type: 'ip' }], values: [] }],
    ['a row too short', { columns: [{ name: 'a', type: 'ip' }], values: [[]] }],
    ['a running query without an id', { is_running: true }],
  ])('ANSWER_NOT_UNDERSTOOD: %s', async (_name, body) => {
    await using server = await startRecorder([{ body }]);
    await using client = connect(settingsFor(server.url));
    const request = { query: 'ROW a=1', params: [], filter: null, allowPartial: false, waitMs: 1, keepAliveMs: 1 };
    expect((await failure(client.submitQuery(request, call()))).code).toBe('ANSWER_NOT_UNDERSTOOD');
  });

  it('ANSWER_NOT_UNDERSTOOD: JSON that ends too early', async () => {
    await using server = await startRecorder([{ body: '{"a":', headers: { 'content-type': 'application/json' } }]);
    await using client = connect(settingsFor(server.url));
    expect((await failure(client.versions(call()))).code).toBe('ANSWER_NOT_UNDERSTOOD');
  });

  it('takes hostile names as they are', async () => {
    const body =
      '{"indices":["a"],"fields":{"__proto__":{"keyword":{"type":"keyword"}},"constructor":{"ip":{"type":"ip"}},"_id":{"_id":{"metadata_field":true}},"n":{"nested":{}},"n.x":{"keyword":{}}}}';
    await using server = await startRecorder([{ body, headers: { 'content-type': 'application/json' } }]);
    await using client = connect(settingsFor(server.url));
    const { fields } = await client.fieldCaps(['a'], call());
    expect(fields.map(({ name }) => name)).toEqual(['__proto__', 'constructor']);
  });

  it('refuses names that are longer than a request line, before sending', async () => {
    await using server = await startRecorder([]);
    await using client = connect(settingsFor(server.url));
    const patterns = Array.from({ length: 300 }, (_, index) => `logs-something-${index}-*`);
    expect((await failure(client.fieldCaps(patterns, call()))).code).toBe('CONFIGURATION');
    expect(server.requests).toHaveLength(0);
  });
});

async function closedPort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = urlOf(server);
  server.close();
  await once(server, 'close');
  return url;
}

function urlOf(server: ReturnType<typeof createServer>): string {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening');
  return `http://127.0.0.1:${address.port}`;
}
