// Runs a second on Redis and a real node, with 1, 2 and 4 workers, and whose time they take. Aim: 50, or the bottleneck.
// [ELASTICSEARCH_URL=http://127.0.0.1:9200] node bench/throughput.ts [seconds] [rounds] [another hunt.js to compare with]
import { once } from 'node:events';
import { connect as dial } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { ledgerName } from '../src/core/books.ts';
import { lengthOf } from '../src/core/interval.ts';
import { MINUTE_MS, SECOND_MS } from '../src/core/time.ts';
import { connect } from '../src/elastic/client.ts';
import { elasticsearchStore } from '../src/store/elasticsearch/store.ts';
import type { Store } from '../src/store/port.ts';
import * as busy from '../test/rig/busy-site.ts';
import { mustAsk } from '../test/rig/elasticsearch.ts';
import type { Started } from '../test/rig/command.ts';
import { huntRig } from '../test/rig/hunt.ts';
import { processorMs } from '../test/rig/processor.ts';
import { startRedis } from '../test/rig/servers.ts';

const SECONDS = Number(process.argv[2] ?? 30);
const ROUNDS = Number(process.argv[3] ?? 2);
const BINARIES = [undefined, ...process.argv.slice(4, 5)];
const HUNTS = 50;
/** As the mapping of one integration of Elastic has. */
const FIELDS = 1_500;
const BACKLOG_MINUTES = 240;
const WARM_MS = 8 * SECOND_MS;
const WORKER_CONCURRENCY = 8;
/** Longest wait for the first runs. */
const START_MS = 90 * SECOND_MS;

const name = `bt${Date.now().toString(36)}`;
const index = `${name}-events`;
const { signal } = new AbortController();
await using parts = new AsyncDisposableStack();
const { url } = await busy.nodeFor(parts);
const node = { url };
parts.defer(() => busy.removeIndices(node, name));
const redis = parts.use(await startRedis());
const client = parts.use(
  connect({
    nodes: [url],
    auth: { type: 'none' },
    ca: null,
    caFingerprint: null,
    compatibility: 8,
    requestTimeoutMs: 60_000,
  }),
);
const end = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS;
const past = { start: end - BACKLOG_MINUTES * MINUTE_MS, end: end + 30 * MINUTE_MS };
await busy.loadBusyEvents(node, index, busy.busyEvents({ hunts: HUNTS, index }, past, 10 * SECOND_MS), {
  fields: FIELDS,
});
console.log(
  `${HUNTS} hunts that find nothing, a tile a minute, ${BACKLOG_MINUTES * HUNTS} tiles to catch up; ${SECONDS} s each`,
);
console.log('workers  runs/s  own ms/run (worker, scheduler)  redis ms/run  node ms/run, of all it did');
for (let round = 0; round < ROUNDS; round++)
  for (const workers of [1, 2, 4])
    for (const [at, binary] of BINARIES.entries()) await measure(workers, `${name}-${round}${workers}${at}`, binary);

async function measure(workers: number, prefix: string, binary: string | undefined): Promise<void> {
  const config = {
    elasticsearch: { nodes: [url], prefix, compatibility: 8 },
    redis: { url: redis.info.url, prefix, concurrency: 64 },
    serve: { port: 'none' },
    limits: { concurrency: WORKER_CONCURRENCY },
  };
  const site = { hunts: HUNTS, index, finds: false, queryDelay: '1m', config };
  const store = elasticsearchStore(client, { prefix });
  await store.setup({ dryRun: false }, signal);
  await busy.beginBusyLedgers(store, site, past.start, signal);
  await using rig = await huntRig({ files: busy.busyFiles(site), ...(binary === undefined ? {} : { binary }) });
  const scheduler = rig.start('scheduler', '--log-level', 'warn');
  const crew = Array.from({ length: workers }, () => rig.start('worker', '--log-level', 'warn'));
  await setTimeout(WARM_MS);
  await untilUnderWay(store, [scheduler, ...crew], 20 * workers); // what starts takes the machine's time
  const before = await meter();
  await setTimeout(SECONDS * SECOND_MS);
  const after = await meter();
  const runs = after.runs - before.runs;
  const seconds = (after.at - before.at) / SECOND_MS;
  const each = (ms: number) => (ms / runs).toFixed(1).padStart(5);
  const own = `${each(after.workers - before.workers)}, ${each(after.scheduler - before.scheduler)}`;
  const others = `${each(after.redis - before.redis)}  ${each(after.node - before.node)}`;
  console.log(
    `${String(workers).padStart(7)}  ${(runs / seconds).toFixed(1).padStart(6)}  ${own}  ${others}  ${binary ?? ''}`,
  );
  for (const each of [...crew, scheduler]) each.kill('SIGTERM');
  const ended = await Promise.all([...crew, scheduler].map((process) => process.ended));
  for (const { stderr } of ended) if (stderr.includes('Trouble')) console.log(stderr.slice(0, 2_000));

  async function meter() {
    const own = await Promise.all([scheduler, ...crew].map(({ pid }) => processorMs(pid)));
    return {
      at: performance.now(),
      runs: await examined(store),
      scheduler: own[0] ?? 0,
      workers: own.slice(1).reduce((sum, ms) => sum + ms, 0),
      redis: await redisMs(),
      node: await nodeMs(),
    };
  }
}

async function untilUnderWay(store: Store, processes: readonly Started[], runs: number): Promise<void> {
  for (const end = Date.now() + START_MS; (await examined(store)) < runs; await setTimeout(SECOND_MS)) {
    if (Date.now() < end) continue;
    for (const each of processes) each.kill('SIGKILL');
    const said = await Promise.all(processes.map(async ({ ended }) => (await ended).stderr));
    throw new Error(`Not under way after ${START_MS / SECOND_MS} s: ${said.join('\n').slice(0, 5_000)}`);
  }
}

/** Tiles that are examined, over all ledgers. */
async function examined(store: Store): Promise<number> {
  const keys = busy.busyKeys({ hunts: HUNTS });
  const ledgers = await store.ledgers(keys, signal);
  return keys.reduce((sum, key) => sum + lengthOf(ledgers.get(ledgerName(key))?.value.examined ?? []), 0) / MINUTE_MS;
}

/** Time of the node's processor, ms; others may ask it too. */
async function nodeMs(): Promise<number> {
  const path = '/_nodes/stats/process?filter_path=nodes.*.process.cpu.total_in_millis';
  const { nodes } = (await mustAsk(node, 'GET', path)) as {
    readonly nodes: Readonly<
      Record<string, { readonly process: { readonly cpu: { readonly total_in_millis: number } } }>
    >;
  };
  return Object.values(nodes).reduce((sum, { process }) => sum + process.cpu.total_in_millis, 0);
}

/** Time of the processor that Redis has used, ms. */
async function redisMs(): Promise<number> {
  const socket = dial(Number(new URL(redis.info.url).port), '127.0.0.1');
  socket.write('INFO cpu\r\n');
  const [answer] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  const secondsOf = (which: string) => Number(new RegExp(`used_cpu_${which}:([\\d.]+)`).exec(answer.toString())?.[1]);
  return (secondsOf('user') + secondsOf('sys')) * SECOND_MS;
}
