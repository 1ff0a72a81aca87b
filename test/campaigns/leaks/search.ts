// `hunt start` in this process, at a clock that goes on as soon as the work is done, with edits and lost connections in between; what memory and
// handles it keeps is measured all along, after a full collection.
import { once } from 'node:events';
import { connect as dial } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { start } from '../../../src/cli/commands/start.ts';
import { type Effects, realEffects } from '../../../src/cli/effects.ts';
import { Output } from '../../../src/cli/output.ts';
import { ledgerName } from '../../../src/core/books.ts';
import { lengthOf } from '../../../src/core/interval.ts';
import { HOUR_MS, MINUTE_MS, SECOND_MS, type Span } from '../../../src/core/time.ts';
import type { Store } from '../../../src/store/port.ts';
import * as busy from '../../rig/busy-site.ts';
import { huntRig, type HuntRig } from '../../rig/hunt.ts';
import { freePort, startRedis } from '../../rig/servers.ts';

export interface LeakPlan {
  readonly stack: 'production' | 'embedded';
  /** Address of the node of the production stack. */
  readonly elasticsearch: string | null;
  /** Time that it may take. */
  readonly minutes: number;
  /** Hours of the site's time that go by meanwhile at the most, a tile a minute and hunt; fewer on a slow machine. */
  readonly hours: number;
  readonly hunts: number;
}

/** MB of 2^20 bytes; handles in number. */
export const MEASURES = ['heapMb', 'externalMb', 'residentMb', 'handles'] as const;
type Sample = Readonly<Record<(typeof MEASURES)[number], number>>;

export interface LeakReport {
  readonly runs: number;
  readonly reloads: number;
  readonly cuts: number;
  /** Troubles that were told; a cut connection is one. */
  readonly troubles: number;
  /** The middle one of the samples of each third of the time. */
  readonly thirds: readonly Sample[];
}

type Say = (words: string) => void;

const SAMPLE_MS = 5 * SECOND_MS;
/** Between two edits; each makes the scheduler look at the calendar too. */
const EDIT_MS = 4 * SECOND_MS;
const CUT_MS = 45 * SECOND_MS;
/** The clock may be so far ahead of the work: a backlog that grows is memory that grows, and no leak. */
const AHEAD_MINUTES = 4;
const PACE_MS = SECOND_MS / 4;
/** The events begin so long before the first tile, for its reading range. */
const BEFORE_MS = 10 * MINUTE_MS;
/** An event each 2 s: 30 in a tile. */
const EVENT_MS = 2 * SECOND_MS;

export async function searchLeaks(plan: LeakPlan, say: Say): Promise<LeakReport> {
  await using parts = new AsyncDisposableStack();
  const place = await placeOf(plan, parts);
  const { effects, span, stop } = place;
  const store = await effects.store();
  await store.setup({ dryRun: false }, effects.signal);
  await busy.beginBusyLedgers(store, plan, span.start, effects.signal);
  const until = performance.now() + plan.minutes * MINUTE_MS;
  const samples: Sample[] = [];
  const ended = start('both', { logLevel: 'error', logFormat: 'json' }, effects).finally(stop);
  const pace = async (minutes: number) => {
    while ((await examinedTiles(store, plan)) < (minutes - AHEAD_MINUTES) * plan.hunts && performance.now() < until)
      await setTimeout(PACE_MS);
    if (effects.now() < span.end) place.goOn();
  };
  const times = await Promise.all([
    every(EDIT_MS, until, effects.signal, (count) => edit(place.rig, place.index, plan.hunts, count)),
    every(CUT_MS, until, effects.signal, () => (place.redis === null ? undefined : cutAll(place.redis))),
    every(PACE_MS, until, effects.signal, pace),
    every(SAMPLE_MS, until, effects.signal, async () => {
      const sample = sampleNow();
      samples.push(sample);
      if (samples.length % 12 === 0) say(`${await examinedTiles(store, plan)} tiles; ${JSON.stringify(sample)}`);
    }),
  ]);
  const runs = await examinedTiles(store, plan);
  const troubles = await troublesOf(place.metrics);
  stop();
  await ended;
  const [reloads, cuts] = times;
  return { runs, reloads, cuts: place.redis === null ? 0 : cuts, troubles, thirds: thirdsOf(samples) };
}

interface Place {
  readonly rig: HuntRig;
  readonly effects: Effects;
  readonly index: string;
  /** Port of Redis. */
  readonly redis: number | null;
  readonly metrics: string;
  readonly span: Span;
  /** Sets the site's clock to the next minute. */
  readonly goOn: () => void;
  readonly stop: () => void;
}

