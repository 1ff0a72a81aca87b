import { describe, expect, it } from 'vitest';
import { kibanaCalls } from '../../src/kibana/calls.ts';
import { kibanaObjects } from '../../src/kibana/objects.ts';
import { setUpKibana } from '../../src/kibana/set-up.ts';
import type { KibanaSettings } from '../../src/kibana/wire.ts';
import { type FakeKibana, kibanaError, startKibana, uploaded } from '../rig/fake-kibana.ts';
import type { Answer } from '../rig/recorder.ts';

const signal = new AbortController().signal;
const PREFIX = 'hunt';

function settingsFor({ url }: { readonly url: string }, change: Partial<KibanaSettings> = {}): KibanaSettings {
  return { url, space: null, auth: { type: 'none' }, ca: null, requestTimeoutMs: 5_000, ...change };
}

function setUp(kibana: FakeKibana, change: Partial<KibanaSettings> = {}, dryRun = false) {
  const settings = settingsFor(kibana, change);
  const objects = kibanaObjects({ prefix: PREFIX, space: settings.space });
  return setUpKibana(kibanaCalls(settings), objects, { dryRun }, signal);
}

const writes = ({ requests }: FakeKibana) => requests.filter(({ path }) => path.includes('_import'));
const statuses = async (steps: ReturnType<typeof setUp>) => [...new Set((await steps).map(({ status }) => status))];
const kept = ({ objects }: FakeKibana) => JSON.stringify([...objects].sort(([a], [b]) => a.localeCompare(b)));

