import { describe, expect, it } from 'vitest';
import { startRecorder } from './recorder.ts';

describe('startRecorder', () => {
  it('records what it was sent and answers in order, as Elasticsearch', async () => {
    await using recorder = await startRecorder([{ body: { first: true } }, { status: 400, body: 'second' }]);
    const first = await fetch(`${recorder.url}/a?b=c`, {
      method: 'PUT',
      body: 'text',
      headers: { Authorization: 'ApiKey x' },
    });
    const second = await fetch(recorder.url);
    expect([await first.json(), first.headers.get('x-elastic-product')]).toEqual([{ first: true }, 'Elasticsearch']);
    expect([second.status, await second.text()]).toEqual([400, 'second']);
    expect(recorder.requests).toMatchObject([
      { method: 'PUT', path: '/a?b=c', body: 'text', headers: { authorization: 'ApiKey x' } },
      { method: 'GET', path: '/', body: '' },
    ]);
  });

  it('answers 501 beyond its script', async () => {
    await using recorder = await startRecorder([]);
    const answer = await fetch(recorder.url);
    expect([answer.status, await answer.text()]).toEqual([501, 'No answer was written for request 1']);
  });

  it('answers by a function, and can leave the product header out', async () => {
    await using recorder = await startRecorder(({ path }, index) => ({
      body: { path, index },
      headers: { 'x-elastic-product': '' },
    }));
    await fetch(recorder.url);
    const answer = await fetch(`${recorder.url}/x`);
    expect([await answer.json(), answer.headers.get('x-elastic-product')]).toEqual([{ path: '/x', index: 1 }, null]);
  });
});
