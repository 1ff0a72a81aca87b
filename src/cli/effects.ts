import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Config } from '../config/read-config.ts';
import type { Flags } from '../config/gather.ts';
import { HuntError } from '../core/error.ts';
import type { Instant } from '../core/time.ts';
import type { Engine } from '../engine/port.ts';
import type { GeoLookup } from '../findings/geoip.ts';
import type { KibanaStep } from '../kibana/set-up.ts';
import type { LayGround } from '../pipeline/test-hunt.ts';
import type { Queue } from '../schedule/queue/port.ts';
import type { Store } from '../store/port.ts';
import type { Output } from './output.ts';
import { tellProblems } from './problems.ts';
import type { Stock } from './stock.ts';

/**
 * Everything a command touches. Parts are made when they are first asked for, so `hunt list` opens no connection and
 * `hunt init` needs no configuration. Tests write literals.
 */
export interface Effects {
  readonly out: Output;
  /** The working folder, absolute. */
  readonly cwd: string;
  readonly now: () => Instant;
  /** A clock that never goes back, ms. */
  readonly monotonic: () => number;
  readonly newRunId: () => string;
  /** At least 0, below 1. */
  readonly random: () => number;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly signal: AbortSignal;
  /** Tells every problem of the configuration, and rejects with CONFIGURATION where one forbids going on. */
  readonly config: () => Promise<Config>;
  /** Hunts, lists, sources and exceptions of the site, checked. Never rejects because of what the files hold. */
  readonly stock: () => Promise<Stock>;
  /** The configured Elasticsearch, else the embedded events of `$TRACEHOUND_HOME`. */
  readonly engine: () => Promise<Engine>;
  /** Beside the engine: indices of the configured Elasticsearch, else a SQLite file, which sets itself up. */
  readonly store: () => Promise<Store>;
  /** Fills the configured Kibana; rejects with CONFIGURATION where none is, or no Elasticsearch behind it. */
  readonly kibana: () => Promise<FillKibana>;
  /** On the configured Redis, else in this process; `warn` is told what is odd about the server. */
  readonly queue: (warn: (text: string) => void) => Promise<Queue>;
  readonly geoip: () => Promise<GeoLookup>;
  /** Where tests lay out their events for an engine; rejects with CONFIGURATION where that engine is not configured. */
  readonly testGround: (engine: Engine['name']) => Promise<LayGround>;
}

/** Makes what is missing in Kibana, or with `dryRun` says what it would make. */
export type FillKibana = (options: { readonly dryRun: boolean }) => Promise<readonly KibanaStep[]>;

export interface EffectsInput {
  readonly out: Output;
  readonly cwd: string;
  readonly flags: Flags;
  readonly signal: AbortSignal;
}

/**
 * The one place where parts are chosen, each loaded when it is first asked for: `hunt --version` takes 0.2 s so, and 0.5 s
 * with all source loaded. Whatever was opened is closed by disposing of it.
 */
