import { z } from 'zod';
import { kibanaSchema } from './schema-kibana.ts';
import { duration, huntGlob, params, ruled, some, sourceName, words } from './schema-parts.ts';
import { notifySchema } from './schema-notify.ts';
import { sourceMappingSchema } from './schema-source.ts';

const url = ruled({
  rule: 'url',
  what: 'an address such as https://elastic.example:9200',
  hint: 'Write http:// or https://, host and port, without user and password',
  describe: 'Address of a node, without user and password.',
  test: isNodeUrl,
});

/** Whether a text is the address of a node: http or https, and no credentials in it. */
export function isNodeUrl(text: string): boolean {
  const parsed = URL.parse(text);
  return parsed !== null && /^https?:$/.test(parsed.protocol) && parsed.username === '' && parsed.password === '';
}

const path = (describe: string) => words(`${describe} Relative to this file.`).optional();

const elasticsearch = z
  .strictObject({
    nodes: some(url, 'Addresses of the nodes.'),
    username: words(
      'User of basic authentication; its password comes from password_file or TRACEHOUND_ELASTICSEARCH_PASSWORD.',
    ).optional(),
    password_file: path('File with the password.'),
    api_key_file: path('File with an API key (the encoded form).'),
    bearer_token_file: path('File with a bearer token.'),
    ca_file: path('Certificate authority, PEM.'),
    fingerprint: ruled({
      rule: 'fingerprint',
      what: 'a SHA-256 fingerprint of 32 hexadecimal bytes',
      hint: 'Take it from: openssl x509 -fingerprint -sha256 -in ca.crt',
      describe: "SHA-256 fingerprint of the server's authority.",
      pattern: /^([0-9A-Fa-f]{2}:?){31}[0-9A-Fa-f]{2}$/,
    }).optional(),
    compatibility: z
      .union([z.literal('auto'), z.literal(8), z.literal(9)], { error: 'Expected auto, 8 or 9' })
      .optional()
      .meta({ description: 'Version of the REST API to speak; auto asks the server.' }),
    request_timeout: duration('Longest wait for one answer of the server. Default 30s.').optional(),
    query_delay: duration('Shift of time ranges that end now, for ingest lag. Default 5m.').optional(),
    prefix: ruled({
      rule: 'prefix',
      what: 'a prefix such as hunt',
      hint: 'Write lower-case letters, digits and -, beginning with a letter',
      describe: 'First part of the names of the indices that keep findings: hunt-findings. Default hunt.',
      pattern: /^[a-z][a-z0-9-]{0,40}$/,
    }).optional(),
  })
  .meta({ description: 'The Elasticsearch that holds events and findings. Secrets never stand here.' });

/** First part of the names of keys: no character that would be a pattern, or part a name, in Redis. */
export const REDIS_PREFIX = /^[A-Za-z][A-Za-z0-9_-]{0,40}$/;

/** Whether a text is the address of a Redis: redis or rediss, perhaps a database, and no credentials in it. */
export function isRedisUrl(text: string): boolean {
  const parsed = URL.parse(text);
  if (parsed === null || !/^rediss?:$/.test(parsed.protocol) || parsed.hostname === '') return false;
  const { username, password, search, hash, pathname } = parsed;
  return username + password + search + hash === '' && /^(\/\d{0,3})?$/.test(pathname);
}

/** Whether a text is the address of a sentinel, which has no databases. */
export function isSentinelUrl(text: string): boolean {
  return isRedisUrl(text) && /^\/?$/.test(new URL(text).pathname);
}

const redisUrl = (describe: string, test: (text: string) => boolean) =>
  ruled({
    rule: 'url',
    what: 'an address such as redis://redis.example:6379',
    hint: 'Write redis:// or rediss:// (TLS), host and port, without user and password',
    describe,
    test,
  });

const redis = z
  .strictObject({
    url: redisUrl('Address; rediss:// for TLS. A number after the port is the database.', isRedisUrl).optional(),
    username: words('ACL user; the password comes from password_file or TRACEHOUND_REDIS_PASSWORD.').optional(),
    password_file: path('File with the password.'),
    ca_file: path('Certificate authority, PEM; for rediss://.'),
    sentinel: z
      .strictObject({
        nodes: some(redisUrl('Address of a sentinel.', isSentinelUrl), 'Addresses of the sentinels.').optional(),
        master: words('Name of the master.').optional(),
        password_file: path('File with the password of the sentinels themselves.'),
      })
      .optional()
      .meta({ description: 'Sentinels that know the master; instead of url. All rediss://: the master too.' }),
    prefix: ruled({
      rule: 'prefix',
      what: 'a prefix such as tracehound',
      hint: 'Write letters, digits, - and _, beginning with a letter',
      describe: 'First part of the names of keys. Default tracehound.',
      pattern: REDIS_PREFIX,
    }).optional(),
    concurrency: z
      .int()
      .min(1)
      .max(1_000)
      .optional()
      .meta({ description: 'Hunts that run at once over all workers together. Default 4.' }),
    lock: duration('How long a worker may be silent before what it holds is handed to another. Default 5m.').optional(),
  })
  .meta({ description: 'The Redis that hands work to workers. Without it, work stays in one process.' });

