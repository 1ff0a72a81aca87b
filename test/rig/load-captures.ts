// Puts events into a node as Elastic's agents would: `logs-<dataset>-<namespace>`, mapped by the types of ECS.
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { EcsFlat } from '@elastic/ecs';
import { mustAsk, type Node } from './elasticsearch.ts';

export interface LoadOptions {
  /** Before the index names, as `t1-` for `t1-logs-system.security-default`; makes a suite's data its own. */
  readonly prefix?: string;
  /** Data streams as in production; they cannot be deleted on the test node, which lacks their REST interface. */
  readonly dataStreams?: boolean;
}

/** Documents written, by index. */
export type Loaded = ReadonlyMap<string, number>;

/** An event in ECS, nested as JSON. */
export type EcsEvent = Readonly<Record<string, unknown>>;

const BULK_BYTES = 5_000_000;
const BULKS_AT_ONCE = 2;
const IGNORE_ABOVE = 8_191; // characters: Lucene's 32,766 bytes of one term, four bytes each
const FIELDS_MAX = 4_000;

/**
 * Types that the assembled node lacks, and what stands in for them. What ES|QL shows of them is the same, but for text,
 * which has no doc values.
 */
export const SUBSTITUTES: Readonly<Record<string, string>> = {
  constant_keyword: 'keyword',
  wildcard: 'keyword',
  match_only_text: 'text',
  scaled_float: 'double',
  unsigned_long: 'long',
  version: 'keyword',
};

/** Loads capture files (`*.ndjson.gz`, all of the folder's unless named without their ending) and refreshes. */
export async function loadCaptures(
  node: Node,
  folder: string,
  options: LoadOptions & { readonly files?: readonly string[] } = {},
): Promise<Loaded> {
  const names = options.files?.map((name) => `${name}.ndjson.gz`) ?? (await captureFiles(folder));
  return load(
    node,
    await Promise.all(names.map((name) => readLines(join(folder, name)))).then((all) => all.flat()),
    options,
  );
}

/** Loads events that a test has made; each names its `data_stream.dataset` and, unless `default`, its namespace. */
export function loadEvents(node: Node, events: readonly EcsEvent[], options: LoadOptions = {}): Promise<Loaded> {
  return load(
    node,
    events.map((event) => JSON.stringify(event)),
    options,
  );
}

/** The captures of a folder, by name. */
export async function captureFiles(folder: string): Promise<readonly string[]> {
  return (await readdir(folder)).filter((name) => name.endsWith('.ndjson.gz')).toSorted();
}

/** The lines of a capture, each one event as JSON. */
export async function readLines(file: string): Promise<readonly string[]> {
  const text = (await promisify(gunzip)(await readFile(file))).toString('utf8');
  return text.split('\n').filter((line) => line !== '');
}

async function load(
  node: Node,
  lines: readonly string[],
  { prefix = '', dataStreams = false }: LoadOptions,
): Promise<Loaded> {
  const name = `${prefix}logs`;
  await mustAsk(node, 'PUT', `/_index_template/${name}`, { body: logsTemplate(`${name}-*-*`, dataStreams) });
  const counts = new Map<string, number>();
  const bulks = bulkBodies(lines, name, counts);
  const worker = async (): Promise<void> => {
    for (const bulk of bulks) await sendBulk(node, bulk);
  };
  await Promise.all(Array.from({ length: BULKS_AT_ONCE }, worker));
  if (counts.size > 0) await mustAsk(node, 'POST', `/${name}-*/_refresh`);
  return counts;
}

/** Bodies of about `BULK_BYTES`; counts what goes into each index as it passes. */
function* bulkBodies(lines: readonly string[], name: string, counts: Map<string, number>): Generator<string> {
  let parts: string[] = [];
  let size = 0;
  for (const line of lines) {
    const index = `${name}-${dataStreamOf(line)}`;
    counts.set(index, (counts.get(index) ?? 0) + 1);
    parts.push(`{"create":{"_index":${JSON.stringify(index)}}}\n${line}\n`);
    size += line.length;
    if (size < BULK_BYTES) continue;
    yield parts.join('');
    parts = [];
    size = 0;
  }
  if (parts.length > 0) yield parts.join('');
}

function dataStreamOf(line: string): string {
  const { data_stream: stream } = JSON.parse(line) as { data_stream?: { dataset?: string; namespace?: string } };
  if (stream?.dataset === undefined)
    throw new Error(`Cannot load an event without data_stream.dataset: ${line.slice(0, 200)}`);
  return `${stream.dataset}-${stream.namespace ?? 'default'}`;
}

async function sendBulk(node: Node, body: string): Promise<void> {
  const { errors, items } = (await mustAsk(node, 'POST', '/_bulk', { body })) as {
    readonly errors: boolean;
    readonly items: readonly Readonly<Record<string, { readonly error?: unknown }>>[];
  };
  const refused = errors ? items.map((item) => item['create']?.error).filter((error) => error !== undefined) : [];
  if (refused.length > 0)
    throw new Error(`${refused.length} events were refused, the first: ${JSON.stringify(refused[0])}`);
}

/**
 * The index template: every ECS field gets its type when it first comes, other text becomes a keyword. So an index has
 * only the fields that its events have, as with Elastic's integrations, and what is absent is truly absent.
 */
export function logsTemplate(pattern: string, dataStreams: boolean): Readonly<Record<string, unknown>> {
  return {
    index_patterns: [pattern],
    priority: 500,
    ...(dataStreams ? { data_stream: {} } : {}),
    template: {
      settings: { number_of_shards: 1, number_of_replicas: 0, 'index.mapping.total_fields.limit': FIELDS_MAX },
      mappings: {
        date_detection: false,
        dynamic_templates: [...ecsTemplates(), ANY_TEXT],
        properties: { '@timestamp': { type: 'date' } },
      },
    },
  };
}

const ANY_TEXT = {
  any_text: { match_mapping_type: 'string', mapping: { type: 'keyword', ignore_above: IGNORE_ABOVE } },
} as const;

/** One dynamic template for each type, with the paths of all fields that have it; keywords are left to `any_text`. */
function ecsTemplates(): readonly Readonly<Record<string, unknown>>[] {
  const paths = new Map<string, string[]>();
  for (const [path, { type }] of Object.entries<{ readonly type: string }>(EcsFlat)) {
    const mapped = SUBSTITUTES[type] ?? type;
    if (mapped === 'keyword' || mapped === 'object') continue;
    paths.set(mapped, [...(paths.get(mapped) ?? []), path]);
  }
  return [...paths].map(([type, path_match]) => ({ [`ecs_${type}`]: { path_match, mapping: { type } } }));
}
