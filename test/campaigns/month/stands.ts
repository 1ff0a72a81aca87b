// Where a month takes place: real stores, engines and queues.
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { openEmbeddedEvents } from '../../../src/cli/embedded-events.ts';
import { MINUTE_MS } from '../../../src/core/time.ts';
import { connect } from '../../../src/elastic/client.ts';
import { elasticsearchEngine } from '../../../src/engine/elasticsearch.ts';
import type { Engine } from '../../../src/engine/port.ts';
import { findInputs } from '../../../src/ingest/open.ts';
import { inProcessQueue } from '../../../src/schedule/queue/in-process.ts';
import type { Queue } from '../../../src/schedule/queue/port.ts';
import { redisQueue } from '../../../src/schedule/queue/redis.ts';
import { elasticsearchStore } from '../../../src/store/elasticsearch/store.ts';
import type { Store } from '../../../src/store/port.ts';
import { sqliteStore } from '../../../src/store/sqlite/store.ts';
import { clearNode } from '../../rig/clear-node.ts';
import { mustAsk } from '../../rig/elasticsearch.ts';
import type { HuntRig } from '../../rig/hunt.ts';
import { documentOf, type MonthEvent } from './events.ts';
import type { MonthPlan } from './plan.ts';
import { type Indices, monthSite } from './site.ts';

export interface MonthStand extends AsyncDisposable {
  readonly rig: HuntRig;
  readonly indices: Indices;
  readonly store: Store;
  readonly engine: Engine;
  /** Where each scheduler and each worker finds its work: one queue on the wire, or the same object. */
  readonly openQueue: () => Queue;
  /** Takes all that the queue holds; queues that are open are closed before. */
  readonly flush: () => Promise<void>;
  /** Makes events searchable. */
  readonly load: (events: readonly MonthEvent[]) => Promise<void>;
}

export async function productionMonth(
  plan: MonthPlan,
  urls: { readonly elasticsearch: string; readonly redis: string },
): Promise<MonthStand> {
  await using parts = new AsyncDisposableStack();
  const prefix = `month-${randomBytes(4).toString('hex')}`;
  const indices = { app: `logs-${prefix}.app`, beat: `logs-${prefix}.beat` };
  const node = { url: urls.elasticsearch };
  const rig = parts.use(await monthSite(plan, indices));
  const settings = { auth: { type: 'none' }, ca: null, caFingerprint: null, compatibility: 8 } as const;
  const client = parts.use(connect({ nodes: [node.url], ...settings, requestTimeoutMs: 2 * MINUTE_MS }));
  parts.defer(() => clearNode(node, prefix, [`logs-${prefix}.*`]));
  for (const index of Object.values(indices)) await mustAsk(node, 'PUT', `/${index}`, { body: { mappings: MAPPINGS } });
  const redis = parts.adopt(new Redis(urls.redis), (connection) => connection.disconnect());
  const at = { type: 'server', url: urls.redis } as const;
  const made = parts.move();
  return {
    rig,
    indices,
    store: elasticsearchStore(client, { prefix }),
    engine: elasticsearchEngine(client),
    openQueue: () =>
      redisQueue(
        { at, username: null, password: null, ca: null, prefix },
        { warn: () => undefined, deadlineMs: MINUTE_MS },
      ),
    async flush() {
      const keys = await redis.keys(`${prefix}:*`);
      if (keys.length > 0) await redis.del(keys);
    },
    async load(events) {
      for (let from = 0; from < events.length; from += CHUNK) {
        await mustAsk(node, 'POST', '/_bulk?refresh=true', {
          body: bulkBody(events.slice(from, from + CHUNK), indices),
        });
      }
    },
    [Symbol.asyncDispose]: () => made.disposeAsync(),
  };
}

export async function embeddedMonth(plan: MonthPlan): Promise<MonthStand> {
  const made = new AsyncDisposableStack();
  const indices = { app: 'logs-month.app', beat: 'logs-month.beat' };
  const rig = made.use(await monthSite(plan, indices));
  const home = join(rig.folder, '.tracehound');
  const events = made.use(openEmbeddedEvents(home));
  let queue = inProcessQueue();
  made.defer(() => queue[Symbol.asyncDispose]());
  let batches = 0;
  return {
    rig,
    indices,
    store: made.use(sqliteStore(join(home, 'findings.sqlite'))),
    engine: events.engine,
    // Closed by `flush` and in the end: whoever works on it shares it.
    openQueue: () => ({ ...boundQueue(() => queue), name: 'in-process' }),
    async flush() {
      await queue[Symbol.asyncDispose]();
      queue = inProcessQueue();
    },
    async load(batch) {
      const name = `events-${batches++}.ndjson`;
      await rig.write(name, bulkBody(batch, indices));
      const options = { format: null, signal: new AbortController().signal, stdin: () => process.stdin };
      await events.store.ingest(await findInputs([name], rig.folder), options);
    },
    [Symbol.asyncDispose]: () => made.disposeAsync(),
  };
}

/** The queue that there is at each call. */
function boundQueue(queue: () => Queue): Omit<Queue, 'name'> {
  return {
    add: (items, signal) => queue().add(items, signal),
    withdraw: (ids, signal) => queue().withdraw(ids, signal),
    work: (work, options) => queue().work(work, options),
    limit: (concurrency, signal) => queue().limit(concurrency, signal),
    depth: (signal) => queue().depth(signal),
    ready: (signal) => queue().ready(signal),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

const CHUNK = 5_000;

function bulkBody(events: readonly MonthEvent[], indices: Indices): string {
  return events
    .map(
      (event) =>
        `${JSON.stringify({ index: { _index: indices[event.source] } })}\n${JSON.stringify(documentOf(event))}\n`,
    )
    .join('');
}

const keyword = { type: 'keyword' };
const MAPPINGS = {
  properties: {
    '@timestamp': { type: 'date' },
    event: { properties: { ingested: { type: 'date' } } },
    user: { properties: { name: keyword } },
    host: { properties: { name: keyword } },
    labels: { properties: { hunt: keyword } },
  },
};