/** Servers, a working folder with events of all the hours, and a clock that goes through them in time. */
async function placeOf(plan: LeakPlan, parts: AsyncDisposableStack): Promise<Place> {
  const prefix = `leaks${Date.now().toString(36)}`;
  const index = `logs-${prefix}`;
  const span = { start: Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS - plan.hours * HOUR_MS, end: Date.now() };
  const redis = plan.stack === 'embedded' ? null : parts.use(await startRedis());
  const port = await freePort();
  const config = {
    serve: { port },
    limits: { concurrency: 8 },
    ...(redis === null ? {} : { redis: { url: redis.info.url, prefix } }),
    ...(plan.stack === 'embedded' ? {} : { elasticsearch: { nodes: [nodeOf(plan).url], prefix, compatibility: 8 } }),
  };
  const files = busy.busyFiles({ hunts: plan.hunts, index, finds: true, queryDelay: '1m', config });
  const rig = parts.use(await huntRig({ files }));
  const events = busy.busyEvents({ hunts: plan.hunts, index }, { ...span, start: span.start - BEFORE_MS }, EVENT_MS);
  if (plan.stack === 'embedded') await ingest(rig, events);
  else {
    parts.defer(() => busy.removeIndices(nodeOf(plan), `*${prefix}`));
    await busy.loadBusyEvents(nodeOf(plan), index, events);
  }
  const controller = new AbortController();
  const out = new Output({ stdout: process.stderr, stderr: process.stderr }, 'text');
  const real = parts.use(realEffects({ out, cwd: rig.folder, flags: {}, signal: controller.signal }));
  let [gone, since] = [0, performance.now()];
  const goOn = () => void ([gone, since] = [gone + MINUTE_MS, performance.now()]);
  const effects = {
    ...real,
    now: () => span.start + gone + Math.round(Math.min(MINUTE_MS - 1, performance.now() - since)),
  };
  const metrics = `http://127.0.0.1:${port}/metrics`;
  return {
    rig,
    effects,
    index,
    metrics,
    span,
    goOn,
    redis: redis === null ? null : Number(new URL(redis.info.url).port),
    stop: () => controller.abort(),
  };
}

function nodeOf({ elasticsearch }: LeakPlan): { readonly url: string } {
  if (elasticsearch === null) throw new Error('Name a node: --elasticsearch http://127.0.0.1:9200');
  return { url: elasticsearch };
}

async function ingest(rig: HuntRig, events: readonly string[]): Promise<void> {
  await rig.write('events.ndjson', events.join(''));
  const { exitCode, stderr } = await rig.hunt('ingest', 'events.ndjson');
  if (exitCode !== 0) throw new Error(stderr);
}

/** Does it again and again until the time is over; resolves with how often. */
async function every(
  ms: number,
  until: number,
  signal: AbortSignal,
  work: (count: number) => unknown,
): Promise<number> {
  for (let count = 0; ; count++) {
    if (performance.now() + ms >= until || signal.aborted) return count;
    await setTimeout(ms);
    await work(count);
  }
}

/** Another text of the next hunt; every tenth edit breaks it, and the one after mends it. */
function edit(rig: HuntRig, index: string, hunts: number, count: number): Promise<void> {
  const at = Math.floor(count / 2) % hunts;
  const text = count % 20 === 18 ? '{"name": ' : busy.huntText(index, `h${at}`, at, count);
  return rig.write(`hunts/busy/h${at}.yml`, text);
}

/** Ends every connection to Redis but our own. */
async function cutAll(port: number): Promise<void> {
  const socket = dial(port, '127.0.0.1');
  socket.write('CLIENT KILL TYPE normal SKIPME yes\r\n');
  const [answer] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  if (!/^:[1-9]/.test(answer.toString())) throw new Error(`No connection was cut: ${answer.toString()}`);
}

const MB = 2 ** 20;

/** What is left after a collection. Weak references and finalizers need a second one. */
function sampleNow(): Sample {
  if (globalThis.gc === undefined) throw new Error('Start it with --expose-gc, as npm run leaks does');
  globalThis.gc();
  globalThis.gc();
  const { heapUsed, external, rss } = process.memoryUsage();
  const handles = process.getActiveResourcesInfo().length;
  return { heapMb: heapUsed / MB, externalMb: external / MB, residentMb: rss / MB, handles };
}

function thirdsOf(samples: readonly Sample[]): Sample[] {
  const size = Math.floor(samples.length / 3);
  return [0, 1, 2].map((third) => middle(samples.slice(third * size, (third + 1) * size)));
}

function middle(samples: readonly Sample[]): Sample {
  const of = (measure: keyof Sample) => samples.map((sample) => sample[measure]).toSorted((a, b) => a - b);
  const half = (measure: keyof Sample) => of(measure)[samples.length >> 1] ?? Number.NaN;
  return {
    heapMb: half('heapMb'),
    externalMb: half('externalMb'),
    residentMb: half('residentMb'),
    handles: half('handles'),
  };
}

async function examinedTiles(store: Store, plan: LeakPlan): Promise<number> {
  const keys = busy.busyKeys(plan);
  const ledgers = await store.ledgers(keys, AbortSignal.timeout(MINUTE_MS));
  return keys.reduce((sum, key) => sum + lengthOf(ledgers.get(ledgerName(key))?.value.examined ?? []), 0) / MINUTE_MS;
}

/** As the process tells them to Prometheus. */
async function troublesOf(metrics: string): Promise<number> {
  const text = await (await fetch(metrics)).text();
  return [...text.matchAll(/^\w*trouble\w*_total\{[^}]*\} (\d+)$/gm)].reduce(
    (sum, [, count]) => sum + Number(count),
    0,
  );
}
