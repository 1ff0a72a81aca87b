import type { StoreClient } from '../../src/store/elasticsearch.ts';

/**
 * Field types that production servers have and the assembled test node lacks, with what stands in for them there. The
 * values are the same; what differs is how they are indexed.
 */
const SUBSTITUTES: Readonly<Record<string, string>> = {
  wildcard: 'keyword',
  constant_keyword: 'keyword',
  match_only_text: 'text',
};

/** The same JSON with the absent field types replaced: objects with `"type"` of such a name, at any depth. */
export function substituteTypes<T>(json: T): T {
  return JSON.parse(JSON.stringify(json), (name, value: unknown) =>
    name === 'type' && typeof value === 'string' && Object.hasOwn(SUBSTITUTES, value) ? SUBSTITUTES[value] : value,
  ) as T;
}

/** A store's client whose templates and mappings the test node accepts. The program itself knows nothing of that node. */
export function forTestNode<Client extends StoreClient>(client: Client): Client {
  return {
    ...client,
    putComponentTemplate: (name, body, call) => client.putComponentTemplate(name, substituteTypes(body), call),
    putIndexTemplate: (name, body, call) => client.putIndexTemplate(name, substituteTypes(body), call),
    putMapping: (index, body, call) => client.putMapping(index, substituteTypes(body), call),
  };
}
