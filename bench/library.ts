// All stored hunts over one day of a simulated office, by the real binary on both engines: the time of the queries, own
// time, requests, peak memory, and which hunts take longest. Both engines hold the same documents.
// [ELASTICSEARCH_URL=http://127.0.0.1:9200] node bench/library.ts [--documents 2000000] [--hosts 400] [--seed 1]
//   [--shapes defend,windows-json,zeek-json] [--engine both|embedded|elasticsearch] [--hunts '*/*'] [--slowest 8]
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { DAY_MS, isoTime } from '../src/core/time.ts';
import { defaultSite } from '../src/definition/site.ts';
import { loadDefinitions } from '../src/definition/load.ts';
import { ATTACK_NAMES } from '../src/simulate/plant.ts';
import type { SimulationRequest } from '../src/simulate/request.ts';
import { OUTPUT_NAMES } from '../src/simulate/shapes/shape.ts';
import { simulate } from '../src/simulate/simulate.ts';
import { nodeFor } from '../test/rig/busy-site.ts';
import { type Estate, estateOf, removeCopy, simulatedFiles } from '../test/rig/estate.ts';
import { huntRig } from '../test/rig/hunt.ts';

interface RunJson {
  readonly run: {
    readonly huntId: string;
    readonly verdict: string;
    readonly findings: number;
    readonly tookMs: number;
    readonly queries: readonly unknown[];
    readonly stages: Readonly<Record<string, { readonly wallMs: number; readonly awaitedMs: number }>>;
  };
}

const { values } = parseArgs({
  options: {
    documents: { type: 'string', default: '2000000' },
    hosts: { type: 'string', default: '400' },
    seed: { type: 'string', default: '1' },
    shapes: { type: 'string', default: 'defend,windows-json,zeek-json' },
    engine: { type: 'string', default: 'both' },
    hunts: { type: 'string', default: '*/*' },
    slowest: { type: 'string', default: '8' },
  },
});
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const MEASURED = fileURLToPath(new URL('report-peak.mjs', import.meta.url));
const END = Date.parse('2026-11-14');
const DAY = ['--from', isoTime(END - DAY_MS), '--to', isoTime(END)];
const began = performance.now();

const shapes = OUTPUT_NAMES.filter((name) => values.shapes.split(',').includes(name));
const office = { seed: values.seed, hosts: Number(values.hosts), days: 1, end: END, attacks: ATTACK_NAMES };
const density = densityFor(Number(values.documents));
await using parts = new AsyncDisposableStack();
const estate = parts.use(await estateOf((folder) => simulatedFiles(folder, shapes, { ...office, density })));
say(`${estate.documents} documents of ${office.hosts} hosts as ${shapes.join(', ')}; ${cpus().length} cores`);
if (values.engine !== 'elasticsearch') await measure('embedded', { TRACEHOUND_HOME: estate.folder }, {});
if (values.engine !== 'embedded') await measureNode(estate);

/** How much must go on for so many documents: what the attacks leave of them, by what a tenth of the hosts brings. */
function densityFor(documents: number): number {
  const planted = counted({ ...office, density: 0 });
  const few = Math.max(30, Math.round(office.hosts / 10));
  const perHost = counted({ ...office, hosts: few, density: 1, attacks: [] }) / few;
  return Math.max(0, documents - planted) / (perHost * office.hosts);
}

function counted(request: Omit<SimulationRequest, 'shape'>): number {
  let count = 0;
  for (const shape of shapes) for (const lines of simulate({ ...request, shape }).batches()) count += lines.length;
  return count;
}

async function measureNode(copied: Estate): Promise<void> {
  const { url } = await nodeFor(parts);
  const prefix = `bl${Date.now().toString(36)}-`;
  parts.defer(() => removeCopy({ url }, prefix));
  await copied.copyTo({ url }, prefix);
  say('copied into the node');
  const { sources } = await loadDefinitions(defaultSite(ROOT));
  const moved = [...sources.values()].map(({ name, index }) => [name, { index: index.map((one) => prefix + one) }]);
  const elasticsearch = { nodes: [url], prefix: `${prefix}hunt`, compatibility: 'auto' };
  await measure('elasticsearch', {}, { elasticsearch, sources: Object.fromEntries(moved) });
}

/** All hunts in one process that has run none before. */
async function measure(engine: string, env: Readonly<Record<string, string>>, config: object): Promise<void> {
  await using rig = await huntRig({
    env: { ...env, NODE_OPTIONS: `--import ${MEASURED}` },
    files: { 'hunt.config.yml': JSON.stringify(config) },
  });
  const started = performance.now();
  const { stdout, stderr } = await rig.hunt('run', values.hunts, ...DAY, '--dry-run', '--json');
  const wallMs = performance.now() - started;
  if (stdout === '') throw new Error(stderr);
  const runs = (JSON.parse(stdout) as readonly RunJson[]).map(({ run }) => run);
  if (runs.some(({ verdict }) => verdict === 'failed')) throw new Error(stderr);
  const sum = (of: (run: RunJson['run']) => number) => runs.reduce((total, run) => total + of(run), 0);
  const told = (what: string) => Number(new RegExp(`^${what} (\\d+)$`, 'm').exec(stderr)?.[1]);
  const findings = sum((run) => run.findings);
  say(`${engine}: ${runs.length} hunts, ${sum(({ queries }) => queries.length)} queries, ${findings} findings`);
  row('wall', wallMs);
  row(engine === 'embedded' ? 'queries, in this process' : 'queries, as the node tells (took)', sum(tookOf));
  row('own, beside waiting for them', sum(ownOf));
  row('processor time of the process', told('cpu'));
  if (engine !== 'embedded') row('requests', told('requests'), '');
  row('peak memory', told('peak') / 1024, 'MB');
  for (const run of runs.toSorted((a, b) => tookOf(b) - tookOf(a)).slice(0, Number(values.slowest)))
    console.log(`  ${run.huntId.padEnd(48)} ${tookOf(run)} ms in ${run.queries.length} queries, own ${ownOf(run)} ms`);
}

function tookOf({ tookMs }: RunJson['run']): number {
  return tookMs;
}

function ownOf({ stages }: RunJson['run']): number {
  const ms = Object.values(stages).reduce((total, { wallMs, awaitedMs }) => total + wallMs - awaitedMs, 0);
  return Math.round(ms);
}

function row(what: string, value: number, unit = 'ms'): void {
  console.log(`  ${what.padEnd(48)} ${value.toFixed(0)} ${unit}`.trimEnd());
}

function say(words: string): void {
  console.log(`${((performance.now() - began) / 1_000).toFixed(0)} s  ${words}`);
}
