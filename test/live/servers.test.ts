import { expect, it } from 'vitest';
import { ask, esql, mustAsk } from '../rig/elasticsearch.ts';
import { describeLive, uniqueName } from '../rig/live.ts';
import { loadEvents } from '../rig/load-captures.ts';

const EVENT = {
  '@timestamp': '2026-01-01T00:00:00.000Z',
  data_stream: { type: 'logs', dataset: 'test.events', namespace: 'default' },
  host: { name: 'a' },
  source: { ip: '10.0.0.1', port: 7 },
  process: { command_line: 'x'.repeat(10) },
};

describeLive('the plain servers', ['elasticsearch8', 'elasticsearch9'], (servers) => {
  it.each(Object.entries(servers))('%s maps events by ECS', async (_, node) => {
    const prefix = `${uniqueName('servers')}-`;
    expect(await loadEvents(node, [EVENT, EVENT], { prefix })).toEqual(
      new Map([[`${prefix}logs-test.events-default`, 2]]),
    );
    const caps = (await mustAsk(node, 'GET', `/${prefix}logs-*/_field_caps?fields=*`)) as {
      fields: Record<string, object>;
    };
    const types = Object.entries(caps.fields).map(([field, byType]) => [field, Object.keys(byType)[0]]);
    expect(Object.fromEntries(types)).toMatchObject({
      '@timestamp': 'date',
      'source.ip': 'ip',
      'source.port': 'long',
      'process.command_line': 'keyword',
    });
    expect(caps.fields['destination.ip']).toBeUndefined();
  });

  it('refuses an event without its data set, and names what the server refuses', async () => {
    await expect(loadEvents(servers.elasticsearch8, [{ a: 1 }])).rejects.toThrow(
      'without data_stream.dataset: {"a":1}',
    );
    const bad = { ...EVENT, source: { ip: 'nonsense' } };
    const prefix = `${uniqueName('servers')}-`;
    await expect(loadEvents(servers.elasticsearch8, [bad], { prefix })).rejects.toThrow(
      /1 events were refused.*nonsense/,
    );
  });

  it('loads data streams', async () => {
    const prefix = `${uniqueName('servers')}-`;
    await loadEvents(servers.elasticsearch8, [EVENT], { prefix, dataStreams: true });
    const rows = await esql(servers.elasticsearch8, `FROM ${prefix}logs-* METADATA _index | KEEP _index`);
    expect(rows).toEqual([{ _index: expect.stringMatching(/^\.ds-.*logs-test\.events-default-/) as string }]);
  });
});

describeLive('the secured server', ['secured'], ({ secured }) => {
  const prefix = `${uniqueName('secured')}-`;
  const logs = `${prefix}logs-test.events-default`;
  const write = (user: typeof secured.hunter, index: string) =>
    ask(secured, 'POST', `/${index}/_doc`, { body: EVENT, as: user });

  it('speaks TLS by its own authority only', async () => {
    expect((await ask(secured, 'GET', '/_cluster/health')).status).toBe(200);
    await expect(fetch(`${secured.url}/_cluster/health`)).rejects.toMatchObject({
      cause: { code: expect.stringMatching(/SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER/) as string },
    });
    expect(secured.caFingerprint).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
  });

  it('knows nobody without a password, or with a wrong one', async () => {
    const wrong = { username: 'hunter', password: 'wrong' };
    expect((await ask({ url: secured.url, caFile: secured.caFile }, 'GET', '/_cluster/health')).status).toBe(401);
    expect((await ask(secured, 'GET', '/_cluster/health', { as: wrong })).status).toBe(401);
  });

  it('lets each user do what its role says', async () => {
    await loadEvents(secured, [EVENT], { prefix });
    const query = { query: `FROM ${prefix}logs-* | STATS n = COUNT(*)` };
    const read = async (user: typeof secured.hunter) =>
      (await ask(secured, 'POST', '/_query/async', { body: query, as: user })).status;
    expect([await read(secured.hunter), await read(secured.reader)]).toEqual([200, 200]);
    expect(await read(secured.stranger)).toBeGreaterThanOrEqual(400);

    const { hunter, reader } = secured;
    expect((await write(hunter, `${prefix}hunt-findings-1`)).status).toBe(201);
    expect((await write(reader, `${prefix}hunt-findings-1`)).status).toBe(403);
    expect((await write(hunter, logs)).status).toBe(403);
    const template = { index_patterns: [`${prefix}hunt-*`] };
    expect((await ask(secured, 'PUT', `/_index_template/${prefix}x`, { body: template, as: hunter })).status).toBe(403);
  });
});

describeLive('Redis', ['redis'], ({ redis }) => {
  it('has an address of its own', () => expect(redis.url).toMatch(/^redis:\/\/127\.0\.0\.1:\d+$/));
});
