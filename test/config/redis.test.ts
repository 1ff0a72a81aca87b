import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { formatProblem } from '../../src/core/problem.ts';
import { readConfig } from '../../src/config/read-config.ts';
import { redisConnectionOf, type RedisConfig } from '../../src/config/redis.ts';

const CA = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----';

describe('the Redis of a site', () => {
  let cwd: string;
  beforeEach(async () => void (cwd = await mkdtemp(join(tmpdir(), 'config-redis-'))));
  afterEach(() => rm(cwd, { recursive: true }));

  const read = async (yaml: string, env: Readonly<Record<string, string>> = {}) => {
    if (yaml !== '') await writeFile(join(cwd, 'hunt.config.yml'), yaml);
    return readConfig({ cwd, env });
  };
  const redis = async (...args: Parameters<typeof read>): Promise<RedisConfig | null> => {
    const checked = await read(...args);
    if (!checked.ok) throw new Error(checked.problems.map(formatProblem).join('\n'));
    return checked.value.redis;
  };
  const problems = async (...args: Parameters<typeof read>): Promise<readonly string[]> =>
    (await read(...args)).problems.map(
      ({ rule, place, message, hint }) => `${rule} ${place.file} ${message} | ${hint}`,
    );

  it('is none unless somebody names it', async () => {
    expect(await redis('')).toBeNull();
  });

  it('is read from the file, with its password from a file beside it', async () => {
    await writeFile(join(cwd, 'pw'), 'geheim\n');
    await writeFile(join(cwd, 'ca.crt'), CA);
    const found = await redis(
      'redis: { url: "rediss://redis.example:6380/2", username: hound, password_file: pw, ca_file: ca.crt, prefix: site_a, concurrency: 12 }\n',
    );
    expect(found).toMatchObject({ username: 'hound', ca: CA, prefix: 'site_a', concurrency: 12 });
    expect(redisConnectionOf(found as RedisConfig)).toEqual({
      at: { type: 'server', url: 'rediss://redis.example:6380/2' },
      username: 'hound',
      password: 'geheim',
      ca: CA,
      prefix: 'site_a',
    });
    expect(inspect(found, { depth: 5 }) + JSON.stringify(found)).not.toContain('geheim');
  });

  it('is read from the environment, and has defaults', async () => {
    const found = await redis('', { TRACEHOUND_REDIS_URL: 'redis://[::1]:6379', TRACEHOUND_REDIS_PASSWORD: 'geheim' });
    expect(found).toMatchObject({ username: null, ca: null, prefix: 'tracehound', concurrency: 4 });
    expect(redisConnectionOf(found as RedisConfig)).toMatchObject({ password: 'geheim' });
  });

  it('may be behind sentinels', async () => {
    const yaml = 'redis: { sentinel: { nodes: ["redis://a.example", "redis://b.example:26380"], master: hounds } }\n';
    const found = await redis(yaml, { TRACEHOUND_REDIS_SENTINEL_PASSWORD: 'wache' });
    expect(redisConnectionOf(found as RedisConfig).at).toEqual({
      type: 'sentinel',
      nodes: ['redis://a.example', 'redis://b.example:26380'],
      master: 'hounds',
      password: 'wache',
    });
  });

  it.each([
    'http://redis.example',
    'redis.example:6379',
    'redis://',
    'redis://me:geheim@redis.example',
    'redis://redis.example/zero',
    'redis://redis.example/0?tls=no',
  ])('cannot be at %s', async (url) => {
    const told = await problems('', { TRACEHOUND_REDIS_URL: url });
    expect(told).toEqual([expect.stringContaining('TRACEHOUND_REDIS_URL must be an address such as')]);
    expect(told.join()).not.toContain('geheim');
    expect(await problems(`redis: { url: "${url}" }\n`)).toEqual([expect.stringMatching(/^url hunt\.config\.yml /)]);
  });

  it('tells every problem at once', async () => {
    const told = await problems('redis: { concurrency: 3 }\n', {
      TRACEHOUND_REDIS_URL: 'redis://redis.example',
      TRACEHOUND_REDIS_SENTINEL_NODES: 'redis://a.example,rediss://b.example',
      TRACEHOUND_REDIS_USERNAME: 'hound',
      TRACEHOUND_REDIS_PREFIX: 'a:b',
      TRACEHOUND_REDIS_CONCURRENCY: '0',
      TRACEHOUND_REDIS_CA_FILE: 'nowhere.crt',
    });
    expect(told.map((line) => line.split(' ').slice(0, 2).join(' ')).sort()).toEqual([
      'authority-without-tls TRACEHOUND_REDIS_CA_FILE',
      'half-sentinel TRACEHOUND_REDIS_SENTINEL_MASTER',
      'half-user TRACEHOUND_REDIS_PASSWORD',
      'setting TRACEHOUND_REDIS_CONCURRENCY',
      'setting TRACEHOUND_REDIS_PREFIX',
      'setting TRACEHOUND_REDIS_SENTINEL_NODES',
      'setting-file TRACEHOUND_REDIS_CA_FILE',
      'two-redis redis.url',
    ]);
  });

  it('has no secret in the file', async () => {
    const told = await problems(
      'redis: { url: "redis://r.example", password: geheim, sentinel: { password: geheim } }\n',
    );
    expect(told).toEqual([
      expect.stringContaining('Use password_file or TRACEHOUND_REDIS_PASSWORD'),
      expect.stringContaining('Use password_file or TRACEHOUND_REDIS_SENTINEL_PASSWORD'),
    ]);
    expect(told.join()).not.toContain('geheim');
  });

  it('is not forgotten where only credentials are set', async () => {
    expect(await problems('', { TRACEHOUND_REDIS_PASSWORD: 'geheim' })).toEqual([
      expect.stringMatching(/^no-redis TRACEHOUND_REDIS_URL .*Set TRACEHOUND_REDIS_URL, or redis\.url/),
    ]);
  });
});