describe('setting Kibana up', () => {
  it('makes every object, the tag last, and a second time nothing', async () => {
    await using kibana = await startKibana();
    const steps = await setUp(kibana);
    expect(steps).toHaveLength(14);
    expect(steps[0]).toEqual({ what: 'Kibana tag "tracehound-hunt-tag"', status: 'created' });
    expect(new Set(steps.map(({ status }) => status))).toEqual(new Set(['created']));
    expect(writes(kibana).map((request) => uploaded(request).length)).toEqual([13, 1]);
    expect([...kibana.objects.keys()]).toContain('default/dashboard/tracehound-hunt-dashboard-findings');
    expect(await statuses(setUp(kibana))).toEqual(['present']);
    expect(writes(kibana)).toHaveLength(2);
  });

  it('says with a dry run what it would do, and writes nothing', async () => {
    await using kibana = await startKibana();
    expect(await statuses(setUp(kibana, {}, true))).toEqual(['would create']);
    expect(kibana.objects.size).toBe(0);
    await setUp(kibana);
    expect(await statuses(setUp(kibana, {}, true))).toEqual(['present']);
  });

  it('sends what Kibana asks of whoever writes, and the credentials', async () => {
    await using kibana = await startKibana();
    await setUp(kibana, { auth: { type: 'apiKey', apiKey: 'a2V5' } });
    for (const { headers } of kibana.requests)
      expect(headers).toMatchObject({ 'kbn-xsrf': 'tracehound', authorization: 'ApiKey a2V5' });
    await setUp(kibana, { auth: { type: 'basic', username: 'u', password: 'ü:p' } });
    expect(kibana.requests.at(-1)?.headers['authorization']).toBe(`Basic ${Buffer.from('u:ü:p').toString('base64')}`);
  });

  it('makes again what somebody deleted, and leaves what somebody changed until the content is another', async () => {
    await using kibana = await startKibana();
    await setUp(kibana);
    const key = 'default/dashboard/tracehound-hunt-dashboard-operation';
    const dashboard = kibana.objects.get(key);
    if (dashboard === undefined) throw new Error('no dashboard');
    const changed = { ...dashboard, attributes: { ...dashboard.attributes, title: 'Mine' } };
    kibana.objects.set(key, changed);
    expect(await statuses(setUp(kibana))).toEqual(['present']);
    expect(kibana.objects.get(key)).toEqual(changed);
    kibana.objects.delete(key);
    const steps = await setUp(kibana);
    expect(steps.filter(({ status }) => status === 'created').map(({ what }) => what)).toEqual([
      'Kibana dashboard "tracehound-hunt-dashboard-operation"',
    ]);
    expect(kibana.objects.get(key)).toEqual(dashboard);
  });

  it('brings objects of another version up to this one', async () => {
    await using kibana = await startKibana();
    await setUp(kibana);
    const after = kept(kibana);
    const key = 'default/tag/tracehound-hunt-tag';
    const tag = kibana.objects.get(key);
    if (tag === undefined) throw new Error('no tag');
    const description = String(tag.attributes['description']).replace(/Content \w+/, 'Content 0000000000000000');
    kibana.objects.set(key, { ...tag, attributes: { ...tag.attributes, description } });
    expect(await statuses(setUp(kibana))).toEqual(['updated']);
    expect(kept(kibana)).toBe(after);
  });

  it('is finished by the next one when it was cut before the tag', async () => {
    let imports = 0;
    await using kibana = await startKibana({
      instead: ({ path }) => (path.includes('_import') && ++imports === 2 ? 'cut' : null),
    });
    await expect(setUp(kibana)).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
    expect(kibana.objects.size).toBe(13);
    await setUp(kibana);
    expect(kibana.objects.size).toBe(14);
    expect(await statuses(setUp(kibana))).toEqual(['present']);
  });

  it('goes to the space that is configured, with ids of its own there', async () => {
    await using kibana = await startKibana({ spaces: ['default', 'hunting'] });
    await setUp(kibana, { space: 'hunting' });
    await setUp(kibana);
    expect(kibana.objects.size).toBe(28);
    expect(kibana.objects.has('hunting/search/tracehound-hunt-session-gaps.hunting')).toBe(true);
    expect(await statuses(setUp(kibana, { space: 'hunting' }))).toEqual(['present']);
  });

  it('finds a Kibana below a path', async () => {
    await using kibana = await startKibana({
      instead: ({ path }) =>
        path.startsWith('/kibana/') ? { status: 200, body: { version: { number: '9.5.5' } } } : null,
    });
    const calls = kibanaCalls({ ...settingsFor(kibana), url: `${kibana.url}/kibana/` });
    expect(await calls.version(signal)).toBe('9.5.5');
    expect(kibana.requests[0]?.path).toBe('/kibana/api/status');
  });

  it.each(['8.19.0', '9.0.0', '9.5.5-SNAPSHOT', '10.0.0'])('takes Kibana %s', async (version) => {
    await using kibana = await startKibana({ version });
    expect(await statuses(setUp(kibana))).toEqual(['created']);
  });
});

describe('what belongs to others', () => {
  const FOREIGN = {
    type: 'dashboard',
    id: 'tracehound-hunt-dashboard-findings',
    attributes: { title: 'Of somebody else' },
    references: [{ type: 'tag', id: 'some-tag', name: 'tag-ref-some-tag' }],
  };

  it('is refused before anything is written, by name, when it has an id of ours', async () => {
    await using kibana = await startKibana();
    kibana.objects.set(`default/dashboard/${FOREIGN.id}`, FOREIGN);
    await expect(setUp(kibana)).rejects.toMatchObject({
      code: 'KIBANA_REFUSED',
      message: 'Not ours, and left as it is: dashboard "tracehound-hunt-dashboard-findings"',
      remedy: expect.stringContaining('save it under another name'),
    });
    await expect(setUp(kibana, {}, true)).rejects.toMatchObject({ code: 'KIBANA_REFUSED' });
    expect(writes(kibana)).toEqual([]);
    expect([...kibana.objects.values()]).toEqual([FOREIGN]);
  });

  it('is what somebody took our tag off, and a tag of our id that says something else', async () => {
    await using kibana = await startKibana();
    await setUp(kibana);
    const key = `default/dashboard/${FOREIGN.id}`;
    const ours = kibana.objects.get(key);
    if (ours === undefined) throw new Error('no dashboard');
    kibana.objects.set(key, { ...ours, references: ours.references.filter(({ type }) => type !== 'tag') });
    await expect(setUp(kibana)).rejects.toMatchObject({ code: 'KIBANA_REFUSED' });
    kibana.objects.set(key, ours);
    const tag = { type: 'tag', id: 'tracehound-hunt-tag', attributes: { name: 'x', description: '' }, references: [] };
    kibana.objects.set(`default/tag/${tag.id}`, tag);
    await expect(setUp(kibana)).rejects.toMatchObject({ message: expect.stringContaining(`tag "${tag.id}"`) });
  });

  it('stays as it is whatever else is made', async () => {
    await using kibana = await startKibana();
    const other = { ...FOREIGN, id: 'tracehound-hunt-dashboard-mine' };
    kibana.objects.set(`default/dashboard/${other.id}`, other);
    await setUp(kibana);
    expect(kibana.objects.get(`default/dashboard/${other.id}`)).toEqual(other);
  });
});

