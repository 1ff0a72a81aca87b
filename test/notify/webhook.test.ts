import { describe, expect, it } from 'vitest';
import { smallestSet } from '../../src/core/smallest-set.ts';
import { newsOf, sampleNews } from '../../src/notify/news.ts';
import { post } from '../../src/notify/post.ts';
import { signatureOf, webhookChannel } from '../../src/notify/webhook.ts';
import { sampleFinding, sampleLatest, sampleState } from '../rig/sample-findings.ts';
import { sampleNotice } from '../rig/sample-notices.ts';
import { HARMFUL } from '../rig/hostile-texts.ts';
import { isFromTracehound, type Reply, startReceiver } from '../rig/receiver.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const SECRET = 'a secret of enough characters';
const means = { fetch, now: () => NOW };

async function tell(reply: Reply, change: Partial<typeof means & { tellMaxMs: number }> = {}) {
  await using receiver = await startReceiver(() => reply);
  const url = `${receiver.url}/path-that-is-secret?token=abc`;
  const channel = webhookChannel(
    { kind: 'webhook', name: 'webhook:soc', url, secret: SECRET },
    { ...means, ...change },
  );
  const told = await channel.tell(newsOf(sampleNotice(), sampleFinding()));
  return { told, requests: receiver.requests };
}

