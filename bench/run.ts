// What a run costs beside its server: overhead warm (in one process), a cold process, and memory.
// ELASTICSEARCH_URL=http://127.0.0.1:9200 node bench/run.ts [rounds]
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadDefinitions } from '../src/definition/load.ts';
import { defaultSite } from '../src/definition/site.ts';
import { connect } from '../src/elastic/client.ts';
import { elasticsearchEngine } from '../src/engine/elasticsearch.ts';
import { checkHunts } from '../src/pipeline/check-hunts.ts';
import type { RunEffects, RunResult } from '../src/pipeline/request.ts';
import { runHunt } from '../src/pipeline/run-hunt.ts';
import { elasticsearchStore } from '../src/store/elasticsearch/store.ts';
import { beacon } from '../test/rig/beacons.ts';
import { loadEvents } from '../test/rig/load-captures.ts';

const ROUNDS = Number(process.argv[2] ?? 15);
const TILE = { start: Date.parse('2026-06-01'), end: Date.parse('2026-06-02') };
const HUNT = 'network/rare-egress';

const url = process.env['ELASTICSEARCH_URL'];
if (url === undefined) throw new Error('Name a server: ELASTICSEARCH_URL=http://127.0.0.1:9200');
const name = `b${Date.now().toString(36)}`;
const root = fileURLToPath(new URL('..', import.meta.url));

const programs = Array.from({ length: 200 }, (_, index) =>
  beacon({
    shape: 'sysmon',
    host: `ws-${index % 40}`,
    process: `tool-${index}.exe`,
    instance: 'a',
    ip: '198.41.0.4',
    perHour: 5,
    hours: 4,
    port: 4444,
  }),
);
await loadEvents({ url }, programs.flat(), { prefix: `${name}-` });
console.log(`200 programs, 4,200 events, 200 findings a run; ${ROUNDS} rounds`);

await warm();
await cold();

/** Wall time of a run less what it waited for the server, in one process that has run it before. */
async function warm(): Promise<void> {
  const definitions = await loadDefinitions(defaultSite(root));
  const { hunts } = checkHunts(moved(definitions.hunts), {
    ...definitions,
    sources: movedSources(definitions.sources),
    now: Date.now(),
  });
  const checked = hunts.find(({ hunt }) => hunt.id === HUNT);
  if (checked === undefined) throw new Error(`No hunt ${HUNT}`);
  await using client = connect({
    nodes: [url ?? ''],
    auth: { type: 'none' },
    ca: null,
    caFingerprint: null,
    compatibility: 'auto',
    requestTimeoutMs: 30_000,
  });
  const store = elasticsearchStore(client, { prefix: name });
  const { signal } = new AbortController();
  await store.setup({ dryRun: false }, signal);
  const effects: RunEffects = {
    engine: elasticsearchEngine(client),
    store,
    geoip: () => Promise.reject(new Error('not asked for')),
    now: () => Date.now(),
    monotonic: () => performance.now(),
    report: () => undefined,
    sleep: () => Promise.resolve(),
    random: Math.random,
    signal,
  };
  const own: number[] = [];
  const walls: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const started = performance.now();
    const request = {
      runId: `bench-${round}`,
      tile: TILE,
      clock: 'event',
      lookBackMs: 0,
      job: null,
      queryDelayMs: null,
      params: {},
      deadlineMs: 60_000,
      rowsMax: 9_999,
    } as const;
    const { record } = await runHunt(checked, request, effects);
    if (record.findings !== 200) throw new Error(`${record.findings} findings: ${JSON.stringify(record.reasons)}`);
    const wall = performance.now() - started;
    if (round === 0) continue; // the first pays for compiling
    walls.push(wall);
    own.push(wall - awaited({ record, findings: [] }));
  }
  console.log(`warm: wall ${median(walls).toFixed(0)} ms, own ${median(own).toFixed(1)} ms (target 50)`);
}

function awaited({ record }: RunResult): number {
  return Object.values(record.stages).reduce((sum, stage) => sum + stage.awaitedMs, 0);
}

/** GeoIP costs 1 s and 112 MB once, when a hunt asks for it; here it is left out. */
function moved<T extends { readonly geoip: readonly string[] }>(hunts: readonly T[]): T[] {
  return hunts.map((hunt) => ({ ...hunt, geoip: [], params: { max_hosts: 3, min_population: 1 } }));
}

function movedSources<S extends { readonly index: readonly string[] }>(
  sources: ReadonlyMap<string, S>,
): Map<string, S> {
  return new Map(
    [...sources].map(([key, source]) => [key, { ...source, index: source.index.map((index) => `${name}-${index}`) }]),
  );
}

/** A new process from start to end: wall, less the time its record says it waited, and its peak memory. */
async function cold(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'tracehound-bench-'));
  const sources = {
    'sysmon.network': { index: [`${name}-logs-windows.sysmon_operational-*`] },
    'endpoint.network': { absent: true },
  };
  await writeFile(
    join(folder, 'hunt.config.yml'),
    JSON.stringify({ elasticsearch: { nodes: [url], prefix: name }, sources }),
  );
  // The shipped hunt without its GeoIP, which is loaded only when a hunt asks for it.
  const text = await readFile(join(root, 'hunts', `${HUNT}.yml`), 'utf8');
  await writeFile(
    join(folder, 'rare.yml'),
    text.replace(/^enrich:.*\n/m, '').replace('min_population: 10', 'min_population: 1'),
  );
  const own: number[] = [];
  const peaks: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const { wallMs, awaitedMs, peakMb } = await coldRun(folder);
    own.push(wallMs - awaitedMs);
    peaks.push(peakMb);
  }
  await rm(folder, { recursive: true, force: true });
  console.log(
    `cold, without GeoIP: own ${median(own).toFixed(0)} ms (target 700), peak RSS ${median(peaks).toFixed(0)} MB (target 200)`,
  );
}

async function coldRun(cwd: string): Promise<{ wallMs: number; awaitedMs: number; peakMb: number }> {
  const started = performance.now();
  const args = ['--import', join(root, 'bench', 'report-peak.mjs'), join(root, 'bin', 'hunt.js')];
  const child = spawn(
    process.execPath,
    [...args, 'run', join(cwd, 'rare.yml'), '--from', '2026-06-01', '--to', '2026-06-02', '--json', '--save'],
    { cwd, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  await new Promise((resolve) => child.on('close', resolve));
  const wallMs = performance.now() - started;
  const [result] = JSON.parse(stdout || '[]') as { run: RunResult['record'] }[];
  if (result === undefined) throw new Error(stderr);
  return {
    wallMs,
    awaitedMs: awaited({ record: result.run, findings: [] }),
    peakMb: Number(/peak (\d+)/.exec(stderr)?.[1]) / 1024,
  };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
