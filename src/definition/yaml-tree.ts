import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Document,
  type ParsedNode,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import type { Place } from '../core/place.ts';
import type { Problem } from '../core/problem.ts';

/** Deepest nesting: a hunt needs 6, an inline event of a test a few more. */
const DEPTH_MAX = 40;
/** Most values of a file after its aliases are expanded; ten aliases of ten aliases of … end here. */
const VALUES_MAX = 200_000;
/** Keys that mean something to JavaScript objects; no definition has them. */
const RESERVED_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

export interface Tree {
  readonly value: unknown;
  readonly places: ReadonlyMap<string, Place>;
  readonly keyPlaces: ReadonlyMap<string, Place>;
  readonly scalars: ReadonlyMap<string, Scalar.Parsed>;
  readonly problems: readonly Problem[];
}

interface Walk {
  readonly document: Document.Parsed;
  readonly placeOf: (offset: number) => Place;
  readonly places: Map<string, Place>;
  readonly keyPlaces: Map<string, Place>;
  readonly scalars: Map<string, Scalar.Parsed>;
  readonly problems: Problem[];
  values: number;
}

/** The value of a parsed document with the place of each part; duplicate keys, alias rings and bombs are problems. */
export function readTree(document: Document.Parsed, placeOf: (offset: number) => Place): Tree {
  const walk: Walk = {
    document,
    placeOf,
    places: new Map(),
    keyPlaces: new Map(),
    scalars: new Map(),
    problems: [],
    values: 0,
  };
  const value = valueOf(walk, document.contents, '', []);
  return { value, places: walk.places, keyPlaces: walk.keyPlaces, scalars: walk.scalars, problems: walk.problems };
}

function valueOf(walk: Walk, node: ParsedNode | null, path: string, above: readonly ParsedNode[]): unknown {
  if (node === null) return null;
  if (!walk.places.has(path)) walk.places.set(path, walk.placeOf(node.range[0]));
  walk.values += 1;
  if (walk.values === VALUES_MAX)
    report(walk, node, 'yaml-too-large', 'The file expands to too many values', 'Write out what its aliases stand for');
  if (walk.values >= VALUES_MAX) return null;
  if (above.length > DEPTH_MAX)
    return report(walk, node, 'yaml-too-deep', `Values are nested more than ${DEPTH_MAX} deep`, 'Nest less');
  const below = [...above, node];
  if (isAlias(node)) return aliasValue(walk, node, path, below);
  if (isMap(node)) return mapValue(walk, node, path, below);
  if (isSeq(node)) return listValue(walk, node, path, below);
  if (isScalar(node)) walk.scalars.set(path, node);
  return node.value;
}

function aliasValue(
  walk: Walk,
  node: ParsedNode & { source?: unknown },
  path: string,
  above: readonly ParsedNode[],
): unknown {
  const target = isAlias(node) ? (node.resolve(walk.document) as ParsedNode | undefined) : undefined;
  if (target === undefined)
    return report(
      walk,
      node,
      'yaml-alias',
      `Alias "*${String(node.source)}" has no anchor before it`,
      'Write the value itself',
    );
  if (above.includes(target))
    return report(
      walk,
      node,
      'yaml-alias',
      `Alias "*${String(node.source)}" stands inside its own anchor`,
      'Write the value itself',
    );
  return valueOf(walk, target, path, above);
}

function listValue(walk: Walk, node: YAMLSeq.Parsed, path: string, above: readonly ParsedNode[]): unknown[] {
  return node.items.map((item, index) => valueOf(walk, item, join(path, String(index)), above));
}

function mapValue(walk: Walk, node: YAMLMap.Parsed, path: string, above: readonly ParsedNode[]): object {
  const object: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const { key, value } of node.items) {
    const name = keyOf(walk, key);
    if (name === null) continue;
    if (Object.hasOwn(object, name))
      report(walk, key, 'duplicate-key', `Key "${name}" stands twice in this mapping`, 'Keep one of the two');
    const here = join(path, name);
    walk.keyPlaces.set(here, walk.placeOf(key.range[0]));
    object[name] = value === null ? emptyValue(walk, key, here) : valueOf(walk, value, here, above);
  }
  return object;
}

function keyOf(walk: Walk, key: ParsedNode): string | null {
  const value: unknown = isScalar(key) ? key.value : null;
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') {
    report(walk, key, 'yaml-key', 'A key is a list, a mapping or empty', 'Write a name before the colon');
    return null;
  }
  const name = String(value);
  if (!RESERVED_KEYS.has(name)) return name;
  report(walk, key, 'reserved-key', `"${name}" cannot be a key`, 'Use another name');
  return null;
}

/** `key` without a colon in a flow mapping: its value is null and stands where the key does. */
function emptyValue(walk: Walk, key: ParsedNode, path: string): null {
  walk.places.set(path, walk.placeOf(key.range[0]));
  return null;
}

function report(walk: Walk, node: ParsedNode, rule: string, message: string, hint: string): null {
  walk.problems.push({ rule, severity: 'error', place: walk.placeOf(node.range[0]), message, hint });
  return null;
}

function join(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}
