import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connect } from '../../src/elastic/client.ts';
import { elasticsearchEngine } from '../../src/engine/elasticsearch.ts';
import { engineContract, type Estate } from '../contracts/engine.ts';
import { settingsFor } from '../elastic/settings.ts';
import { mustAsk } from '../rig/elasticsearch.ts';
import { describeLive, uniqueName } from '../rig/live.ts';
import type { Credentials } from '../rig/secured.ts';
import { clientFor, estateOn, liveEngine } from './engine-estate.ts';
import { fetchUnchecked, startImpostor } from './impostor.ts';

const ESTATE: Estate = {
  open: { fields: { '@timestamp': 'date', who: 'keyword' }, documents: [{ '@timestamp': '2026-01-01', who: 'a' }] },
  closed: { fields: { '@timestamp': 'date', other: 'keyword' }, documents: [] },
};
const never = () => new AbortController().signal;
const questionFor = (esql: string) =>
  ({
    purpose: 'rows',
    esql,
    params: {},
    filter: { time: null, excluded: [], only: [] },
    rowsMax: 10,
    deadlineMs: 30_000,
  }) as const;

describeLive('engine on Elasticsearch 8.19', ['elasticsearch8'], ({ elasticsearch8 }) => {
  engineContract('Elasticsearch 8.19', (estate) => liveEngine(elasticsearch8, estate));

  it('finds closed indices under a pattern and by name', async () => {
    await using indices = await estateOn(elasticsearch8, ESTATE);
    await using client = clientFor(elasticsearch8.url);
    const engine = elasticsearchEngine(client);
    await mustAsk(elasticsearch8, 'POST', `/${indices.name('closed')}/_close`);
    const byPattern = await engine.fields([indices.name('*')], never());
    expect([byPattern.indices, byPattern.closed]).toEqual([[indices.name('open')], [indices.name('closed')]]);
    expect([...byPattern.types.keys()]).not.toContain('other');
    const byName = await engine.fields([indices.name('open'), indices.name('closed')], never());
    expect([byName.closed, byName.unmatched]).toEqual([[indices.name('closed')], []]);
    const error = engine.query(questionFor(`FROM ${indices.name('closed')} | LIMIT 1`), never());
    await expect(error).rejects.toMatchObject({ code: 'CLOSED_INDEX', remedy: expect.stringMatching(/Open/) });
  });

  it('finds the closed index behind a data stream', async () => {
    const stream = uniqueName('stream');
    const template = { index_patterns: [stream], data_stream: {}, priority: 900 };
    await mustAsk(elasticsearch8, 'PUT', `/_index_template/${stream}`, { body: template });
    await mustAsk(elasticsearch8, 'POST', `/${stream}/_doc?refresh`, { body: { '@timestamp': '2026-01-01' } });
    const rolled = await mustAsk(elasticsearch8, 'POST', `/${stream}/_rollover`);
    const { old_index: older, new_index: newer } = rolled as { old_index: string; new_index: string };
    await mustAsk(elasticsearch8, 'POST', `/${older}/_close`);
    await using client = clientFor(elasticsearch8.url);
    expect(await elasticsearchEngine(client).fields([stream], never())).toMatchObject({
      indices: [newer],
      closed: [older],
      unmatched: [],
    });
  });

  it('tells the version, and that there is no security', async () => {
    await using client = clientFor(elasticsearch8.url);
    const engine = elasticsearchEngine(client);
    expect(await engine.info(never())).toEqual({
      name: 'elasticsearch',
      version: elasticsearch8.version,
      notes: ['The server takes no requests of version 9, so version 8 is used'],
      warnings: [],
    });
    expect(await engine.privileges(['a-*'], never())).toEqual([{ pattern: 'a-*', missing: null }]);
  });

  it('reads no field of a nested object, and flattened as unsupported', async () => {
    const index = uniqueName('nested');
    const properties = {
      n: { type: 'nested', properties: { x: { type: 'keyword' } } },
      o: { properties: { f: { type: 'flattened' } } },
    };
    await mustAsk(elasticsearch8, 'PUT', `/${index}`, { body: { mappings: { properties } } });
    await using client = clientFor(elasticsearch8.url);
    expect([...(await elasticsearchEngine(client).fields([index], never())).types]).toEqual([['o.f', 'unsupported']]);
    await mustAsk(elasticsearch8, 'DELETE', `/${index}`);
  });
});

describeLive('engine on Elasticsearch 9', ['elasticsearch9'], ({ elasticsearch9 }) => {
  it('speaks version 9, and says what is missing where there is no ES|QL', async () => {
    await using client = clientFor(elasticsearch9.url);
    const engine = elasticsearchEngine(client);
    expect(await engine.info(never())).toEqual({
      name: 'elasticsearch',
      version: elasticsearch9.version,
      notes: [],
      warnings: [],
    });
    expect((await engine.fields(['nothing-*'], never())).unmatched).toEqual(['nothing-*']);
    await expect(engine.query(questionFor('ROW a = 1'), never())).rejects.toMatchObject({
      code: 'QUERY_REJECTED',
      remedy: expect.stringMatching(/ES\|QL/),
    });
  });
});

