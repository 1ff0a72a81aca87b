import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { formatProblem } from '../../src/core/problem.ts';
import { DAY_MS } from '../../src/core/time.ts';
import { connectionOf } from '../../src/config/elastic.ts';
import type { Flags } from '../../src/config/gather.ts';
import { readConfig, type Config } from '../../src/config/read-config.ts';

/** The configuration of a folder with these files, and the problems of it without the folder's own path. */
async function configOf(
  files: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>> = {},
  flags: Flags = {},
) {
  const cwd = await mkdtemp(join(tmpdir(), 'config-'));
  try {
    for (const [name, text] of Object.entries(files)) {
      await mkdir(dirname(join(cwd, name)), { recursive: true });
      await writeFile(join(cwd, name), text);
    }
    const checked = await readConfig({ cwd, env, flags });
    return { cwd, checked, told: checked.problems.map((problem) => formatProblem(problem).replaceAll(cwd, '<cwd>')) };
  } finally {
    await rm(cwd, { recursive: true });
  }
}

async function goodConfig(...args: Parameters<typeof configOf>): Promise<Config & { readonly cwd: string }> {
  const { checked, told, cwd } = await configOf(...args);
  if (!checked.ok) throw new Error(told.join('\n'));
  return { ...checked.value, cwd };
}

const NODES = { TRACEHOUND_ELASTICSEARCH_NODES: 'http://127.0.0.1:9200' };

describe('without anything configured', () => {
  it('there are defaults and no Elasticsearch', async () => {
    const config = await goodConfig({});
    expect(config).toMatchObject({
      file: null,
      home: join(config.cwd, '.tracehound'),
      elasticsearch: null,
      geoip: { city: null, asn: null },
    });
    expect(config.limits).toEqual({ concurrency: 2, deadlineMs: 600_000, rowsMax: 9_999 });
    expect(config.serve).toEqual({ host: '127.0.0.1', port: 9_464 });
    expect(config.site.huntFolders).toHaveLength(2);
    expect(config.site.huntFolders[1]).toEqual({ path: join(config.cwd, 'hunts'), place: null });
  });
});

