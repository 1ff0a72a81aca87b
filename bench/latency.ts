// From the slot of a tile (its end and the query delay) to the ledger that has it as examined: 50 hunts each minute, all
// due at once, by a real scheduler and two real workers. Aim: under 5 s for 99 of 100.
// [ELASTICSEARCH_URL=http://127.0.0.1:9200] node bench/latency.ts [minutes]
import { setTimeout } from 'node:timers/promises';
import { MINUTE_MS, SECOND_MS } from '../src/core/time.ts';
import { connect } from '../src/elastic/client.ts';
import { elasticsearchStore } from '../src/store/elasticsearch/store.ts';
import * as busy from '../test/rig/busy-site.ts';
import { huntRig } from '../test/rig/hunt.ts';
import { startRedis } from '../test/rig/servers.ts';

const MINUTES = Number(process.argv[2] ?? 5);
const HUNTS = 50;
const WORKERS = 2;
const DELAY_MS = MINUTE_MS;

const name = `bl${Date.now().toString(36)}`;
const index = `${name}-events`;
await using parts = new AsyncDisposableStack();
const { url } = await busy.nodeFor(parts);
parts.defer(() => busy.removeIndices({ url }, name));
const redis = parts.use(await startRedis());
const settings = { auth: { type: 'none' }, ca: null, caFingerprint: null, compatibility: 8 } as const;
const client = parts.use(connect({ nodes: [url], ...settings, requestTimeoutMs: MINUTE_MS }));
const now = Date.now();
const span = { start: now - 10 * MINUTE_MS, end: now + (MINUTES + 3) * MINUTE_MS };
await busy.loadBusyEvents({ url }, index, busy.busyEvents({ hunts: HUNTS, index }, span, SECOND_MS));
const store = elasticsearchStore(client, { prefix: name });
await store.setup({ dryRun: false }, new AbortController().signal);
const config = {
  elasticsearch: { nodes: [url], prefix: name, compatibility: 8 },
  redis: { url: redis.info.url, prefix: name, concurrency: 64 },
  serve: { port: 'none' },
  limits: { concurrency: 8 },
};
const site = { hunts: HUNTS, index, finds: true, queryDelay: `${DELAY_MS / SECOND_MS}s`, config };
const rig = parts.use(await huntRig({ files: busy.busyFiles(site) }));
const scheduler = rig.start('scheduler');
const workers = Array.from({ length: WORKERS }, () => rig.start('worker'));
await Promise.all([scheduler, ...workers].map((each) => each.says(/started/)));
console.log(`${HUNTS} hunts that find something, due at once each minute, ${WORKERS} workers, ${MINUTES} minutes`);
await setTimeout((MINUTES + 0.5) * MINUTE_MS);
for (const each of [scheduler, ...workers]) each.kill('SIGTERM');
const said = await Promise.all(workers.map(async ({ ended }) => (await ended).stderr));
const waits = said.flatMap((lines) => lines.split('\n').flatMap(waitIn)).toSorted((a, b) => a - b);
const atShare = (share: number) =>
  `${((waits[Math.ceil(share * waits.length) - 1] ?? Number.NaN) / SECOND_MS).toFixed(2)} s`;
console.log(
  `${waits.length} tiles: median ${atShare(0.5)}, 99 % within ${atShare(0.99)} (aim 5 s), all within ${atShare(1)}`,
);

/** Of a line of a worker's log: the wait of the tile that it tells of, ms. */
function waitIn(line: string): readonly number[] {
  if (!line.includes('"hunt.outcome":"examined"')) return [];
  const told = JSON.parse(line) as Readonly<Record<string, string>>;
  return [Date.parse(told['@timestamp'] ?? '') - Date.parse(told['hunt.tile_end'] ?? '') - DELAY_MS];
}
