import { randomBytes } from 'node:crypto';
import { HuntError } from '../core/error.ts';
import type { ColumnType } from '../core/row.ts';
import { SECOND_MS, type Instant } from '../core/time.ts';
import type { ElasticClient } from '../elastic/client.ts';
import type { BulkOperation } from '../elastic/document-calls.ts';
import { elasticsearchEngine } from '../engine/elasticsearch.ts';
import type { LayGround, TestGround } from '../pipeline/test-hunt.ts';
import { ecsField } from '../query/ecs.ts';
import { type PlacedEvent, readTestEvents } from './test-events.ts';
import { leftBehind, TEST_INDICES, testIndexPrefix } from './test-index.ts';

/** Documents of one bulk. */
const BULK_MAX = 1_000;
/** Removing what a test made is not called off with the test. */
const REMOVAL_MS = 30 * SECOND_MS;
/** As Elastic's own templates have it: 32,766 bytes of one term, four bytes a character. */
const IGNORE_ABOVE = 8_191;
const FIELDS_MAX = 4_000;

/**
 * Lays out a test's events in indices `hunt-test-<time>-<random>-<index>` of their own, which go when the test ends; before
 * the first one those go that a killed test left.
 */
export function elasticsearchGround(client: ElasticClient, now: () => Instant): LayGround {
  let swept: Promise<void> | null = null;
  return async (events, signal) => {
    const placed = await readTestEvents(events);
    await (swept ??= sweep(client, now(), signal));
    const prefix = testIndexPrefix(now(), randomBytes(4).toString('hex'));
    const indices = Map.groupBy(placed, ({ index }) => index);
    const made: string[] = [];
    const remove = () => removeAll(client, made);
    try {
      for (const [index, own] of indices) {
        made.push(`${prefix}${index}`);
        await client.createIndex(`${prefix}${index}`, settingsFor(own), { signal });
      }
      await write(client, prefix, placed, signal);
    } catch (error) {
      await remove();
      throw error;
    }
    return groundOf(client, prefix, indices, remove);
  };
}

/** Removes what tests left behind that were killed; those of tests under way are younger. */
async function sweep(client: ElasticClient, now: Instant, signal: AbortSignal): Promise<void> {
  for (const index of leftBehind(await client.resolveNames([TEST_INDICES], { signal }), now))
    await client.deleteIndex(index, { signal });
}

function groundOf(
  client: ElasticClient,
  prefix: string,
  indices: ReadonlyMap<string, readonly PlacedEvent[]>,
  remove: () => Promise<void>,
): TestGround {
  return {
    engine: elasticsearchEngine(client),
    relocate: (pattern) => relocate(pattern, prefix),
    indices: new Map([...indices].map(([index, own]) => [index, own.length])),
    [Symbol.asyncDispose]: remove,
  };
}

/** `remote:logs-*` and `-logs-old` keep their meaning: the test's indices are in this cluster, exclusions stay exclusions. */
function relocate(pattern: string, prefix: string): string {
  const [, minus = '', name = ''] = /^(-?)(?:[^:]*:)?(.*)$/.exec(pattern) ?? [];
  return `${minus}${prefix}${name}`;
}

async function write(
  client: ElasticClient,
  prefix: string,
  placed: readonly PlacedEvent[],
  signal: AbortSignal,
): Promise<void> {
  const operations = placed.map(({ index, id, document }, at): BulkOperation => {
    return { action: 'create', index: `${prefix}${index}`, id: id ?? `event-${at + 1}`, document };
  });
  for (let at = 0; at < operations.length; at += BULK_MAX) {
    const some = operations.slice(at, at + BULK_MAX);
    const outcomes = await client.bulk(some, { refresh: true, requireAlias: false }, { signal });
    const refused = outcomes.findIndex(({ error }) => error !== null);
    if (refused < 0) continue;
    const { type, reason } = outcomes[refused]?.error ?? { type: 'unknown', reason: '' };
    throw new HuntError(
      'DEFINITION',
      `Elasticsearch refused event ${at + refused + 1} of the test: ${type}: ${reason}`,
      {
        remedy: 'Mend the event: a field has a value that its ECS type does not take, or the same id as another',
      },
    );
  }
}

async function removeAll(client: ElasticClient, indices: readonly string[]): Promise<void> {
  const signal = AbortSignal.timeout(REMOVAL_MS);
  for (const index of indices) await client.deleteIndex(index, { signal });
}

/** An index with exactly the fields of its events: what none of them has stays absent, as in production. */
function settingsFor(events: readonly PlacedEvent[]): object {
  const fields = new Set(events.flatMap(({ document }) => leavesOf(document, '')));
  const properties = [...fields].flatMap((name) => {
    const type = MAPPING_TYPES[ecsField(name)?.type ?? 'null'];
    return type === undefined ? [] : [[name, { type }] as const];
  });
  return {
    settings: { number_of_shards: 1, number_of_replicas: 0, 'index.mapping.total_fields.limit': FIELDS_MAX },
    mappings: {
      date_detection: false,
      dynamic_templates: [
        { any_text: { match_mapping_type: 'string', mapping: { type: 'keyword', ignore_above: IGNORE_ABOVE } } },
      ],
      properties: Object.fromEntries([...properties, ['@timestamp', { type: 'date' }]]),
    },
  };
}

/** The mapping type for a column type of ECS; what is missing here is mapped by its first value. */
const MAPPING_TYPES: Readonly<Partial<Record<ColumnType, string>>> = {
  text: 'text',
  integer: 'integer',
  long: 'long',
  unsigned_long: 'unsigned_long',
  double: 'double',
  boolean: 'boolean',
  date: 'date',
  date_nanos: 'date_nanos',
  ip: 'ip',
  geo_point: 'geo_point',
};

/** Dotted names of everything that holds a value; an object in an array is named by its path. */
function leavesOf(value: unknown, path: string): string[] {
  if (Array.isArray(value)) return value.flatMap((each) => leavesOf(each, path));
  if (typeof value !== 'object' || value === null) return path === '' ? [] : [path];
  if (ecsField(path)?.type === 'geo_point') return [path];
  return Object.entries(value).flatMap(([key, inner]) => leavesOf(inner, path === '' ? key : `${path}.${key}`));
}
