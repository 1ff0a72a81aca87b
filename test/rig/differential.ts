// Puts one set of documents into a node and into an embedded store, asks both the same, and tells what differs.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isHuntError, messageOf } from '../../src/core/error.ts';
import type { Column, Value } from '../../src/core/row.ts';
import { openEventStore, type EventStore } from '../../src/embedded/segments/store.ts';
import { embeddedEngine } from '../../src/engine/embedded.ts';
import { columnTypeOf } from '../../src/engine/elasticsearch-types.ts';
import type { Engine } from '../../src/engine/port.ts';
import { mustAsk, type Node } from './elasticsearch.ts';

/** One index of both: its documents as lines of JSON, and the mapping that the node is told. */
export interface PairedIndex {
  readonly lines: readonly string[];
  readonly properties: Readonly<Record<string, unknown>>;
  /** The index whose segment this one shares in the embedded store, document by document; without it, one of its own. */
  readonly beside?: string;
  /** Whether LOOKUP JOIN is to name it: Elasticsearch wants such an index to be made for it. */
  readonly lookup?: true;
}

/** What an engine made of a query. `broken`: an error that is the engine's own fault. */
export type Outcome =
  | { readonly kind: 'answer'; readonly columns: readonly Column[]; readonly rows: readonly (readonly Value[])[] }
  | { readonly kind: 'refused' | 'broken'; readonly message: string };

/** Both engines over the same documents. */
export interface Pair extends AsyncDisposable {
  readonly store: EventStore;
  readonly elasticsearch: (esql: string) => Promise<Outcome>;
  readonly embedded: (esql: string) => Promise<Outcome>;
}

const ROWS_MAX = 10_000;
const DEADLINE_MS = 60_000;

/** Loads the indices into both; each document gets its number as `_id`, so that both know it by the same name. */
export async function openPair(node: Node, indices: Readonly<Record<string, PairedIndex>>): Promise<Pair> {
  for (const [index, { properties, lookup }] of Object.entries(indices)) {
    const mode = lookup === undefined ? {} : { 'index.mode': 'lookup' };
    const settings = { number_of_shards: 1, number_of_replicas: 0, 'index.mapping.ignore_malformed': true, ...mode };
    const mappings = { dynamic: false, date_detection: false, properties };
    await mustAsk(node, 'PUT', `/${index}`, { body: { settings, mappings } });
  }
  const bodies = segmentBodies(indices);
  const sent = (await mustAsk(node, 'POST', '/_bulk?refresh=true', { body: bodies.join('') })) as {
    readonly errors: boolean;
    readonly items: readonly { readonly create: { readonly error?: unknown } }[];
  };
  if (sent.errors)
    throw new Error(`The node refused documents: ${JSON.stringify(sent.items.filter((item) => item.create.error))}`);
  const { store, engine, folder } = await embeddedOf(bodies);
  return {
    store,
    elasticsearch: (esql) => askElasticsearch(node, esql),
    embedded: (esql) => askEmbedded(engine, esql),
    async [Symbol.asyncDispose]() {
      await engine[Symbol.asyncDispose]();
      store[Symbol.dispose]();
      await rm(folder, { recursive: true, force: true });
      await mustAsk(node, 'DELETE', `/${Object.keys(indices).join(',')}`);
    },
  };
}

/** Bulk bodies, one for each segment; documents of indices that share one take turns. */
function segmentBodies(indices: Readonly<Record<string, PairedIndex>>): readonly string[] {
  const numbered = Object.entries(indices).flatMap(([index, { lines, beside = index }]) =>
    lines.map((line, at) => ({ at, beside, text: `${actionOf(index, at)}\n${line}\n` })),
  );
  const segments = Map.groupBy(numbered, ({ beside }) => beside).values();
  return [...segments].map((each) =>
    each
      .toSorted((a, b) => a.at - b.at)
      .map(({ text }) => text)
      .join(''),
  );
}

