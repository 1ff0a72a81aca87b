import { isHuntError } from '../core/error.ts';
import type { ColumnType } from '../core/row.ts';
import type { ElasticClient } from '../elastic/client.ts';
import type { FieldCap } from '../elastic/index-calls.ts';
import { columnTypeOf } from './elasticsearch-types.ts';
import type { FieldCaps } from './port.ts';
import type { Recent } from './recent.ts';

const NOTHING: FieldCaps = {
  indices: [],
  closed: [],
  missingShards: 0,
  unavailable: [],
  unmatched: [],
  types: new Map(),
  conflicts: new Map(),
};

type Fields = Pick<FieldCaps, 'indices' | 'types' | 'conflicts'>;

/** Fields by patterns, as they were a moment ago. */
export type RecentFields = Recent<Fields>;

/**
 * Fields and indices under the patterns, and what of the patterns leads nowhere. Four requests at once, or three where
 * fields may be up to `maxAgeMs` old; what is closed or missing is asked for each time, since it is never old news.
 */
export async function readFields(
  client: ElasticClient,
  recent: RecentFields,
  { patterns, maxAgeMs }: { readonly patterns: readonly string[]; readonly maxAgeMs: number },
  signal: AbortSignal,
): Promise<FieldCaps> {
  if (patterns.length === 0) return NOTHING;
  const call = { signal };
  const [fields, names, closed, shards] = await Promise.all([
    recent.get(patterns.join(), maxAgeMs, () => availableFields(client, patterns, call)),
    client.resolveNames(patterns, call),
    client.closedIndices(patterns, call),
    client.missingShards(patterns, call),
  ]);
  return {
    ...fields,
    closed,
    missingShards: shards.count,
    unavailable: shards.indices,
    unmatched: patterns.filter((pattern) => isUnmatched(pattern, [...names, ...fields.indices])),
  };
}

/** An index without any shard fails the whole request: the fields of the others are asked for without it. */
async function availableFields(
  client: ElasticClient,
  patterns: readonly string[],
  call: { readonly signal: AbortSignal },
): Promise<Fields> {
  try {
    return fieldsOf(await client.fieldCaps(patterns, call));
  } catch (error) {
    const { indices } = isHuntError(error, 'SHARD_FAILURE')
      ? await client.missingShards(patterns, call)
      : { indices: [] };
    if (indices.length === 0) throw error;
    return fieldsOf(await client.fieldCaps(without(patterns, indices), call));
  }
}

function fieldsOf({ indices, fields }: { readonly indices: readonly string[]; readonly fields: readonly FieldCap[] }) {
  return { indices: [...indices].sort(), ...typesOf(fields) };
}

/** The patterns less some indices: an exclusion acts on what wildcards before it named, a plain name is left out itself. */
function without(patterns: readonly string[], indices: readonly string[]): readonly string[] {
  return [...patterns.filter((pattern) => !indices.includes(pattern)), ...indices.map((name) => `-${name}`)];
}

/** One type for each field; where indices disagree it is `unsupported`, as in ES|QL, and the disagreement is told. */
export function typesOf(fields: readonly FieldCap[]): Pick<FieldCaps, 'types' | 'conflicts'> {
  const types = new Map<string, ColumnType>();
  const conflicts = new Map<string, readonly string[]>();
  for (const [name, caps] of Map.groupBy(fields, (field) => field.name)) {
    const [type, ...others] = new Set(caps.map((cap) => familyOf(cap.type)));
    types.set(name, others.length === 0 ? columnTypeOf(type ?? '') : 'unsupported');
    if (others.length > 0) conflicts.set(name, caps.map(conflictText));
  }
  return { types, conflicts };
}

/** Two types that hunts cannot use are still two types: `flattened` here and `nested` there. */
function familyOf(type: string): string {
  const column = columnTypeOf(type);
  return column === 'unsupported' ? type : column;
}

/** At most three index names: a pattern may hold thousands. */
function conflictText({ type, indices }: FieldCap): string {
  const shown = indices?.slice(0, 3).join(', ') ?? 'other indices';
  const more = (indices?.length ?? 0) > 3 ? ` and ${(indices?.length ?? 0) - 3} more` : '';
  return `${type} in ${shown}${more}`;
}

/** Whether no name fits the pattern. Date math and exclusions name nothing by themselves. */
export function isUnmatched(pattern: string, names: readonly string[]): boolean {
  if (pattern.startsWith('-') || pattern.includes('<')) return false;
  return !names.some((name) => fits(pattern, name));
}

/** A glob with `*` only, matched piece by piece: no regular expression is made from a pattern. */
function fits(pattern: string, name: string): boolean {
  const [head = '', ...pieces] = pattern.split('*');
  if (pieces.length === 0) return name === pattern;
  if (!name.startsWith(head)) return false;
  const tail = pieces.pop() ?? '';
  let at = head.length;
  for (const piece of pieces) {
    const found = name.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return name.length - tail.length >= at && name.endsWith(tail);
}
