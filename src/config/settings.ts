import { isKibanaUrl, SPACE_ID } from '../definition/schemas/schema-kibana.ts';
import { isNodeUrl, isRedisUrl, isSentinelUrl, REDIS_PREFIX } from '../definition/schemas/schema-config.ts';
import { DAY_MS, parseDuration } from '../core/time.ts';

/** Waits that `unattended.back_off` may name. */
const BACK_OFF_MOST = 20;

/** A setting that a variable, a flag or `hunt.config.yml` may give; `parse` gives null for what is not allowed. */
interface Setting<T> {
  readonly variable: string;
  /** Dotted path in `hunt.config.yml`; null where only variables and flags give it, as for secrets. */
  readonly path: string | null;
  readonly allowed: string;
  readonly parse: (text: string) => T | null;
  readonly secret?: true;
}

const TEXT = { allowed: 'a text', parse: (text: string): string | null => (text.trim() === '' ? null : text) };
const PATH = { ...TEXT, allowed: 'the path of a file' };
const SECRET = { path: null, allowed: 'a text that is not empty', parse: TEXT.parse, secret: true } as const;
const DURATION = { allowed: 'a duration such as 30s, 5m or 1h, above 0', parse: durationMs };
const RETENTION = { allowed: 'a duration of at least a day such as 90d', parse: retentionMs };