/** `hunt.config.yml` of a site. */
export const configSchema = z
  .strictObject({
    home: path('Folder of what Tracehound keeps. Default .tracehound.'),
    hunts: some(
      words('A folder, or tracehound.'),
      'Folders of hunts; tracehound names those of the package. Relative to this file.',
    ).optional(),
    lists: some(
      words('A folder.'),
      'Folders of CIDR lists. A list of the same name replaces the one of the package. Default lists.',
    ).optional(),
    exceptions: some(words('A folder.'), 'Folders of exceptions. Default exceptions.').optional(),
    jobs: some(
      words('A folder, or tracehound.'),
      'Folders of jobs; tracehound names those of the package, which run only where it stands here. Default jobs.',
    ).optional(),
    params: z
      .record(huntGlob('A hunt id or a glob.'), params('Parameters.'))
      .optional()
      .meta({ description: 'Parameters that this site changes, by hunt id or glob; a later entry wins.' }),
    sources: z
      .record(sourceName('Name of a source.'), sourceMappingSchema)
      .optional()
      .meta({ description: 'Where the sources lie at this site.' }),
    geoip: z
      .strictObject({ city: path('City database, .mmdb.'), asn: path('ASN database, .mmdb.') })
      .optional()
      .meta({ description: "The site's own GeoIP databases." }),
    elasticsearch: elasticsearch.optional(),
    kibana: kibanaSchema.optional(),
    redis: redis.optional(),
    notify: notifySchema.optional(),
    limits: z
      .strictObject({
        concurrency: z.int().min(1).max(64).optional().meta({ description: 'Hunts that run at once. Default 2.' }),
        deadline: duration('Longest time of one query. Default 10m.').optional(),
        rows_max: z
          .int()
          .min(1)
          .max(9_999)
          .optional()
          .meta({ description: 'Most rows of one query. Default and most: 9999.' }),
      })
      .optional()
      .meta({ description: 'What a run may take.' }),
    serve: z
      .strictObject({
        host: ruled({
          rule: 'host',
          what: 'an address or a name of this machine',
          hint: 'Write 127.0.0.1, or 0.0.0.0 where other machines ask',
          describe: 'Where health and metrics are served. Default 127.0.0.1: this machine only.',
          pattern: /^[A-Za-z0-9.:-]{1,253}$/,
        }).optional(),
        port: z
          .union([z.int().min(0).max(65_535), z.literal('none')], { error: 'Expected a port from 0 to 65535, or none' })
          .optional()
          .meta({ description: 'Its port; 0 takes any that is free, none serves nothing. Default 9464.' }),
      })
      .optional()
      .meta({ description: 'Health and metrics of scheduler and workers over HTTP.' }),
    unattended: z
      .strictObject({
        grace: duration('How long running queries may go on after a worker was told to stop. Default 30s.').optional(),
        back_off: some(
          duration('A wait.'),
          'Waits before the second, third … attempt at a tile that failed. Default 1h, 6h, 24h.',
        ).optional(),
      })
      .optional()
      .meta({ description: 'How scheduler and workers go about it.' }),
    retention: z
      .strictObject({
        findings: duration('Closed findings, with their sightings, after their last event. At least 1d.').optional(),
        sightings: duration('Sightings, after the end of their tile. At least 1d.').optional(),
        runs: duration('Runs. At least 1d; comparing populations needs 28d.').optional(),
        outbox: duration('Notifications that were sent, or that nobody was to be sent. At least 1d.').optional(),
        events: duration(
          'Events of the embedded store; those of Elasticsearch are not touched. At least 1d.',
        ).optional(),
      })
      .optional()
      .meta({ description: 'What hunt prune removes once it is older. What is not named is kept for ever.' }),
  })
  .meta({
    title: 'Site configuration',
    description:
      'hunt.config.yml: what a site has, and what it changes. Secrets come from the environment or from files.',
  });

export type ConfigInput = z.infer<typeof configSchema>;
