// Ten hunting queries: the embedded engine against SQL written by hand for DuckDB on the same segments, and against the
// time that a real node takes by its own account for the same documents.
// node bench/queries.ts [millions=1]; with ELASTICSEARCH_URL=http://127.0.0.1:9200 the node is measured too.
import { DuckDBInstance } from '@duckdb/node-api';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { embeddedEngine } from '../src/engine/embedded.ts';
import { columnName, type Snapshot } from '../src/embedded/segments/snapshot.ts';
import { openEventStore } from '../src/embedded/segments/store.ts';
import { findInputs } from '../src/ingest/open.ts';
import { ask, mustAsk } from '../test/rig/elasticsearch.ts';
import { loadEvents, type EcsEvent } from '../test/rig/load-captures.ts';
import { INDEX, networkLines } from './network-events.ts';

const MILLION = 1_000_000;
const MILLIONS = Number(process.argv[2] ?? 1);
const ROUNDS = 9;
const BLOCKS = [
  '10.0.0.0/8',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  '224.0.0.0/4',
  '240.0.0.0/4',
];
const TEN = (10n << 24n) + 0xffff_0000_0000n;

/** A question in ES|QL and in SQL; `c` gives the column of a field. */
interface Bench {
  readonly name: string;
  readonly esql: string;
  readonly sql: (c: (field: string) => string) => string;
}

const FROM = `FROM ${INDEX}`;
const BENCHES: readonly Bench[] = [
  { name: 'count', esql: `${FROM} | STATS n = COUNT(*)`, sql: () => 'SELECT count(*) FROM events' },
  {
    name: 'stack programs',
    esql: `${FROM} | STATS n = COUNT(*) BY process.name | SORT n DESC | LIMIT 1000`,
    sql: (c) => `SELECT count(*) n, ${c('process.name')} FROM events GROUP BY 2 ORDER BY n DESC LIMIT 1000`,
  },
  {
    name: 'one program',
    esql: `${FROM} | WHERE process.name == "powershell.exe" | STATS n = COUNT(*) BY host.name | LIMIT 1000`,
    sql: (c) =>
      `SELECT count(*), ${c('host.name')} FROM events WHERE ${c('process.name')} = 'powershell.exe' GROUP BY 2 LIMIT 1000`,
  },
  {
    name: 'rare programs',
    esql: `${FROM} | STATS hosts = COUNT_DISTINCT(host.name), n = COUNT(*) BY p = TO_LOWER(process.name) | WHERE hosts <= 3 | SORT hosts, p | LIMIT 1000`,
    sql: (c) =>
      `SELECT count(DISTINCT ${c('host.name')}) hosts, count(*), lower(${c('process.name')}) p FROM events GROUP BY p HAVING hosts <= 3 ORDER BY hosts, p LIMIT 1000`,
  },
  {
    name: 'public egress',
    esql: `${FROM} | WHERE network.direction == "egress" AND NOT CIDR_MATCH(destination.ip, ${BLOCKS.map((block) => `"${block}"`).join(', ')}) | STATS n = COUNT(*), first_seen = MIN(@timestamp), last_seen = MAX(@timestamp) BY process.name | SORT n DESC | LIMIT 1000`,
    sql: (c) =>
      `SELECT count(*) n, min(${c('@timestamp')}), max(${c('@timestamp')}), ${c('process.name')} FROM events WHERE ${c('network.direction')} = 'egress' AND NOT (${c('destination.ip')} BETWEEN ${TEN}::UHUGEINT AND ${TEN + (1n << 24n) - 1n}::UHUGEINT) GROUP BY 4 ORDER BY n DESC LIMIT 1000`,
  },
  {
    name: 'high counts',
    esql: `${FROM} | WHERE destination.port != 53 | STATS n = COUNT(*), first_seen = MIN(@timestamp), last_seen = MAX(@timestamp), hosts = COUNT_DISTINCT(host.name) BY destination.ip, process.name | WHERE n > 100 AND hosts == 1 | LIMIT 1000`,
    sql: (c) =>
      `SELECT count(*) n, min(${c('@timestamp')}), max(${c('@timestamp')}), count(DISTINCT ${c('host.name')}) hosts, ${c('destination.ip')}, ${c('process.name')} FROM events WHERE ${c('destination.port')} <> 53 GROUP BY 5, 6 HAVING n > 100 AND hosts = 1 LIMIT 1000`,
  },
  {
    name: 'first seen',
    esql: `${FROM} | STATS first_seen = MIN(@timestamp) BY process.name, destination.port | WHERE first_seen >= "2026-05-11T12:00:00.000Z" | SORT first_seen | LIMIT 1000`,
    sql: (c) =>
      `SELECT min(${c('@timestamp')}) f, ${c('process.name')}, ${c('destination.port')} FROM events GROUP BY 2, 3 HAVING f >= TIMESTAMP '2026-05-11 12:00:00' ORDER BY f LIMIT 1000`,
  },
  {
    name: 'temporary folders',
    esql: `${FROM} | WHERE process.executable LIKE "*\\\\\\\\Temp\\\\\\\\*" | STATS n = COUNT(*) BY host.name | SORT n DESC | LIMIT 20`,
    sql: (c) =>
      `SELECT count(*) n, ${c('host.name')} FROM events WHERE contains(${c('process.executable')}, '\\Temp\\') GROUP BY 2 ORDER BY n DESC LIMIT 20`,
  },
  {
    name: 'by the hour',
    esql: `${FROM} | STATS n = COUNT(*) BY hour = DATE_TRUNC(1 hour, @timestamp) | SORT hour | LIMIT 1000`,
    sql: (c) =>
      `SELECT count(*), time_bucket(INTERVAL 1 HOUR, ${c('@timestamp')}, TIMESTAMP '1970-01-01') h FROM events GROUP BY 2 ORDER BY h LIMIT 1000`,
  },
  {
    name: 'newest of a host',
    esql: `${FROM} | WHERE host.name == "ws-7" | KEEP @timestamp, process.name, destination.ip, destination.port | SORT @timestamp DESC | LIMIT 100`,
    sql: (c) =>
      `SELECT ${c('@timestamp')} t, ${c('process.name')}, ${c('destination.ip')}, ${c('destination.port')} FROM events WHERE ${c('host.name')} = 'ws-7' ORDER BY t DESC LIMIT 100`,
  },
];