describe('a setting', () => {
  const file = {
    'hunt.config.yml': 'limits: { rows_max: 10 }\nelasticsearch: { nodes: ["https://file.example"], prefix: own }\n',
  };

  it('comes from the file, over it from the environment, over that from a flag', async () => {
    expect((await goodConfig(file)).limits.rowsMax).toBe(10);
    expect((await goodConfig(file, { TRACEHOUND_ROWS_MAX: '20' })).limits.rowsMax).toBe(20);
    expect((await goodConfig(file, { TRACEHOUND_ROWS_MAX: '20' }, { rowsMax: '30' })).limits.rowsMax).toBe(30);
  });

  it('of the file stands beside one of the environment', async () => {
    const config = await goodConfig(file, {
      TRACEHOUND_ELASTICSEARCH_NODES: 'https://a.example:1, https://b.example:2',
    });
    expect(config.elasticsearch).toMatchObject({
      nodes: ['https://a.example:1', 'https://b.example:2'],
      prefix: 'own',
      compatibility: 'auto',
    });
  });

  it('tells for how long to keep what, for ever by default, and at least a day', async () => {
    const forEver = { findings: null, sightings: null, runs: null, outbox: null, events: null };
    expect((await goodConfig({})).retention).toEqual(forEver);
    const some = { 'hunt.config.yml': 'retention: { findings: 400d, runs: 90d }\n' };
    const config = await goodConfig(some, { TRACEHOUND_RETENTION_EVENTS: '2w', TRACEHOUND_RETENTION_RUNS: '30d' });
    expect(config.retention).toEqual({
      ...forEver,
      findings: 400 * DAY_MS,
      runs: 30 * DAY_MS,
      events: 14 * DAY_MS,
    });
    const { checked, told } = await configOf({ 'hunt.config.yml': 'retention: { findings: 12h }\n' });
    expect(checked.ok).toBe(false);
    expect(told.join()).toContain('retention.findings must be a duration of at least a day such as 90d, found "12h"');
  });

  describe('of channels', () => {
    const notify = `notify:
  webhook:
    soc: { url: "https://soc.example/hook?x=1", secret_file: secret.txt, severity: medium, deltas: [new] }
    night-shift: { url_file: url.txt }
  slack: { hunting: {} }
  stdout: {}
`;
    const SECRET = 'sixteen characters at least';
    const files = { 'hunt.config.yml': notify, 'secret.txt': `${SECRET}\n`, 'url.txt': 'http://night.example/\n' };

    it('takes addresses and secrets from variables, then files, then the configuration; rules from it', async () => {
      const env = {
        TRACEHOUND_NOTIFY_WEBHOOK_NIGHT_SHIFT_SECRET: `${SECRET} too`,
        TRACEHOUND_NOTIFY_SLACK_HUNTING_URL: 'https://hooks.slack.example/T/B/xyz',
      };
      const { checked, told } = await configOf(files, env);
      if (!checked.ok) throw new Error(told.join());
      expect(told).toEqual([]);
      const { notify: channels, site } = checked.value;
      expect(
        channels.map(({ channel, url, secret, troubles }) => [channel, url?.reveal(), secret?.reveal(), troubles]),
      ).toEqual([
        ['webhook:soc', 'https://soc.example/hook?x=1', SECRET, []],
        ['webhook:night-shift', 'http://night.example/', `${SECRET} too`, []],
        ['slack:hunting', 'https://hooks.slack.example/T/B/xyz', undefined, []],
        ['stdout', undefined, undefined, []],
      ]);
      expect(site.channels).toEqual([
        { channel: 'webhook:soc', severity: 'medium', deltas: ['new'] },
        { channel: 'webhook:night-shift', severity: 'high', deltas: ['new', 'reopened'] },
        { channel: 'slack:hunting', severity: 'high', deltas: ['new', 'reopened'] },
        { channel: 'stdout', severity: 'high', deltas: ['new', 'reopened'] },
      ]);
      expect(JSON.stringify(channels) + inspect(channels, { depth: 9 })).not.toMatch(/sixteen|xyz|night\.example/);
    });

    it('that cannot be read does not stop whoever sends nothing, and is told without what was read', async () => {
      const short = { ...files, 'secret.txt': 'short', 'url.txt': 'ftp://user:pass@night.example' };
      const { checked } = await configOf(short, { TRACEHOUND_NOTIFY_SLACK_HUNTING_URL: 'not an address' });
      if (!checked.ok) throw new Error('It was refused');
      const troubles = checked.value.notify.map((each) => each.troubles);
      expect(troubles).toEqual([
        ['The file with the secret of webhook:soc is shorter than 16 characters'],
        [
          'The file with the address of webhook:night-shift holds no address such as https://soc.example/hooks, without user and password',
          'The secret of webhook:night-shift is missing: set TRACEHOUND_NOTIFY_WEBHOOK_NIGHT_SHIFT_SECRET, or name a file in hunt.config.yml',
        ],
        [expect.stringMatching(/^TRACEHOUND_NOTIFY_SLACK_HUNTING_URL, the address of slack:hunting, holds no address/)],
        [],
      ]);
      const { 'secret.txt': _gone, ...less } = files;
      const gone = await goodConfig(less);
      expect(gone.notify[0]?.troubles.join()).toContain(
        'The file with the secret of webhook:soc cannot be read: ENOENT',
      );
    });

    it('is refused where a secret stands in the file, or what is no channel', async () => {
      const wrong = `notify:
  webhook: { soc: { url: "ftp://x", secret: abc, severity: huge, deltas: [recurring] }, Bad: {} }
  slack: { hunting: { url: "https://hooks.slack.example/T/B/xyz" } }
  mail: {}
`;
      const { told } = await configOf({ 'hunt.config.yml': wrong }, { TRACEHOUND_NOTIFY_WEBHOOK_SOC_SECRET: SECRET });
      expect(told.map((line) => line.split('  ')[1] ?? '').toSorted()).toEqual(
        [
          'name',
          'choice',
          'choice',
          'secret-in-file',
          'secret-in-file',
          'unknown-key',
          'unknown-variable',
          'url',
        ].toSorted(),
      );
      expect(told.join()).toContain('Use url_file or TRACEHOUND_NOTIFY_SLACK_HUNTING_URL');
      expect(told.join()).not.toMatch(/xyz|sixteen/);
    });
  });

  it('gives health and metrics a place, or none', async () => {
    const outward = { 'hunt.config.yml': 'serve: { host: 0.0.0.0, port: 9000 }\n' };
    expect((await goodConfig(outward)).serve).toEqual({ host: '0.0.0.0', port: 9_000 });
    expect((await goodConfig(outward, { TRACEHOUND_SERVE_PORT: '0' })).serve).toEqual({ host: '0.0.0.0', port: 0 });
    expect((await goodConfig(outward, {}, { servePort: 'none' })).serve).toBeNull();
    const { told } = await configOf(outward, { TRACEHOUND_SERVE_PORT: '70000' });
    expect(told).toEqual([expect.stringContaining('must be a port from 0 (any that is free) to 65535, or none')]);
  });

  it('that is empty in the environment is not set', async () => {
    expect((await goodConfig(file, { TRACEHOUND_ROWS_MAX: '' })).limits.rowsMax).toBe(10);
  });

  it('that is wrong is named with what it may be and what was found, all at once', async () => {
    const { checked, told } = await configOf(
      {},
      {
        TRACEHOUND_ROWS_MAX: '10000',
        TRACEHOUND_DEADLINE: '0s',
        TRACEHOUND_ELASTICSEARCH_NODES: 'es:9200',
        TRACEHOUND_ELASTICSEARCH_COMPATIBILITY: '7',
      },
    );
    expect(checked.ok).toBe(false);
    expect(told).toEqual([
      'TRACEHOUND_DEADLINE:1:1  setting  TRACEHOUND_DEADLINE must be a duration such as 30s, 5m or 1h, above 0, found "0s"  Set it anew, or remove it',
      'TRACEHOUND_ELASTICSEARCH_COMPATIBILITY:1:1  setting  TRACEHOUND_ELASTICSEARCH_COMPATIBILITY must be auto, 8 or 9, found "7"  Set it anew, or remove it',
      'TRACEHOUND_ELASTICSEARCH_NODES:1:1  setting  TRACEHOUND_ELASTICSEARCH_NODES must be addresses such as https://elastic.example:9200, separated by commas, without user and password, found "es:9200"  Set it anew, or remove it',
      'TRACEHOUND_ROWS_MAX:1:1  setting  TRACEHOUND_ROWS_MAX must be a whole number from 1 to 9999, found "10000"  Set it anew, or remove it',
    ]);
  });

  it('that does not exist is a warning with the likely name', async () => {
    const { checked, told } = await configOf({}, { TRACEHOUND_ELASTICSEARCH_NODE: 'x', PATH: '/bin' });
    expect(checked.ok).toBe(true);
    expect(told).toEqual([
      'TRACEHOUND_ELASTICSEARCH_NODE:1:1  unknown-variable  TRACEHOUND_ELASTICSEARCH_NODE is no setting  Did you mean "TRACEHOUND_ELASTICSEARCH_NODES"?',
    ]);
  });
});

