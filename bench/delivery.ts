// Delivery of 5,000 findings to a real node, against a raw bulk of the same documents in the same run.
// ELASTICSEARCH_URL=http://127.0.0.1:9200 node bench/delivery.ts
import { performance } from 'node:perf_hooks';
import { DAY_MS } from '../src/core/time.ts';
import type { FindingState } from '../src/core/finding.ts';
import { smallestSet } from '../src/core/smallest-set.ts';
import { connect } from '../src/elastic/client.ts';
import type { ElasticClient } from '../src/elastic/client.ts';
import { deliver } from '../src/findings/deliver.ts';
import type { Delivery } from '../src/findings/deliver.ts';
import type { DeliveryItem } from '../src/findings/gather.ts';
import { elasticsearchStore } from '../src/store/elasticsearch/store.ts';
import { findingDocument } from '../src/store/documents/finding-document.ts';
import { sightingDocument, sightingId } from '../src/store/documents/sighting-document.ts';
import { DAY_ONE, sampleState, sightingFor } from '../test/rig/sample-findings.ts';

const FINDINGS = 5_000;
const ROUNDS = 5;
const REQUESTS_MAX = 12;
const FIRST_MAX = 2;
const AGAIN_MAX = 3;

const signal = new AbortController().signal;
const url = process.env['ELASTICSEARCH_URL'];
if (url === undefined)
  throw new Error('Set ELASTICSEARCH_URL to a node whose indices t-bench-* may be made and deleted');

/** A finding as rare-egress makes it: five hosts, twenty addresses with country and network, a command line. */
function state(at: number, runId: string): FindingState {
  const many = (count: number, value: (n: number) => string) =>
    smallestSet(
      Array.from({ length: count }, (_, n) => value(n)),
      count,
    );
  const base = sampleState(`process-${at}.exe`);
  return {
    ...base,
    sets: {
      'host.name': many(5, (n) => `ws-${(at * 7 + n) % 900}`),
      'destination.ip': many(20, (n) => `203.0.${at % 250}.${n}`),
      'destination.port': smallestSet([8080, 8443, 10 + (at % 1_000)], 20),
      'destination.geo.country_iso_code': many(4, (n) => ['DE', 'NL', 'SE', 'US'][n] ?? ''),
      'destination.as.organization.name': many(4, (n) => `Network operator number ${n}`),
      'process.executable': many(3, (n) => `C:\\Users\\user${at % 90}\\AppData\\Local\\Temp\\${n}\\process-${at}.exe`),
      'process.command_line': many(2, (n) => `process-${at}.exe --connect --attempt ${n} ${'x'.repeat(120)}`),
    },
    evidence: many(10, (n) => `.ds-logs-endpoint.events.network-default-2026.11.02-000001/${at}-${n}-AbCdEfGhIj`),
    latest: { ...base.latest, runId },
  };
}

function items(runId: string): DeliveryItem[] {
  return Array.from({ length: FINDINGS }, (_, at) => {
    const own = state(at, runId);
    return { state: own, sighting: sightingFor(own), reopen: { afterMs: 30 * DAY_MS, on: ['host.name'] } };
  });
}

/** The same client, counting bulk and multi-get requests. */
function counting(client: ElasticClient): ElasticClient & { requests: number } {
  const counted = {
    ...client,
    requests: 0,
    bulk: (...args: Parameters<ElasticClient['bulk']>) => (counted.requests++, client.bulk(...args)),
    multiGet: (...args: Parameters<ElasticClient['multiGet']>) => (counted.requests++, client.multiGet(...args)),
  };
  return counted;
}

async function timed<T>(work: () => Promise<T>): Promise<{ ms: number; value: T }> {
  const start = performance.now();
  const value = await work();
  return { ms: performance.now() - start, value };
}

