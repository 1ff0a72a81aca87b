import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { kibanaConnectionOf } from '../../src/config/kibana.ts';
import { readConfig } from '../../src/config/read-config.ts';

let cwd = '';
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'kibana-config-'));
});
afterEach(() => rm(cwd, { recursive: true }));

const URL_VARIABLE = { TRACEHOUND_KIBANA_URL: 'https://kibana.example:5601' };

async function kibanaOf(env: Readonly<Record<string, string>>, file?: string) {
  if (file !== undefined) await writeFile(join(cwd, 'hunt.config.yml'), file);
  const checked = await readConfig({ cwd, env });
  if (!checked.ok) throw new Error(checked.problems.map(({ message }) => message).join('\n'));
  return checked.value.kibana;
}

async function problemsOf(env: Readonly<Record<string, string>>, file?: string) {
  if (file !== undefined) await writeFile(join(cwd, 'hunt.config.yml'), file);
  return (await readConfig({ cwd, env })).problems.map(({ rule }) => rule);
}

describe('the configuration of Kibana', () => {
  it('is none where none is named', async () => {
    expect(await kibanaOf({})).toBeNull();
  });

  it('comes from the file, its secret from a file beside it', async () => {
    await writeFile(join(cwd, 'key'), 'bm8tcmVhbDprZXk=\n');
    const kibana = await kibanaOf(
      {},
      'kibana: { url: "https://proxy.example/kibana", space: hunting, api_key_file: key, request_timeout: 5s }\n',
    );
    if (kibana === null) throw new Error('no Kibana');
    expect(kibanaConnectionOf(kibana)).toEqual({
      url: 'https://proxy.example/kibana',
      space: 'hunting',
      auth: { type: 'apiKey', apiKey: 'bm8tcmVhbDprZXk=' },
      ca: null,
      requestTimeoutMs: 5_000,
    });
    expect(inspect(kibana, { depth: 9 }) + JSON.stringify(kibana)).not.toContain('bm8tcmVhbDprZXk=');
  });

  it('comes from variables; the default space is the one without a name', async () => {
    const env = { ...URL_VARIABLE, TRACEHOUND_KIBANA_USERNAME: 'elastic', TRACEHOUND_KIBANA_PASSWORD: 'pw' };
    expect(await kibanaOf({ ...env, TRACEHOUND_KIBANA_SPACE: 'default' })).toMatchObject({
      url: 'https://kibana.example:5601',
      space: null,
      auth: { type: 'basic', username: 'elastic' },
      requestTimeoutMs: 60_000,
    });
  });

  it('has credentials of its own: those of Elasticsearch go nowhere else', async () => {
    const env = {
      ...URL_VARIABLE,
      TRACEHOUND_ELASTICSEARCH_NODES: 'https://e.example:9200',
      TRACEHOUND_ELASTICSEARCH_API_KEY: 'abc',
    };
    expect(await kibanaOf(env)).toMatchObject({ auth: { type: 'none' } });
  });

  it.each([
    ['credentials without a Kibana', { TRACEHOUND_KIBANA_API_KEY: 'abc' }, ['no-kibana']],
    ['a user without password', { ...URL_VARIABLE, TRACEHOUND_KIBANA_USERNAME: 'u' }, ['half-user']],
    ['a password without user', { ...URL_VARIABLE, TRACEHOUND_KIBANA_PASSWORD: 'p' }, ['half-user']],
    [
      'two kinds of credentials',
      { ...URL_VARIABLE, TRACEHOUND_KIBANA_API_KEY: 'a', TRACEHOUND_KIBANA_BEARER_TOKEN: 'b' },
      ['two-credentials'],
    ],
    ['a password in the address', { TRACEHOUND_KIBANA_URL: 'https://u:p@kibana.example' }, ['setting']],
    ['no address at all', { TRACEHOUND_KIBANA_URL: 'kibana.example:5601' }, ['setting']],
    ['a space that is a path', { ...URL_VARIABLE, TRACEHOUND_KIBANA_SPACE: '../x' }, ['setting']],
    ['a file that is missing', { ...URL_VARIABLE, TRACEHOUND_KIBANA_API_KEY_FILE: 'none' }, ['setting-file']],
  ])('refuses %s', async (_what, env, rules) => {
    expect(await problemsOf(env)).toEqual(rules);
  });

  it('refuses a secret in the file', async () => {
    expect(await problemsOf({}, 'kibana: { url: "https://kibana.example", password: x }\n')).not.toEqual([]);
    expect(await problemsOf({}, 'kibana: { url: "https://u:p@kibana.example" }\n')).toEqual(['url']);
  });
});