export function realEffects({ out, cwd, flags, signal }: EffectsInput): Effects & AsyncDisposable {
  const opened = new AsyncDisposableStack();
  const config = once(() => configOf(out, cwd, flags));
  const connection = once(async () => opened.use(await connectionFor(await config())));
  const isEmbedded = async () => (await config()).elasticsearch === null;
  return {
    out,
    cwd,
    signal,
    now: () => Date.now(),
    monotonic: () => performance.now(),
    newRunId: () => randomUUID(),
    random: Math.random,
    sleep: (ms, signal) => setTimeout(ms, undefined, { signal }),
    config,
    stock: once(async () => {
      const { loadStock } = await import('./stock.ts');
      return loadStock((await config()).site, Date.now());
    }),
    engine: once(async () => {
      if (await isEmbedded()) {
        const { openEmbeddedEvents } = await import('./embedded-events.ts');
        return opened.use(openEmbeddedEvents((await config()).home)).engine;
      }
      const { elasticsearchEngine } = await import('../engine/elasticsearch.ts');
      return opened.use(elasticsearchEngine(await connection()));
    }),
    store: once(async () => {
      if (await isEmbedded()) return opened.use(await embeddedStore((await config()).home, signal));
      const { elasticsearchStore } = await import('../store/elasticsearch/store.ts');
      const { prefix } = elasticOf(await config());
      return opened.use(elasticsearchStore(await connection(), { prefix }));
    }),
    kibana: async () => fillerFor(await config(), signal),
    queue: async (warn) => opened.use(await queueFor(await config(), warn)),
    testGround: async (name) => {
      if (name === 'embedded') return (await import('./ground-embedded.ts')).embeddedGround;
      const { elasticsearchGround } = await import('./ground-elasticsearch.ts');
      return elasticsearchGround(await connection(), Date.now);
    },
    geoip: once(async () => {
      const { openGeo } = await import('../findings/geoip-open.ts');
      return openGeo((await config()).geoip, Date.now());
    }),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

/** The Elasticsearch that is configured; rejects with CONFIGURATION, naming the setting, where there is none. */
function elasticOf(config: Config): NonNullable<Config['elasticsearch']> {
  if (config.elasticsearch !== null) return config.elasticsearch;
  throw new HuntError('CONFIGURATION', 'No Elasticsearch is configured', {
    remedy: 'Set elasticsearch.nodes in hunt.config.yml, or the variable TRACEHOUND_ELASTICSEARCH_NODES',
  });
}

/** The store, after it has said that it is set up. */
export async function readyStore({ store, signal }: Pick<Effects, 'store' | 'signal'>): Promise<Store> {
  const opened = await store();
  await opened.ready(signal);
  return opened;
}

async function configOf(out: Output, cwd: string, flags: Flags): Promise<Config> {
  const { readConfig } = await import('../config/read-config.ts');
  const checked = await readConfig({ cwd, flags });
  tellProblems(out, checked.problems, 'CONFIGURATION', 'Cannot use the configuration');
  if (!checked.ok) throw new HuntError('CONFIGURATION', 'Cannot use the configuration');
  return checked.value;
}

/** A newcomer runs no setup: the file is made, or brought up to this version, by whatever needs it first. */
async function embeddedStore(home: string, signal: AbortSignal): Promise<Store> {
  const { sqliteStore } = await import('../store/sqlite/store.ts');
  const store = sqliteStore(join(home, 'findings.sqlite'));
  await store.setup({ dryRun: false }, signal);
  return store;
}

async function queueFor(config: Config, warn: (text: string) => void): Promise<Queue> {
  if (config.redis === null) return (await import('../schedule/queue/in-process.ts')).inProcessQueue();
  const { redisConnectionOf } = await import('../config/redis.ts');
  const { redisQueue } = await import('../schedule/queue/redis.ts');
  const { redisTimes } = await import('../schedule/queue/redis-worker.ts');
  return redisQueue(redisConnectionOf(config.redis), { warn, times: redisTimes(config.redis.lockMs) });
}

async function fillerFor(config: Config, signal: AbortSignal): Promise<FillKibana> {
  const { prefix } = elasticOf(config);
  if (config.kibana === null) {
    throw new HuntError('CONFIGURATION', 'No Kibana is configured', {
      remedy: 'Set kibana.url in hunt.config.yml, or the variable TRACEHOUND_KIBANA_URL',
    });
  }
  const { kibanaConnectionOf } = await import('../config/kibana.ts');
  const { kibanaCalls } = await import('../kibana/calls.ts');
  const { kibanaObjects } = await import('../kibana/objects.ts');
  const { setUpKibana } = await import('../kibana/set-up.ts');
  const calls = kibanaCalls(kibanaConnectionOf(config.kibana));
  const objects = kibanaObjects({ prefix, space: config.kibana.space });
  return (options) => setUpKibana(calls, objects, options, signal);
}

/** A connection to the Elasticsearch that is configured, for the caller to close. */
export async function connectionFor(config: Config) {
  const settings = elasticOf(config);
  const { connectionOf } = await import('../config/elastic.ts');
  const { connect } = await import('../elastic/client.ts');
  return connect(connectionOf(settings));
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | null = null;
  return () => (made ??= make());
}