/** The documents as NDJSON, made beforehand, a thousand findings with their sightings at a time. */
function rawBodies(prefix: string): string[] {
  const lines = items('run-1').map(({ state, sighting }) => {
    const finding = {
      state,
      triage: { status: 'open', disposition: null, note: null, assignee: null, history: [] },
      newsAt: DAY_ONE,
      createdAt: DAY_ONE,
    } as const;
    const create = { create: { _index: `${prefix}-findings`, _id: state.fingerprint } };
    const index = { index: { _index: `${prefix}-sightings`, _id: sightingId(sighting) } };
    return [create, findingDocument(finding), index, sightingDocument(sighting)]
      .map((line) => `${JSON.stringify(line)}\n`)
      .join('');
  });
  return Array.from({ length: FINDINGS / 1_000 }, (_, chunk) =>
    lines.slice(chunk * 1_000, (chunk + 1) * 1_000).join(''),
  );
}

async function rawBulk(bodies: readonly string[]): Promise<void> {
  for (const body of bodies) {
    const answer = await fetch(`${url}/_bulk?require_alias=true`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson' },
      body,
    });
    const { errors } = (await answer.json()) as { errors: boolean };
    if (errors) throw new Error('The raw bulk had errors');
  }
}

const settings = {
  nodes: [url],
  auth: { type: 'none' },
  ca: null,
  caFingerprint: null,
  compatibility: 'auto',
  requestTimeoutMs: 60_000,
} as const;
await using client = connect(settings);

async function inFreshIndices<T>(name: string, work: (prefix: string) => Promise<T>): Promise<T> {
  const prefix = `t-bench-${process.pid}-${name}`;
  await elasticsearchStore(client, { prefix }).setup({ dryRun: false }, signal);
  try {
    return await work(prefix);
  } finally {
    for (const kind of ['findings', 'sightings', 'runs', 'ledger', 'outbox'])
      await client.deleteIndex(`${prefix}-${kind}-000001`, { signal });
  }
}

interface Round {
  readonly rawMs: number;
  readonly firstMs: number;
  readonly againMs: number;
  readonly requests: number;
}

async function round(at: number): Promise<Round> {
  const rawMs = await inFreshIndices(`raw-${at}`, async (prefix) => {
    const bodies = rawBodies(prefix);
    return (await timed(() => rawBulk(bodies))).ms;
  });
  return inFreshIndices(`own-${at}`, async (prefix) => {
    const counter = counting(client);
    const store = elasticsearchStore(counter, { prefix });
    const effects = {
      now: () => Date.now(),
      sleep: () => Promise.reject(new Error('Nobody else writes')),
      random: () => 0,
    };
    const run = (found: readonly DeliveryItem[]): Promise<Delivery> => deliver(found, store, effects, signal);
    const [found, foundAgain] = [items('run-1'), items('run-2')];
    const first = await timed(() => run(found));
    const requests = counter.requests;
    const again = await timed(() => run(foundAgain));
    if (first.value.deltas.new !== FINDINGS || again.value.deltas.recurring !== FINDINGS)
      throw new Error('Not all were written');
    return { rawMs, firstMs: first.ms, againMs: again.ms, requests };
  });
}

const median = (numbers: readonly number[]) =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;

await round(0); // warms the node and this process
const rounds: Round[] = [];
for (let at = 1; at <= ROUNDS; at++) rounds.push(await round(at));

const rawMs = median(rounds.map((round) => round.rawMs));
const figures = [
  ['requests', Math.max(...rounds.map((round) => round.requests)), REQUESTS_MAX],
  ['first delivery / raw bulk', median(rounds.map((round) => round.firstMs / round.rawMs)), FIRST_MAX],
  ['merged again / raw bulk', median(rounds.map((round) => round.againMs / round.rawMs)), AGAIN_MAX],
] as const;
console.log(`${FINDINGS} findings with their sightings, median of ${ROUNDS} rounds; raw bulk ${rawMs.toFixed(0)} ms`);
for (const [what, value, max] of figures) {
  console.log(`${what}: ${value.toFixed(2)} (at most ${max}) ${value <= max ? 'ok' : 'TOO MUCH'}`);
  if (value > max) process.exitCode = 1;
}
