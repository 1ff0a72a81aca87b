// What ingest costs: typical ECS network events as NDJSON into a fresh store, against DuckDB's own read_json in the same
// run. Both on what cores the process is given. Run: taskset -c 0 node bench/ingest.ts [documents, 1000000]
import { createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { openEventStore } from '../src/embedded/segments/store.ts';
import { findInputs } from '../src/ingest/open.ts';

const documents = Number(process.argv[2] ?? 1_000_000);
const folder = mkdtempSync(join(tmpdir(), 'tracehound-bench-'));
const file = join(folder, 'events.ndjson');

try {
  await writeEvents(file);
  console.log(`${documents} documents, ${Math.round(statSync(file).size / documents)} bytes each`);
  const own = await timed('hunt ingest', ingest);
  console.log(`peak memory ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`);
  const again = await timed('hunt ingest, the same file again', ingest);
  const duck = await timed('read_json into a DuckDB file', readJson);
  console.log(
    `ingest takes ${(own / duck).toFixed(2)} times the processor time of read_json, again ${(again / duck).toFixed(2)}`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function ingest(): Promise<void> {
  using store = openEventStore(join(folder, 'home'));
  await store.ingest(await findInputs([file], folder), {
    format: null,
    signal: new AbortController().signal,
    stdin: () => process.stdin,
  });
}

/** All columns typed by inference, written to a file: what DuckDB does of its own. */
async function readJson(): Promise<void> {
  const instance = await DuckDBInstance.create(join(folder, 'own.duckdb'), { threads: '1', memory_limit: '1GB' });
  const connection = await instance.connect();
  await connection.run(`CREATE TABLE events AS SELECT * FROM read_json('${file}', format = 'newline_delimited')`);
  connection.closeSync();
  instance.closeSync();
}

/** Processor ms, which other work on the machine disturbs less than the clock. */
async function timed(what: string, work: () => Promise<void>): Promise<number> {
  const [cpu, started] = [process.cpuUsage(), performance.now()];
  await work();
  const [wallMs, { user, system }] = [performance.now() - started, process.cpuUsage(cpu)];
  const cpuMs = (user + system) / 1000;
  const rate = (ms: number) => Math.round((documents / ms) * 1000);
  console.log(
    `${what}: ${(wallMs / 1000).toFixed(1)} s, ${rate(wallMs)} documents/s; ${rate(cpuMs)} per second of one core`,
  );
  return cpuMs;
}

async function writeEvents(path: string): Promise<void> {
  const out = createWriteStream(path);
  for (let at = 0; at < documents; at += 10_000) {
    const size = Math.min(10_000, documents - at);
    const lines = Array.from({ length: size }, (_, index) => `${JSON.stringify(event(at + index))}\n`);
    if (!out.write(lines.join(''))) await once(out, 'drain');
  }
  out.end();
  await once(out, 'finish');
}

/** A connection as Elastic Defend tells it: 29 fields. */
function event(at: number) {
  const time = new Date(Date.UTC(2026, 10, 1) + at * 37).toISOString();
  const address = `10.${at % 3}.2.${at % 250}`;
  return {
    '@timestamp': time,
    event: {
      kind: 'event',
      category: ['network'],
      type: ['connection', 'start'],
      action: 'connection_attempted',
      dataset: 'endpoint.events.network',
      module: 'endpoint',
      created: time,
      id: `N${at}`,
    },
    host: {
      name: `ws-${at % 500}`,
      id: `39f89e71-9ead-55b3-8f27-${at % 500}`,
      os: { type: 'windows' },
      ip: [address, 'fe80::1'],
    },
    agent: { type: 'endpoint', id: `f0ba0b98-c983-${at % 500}` },
    process: {
      name: 'chrome.exe',
      pid: at % 60_000,
      executable: 'C:\\Program Files\\Google\\Chrome\\chrome.exe',
      entity_id: `entity-${at % 5_000}`,
    },
    user: { name: `u${at % 700}` },
    source: { ip: address, port: 1_024 + (at % 60_000) },
    destination: { ip: `93.184.${at % 256}.${(at >> 8) % 256}`, port: 443 },
    network: { transport: 'tcp', direction: 'egress' },
    data_stream: { type: 'logs', dataset: 'endpoint.events.network', namespace: 'default' },
  };
}