describe('a refusal', () => {
  const at =
    (path: string, answer: Answer | 'hang' | 'cut') =>
    (received: { readonly path: string }): Answer | 'hang' | 'cut' | null =>
      received.path.includes(path) ? answer : null;
  const importErrors = (...errors: object[]): Answer => ({ body: { success: false, successCount: 3, errors } });

  it.each([
    [
      'wrong credentials',
      at('/api/', kibanaError(401, 'Unauthorized', '[security_exception]: unable to authenticate user [u]')),
      'AUTHENTICATION',
      'Cannot read the version of Kibana: Kibana answered 401: [security_exception]: unable to authenticate user [u]',
    ],
    [
      'a user who may not write',
      at('_import', kibanaError(403, 'Forbidden', 'Unable to bulk_create dashboard,search')),
      'PRIVILEGE',
      'Cannot write objects of Kibana: Kibana answered 403: Unable to bulk_create dashboard,search',
    ],
    [
      'a user who may not read one kind',
      at(
        '_export',
        kibanaError(400, 'Bad Request', 'Error fetching objects to export', {
          attributes: {
            objects: [{ type: 'map', id: 'x', error: { statusCode: 403, message: 'Unable to bulk_get map' } }],
          },
        }),
      ),
      'PRIVILEGE',
      'Cannot read what Kibana has of Tracehound already: Unable to bulk_get map',
    ],
    [
      'a reference to nothing',
      at(
        '_import',
        importErrors({
          type: 'search',
          id: 's',
          error: { type: 'missing_references', references: [{ type: 'index-pattern', id: 'd' }] },
        }),
      ),
      'KIBANA_REFUSED',
      'Cannot write objects of Kibana: 3 of 13 were taken; search "s": refers to index-pattern "d", which is not there',
    ],
    [
      'a conflict',
      at('_import', importErrors({ type: 'map', id: 'm', error: { type: 'ambiguous_conflict', destinations: [] } })),
      'KIBANA_REFUSED',
      /map "m": another object stands in its way/,
    ],
    [
      'an object that is too new for it',
      at(
        '_import',
        importErrors({ type: 'tag', id: 't', error: { type: 'unknown', message: 'newer', statusCode: 422 } }),
      ),
      'KIBANA_REFUSED',
      /tag "t": newer/,
    ],
    [
      'a kind that it does not have',
      at('_import', importErrors({ type: 'map', id: 'm', error: { type: 'unsupported_type' } })),
      'KIBANA_REFUSED',
      /map "m": this Kibana has no objects of the kind/,
    ],
    [
      'fewer taken than sent, and no error',
      at('_import', { body: { success: true, successCount: 2 } }),
      'KIBANA_REFUSED',
      /2 of 13 were taken/,
    ],
    [
      'a file that is too large',
      at('_import', kibanaError(413, 'Payload Too Large', 'too large')),
      'KIBANA_REFUSED',
      /413/,
    ],
    [
      'a fault of its own',
      at('_import', kibanaError(500, 'Internal Server Error', 'oops')),
      'KIBANA_REFUSED',
      /500: oops/,
    ],
    ['a start', at('/api/', { status: 503, body: 'Kibana server is not ready yet' }), 'OVERLOADED', /not ready yet/],
    ['too much at once', at('_export', kibanaError(429, 'Too Many Requests', 'later')), 'OVERLOADED', /429: later/],
    ['a page', at('/api/', { body: '<html>Welcome</html>' }), 'NOT_KIBANA', /does not answer as Kibana does/],
    [
      'a way to somewhere else',
      at('/api/', { status: 302, headers: { location: '/x' }, body: '' }),
      'NOT_KIBANA',
      /302/,
    ],
    [
      'an Elasticsearch',
      at('/api/', { status: 401, body: { error: { type: 'security_exception' }, status: 401 } }),
      'NOT_KIBANA',
      'Cannot read the version of Kibana: what answered (401) is an Elasticsearch',
    ],
    ['an answer to the import that is none', at('_import', { body: '{}' }), 'NOT_KIBANA', /Cannot write/],
    ['a line of an export that is none', at('_export', { body: 'what?' }), 'NOT_KIBANA', /Cannot read what/],
    [
      'silence',
      at('_export', 'hang'),
      'TIMEOUT',
      'Cannot read what Kibana has of Tracehound already: Kibana did not answer within 150 ms',
    ],
    ['a hang-up', at('_export', 'cut'), 'CONNECTION_LOST', /no answer from Kibana \(socket hang up\)/],
  ])('is told with what to do: %s', async (_what, instead, code, message) => {
    await using kibana = await startKibana({ instead });
    await expect(setUp(kibana, { requestTimeoutMs: 150 })).rejects.toMatchObject({
      code,
      message: typeof message === 'string' ? message : expect.stringMatching(message),
      remedy: expect.stringMatching(/\w/),
    });
  });

  it('names a space that is not there, before it asks for anything in it', async () => {
    await using kibana = await startKibana();
    await expect(setUp(kibana, { space: 'nowhere' })).rejects.toMatchObject({
      code: 'CONFIGURATION',
      message: 'Kibana has no space "nowhere"',
      remedy: expect.stringContaining('kibana.space'),
    });
    expect(kibana.requests.some(({ path }) => path.startsWith('/s/'))).toBe(false);
  });

  it.each(['8.18.3', '7.17.0', 'soon'])('names a version that is too old: %s', async (version) => {
    await using kibana = await startKibana({ version });
    await expect(setUp(kibana)).rejects.toMatchObject({
      code: 'NOT_KIBANA',
      message: expect.stringContaining(version),
    });
    expect(kibana.requests).toHaveLength(1);
  });

  it('says that nobody is there, and that it was called off', async () => {
    const gone = await startKibana();
    await gone[Symbol.asyncDispose]();
    await expect(setUp(gone)).rejects.toMatchObject({
      code: 'UNREACHABLE',
      remedy: expect.stringContaining('kibana.url'),
    });
    await using kibana = await startKibana({ instead: () => 'hang' });
    const calls = kibanaCalls(settingsFor(kibana));
    await expect(calls.version(AbortSignal.abort())).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  it('cleans what it repeats, cuts it, and never shows credentials', async () => {
    const hostile = `\u001b[2J${'x'.repeat(5_000)} Basic c2VjcmV0OnNlY3JldA==`;
    await using kibana = await startKibana({ instead: at('/api/', kibanaError(400, 'Bad Request', hostile)) });
    const error: unknown = await setUp(kibana, { auth: { type: 'bearer', token: 'tok' } }).catch(
      (thrown: unknown) => thrown,
    );
    const { message } = error as Error;
    expect(message).toContain('Kibana answered 400');
    expect(message).not.toContain('\u001b');
    expect(message.length).toBeLessThan(1_000);
    expect(message).not.toContain('c2VjcmV0');
  });
});
