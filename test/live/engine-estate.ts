import { connect, type ElasticClient } from '../../src/elastic/client.ts';
import type { ElasticAuth } from '../../src/elastic/settings.ts';
import { elasticsearchEngine } from '../../src/engine/elasticsearch.ts';
import type { EngineUnderTest, Estate } from '../contracts/engine.ts';
import { settingsFor } from '../elastic/settings.ts';
import { mustAsk, type Node } from '../rig/elasticsearch.ts';
import { uniqueName } from '../rig/live.ts';

/** Makes the indices of an estate on a real node, under a prefix of their own; disposing removes them. */
export async function estateOn(node: Node, estate: Estate, prefix = uniqueName('engine')) {
  const name = (index: string): string => `${prefix}-${index}`;
  for (const [index, { fields, documents }] of Object.entries(estate)) {
    const properties = Object.fromEntries(Object.entries(fields).map(([field, type]) => [field, { type }]));
    await mustAsk(node, 'PUT', `/${name(index)}`, {
      body: { mappings: { properties }, settings: { number_of_replicas: 0 } },
    });
    const lines = documents.flatMap((document) => [{ index: {} }, document]).map((line) => `${JSON.stringify(line)}\n`);
    if (lines.length > 0) await mustAsk(node, 'POST', `/${name(index)}/_bulk?refresh=true`, { body: lines.join('') });
  }
  const names = Object.keys(estate).map(name).join(',');
  return { name, [Symbol.asyncDispose]: async () => void (await mustAsk(node, 'DELETE', `/${names}`)) };
}

/** The engine on a real node over an estate of its own. */
export async function liveEngine(node: Node, estate: Estate): Promise<EngineUnderTest> {
  const indices = await estateOn(node, estate);
  const client = clientFor(node.url);
  return {
    engine: elasticsearchEngine(client),
    name: indices.name,
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]();
      await indices[Symbol.asyncDispose]();
    },
  };
}

export function clientFor(url: string, auth: ElasticAuth = { type: 'none' }, ca: string | null = null): ElasticClient {
  return connect(settingsFor(url, { auth, ca, requestTimeoutMs: 30_000 }));
}
