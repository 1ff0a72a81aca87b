import type { ElasticClient } from '../elastic/client.ts';
import { REAL_EFFECTS, type Effects } from './back-off.ts';
import { type RecentFields, readFields } from './elasticsearch-fields.ts';
import { ask } from './elasticsearch-query.ts';
import { versionNotes } from './elasticsearch-versions.ts';
import type { Engine, EngineInfo, PrivilegeReport } from './port.ts';
import { Recent } from './recent.ts';

/** What is older is of no use to a run; see `fields` of the port. */
const FIELDS_KEPT_MS = 5_000;
const NEEDED_PRIVILEGES = ['read', 'view_index_metadata'] as const;

/** The engine that asks an Elasticsearch cluster. Does not own the client: whoever connected it closes it. */
export function elasticsearchEngine(client: ElasticClient, effects: Effects = REAL_EFFECTS): Engine {
  const recent: RecentFields = new Recent(effects.now, FIELDS_KEPT_MS);
  return {
    name: 'elasticsearch',
    info: (signal) => info(client, signal),
    fields: (patterns, signal, maxAgeMs = 0) => readFields(client, recent, { patterns, maxAgeMs }, signal),
    query: (question, signal) => ask(client, effects, question, signal),
    privileges: (patterns, signal) => privileges(client, patterns, signal),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

async function info(client: ElasticClient, signal: AbortSignal): Promise<EngineInfo> {
  const versions = await client.versions({ signal });
  const version = versions?.[0] ?? null;
  const warnings = versionNotes(versions);
  return { name: 'elasticsearch', version, notes: [...warnings, ...client.notes], warnings };
}

async function privileges(
  client: ElasticClient,
  patterns: readonly string[],
  signal: AbortSignal,
): Promise<readonly PrivilegeReport[]> {
  if (patterns.length === 0) return [];
  const reply = await client.missingPrivileges(patterns, NEEDED_PRIVILEGES, { signal });
  return patterns.map((pattern) => ({ pattern, missing: reply === null ? null : (reply.missing.get(pattern) ?? []) }));
}