const home = await mkdtemp(join(tmpdir(), 'tracehound-bench-'));
try {
  await compare();
} finally {
  await rm(home, { recursive: true, force: true });
}

async function compare(): Promise<void> {
  using store = openEventStore(home);
  for (let million = 0; million < MILLIONS; million++) await ingestMillion(store, million);
  const snapshot = store.snapshot();
  console.log(`${MILLIONS} million events in ${snapshot.segments.length} segments`);
  const url = process.env['ELASTICSEARCH_URL'];
  const took = url === undefined ? null : await nodeTimes(url);
  const times = await measure(() => store.snapshot());
  const [engine, hand] = [times.map(([own]) => own), times.map(([, other]) => other)];
  console.log(
    ['query'.padEnd(20), 'engine ms', 'by hand ms', 'ratio', ...(took === null ? [] : ['node took ms', 'ratio'])].join(
      '  ',
    ),
  );
  BENCHES.forEach(({ name }, at) => {
    const [own = 0, sql = 0, node] = [engine[at], hand[at], took?.[at]];
    const beside = node === undefined ? [] : [String(node).padStart(12), (own / node).toFixed(2)];
    console.log(
      [
        name.padEnd(20),
        own.toFixed(1).padStart(9),
        sql.toFixed(1).padStart(10),
        (own / sql).toFixed(2).padStart(5),
        ...beside,
      ].join('  '),
    );
  });
  console.log(
    `median ratio to SQL by hand: ${median(engine.map((ms, at) => ms / (hand[at] ?? 1))).toFixed(2)} (target 1.5)`,
  );
  if (took !== null)
    console.log(`median ratio to the node's took: ${median(ratiosTo(engine, took)).toFixed(2)} (target below 1)`);
  console.log(`peak memory of this process: ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`);
}

