// Where a soak takes place: servers, sites and stores of its own.
import { join } from 'node:path';
import { MINUTE_MS } from '../../../src/core/time.ts';
import { connect } from '../../../src/elastic/client.ts';
import { elasticsearchStore } from '../../../src/store/elasticsearch/store.ts';
import type { Store } from '../../../src/store/port.ts';
import { sqliteStore } from '../../../src/store/sqlite/store.ts';
import { ELASTICSEARCH_8 } from '../../rig/assemble.ts';
import type { HuntRig } from '../../rig/hunt.ts';
import { startProxy } from '../../rig/proxy.ts';
import { restartableElasticsearch, restartableRedis } from '../../rig/servers.ts';
import { beginLedgers, bulkBodies, type Estate, loadEvents, soakSite } from './estate.ts';
import type { SoakServers } from './faults.ts';
import type { Role } from './fleet.ts';

/** A site with its store, in which nothing has been examined yet. */
export interface Ground extends AsyncDisposable {
  readonly rig: HuntRig;
  readonly store: Store;
}

export interface Stand {
  readonly estate: Estate;
  /** Makes a site of its own each time; `disturbed`: so that its requests can be cut. */
  readonly ground: (name: string, disturbed: boolean) => Promise<Ground>;
  readonly servers: SoakServers | null;
  readonly fleet: readonly Role[];
  readonly calmFleet: readonly Role[];
}

/** Elasticsearch and Redis, stopped with `parts`, and several processes. */
export async function production(estate: Estate, seed: number, parts: AsyncDisposableStack): Promise<Stand> {
  const elasticsearch = parts.use(await restartableElasticsearch(ELASTICSEARCH_8));
  const redis = parts.use(await restartableRedis());
  const proxy = parts.use(await startProxy(elasticsearch.info.url));
  await loadEvents(elasticsearch.info, estate, seed);
  return {
    estate,
    servers: { elasticsearch, redis, proxy },
    fleet: ['scheduler', 'scheduler', 'worker', 'worker', 'worker'],
    calmFleet: ['scheduler', 'worker'],
    async ground(name, disturbed) {
      const made = new AsyncDisposableStack();
      const settings = { auth: { type: 'none' }, ca: null, caFingerprint: null, compatibility: 8 } as const;
      const nodes = [elasticsearch.info.url];
      const client = made.use(connect({ nodes, ...settings, requestTimeoutMs: MINUTE_MS }));
      const store = made.use(elasticsearchStore(client, { prefix: name }));
      const url = disturbed ? proxy.url : elasticsearch.info.url;
      const rig = made.use(await soakSite({ estate, url, redis: redis.info.url, prefix: name }));
      return { rig, store, [Symbol.asyncDispose]: () => made.disposeAsync() };
    },
  };
}

/** Two of `hunt start` over the same files. */
export async function embedded(estate: Estate, seed: number): Promise<Stand> {
  return {
    estate,
    servers: null,
    fleet: ['start', 'start'],
    calmFleet: ['start'],
    async ground(name) {
      const made = new AsyncDisposableStack();
      const rig = made.use(await soakSite({ estate, url: null, redis: null, prefix: name }));
      await rig.write('events.ndjson', bulkBodies(estate, seed).join(''));
      await mustEnd(rig, 'ingest', 'events.ndjson');
      const store = made.use(sqliteStore(join(rig.folder, '.tracehound', 'findings.sqlite')));
      return { rig, store, [Symbol.asyncDispose]: () => made.disposeAsync() };
    },
  };
}

/** A site, checked and set up, whose ledgers wait for the whole past of the estate. */
export async function begun({ estate, ground }: Stand, disturbed: boolean, signal: AbortSignal): Promise<Ground> {
  const made = await ground(disturbed ? 'hard' : 'calm', disturbed);
  await made.store.setup({ dryRun: false }, signal);
  await beginLedgers(made.store, estate, signal);
  await mustEnd(made.rig, 'check');
  return made;
}

async function mustEnd(rig: HuntRig, ...args: readonly string[]): Promise<void> {
  const { exitCode, stdout, stderr } = await rig.hunt(...args);
  if (exitCode !== 0) throw new Error(`hunt ${args.join(' ')} ended with ${exitCode}: ${stdout}${stderr}`);
}