/** Every setting. The environment reference (docs) and the names in messages come from here. */
export const SETTINGS = {
  home: { ...TEXT, variable: 'TRACEHOUND_HOME', path: 'home', allowed: 'a folder' },
  nodes: {
    variable: 'TRACEHOUND_ELASTICSEARCH_NODES',
    path: 'elasticsearch.nodes',
    allowed: 'addresses such as https://elastic.example:9200, separated by commas, without user and password',
    parse: nodeList,
  },
  username: { ...TEXT, variable: 'TRACEHOUND_ELASTICSEARCH_USERNAME', path: 'elasticsearch.username' },
  password: { ...SECRET, variable: 'TRACEHOUND_ELASTICSEARCH_PASSWORD' },
  passwordFile: { ...PATH, variable: 'TRACEHOUND_ELASTICSEARCH_PASSWORD_FILE', path: 'elasticsearch.password_file' },
  apiKey: { ...SECRET, variable: 'TRACEHOUND_ELASTICSEARCH_API_KEY' },
  apiKeyFile: { ...PATH, variable: 'TRACEHOUND_ELASTICSEARCH_API_KEY_FILE', path: 'elasticsearch.api_key_file' },
  bearerToken: { ...SECRET, variable: 'TRACEHOUND_ELASTICSEARCH_BEARER_TOKEN' },
  bearerTokenFile: {
    ...PATH,
    variable: 'TRACEHOUND_ELASTICSEARCH_BEARER_TOKEN_FILE',
    path: 'elasticsearch.bearer_token_file',
  },
  caFile: { ...PATH, variable: 'TRACEHOUND_ELASTICSEARCH_CA_FILE', path: 'elasticsearch.ca_file' },
  fingerprint: {
    variable: 'TRACEHOUND_ELASTICSEARCH_FINGERPRINT',
    path: 'elasticsearch.fingerprint',
    allowed: 'a SHA-256 fingerprint of 32 hexadecimal bytes',
    parse: matching(/^([0-9A-Fa-f]{2}:?){31}[0-9A-Fa-f]{2}$/),
  },
  compatibility: {
    variable: 'TRACEHOUND_ELASTICSEARCH_COMPATIBILITY',
    path: 'elasticsearch.compatibility',
    allowed: 'auto, 8 or 9',
    parse: compatibilityOf,
  },
  requestTimeout: {
    ...DURATION,
    variable: 'TRACEHOUND_ELASTICSEARCH_REQUEST_TIMEOUT',
    path: 'elasticsearch.request_timeout',
  },
  queryDelay: { ...DURATION, variable: 'TRACEHOUND_ELASTICSEARCH_QUERY_DELAY', path: 'elasticsearch.query_delay' },
  prefix: {
    variable: 'TRACEHOUND_ELASTICSEARCH_PREFIX',
    path: 'elasticsearch.prefix',
    allowed: 'lower-case letters, digits and -, beginning with a letter',
    parse: matching(/^[a-z][a-z0-9-]{0,40}$/),
  },
  redisUrl: {
    variable: 'TRACEHOUND_REDIS_URL',
    path: 'redis.url',
    allowed: 'an address such as redis://redis.example:6379 or rediss://redis.example:6379, without user and password',
    parse: (text: string) => (isRedisUrl(text) ? text : null),
  },
  redisUsername: { ...TEXT, variable: 'TRACEHOUND_REDIS_USERNAME', path: 'redis.username' },
  redisPassword: { ...SECRET, variable: 'TRACEHOUND_REDIS_PASSWORD' },
  redisPasswordFile: { ...PATH, variable: 'TRACEHOUND_REDIS_PASSWORD_FILE', path: 'redis.password_file' },
  redisCaFile: { ...PATH, variable: 'TRACEHOUND_REDIS_CA_FILE', path: 'redis.ca_file' },
  redisSentinelNodes: {
    variable: 'TRACEHOUND_REDIS_SENTINEL_NODES',
    path: 'redis.sentinel.nodes',
    allowed: 'addresses such as redis://sentinel.example:26379, separated by commas, all redis:// or all rediss://',
    parse: sentinelList,
  },
  redisSentinelMaster: { ...TEXT, variable: 'TRACEHOUND_REDIS_SENTINEL_MASTER', path: 'redis.sentinel.master' },
  redisSentinelPassword: { ...SECRET, variable: 'TRACEHOUND_REDIS_SENTINEL_PASSWORD' },
  redisSentinelPasswordFile: {
    ...PATH,
    variable: 'TRACEHOUND_REDIS_SENTINEL_PASSWORD_FILE',
    path: 'redis.sentinel.password_file',
  },
  redisPrefix: {
    variable: 'TRACEHOUND_REDIS_PREFIX',
    path: 'redis.prefix',
    allowed: 'letters, digits, - and _, beginning with a letter',
    parse: matching(REDIS_PREFIX),
  },
  redisConcurrency: {
    variable: 'TRACEHOUND_REDIS_CONCURRENCY',
    path: 'redis.concurrency',
    allowed: 'a whole number from 1 to 1000',
    parse: wholeNumber(1, 1_000),
  },
  redisLock: { ...DURATION, variable: 'TRACEHOUND_REDIS_LOCK', path: 'redis.lock' },
  kibanaUrl: {
    variable: 'TRACEHOUND_KIBANA_URL',
    path: 'kibana.url',
    allowed: 'an address such as https://kibana.example:5601, without user and password',
    parse: (text: string) => (isKibanaUrl(text) ? text : null),
  },
  kibanaSpace: {
    variable: 'TRACEHOUND_KIBANA_SPACE',
    path: 'kibana.space',
    allowed: 'the id of a space: lower-case letters, digits, _ and -',
    parse: matching(SPACE_ID),
  },
  kibanaUsername: { ...TEXT, variable: 'TRACEHOUND_KIBANA_USERNAME', path: 'kibana.username' },
  kibanaPassword: { ...SECRET, variable: 'TRACEHOUND_KIBANA_PASSWORD' },
  kibanaPasswordFile: { ...PATH, variable: 'TRACEHOUND_KIBANA_PASSWORD_FILE', path: 'kibana.password_file' },
  kibanaApiKey: { ...SECRET, variable: 'TRACEHOUND_KIBANA_API_KEY' },
  kibanaApiKeyFile: { ...PATH, variable: 'TRACEHOUND_KIBANA_API_KEY_FILE', path: 'kibana.api_key_file' },
  kibanaBearerToken: { ...SECRET, variable: 'TRACEHOUND_KIBANA_BEARER_TOKEN' },
  kibanaBearerTokenFile: {
    ...PATH,
    variable: 'TRACEHOUND_KIBANA_BEARER_TOKEN_FILE',
    path: 'kibana.bearer_token_file',
  },
  kibanaCaFile: { ...PATH, variable: 'TRACEHOUND_KIBANA_CA_FILE', path: 'kibana.ca_file' },
  kibanaRequestTimeout: {
    ...DURATION,
    variable: 'TRACEHOUND_KIBANA_REQUEST_TIMEOUT',
    path: 'kibana.request_timeout',
  },
  geoipCity: { ...PATH, variable: 'TRACEHOUND_GEOIP_CITY', path: 'geoip.city' },
  geoipAsn: { ...PATH, variable: 'TRACEHOUND_GEOIP_ASN', path: 'geoip.asn' },
  concurrency: {
    variable: 'TRACEHOUND_CONCURRENCY',
    path: 'limits.concurrency',
    allowed: 'a whole number from 1 to 64',
    parse: wholeNumber(1, 64),
  },
  deadline: { ...DURATION, variable: 'TRACEHOUND_DEADLINE', path: 'limits.deadline' },
  rowsMax: {
    variable: 'TRACEHOUND_ROWS_MAX',
    path: 'limits.rows_max',
    allowed: 'a whole number from 1 to 9999',
    parse: wholeNumber(1, 9_999),
  },
  serveHost: {
    variable: 'TRACEHOUND_SERVE_HOST',
    path: 'serve.host',
    allowed: 'an address or a name of this machine such as 127.0.0.1 or 0.0.0.0',
    parse: matching(/^[A-Za-z0-9.:-]{1,253}$/),
  },
  servePort: {
    variable: 'TRACEHOUND_SERVE_PORT',
    path: 'serve.port',
    allowed: 'a port from 0 (any that is free) to 65535, or none',
    parse: portOf,
  },
  grace: { ...DURATION, variable: 'TRACEHOUND_GRACE', path: 'unattended.grace' },
  backOff: {
    variable: 'TRACEHOUND_BACK_OFF',
    path: 'unattended.back_off',
    allowed: 'up to 20 durations such as 1h, separated by commas',
    parse: durationList,
  },
  retentionFindings: { ...RETENTION, variable: 'TRACEHOUND_RETENTION_FINDINGS', path: 'retention.findings' },
  retentionSightings: { ...RETENTION, variable: 'TRACEHOUND_RETENTION_SIGHTINGS', path: 'retention.sightings' },
  retentionRuns: { ...RETENTION, variable: 'TRACEHOUND_RETENTION_RUNS', path: 'retention.runs' },
  retentionOutbox: { ...RETENTION, variable: 'TRACEHOUND_RETENTION_OUTBOX', path: 'retention.outbox' },
  retentionEvents: { ...RETENTION, variable: 'TRACEHOUND_RETENTION_EVENTS', path: 'retention.events' },
} as const satisfies Readonly<Record<string, Setting<unknown>>>;