describe('a webhook', () => {
  it('is told in JSON, signed over timestamp and body, with a key that repetitions share', async () => {
    const { told, requests } = await tell({ status: 202 });
    expect(told).toEqual({ ok: true });
    const [request] = requests;
    if (request === undefined) throw new Error('Nothing came');
    const { news } = sampleNotice();
    expect(request).toMatchObject({ method: 'POST', path: '/hooks/in/path-that-is-secret?token=abc' });
    expect(request.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'idempotency-key': news,
      'tracehound-event': 'finding.new',
      'tracehound-timestamp': String(NOW / 1_000),
    });
    expect(isFromTracehound(SECRET, request, NOW)).toBe(true);
    expect(isFromTracehound(SECRET, { ...request, body: `${request.body} ` }, NOW)).toBe(false);
    expect(isFromTracehound('another secret', request, NOW)).toBe(false);
    expect(isFromTracehound(SECRET, request, NOW + 301_000)).toBe(false);
    const moved = { ...request, headers: { ...request.headers, 'tracehound-timestamp': String(NOW / 1_000 + 1) } };
    expect(isFromTracehound(SECRET, moved, NOW)).toBe(false);
    expect(JSON.parse(request.body)).toMatchObject({
      version: 1,
      id: news,
      type: 'finding',
      delta: 'new',
      job: { id: 'nightly' },
      hunt: { id: 'network/rare-egress' },
      finding: { key: { 'process.name': 'updater32.exe' }, values: { 'host.name': ['ws1'] }, more: [] },
    });
  });

  it('has the signature of a known example', () => {
    // printf '1700000000.{"a":1}' | openssl dgst -sha256 -hmac 'key'
    expect(signatureOf('key', '1700000000', '{"a":1}')).toBe(
      'v1=a438e398bfafc57e4396bb7fc2304422f0f768e965d073ca313cb52e22e6ad03',
    );
  });

  it.each([
    [{ status: 500 }, 'the answer is 500', null, false],
    [{ status: 404, body: '<html>no such page' }, 'the answer is 404', null, false],
    [{ status: 400, body: 'invalid_payload' }, 'the answer is 400 (invalid_payload)', null, true],
    [{ status: 413 }, 'the answer is 413', null, true],
    [{ status: 429, headers: { 'retry-after': '120' } }, 'the answer is 429', 120_000, false],
    [{ status: 503, headers: { 'retry-after': 'Sat, 21 Nov 2026 12:10:00 GMT' } }, 'the answer is 503', 600_000, false],
    [{ status: 503, headers: { 'retry-after': 'Sat, 21 Nov 2026 11:00:00 GMT' } }, 'the answer is 503', 0, false],
    [{ status: 503, headers: { 'retry-after': '999999999' } }, 'the answer is 503', 86_400_000, false],
    [{ status: 503, headers: { 'retry-after': 'soon' } }, 'the answer is 503', null, false],
    ['cut', 'the connection was cut', null, false],
  ] as const)('that answers %j is told so: %s', async (reply, because, retryAfterMs, alone) => {
    expect((await tell(reply)).told).toEqual({ ok: false, because, retryAfterMs, alone });
  });

  it.each([301, 302, 303, 307, 308])('that redirects (%i) is not followed', async (status) => {
    await using elsewhere = await startReceiver();
    const { told } = await tell({ status, headers: { location: elsewhere.url } });
    expect(told).toMatchObject({ ok: false, because: expect.stringContaining(`redirect (${status})`) });
    expect(elsewhere.requests).toEqual([]);
  });

  it('that hangs, before its answer or within it, is given up', async () => {
    const { told } = await tell('never', { tellMaxMs: 30 });
    expect(told).toMatchObject({ ok: false, because: 'no answer within 0.03 s', alone: false });
    const endless = () =>
      Promise.resolve(new Response(new ReadableStream({ pull: () => new Promise(() => undefined) }), { status: 200 }));
    expect((await tell('never', { fetch: endless })).told).toEqual({ ok: true });
  });

  it('whose answer is without end, or repeats what it was sent, shows none of it', async () => {
    let chunks = 0;
    const pull = (controller: ReadableStreamDefaultController) => {
      chunks++;
      controller.enqueue(new TextEncoder().encode('x'.repeat(65_536)));
    };
    const flood = () => Promise.resolve(new Response(new ReadableStream({ pull }), { status: 500 }));
    expect((await tell('never', { fetch: flood })).told).toMatchObject({ because: 'the answer is 500' });
    expect(chunks).toBeLessThan(5);
    const echo = await tell({ status: 500, body: `token=abc ${SECRET} path-that-is-secret` });
    expect(JSON.stringify(echo.told)).not.toMatch(/abc|secret/);
  });

  it('that cannot be reached is told by a code, without its address', async () => {
    for (const [code, words] of [
      ['ECONNREFUSED', 'nobody listens'],
      ['ENOTFOUND', 'no such host'],
      ['EPROTO', 'EPROTO'],
    ]) {
      const fetch = () => {
        const cause = Object.assign(new Error('connect https://secret.example/abc'), { code });
        return Promise.reject(new TypeError('fetch failed: https://secret.example/abc', { cause }));
      };
      const { told } = await tell('never', { fetch });
      expect(told).toMatchObject({ ok: false, because: expect.stringContaining(words ?? ''), alone: false });
      expect(JSON.stringify(told)).not.toMatch(/secret|abc/);
    }
    const strange = () => Promise.reject(new Error('https://secret.example/abc'));
    expect((await tell('never', { fetch: strange })).told).toMatchObject({ because: 'the connection failed' });
    const refused = await post({ url: 'http://127.0.0.1:1/x', headers: {}, body: '' }, means);
    expect(refused).toMatchObject({ ok: false, because: expect.stringMatching(/nobody listens|connection failed/) });
  });

  it('gets hostile text as JSON that is whole, harmless on a terminal and of a bounded size', async () => {
    const hostile = `\u001b]0;x\u0007\u202e\ud800</script>"'\\\n<!channel>`;
    const values = Array.from({ length: 50 }, (_, at) => `${at}${hostile}${'é'.repeat(1_000_000)}`);
    const state = sampleState('p', 0, {
      key: JSON.parse(`{"__proto__":"p","process.name":${JSON.stringify(hostile)}}`),
      sets: { 'host.name': smallestSet(values, 50) },
      latest: sampleLatest({ title: hostile.repeat(10_000) }),
    });
    await using receiver = await startReceiver();
    const channel = webhookChannel({ kind: 'webhook', name: 'w', url: receiver.url, secret: SECRET }, means);
    expect(await channel.tell(newsOf(sampleNotice('p'), sampleFinding('p', { state })))).toEqual({ ok: true });
    const { body = '' } = receiver.requests[0] ?? {};
    expect(body.length).toBeLessThan(300_000);
    expect(body).not.toMatch(HARMFUL);
    const { finding } = JSON.parse(body) as { finding: Record<string, Record<string, unknown>> };
    expect(finding['key']?.['process.name']).toBe(hostile.toWellFormed());
    expect(Object.keys(finding['key'] ?? {})).toEqual(['__proto__', 'process.name']);
    expect(finding['more']).toEqual(['host.name']);
  });

  it('can be tried with what is no finding', async () => {
    await using receiver = await startReceiver();
    const channel = webhookChannel({ kind: 'webhook', name: 'w', url: receiver.url, secret: SECRET }, means);
    await channel.tell(sampleNews(NOW, 'unique'));
    expect(receiver.requests[0]?.headers).toMatchObject({
      'tracehound-event': 'test',
      'idempotency-key': 'test.unique',
    });
  });
});
