import { MINUTE_MS } from '../core/time.ts';
import type { SettingReader } from './gather.ts';
import type { Secret } from './secret.ts';
import { authorityOf, secretOf } from './secret-file.ts';
import { SETTINGS } from './settings.ts';

/** How to reach the Redis of a site, and how much it may hand out. */
export interface RedisConfig {
  readonly at: RedisAddress;
  /** ACL user; null: the default user. */
  readonly username: string | null;
  readonly password: Secret | null;
  /** Certificate authority, PEM. */
  readonly ca: string | null;
  /** First part of the names of keys. */
  readonly prefix: string;
  /** Hunts that run at once over all workers. */
  readonly concurrency: number;
  /** How long a worker may be silent before what it holds is handed to another, ms. */
  readonly lockMs: number;
}

type RedisAddress =
  | { readonly type: 'server'; readonly url: string }
  | {
      readonly type: 'sentinel';
      readonly nodes: readonly string[];
      readonly master: string;
      readonly password: Secret | null;
    };

const PREFIX = 'tracehound';
/** Two workers of the usual two hunts each; a cluster of several nodes bears more. */
const CONCURRENCY = 4;
/** A worker that is stopped for minutes (a garbage collection, a suspended machine) keeps what it has. */
const LOCK_MS = 5 * MINUTE_MS;

/** What the queue needs to connect, with the secrets in plain text: for the connection and nothing else. */
export function redisConnectionOf({ at, username, password, ca, prefix }: RedisConfig) {
  const plain = (secret: Secret | null): string | null => secret?.reveal() ?? null;
  const address = at.type === 'server' ? at : { ...at, password: plain(at.password) };
  return { at: address, username, password: plain(password), ca, prefix };
}

/** The Redis that the settings describe; null where none is set, and work stays in the process. */
export async function redisOf(settings: SettingReader): Promise<RedisConfig | null> {
  const at = await addressOf(settings);
  const [username, password] = [
    settings.read('redisUsername', null),
    await secretOf(settings, 'redisPassword', 'redisPasswordFile'),
  ];
  const redis: Omit<RedisConfig, 'at'> = {
    username,
    password,
    ca: await authorityOf(settings, 'redisCaFile'),
    prefix: settings.read('redisPrefix', PREFIX),
    concurrency: settings.read('redisConcurrency', CONCURRENCY),
    lockMs: settings.read('redisLock', LOCK_MS),
  };
  checkUser(settings);
  checkAddress(settings);
  checkAuthority(settings, at);
  return at === null ? null : { at, ...redis };
}

async function addressOf(settings: SettingReader): Promise<RedisAddress | null> {
  const url = settings.read('redisUrl', null);
  const [nodes, master] = [settings.read('redisSentinelNodes', null), settings.read('redisSentinelMaster', null)];
  const password = await secretOf(settings, 'redisSentinelPassword', 'redisSentinelPasswordFile');
  if (url !== null) return { type: 'server', url };
  return nodes === null || master === null ? null : { type: 'sentinel', nodes, master, password };
}

/** A server or sentinels, not both and not half of them; and credentials only for one that is named. */
function checkAddress(settings: SettingReader): void {
  const given = (name: keyof typeof SETTINGS): boolean => settings.given(name) !== undefined;
  const [url, nodes, master] = [given('redisUrl'), given('redisSentinelNodes'), given('redisSentinelMaster')];
  if (url && (nodes || master))
    settings.report(
      SETTINGS.redisUrl.path,
      'two-redis',
      'Both a Redis and sentinels are set',
      `Keep ${SETTINGS.redisUrl.path}, or redis.sentinel`,
    );
  if (nodes !== master) {
    const missing = SETTINGS[nodes ? 'redisSentinelMaster' : 'redisSentinelNodes'];
    settings.report(missing.variable, 'half-sentinel', 'Sentinels need addresses and a master', `Set ${missing.path}`);
  }
  const credentials = given('redisPassword') || given('redisPasswordFile') || given('redisUsername');
  if (credentials && !url && !nodes && !master)
    settings.report(
      SETTINGS.redisUrl.variable,
      'no-redis',
      'Credentials of Redis are set, but no Redis',
      `Set ${SETTINGS.redisUrl.variable}, or ${SETTINGS.redisUrl.path} in hunt.config.yml`,
    );
}

/** A password alone is the default user's. */
function checkUser(settings: SettingReader): void {
  if (settings.given('redisUsername') === undefined) return;
  if ((settings.given('redisPassword') ?? settings.given('redisPasswordFile')) !== undefined) return;
  settings.report(
    SETTINGS.redisPassword.variable,
    'half-user',
    'A user of Redis is set without a password',
    `Set ${SETTINGS.redisPassword.variable} or ${SETTINGS.redisPasswordFile.variable}`,
  );
}

/** An authority that is never asked would let somebody believe that the connection is encrypted. */
function checkAuthority(settings: SettingReader, at: RedisAddress | null): void {
  const given = settings.given('redisCaFile');
  const urls = at === null ? [] : at.type === 'server' ? [at.url] : at.nodes;
  if (given === undefined || urls.every((url) => url.startsWith('rediss://'))) return;
  settings.report(
    given.origin,
    'authority-without-tls',
    'A certificate authority is set, but the address of Redis is not rediss://',
    'Write rediss://, or remove the authority',
  );
}