function actionOf(index: string, at: number): string {
  return JSON.stringify({ create: { _index: index, _id: `${index}-${at}` } });
}

/** An embedded store of its own, filled by the real ingest: each bulk body makes segments of its own. */
export async function embeddedOf(
  bodies: readonly string[],
): Promise<{ readonly store: EventStore; readonly engine: Engine; readonly folder: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'tracehound-pair-'));
  const path = join(folder, 'events.ndjson');
  const store = openEventStore(folder);
  for (const body of bodies) {
    await writeFile(path, body);
    const { refused, inputs } = await store.ingest([{ name: 'events', path, size: null }], {
      format: 'bulk',
      signal: new AbortController().signal,
      stdin: () => {
        throw new Error('no standard input here');
      },
    });
    if (refused > 0) throw new Error(`The embedded store refused documents: ${JSON.stringify(inputs)}`);
  }
  const engine = embeddedEngine({ snapshot: () => store.snapshot(), folder });
  return { store, engine, folder };
}

interface Reply {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly values: readonly (readonly Value[])[];
}

/** Numbers that a double cannot hold come as text, as the embedded engine gives them. */
function exactly(_key: string, value: unknown, context?: { readonly source: string }): unknown {
  const whole = typeof value === 'number' && context !== undefined && /^-?\d+$/.test(context.source);
  return whole && !Number.isSafeInteger(value) ? context.source : value;
}

/** Warnings come in headers: a query that fails on many rows has more of them than `fetch` takes. */
const HEADERS_MAX = 4 * 1024 * 1024;

/** Status 599: no answer came, and the text says why. */
function post(url: string, body: string): Promise<{ readonly status: number; readonly text: string }> {
  return new Promise((resolve) => {
    const failed = (error: unknown): void => resolve({ status: 599, text: messageOf(error) });
    const headers = { 'content-type': 'application/json' };
    const options = { method: 'POST', headers, maxHeaderSize: HEADERS_MAX, signal: AbortSignal.timeout(DEADLINE_MS) };
    const sent = request(url, options, (response) => {
      text(response).then((read) => resolve({ status: response.statusCode ?? 599, text: read }), failed);
    });
    sent.on('error', failed).end(body);
  });
}

async function askElasticsearch(node: Node, esql: string): Promise<Outcome> {
  const { status, text } = await post(
    `${node.url}/_query?allow_partial_results=false`,
    JSON.stringify({ query: esql }),
  );
  if (status !== 200) return { kind: status < 500 ? 'refused' : 'broken', message: text.slice(0, 2_000) };
  const { columns, values } = JSON.parse(text, exactly) as Reply;
  const typed = columns.map(({ name, type }): Column => ({ name, type: columnTypeOf(type) }));
  return { kind: 'answer', columns: typed, rows: values.map((row) => row.map((cell, at) => finite(cell, typed[at]))) };
}

/** What is no finite number is null, as the documentation says; 8.19.21 lets EXP, MV_SUM and others answer "Infinity". */
function finite(cell: Value, column: Column | undefined): Value {
  return column?.type === 'double' && (cell === 'Infinity' || cell === '-Infinity' || cell === 'NaN') ? null : cell;
}

/** A query as a hunt would ask it, for `engine`. */
export async function askEmbedded(engine: Engine, esql: string): Promise<Outcome> {
  const filter = { time: null, excluded: [], only: [] };
  const question = { purpose: 'rows', esql, params: {}, filter, rowsMax: ROWS_MAX, deadlineMs: DEADLINE_MS };
  try {
    const { columns, rows } = await engine.query(question, new AbortController().signal);
    return {
      kind: 'answer',
      columns,
      rows: rows.map((row) => columns.map(({ name }) => row.get(name) ?? null)),
    };
  } catch (error) {
    const known = isHuntError(error) && !error.message.includes('on the embedded engine:');
    return { kind: known ? 'refused' : 'broken', message: messageOf(error) };
  }
}
