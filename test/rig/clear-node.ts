import { ask, mustAsk, type Node } from './elasticsearch.ts';

/** Removes what a test made: indices by patterns, and the templates of a store with this prefix. A node may be everybody's. */
export async function clearNode(node: Node, prefix: string, patterns: readonly string[]): Promise<void> {
  for (const pattern of [...patterns, `${prefix}-*`]) {
    const found = Object.keys((await mustAsk(node, 'GET', `/${pattern}/_settings`)) as object);
    for (const index of found) await mustAsk(node, 'DELETE', `/${index}`);
  }
  for (const kind of ['_index_template', '_component_template']) await ask(node, 'DELETE', `/${kind}/${prefix}-*`);
}
