// A site that is always at work: many small hunts over each minute of one index. For benches and for the search for leaks.
import { userHunt } from './user-hunt.ts';
import { activated } from '../../src/core/books.ts';
import type { LedgerKey } from '../../src/core/ledger.ts';
import { isoTime, type Instant, type Span } from '../../src/core/time.ts';
import type { Store } from '../../src/store/port.ts';
import { ELASTICSEARCH_8 } from './assemble.ts';
import { mustAsk, type Node } from './elasticsearch.ts';
import { startElasticsearch } from './servers.ts';

export interface BusySite {
  readonly hunts: number;
  readonly index: string;
  /** Whether a tile finds something: one user in each tile that has an event of the hunt. */
  readonly finds: boolean;
  /** Of the job: the time between a tile's end and its slot. */
  readonly queryDelay: string;
  /** Further parts of hunt.config.yml. */
  readonly config: object;
}

const JOB = 'minutely';
const SOURCE = {
  busy: {
    description: 'The events of a busy site.',
    index: [] as readonly string[],
    clock: ['@timestamp'],
    heartbeat: 'sporadic',
    enable: 'It is on.',
  },
};

/** The files of its working folder. */
export function busyFiles({ hunts, index, finds, queryDelay, config }: BusySite): Readonly<Record<string, string>> {
  const job = { schedule: { every: '1m' }, hunts: ['busy/*'], query_delay: queryDelay, retries: 1, timeout: '1m' };
  return {
    'hunt.config.yml': JSON.stringify({ hunts: ['./hunts'], ...config }),
    'hunts/sources.yml': JSON.stringify({ busy: { ...SOURCE.busy, index: [index] } }),
    [`jobs/${JOB}.yml`]: JSON.stringify(job),
    ...Object.fromEntries(
      numbersBelow(hunts).map((at) => [`hunts/busy/h${at}.yml`, huntText(index, finds ? `h${at}` : 'no such one', at)]),
    ),
  };
}

/** `edition` changes the text of the hunt and nothing that it does: an edit for a hot reload. */
export function huntText(index: string, label: string, at: number, edition = 0): string {
  return userHunt({ index, label, source: 'busy', name: `Users of application ${at}, edition ${edition}` });
}

export function busyKeys({ hunts }: Pick<BusySite, 'hunts'>): LedgerKey[] {
  return numbersBelow(hunts).map((at) => ({ jobId: JOB, huntId: `busy/h${at}` }));
}

/** Makes the ledgers as if the job had been there since `at`: all time since then is to be caught up. */
export async function beginBusyLedgers(
  store: Store,
  site: Pick<BusySite, 'hunts'>,
  at: Instant,
  signal: AbortSignal,
): Promise<void> {
  for (const key of busyKeys(site)) await store.writeLedger(activated(key, at), null, signal);
}

/** Events of one request. */
const CHUNK = 5_000;

/** An event every `stepMs`, of 40 users on 12 hosts, for one hunt after the other; as bodies of _bulk. */
export function busyEvents(
  { hunts, index }: Pick<BusySite, 'hunts' | 'index'>,
  span: Span,
  stepMs: number,
): readonly string[] {
  const action = JSON.stringify({ index: { _index: index } });
  const count = Math.floor((span.end - span.start) / stepMs);
  const lineOf = (at: number) => {
    const event = {
      '@timestamp': isoTime(span.start + at * stepMs),
      user: { name: `user-${at % 40}` },
      host: { name: `ws-${at % 12}` },
      labels: { hunt: `h${at % hunts}` },
    };
    return `${action}\n${JSON.stringify(event)}\n`;
  };
  const starts = numbersBelow(Math.ceil(count / CHUNK)).map((chunk) => chunk * CHUNK);
  return starts.map((from) =>
    numbersBelow(Math.min(CHUNK, count - from))
      .map((at) => lineOf(from + at))
      .join(''),
  );
}

/** `fields`: so many more are mapped, as integrations have them. */
export async function loadBusyEvents(
  node: Node,
  index: string,
  bodies: readonly string[],
  { fields = 0 }: { readonly fields?: number } = {},
): Promise<void> {
  const keyword = { type: 'keyword' };
  const properties = {
    '@timestamp': { type: 'date' },
    user: { properties: { name: keyword } },
    host: { properties: { name: keyword } },
    labels: { properties: { hunt: keyword } },
    more: { properties: Object.fromEntries(numbersBelow(fields).map((at) => [`field_${at}`, keyword])) },
  };
  const settings = { number_of_shards: 1, number_of_replicas: 0, 'index.mapping.total_fields.limit': 10_000 };
  await mustAsk(node, 'PUT', `/${index}`, { body: { settings, mappings: { properties } } });
  for (const body of bodies) await mustAsk(node, 'POST', '/_bulk?refresh=true', { body });
}

/** The node that `ELASTICSEARCH_URL` names; without it one of our own, which ends with `parts`. */
export async function nodeFor(parts: AsyncDisposableStack): Promise<{ readonly url: string }> {
  const named = process.env['ELASTICSEARCH_URL'];
  return named === undefined ? parts.use(await startElasticsearch(ELASTICSEARCH_8)).info : { url: named };
}

/** Removes every index whose name begins so. */
export async function removeIndices(node: Node, prefix: string): Promise<void> {
  const found = (await mustAsk(node, 'GET', `/${prefix}*?filter_path=*.aliases`)) as object;
  for (const index of Object.keys(found)) await mustAsk(node, 'DELETE', `/${index}`);
}

function numbersBelow(count: number): number[] {
  return Array.from({ length: count }, (_, at) => at);
}