/** Of those queries that the node answered. */
function ratiosTo(engine: readonly number[], took: readonly number[]): number[] {
  return engine.map((ms, at) => ms / Math.max(1, took[at] ?? 1)).filter((ratio) => !Number.isNaN(ratio));
}

async function ingestMillion(store: ReturnType<typeof openEventStore>, million: number): Promise<void> {
  const file = join(home, 'million.ndjson');
  await pipeline(Readable.from(lines(million), { highWaterMark: 64 }), createWriteStream(file));
  const inputs = await findInputs([file], home);
  const started = performance.now();
  const signal = new AbortController().signal;
  const { taken } = await store.ingest(inputs, { format: null, signal, stdin: () => Readable.from([]) });
  console.log(`ingested ${taken} in ${((performance.now() - started) / 1_000).toFixed(1)} s`);
  await rm(file);
}

/** Lines in pieces of a thousand, so that the stream is not the bottleneck. */
function* lines(million: number): Generator<string> {
  let piece: string[] = [];
  for (const line of networkLines(MILLION, million * MILLION)) {
    if (piece.push(line) < 1_000) continue;
    yield `${piece.join('\n')}\n`;
    piece = [];
  }
}

/** Medians of the engine and of the SQL by hand, which take turns, so that other work on the machine meets both. */
async function measure(snapshot: () => Snapshot): Promise<readonly (readonly [number, number])[]> {
  await using engine = embeddedEngine({ snapshot, folder: join(home, 'events') });
  using hand = await byHand(snapshot());
  const { signal } = new AbortController();
  const question = { purpose: 'bench', params: {}, rowsMax: 9_999, deadlineMs: 600_000 };
  const filter = { time: null, excluded: [], only: [] };
  const medians: (readonly [number, number])[] = [];
  for (const { esql, sql } of BENCHES) {
    const [own, other]: [number[], number[]] = [[], []];
    for (let round = 0; round <= ROUNDS; round++) {
      own.push(await timed(() => engine.query({ ...question, esql, filter }, signal)));
      other.push(await timed(() => hand.ask(sql)));
    }
    // The first round only warms.
    medians.push([median(own.slice(1)), median(other.slice(1))]);
  }
  return medians;
}

async function byHand(snapshot: Snapshot): Promise<Disposable & { ask: (sql: Bench['sql']) => Promise<unknown> }> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '2', memory_limit: '1GB' });
  const connection = await instance.connect();
  const c = (field: string) => columnName(snapshot.mapping.get(field)?.id ?? -1);
  const selects: string[] = [];
  for (const [at, { file }] of snapshot.segments.entries()) {
    await connection.run(`ATTACH '${file}' AS s${at} (READ_ONLY)`);
    selects.push(`SELECT * FROM s${at}.events`);
  }
  await connection.run(`CREATE VIEW events AS ${selects.join(' UNION ALL BY NAME ')}`);
  return {
    ask: (sql) => connection.runAndReadAll(sql(c)),
    [Symbol.dispose]: () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

/** The node's own account, cold caches of results: a constant makes each request another one. */
async function nodeTimes(url: string): Promise<number[]> {
  const prefix = `q${Date.now().toString(36)}-`;
  for (let million = 0; million < MILLIONS; million++) {
    for (let part = 0; part < 10; part++) {
      const events = [...networkLines(MILLION / 10, million * MILLION + (part * MILLION) / 10)].map(
        (line) => JSON.parse(line) as EcsEvent,
      );
      await loadEvents({ url }, events, { prefix });
    }
  }
  try {
    const times: number[] = [];
    for (const { esql } of BENCHES) times.push(await tookOf(url, esql.replace(INDEX, `${prefix}${INDEX}`)));
    return times;
  } finally {
    await mustAsk({ url }, 'DELETE', `/${prefix}${INDEX}`);
  }
}

/** The median; NaN for a query that the node refuses, as a small heap does where too much is to be grouped. */
async function tookOf(url: string, query: string): Promise<number> {
  const tooks: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const { status, json } = await ask({ url }, 'POST', '/_query?allow_partial_results=false', { body: { query } });
    if (status === 429) return Number.NaN;
    if (round > 0) tooks.push((json as { took: number }).took);
  }
  return median(tooks);
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
