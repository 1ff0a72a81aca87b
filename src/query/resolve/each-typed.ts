import type { Typed } from './typed.ts';

/** Every node of a typed tree, parents first, in the order of the text. */
export function eachTyped(root: Typed): readonly Typed[] {
  const nodes: Typed[] = [];
  const waiting = [root];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    nodes.push(node);
    for (let at = node.operands.length - 1; at >= 0; at--) waiting.push(node.operands[at] as Typed);
  }
  return nodes;
}