describe('credentials', () => {
  const rulesOf = async (env: Readonly<Record<string, string>>, files: Readonly<Record<string, string>> = {}) => {
    const { checked } = await configOf(files, env);
    return checked.problems.map(({ rule }) => rule);
  };

  it('come from the environment or from a file beside the configuration', async () => {
    const direct = await goodConfig({}, { ...NODES, TRACEHOUND_ELASTICSEARCH_API_KEY: 'a2V5' });
    const files = {
      'hunt.config.yml':
        'elasticsearch: { nodes: ["http://127.0.0.1:9200"], username: hunter, password_file: secrets/pw }\n',
      'secrets/pw': 's3cret\n',
    };
    const fromFile = await goodConfig(files);
    expect(direct.elasticsearch && connectionOf(direct.elasticsearch).auth).toEqual({ type: 'apiKey', apiKey: 'a2V5' });
    expect(fromFile.elasticsearch && connectionOf(fromFile.elasticsearch).auth).toEqual({
      type: 'basic',
      username: 'hunter',
      password: 's3cret',
    });
  });

  it('of a bearer are taken, and none are none', async () => {
    const bearer = await goodConfig(
      { token: 'abc' },
      { ...NODES, TRACEHOUND_ELASTICSEARCH_BEARER_TOKEN_FILE: 'token' },
    );
    const none = await goodConfig({}, NODES);
    expect(bearer.elasticsearch && connectionOf(bearer.elasticsearch).auth).toEqual({ type: 'bearer', token: 'abc' });
    expect(none.elasticsearch?.auth).toEqual({ type: 'none' });
  });

  it('show in no output', async () => {
    const config = await goodConfig(
      {},
      { ...NODES, TRACEHOUND_ELASTICSEARCH_USERNAME: 'hunter', TRACEHOUND_ELASTICSEARCH_PASSWORD: 's3cret' },
    );
    const auth = config.elasticsearch?.auth;
    expect(auth?.type).toBe('basic');
    for (const shown of [
      JSON.stringify(config),
      inspect(config, { depth: 9, showHidden: true }),
      auth?.type === 'basic' ? String(auth.password) : '',
    ])
      expect(shown).not.toContain('s3cret');
  });

  it('that are half, double, empty, unreadable or without a node are problems', async () => {
    expect(await rulesOf({ ...NODES, TRACEHOUND_ELASTICSEARCH_USERNAME: 'x' })).toEqual(['half-user']);
    expect(await rulesOf({ ...NODES, TRACEHOUND_ELASTICSEARCH_PASSWORD: 'x' })).toEqual(['half-user']);
    expect(
      await rulesOf({ ...NODES, TRACEHOUND_ELASTICSEARCH_API_KEY: 'x', TRACEHOUND_ELASTICSEARCH_BEARER_TOKEN: 'y' }),
    ).toEqual(['two-credentials']);
    expect(await rulesOf({ ...NODES, TRACEHOUND_ELASTICSEARCH_API_KEY_FILE: 'absent' })).toEqual(['setting-file']);
    expect(await rulesOf({ ...NODES, TRACEHOUND_ELASTICSEARCH_API_KEY_FILE: 'empty' }, { empty: ' \n' })).toEqual([
      'setting-file',
    ]);
    expect(await rulesOf({ ...NODES, TRACEHOUND_ELASTICSEARCH_CA_FILE: 'ca' }, { ca: 'no certificate' })).toEqual([
      'setting-file',
    ]);
    expect(await rulesOf({ TRACEHOUND_ELASTICSEARCH_API_KEY: 'x' })).toEqual(['no-nodes']);
  });

  it('inside an address are refused and not shown', async () => {
    const { checked, told } = await configOf(
      {},
      { TRACEHOUND_ELASTICSEARCH_NODES: 'https://elastic:s3cret@es.example' },
    );
    expect(checked.ok).toBe(false);
    expect(told.join('\n')).not.toContain('s3cret');
    expect(told.join('\n')).toContain('https://***@es.example');
  });
});

