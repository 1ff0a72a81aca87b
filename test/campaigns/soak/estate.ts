// What a soak works on: events spread over hours, hunts that find something in them, and a job that has all of it to do.
import { activated } from '../../../src/core/books.ts';
import type { LedgerKey } from '../../../src/core/ledger.ts';
import { HOUR_MS, isoTime, MINUTE_MS, type Instant, type Span } from '../../../src/core/time.ts';
import type { Store } from '../../../src/store/port.ts';
import { mustAsk, type Node } from '../../rig/elasticsearch.ts';
import { huntRig, type HuntRig } from '../../rig/hunt.ts';
import { random } from '../../rig/random.ts';
import { userHunt } from '../../rig/user-hunt.ts';

export interface Estate {
  readonly hunts: number;
  /** The time that there is to examine when the soak begins, in whole minutes; a tile is one minute. */
  readonly past: Span;
  readonly index: string;
}

const JOB = 'minutely';
/** As the job's query delay. */
const DELAY_MS = MINUTE_MS;

/** The last whole minutes before `now`. */
export function estateOf(now: Instant, hours: number, hunts: number, name: string): Estate {
  const end = Math.floor(now / MINUTE_MS) * MINUTE_MS - DELAY_MS;
  return { hunts, past: { start: end - hours * HOUR_MS, end }, index: `logs-${name}` };
}

export function keysOf({ hunts }: Estate): LedgerKey[] {
  return Array.from({ length: hunts }, (_, at) => ({ jobId: JOB, huntId: `soak/h${at}` }));
}

/** Events of one request. */
const CHUNK = 5_000;
/** Without events at the end, so that no tile after the past finds anything. */
const QUIET_MS = 5 * MINUTE_MS;

/** About three events a minute, of 40 users, each for one hunt. */
function eventsOf({ past, hunts }: Estate, seed: number): readonly object[] {
  const next = random(seed);
  const draw = (below: number) => Math.floor(next() * below);
  const count = Math.round((past.end - past.start) / MINUTE_MS) * 3;
  return Array.from({ length: count }, () => ({
    '@timestamp': isoTime(past.start + draw(past.end - QUIET_MS - past.start)),
    user: { name: `user-${draw(40)}` },
    host: { name: `ws-${draw(12)}` },
    labels: { hunt: `h${draw(hunts)}` },
  }));
}

/** The estate's events as bodies of _bulk. */
export function bulkBodies(estate: Estate, seed: number): readonly string[] {
  const events = eventsOf(estate, seed);
  const action = JSON.stringify({ index: { _index: estate.index } });
  const chunks = Array.from({ length: Math.ceil(events.length / CHUNK) }, (_, at) =>
    events.slice(at * CHUNK, (at + 1) * CHUNK),
  );
  return chunks.map((chunk) => chunk.map((event) => `${action}\n${JSON.stringify(event)}\n`).join(''));
}

export async function loadEvents(node: Node, estate: Estate, seed: number): Promise<void> {
  const keyword = { type: 'keyword' };
  const properties = {
    '@timestamp': { type: 'date' },
    user: { properties: { name: keyword } },
    host: { properties: { name: keyword } },
    labels: { properties: { hunt: keyword } },
  };
  await mustAsk(node, 'PUT', `/${estate.index}`, { body: { mappings: { properties } } });
  for (const body of bulkBodies(estate, seed)) await mustAsk(node, 'POST', '/_bulk?refresh=true', { body });
}

export interface SiteOfSoak {
  readonly estate: Estate;
  /** Of the Elasticsearch as the processes reach it; null: the embedded stack. */
  readonly url: string | null;
  readonly redis: string | null;
  /** First part of names of indices, and of keys in Redis. */
  readonly prefix: string;
  /** How long running queries may go on after a process was told to stop. */
  readonly grace?: string;
}

/** A folder in which `hunt scheduler` and `hunt worker` do the estate's work, with short waits between attempts. */
export function soakSite({ estate, url, redis, prefix, grace = '5s' }: SiteOfSoak): Promise<HuntRig> {
  const config = {
    hunts: ['./hunts'],
    ...(url === null ? {} : { elasticsearch: { nodes: [url], prefix, compatibility: 8, request_timeout: '20s' } }),
    ...(redis === null ? {} : { redis: { url: redis, prefix, lock: '10s' } }),
    serve: { port: 'none' },
    limits: { concurrency: 3 },
    unattended: { grace, back_off: Array.from({ length: 20 }, () => '1s') },
  };
  const source = {
    soak: {
      description: 'The events of a soak.',
      index: [estate.index],
      clock: ['@timestamp'],
      heartbeat: 'sporadic',
      enable: 'It is on.',
    },
  };
  const job = {
    schedule: { every: '1m' },
    hunts: ['soak/*'],
    query_delay: '1m',
    look_back: '1m',
    retries: 1,
    timeout: '30s',
  };
  const hunts = keysOf(estate).map(({ huntId }) => [`hunts/${huntId}.yml`, huntText(estate.index, huntId)] as const);
  return huntRig({
    files: {
      'hunt.config.yml': JSON.stringify(config),
      'hunts/sources.yml': JSON.stringify(source),
      [`jobs/${JOB}.yml`]: JSON.stringify(job),
      ...Object.fromEntries(hunts),
    },
  });
}

function huntText(index: string, id: string): string {
  const label = id.slice('soak/'.length);
  return userHunt({ index, label, source: 'soak', name: `Users of ${label}` });
}

/** Makes the ledgers as if the job had been there since the estate's past began: all of it is to be caught up. */
export async function beginLedgers(store: Store, estate: Estate, signal: AbortSignal): Promise<void> {
  for (const key of keysOf(estate)) await store.writeLedger(activated(key, estate.past.start), null, signal);
}
