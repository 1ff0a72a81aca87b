// What `hunt start` takes while nothing is due: memory and processor over some minutes, without a server and with Redis and
// Elasticsearch. Aim: under 150 MB, under 1 % of one processor. The shipped hunts, all of them in one nightly job.
// [ELASTICSEARCH_URL=http://127.0.0.1:9200] node bench/idle.ts [seconds] [hunt.js of a build]
import { setTimeout } from 'node:timers/promises';
import { SECOND_MS } from '../src/core/time.ts';
import { nodeFor, removeIndices } from '../test/rig/busy-site.ts';
import { huntRig } from '../test/rig/hunt.ts';
import { processorMs, residentMb } from '../test/rig/processor.ts';
import { startRedis } from '../test/rig/servers.ts';

const SECONDS = Number(process.argv[2] ?? 120);
const BINARY = process.argv[3];
const SETTLE_MS = 20 * SECOND_MS;
const LOOK_MS = 5 * SECOND_MS;

const prefix = `bi${Date.now().toString(36)}`;
await using parts = new AsyncDisposableStack();
const { url } = await nodeFor(parts);
parts.defer(() => removeIndices({ url }, prefix));
const redis = parts.use(await startRedis());
console.log(`after ${SETTLE_MS / SECOND_MS} s, over ${SECONDS} s: resident memory now (most), processor`);
await Promise.all([
  measure('embedded', {}),
  measure('production', {
    elasticsearch: { nodes: [url], prefix },
    redis: { url: redis.info.url, prefix },
  }),
]);

async function measure(stack: string, servers: object): Promise<void> {
  const config = { hunts: ['tracehound'], jobs: ['./jobs'], serve: { port: 0 }, ...servers };
  const job = { schedule: { cron: '0 0 29 2 *', timezone: 'UTC' }, hunts: ['**'], query_delay: '5m' };
  await using rig = await huntRig({
    files: { 'hunt.config.yml': JSON.stringify(config), 'jobs/nightly.yml': JSON.stringify(job) },
    ...(BINARY === undefined ? {} : { binary: BINARY }),
  });
  if (stack === 'production') await rig.hunt('setup');
  const started = rig.start('start');
  const { pid, ended } = started;
  await started.says(/started/);
  await setTimeout(SETTLE_MS);
  const [began, before] = [performance.now(), await processorMs(pid)];
  const sizes: number[] = [];
  while (performance.now() - began < SECONDS * SECOND_MS) {
    sizes.push(await residentMb(pid));
    await setTimeout(LOOK_MS);
  }
  const share = ((await processorMs(pid)) - before) / (performance.now() - began);
  const memory = `${sizes.at(-1)?.toFixed(0)} MB (${Math.max(...sizes).toFixed(0)})`;
  console.log(`${stack}: ${memory}, ${(share * 100).toFixed(2)} % of a processor`);
  started.kill('SIGTERM');
  const { exitCode, stderr } = await ended;
  if (exitCode !== 0 || stderr.includes('Trouble')) console.log(stderr);
}