describe('the site', () => {
  it('has its folders relative to the file, and the package under its name', async () => {
    const config = await goodConfig({
      'hunt.config.yml': 'hunts: [tracehound, ./own, ./own]\nlists: [blocks]\nhome: state\n',
    });
    expect(config.site.huntFolders.map(({ path }) => path.replace(config.cwd, ''))).toEqual([
      expect.stringMatching(/\/hunts$/),
      '/own',
    ]);
    expect(config.site.listFolders.map(({ path, place }) => [path.replace(config.cwd, ''), place?.line])).toEqual([
      ['/blocks', 2],
    ]);
    expect(config.home).toBe(join(config.cwd, 'state'));
  });

  it('maps sources and changes parameters with the place of each', async () => {
    const config = await goodConfig({
      'hunt.config.yml':
        'params:\n  network/*: { max_hosts: 5 }\nsources:\n  endpoint.network:\n    where: |\n      a == 1\n    heartbeat: sporadic\n',
    });
    expect(config.site.params).toMatchObject([
      { hunts: 'network/*', values: { max_hosts: 5 }, place: { line: 2, column: 3 } },
    ]);
    expect(config.site.sources).toMatchObject([
      {
        name: 'endpoint.network',
        where: { text: 'a == 1\n', place: { line: 6, column: 7 } },
        heartbeatMs: 'sporadic',
        absent: false,
        index: null,
      },
    ]);
  });

  it('of a broken file is no configuration, and the environment is still judged', async () => {
    const { checked } = await configOf({ 'hunt.config.yml': 'hunts: [' }, { TRACEHOUND_CONCURRENCY: 'many' });
    expect(checked.ok).toBe(false);
    expect(checked.problems.map(({ rule }) => rule)).toEqual(['setting', 'yaml-syntax']);
  });
});