describeLive('engine on a secured Elasticsearch', ['secured'], ({ secured }) => {
  const prefix = uniqueName('t');
  const logs = `${prefix}-logs`;
  const ca = readFileSync(secured.caFile, 'utf8');
  const basic = ({ username, password }: Credentials) => ({ type: 'basic', username, password }) as const;
  const engineFor = (user: Credentials) => {
    const client = clientFor(secured.url, basic(user), ca);
    return { engine: elasticsearchEngine(client), [Symbol.asyncDispose]: () => client[Symbol.asyncDispose]() };
  };
  let indices: Awaited<ReturnType<typeof estateOn>>;
  beforeAll(async () => {
    indices = await estateOn(secured, ESTATE, logs);
  });
  afterAll(() => indices[Symbol.asyncDispose]());

  it('needs no more than read and view_index_metadata', async () => {
    await using hunter = engineFor(secured.reader);
    expect((await hunter.engine.info(never())).version).toBe(secured.version);
    expect(await hunter.engine.privileges([`${logs}-*`], never())).toEqual([{ pattern: `${logs}-*`, missing: [] }]);
    expect((await hunter.engine.fields([`${logs}-*`], never())).types.get('who')).toBe('keyword');
    const { rows } = await hunter.engine.query(questionFor(`FROM ${logs}-open | KEEP who | LIMIT 11`), never());
    expect(rows.map((row) => row.get('who'))).toEqual(['a']);
  });

  it('names what a user lacks', async () => {
    await using stranger = engineFor(secured.stranger);
    expect(await stranger.engine.privileges([`${logs}-*`], never())).toEqual([
      { pattern: `${logs}-*`, missing: ['read', 'view_index_metadata'] },
    ]);
    await expect(stranger.engine.fields([`${logs}-open`], never())).rejects.toMatchObject({
      code: 'PRIVILEGE',
      remedy: expect.stringMatching(new RegExp(`^Grant the index privilege "\\w+" on "${logs}-open" to "stranger"$`)),
    });
    await expect(stranger.engine.query(questionFor(`FROM ${logs}-open | LIMIT 1`), never())).rejects.toMatchObject({
      code: expect.stringMatching(/^(PRIVILEGE|NO_INDEX)$/),
    });
    expect((await stranger.engine.info(never())).version).toBeNull();
  });

  it('refuses a wrong password without showing it', async () => {
    const wrong = { username: 'hunter', password: 'not-the-password-7' };
    await using engine = engineFor(wrong);
    const error: unknown = await engine.engine.info(never()).catch((error: unknown) => error);
    expect(error).toMatchObject({ code: 'AUTHENTICATION', message: expect.stringMatching(/hunter/) });
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain(wrong.password);
  });

  it('trusts a CA file or a fingerprint, and nothing else', async () => {
    const auth = basic(secured.reader);
    const versions = async (other: { readonly ca?: string; readonly caFingerprint?: string }) => {
      await using client = connect(settingsFor(secured.url, { auth, ...other }));
      return await client.versions({ signal: never() });
    };
    expect(await versions({ ca })).toEqual([secured.version]);
    expect(await versions({ caFingerprint: secured.caFingerprint })).toEqual([secured.version]);
    await expect(versions({})).rejects.toMatchObject({ code: 'UNREACHABLE', remedy: expect.stringMatching(/ca_file/) });
    const other = secured.caFingerprint.replace(/^../, (two) => (two === 'AA' ? 'BB' : 'AA'));
    await expect(versions({ caFingerprint: other })).rejects.toMatchObject({
      code: 'UNREACHABLE',
      message: expect.stringMatching(/fingerprint/),
    });
    await using plain = connect(settingsFor(secured.url.replace('https', 'http'), { auth }));
    await expect(plain.versions({ signal: never() })).rejects.toMatchObject({
      code: expect.stringMatching(/^(CONNECTION_LOST|UNREACHABLE)$/),
    });
  });

  it('sends nothing to an impostor who shows the true authority behind a certificate of his own', async () => {
    await using impostor = await startImpostor(secured.caFile);
    const { caFingerprint } = secured;
    await using client = connect(settingsFor(impostor.url, { auth: basic(secured.reader), caFingerprint }));
    await expect(client.versions({ signal: never() })).rejects.toMatchObject({
      code: 'UNREACHABLE',
      remedy: expect.stringMatching(/fingerprint/),
    });
    expect(impostor.state.requests).toBe(0);
    const careless = await fetchUnchecked(impostor.url);
    expect([careless, impostor.state.requests]).toEqual([200, 1]);
  });
});