export type SettingName = keyof typeof SETTINGS;
/** Settings that name a file or a folder. */
export type PathName = 'home' | 'geoipCity' | 'geoipAsn' | Extract<SettingName, `${string}File`>;
/** Settings that are secrets. */
export type SecretName = {
  [N in SettingName]: (typeof SETTINGS)[N] extends { readonly secret: true } ? N : never;
}[SettingName];
/** What a setting's text becomes. */
export type SettingValue<N extends SettingName> = Exclude<ReturnType<(typeof SETTINGS)[N]['parse']>, null>;

function durationMs(text: string): number | null {
  const ms = parseDuration(text);
  return ms === 0 ? null : ms;
}

/** What is kept for less than a day is most likely a slip, and what is removed does not come back. */
function retentionMs(text: string): number | null {
  const ms = parseDuration(text);
  return ms === null || ms < DAY_MS ? null : ms;
}

function durationList(text: string): readonly number[] | null {
  const lengths = text.split(',').map(durationMs);
  return lengths.length <= BACK_OFF_MOST && lengths.every((ms) => ms !== null) ? lengths : null;
}

function nodeList(text: string): readonly string[] | null {
  const nodes = text.split(',').map((node) => node.trim());
  return nodes.every(isNodeUrl) ? nodes : null;
}

/** Sentinels and their master are all reached in the same way. */
function sentinelList(text: string): readonly string[] | null {
  const nodes = text.split(',').map((node) => node.trim());
  const schemes = new Set(nodes.map((node) => node.slice(0, node.indexOf(':'))));
  return nodes.every(isSentinelUrl) && schemes.size === 1 ? nodes : null;
}

function compatibilityOf(text: string): 'auto' | 8 | 9 | null {
  return text === 'auto' ? text : text === '8' ? 8 : text === '9' ? 9 : null;
}

function portOf(text: string): number | 'none' | null {
  return text === 'none' ? text : wholeNumber(0, 65_535)(text);
}

function wholeNumber(min: number, max: number): (text: string) => number | null {
  return (text) => (/^\d{1,6}$/.test(text) && Number(text) >= min && Number(text) <= max ? Number(text) : null);
}

function matching(pattern: RegExp): (text: string) => string | null {
  return (text) => (pattern.test(text) ? text : null);
}
