import { describe, expect, it } from 'vitest';
import { connect } from '../../src/elastic/client.ts';
import { elasticsearchEngine } from '../../src/engine/elasticsearch.ts';
import { startRecorder } from '../rig/recorder.ts';
import { settingsFor } from '../elastic/settings.ts';

const { signal } = new AbortController();
const KEYWORD = { keyword: { type: 'keyword', metadata_field: false } };

/** An engine at a clock that is set by hand, over a server whose shard is lost after the first look. */
async function engineAt(parts: AsyncDisposableStack) {
  let [now, looks] = [0, 0];
  const server = parts.use(
    await startRecorder(({ path }) => {
      if (path.includes('_field_caps')) return { body: { indices: ['logs-1'], fields: { who: KEYWORD } } };
      if (path.includes('_search_shards'))
        return { body: { indices: { 'logs-1': {} }, shards: [looks++ === 0 ? [{ index: 'logs-1' }] : []] } };
      return { body: path.includes('_resolve') ? { indices: [], aliases: [], data_streams: [] } : {} };
    }),
  );
  const client = parts.use(connect(settingsFor(server.url)));
  const engine = elasticsearchEngine(client, { sleep: () => Promise.resolve(), random: () => 0, now: () => now });
  const capsAsked = () => server.requests.filter(({ path }) => path.includes('_field_caps')).length;
  return { engine, capsAsked, server, at: (ms: number) => void (now = ms) };
}

describe('fields that may be a moment old', () => {
  it('are asked for once, but what is closed or missing each time', async () => {
    await using parts = new AsyncDisposableStack();
    const { engine, capsAsked, server, at } = await engineAt(parts);
    const first = await engine.fields(['logs-*'], signal, 1_000);
    at(500);
    const second = await engine.fields(['logs-*'], signal, 1_000);
    expect(capsAsked()).toBe(1);
    expect(server.requests).toHaveLength(4 + 3);
    expect(second.types).toEqual(first.types);
    expect([first.missingShards, second.missingShards]).toEqual([0, 1]);
  });

  it('are asked for anew when they are older, by who wants them new, and under other patterns', async () => {
    await using parts = new AsyncDisposableStack();
    const { engine, capsAsked, at } = await engineAt(parts);
    await engine.fields(['logs-*'], signal, 1_000);
    await engine.fields(['logs-*'], signal);
    expect(capsAsked()).toBe(2);
    await engine.fields(['logs-*', 'more-*'], signal, 1_000);
    expect(capsAsked()).toBe(3);
    at(1_000);
    await engine.fields(['logs-*'], signal, 1_000);
    expect(capsAsked()).toBe(4);
  });
});
