import {
  expectFields,
  expectList,
  expectText,
  fieldOf,
  isFields,
  listIn,
  notUnderstood,
  textIn,
  textsIn,
} from './answer.ts';
import { HuntError } from '../core/error.ts';
import { clean } from './failure.ts';
import type { Call, Reply, Wire } from './wire.ts';

/** One field with one type; `indices` names those that have it so, null when all that have the field agree. */
export interface FieldCap {
  readonly name: string;
  readonly type: string;
  readonly indices: readonly string[] | null;
}

interface FieldCapsReply {
  readonly indices: readonly string[];
  readonly fields: readonly FieldCap[];
}

/** Shards under the patterns that no node holds. */
interface MissingShards {
  readonly count: number;
  /** Indices of which no shard at all is there. */
  readonly indices: readonly string[];
}

interface PrivilegesReply {
  /** Missing privileges by index pattern. */
  readonly missing: ReadonlyMap<string, readonly string[]>;
}

export interface IndexCalls {
  /** Versions of all nodes, ascending; null where the user may not ask or the server does not tell. */
  versions(call: Call): Promise<readonly string[] | null>;
  /** Fields that queries can use, whatever the time range; patterns without an index are passed over. */
  fieldCaps(patterns: readonly string[], call: Call): Promise<FieldCapsReply>;
  /** Names of indices, aliases and data streams, open or closed, under the patterns. */
  resolveNames(patterns: readonly string[], call: Call): Promise<readonly string[]>;
  /** Closed indices under the patterns, those behind data streams too. */
  closedIndices(patterns: readonly string[], call: Call): Promise<readonly string[]>;
  /** Shards without an active copy: a query that a request filter keeps from them leaves them out without a word. */
  missingShards(patterns: readonly string[], call: Call): Promise<MissingShards>;
  /** What the user lacks; null when the server has no security. */
  missingPrivileges(
    patterns: readonly string[],
    privileges: readonly string[],
    call: Call,
  ): Promise<PrivilegesReply | null>;
}

const LENIENT = { ignore_unavailable: true, allow_no_indices: true } as const;

export function indexCalls({ send }: Pick<Wire, 'send'>): IndexCalls {
  const read = (what: string) => ({ what, side: 'events' }) as const;
  const about = (what: string, patterns: readonly string[]) => {
    const on = patterns.join(',');
    return { what: `${what} "${on}"`, side: 'events', on } as const;
  };
  return {
    async versions(call) {
      // `GET /` would do on a full server; 403, 404 and 405 are servers or users that tell nothing.
      const query = { h: 'version', format: 'json' };
      const reply = await send(
        { doing: read('read the version'), method: 'GET', path: '/_cat/nodes', query, ignore: [403, 404, 405, 410] },
        call,
      );
      return reply.status === 200 ? readVersions(reply.body) : null;
    },
    async fieldCaps(patterns, call) {
      const query = { fields: '*', ...LENIENT };
      const doing = about('read the fields of', patterns);
      return readFieldCaps(
        (await send({ doing, method: 'GET', path: `${pathOf(patterns)}/_field_caps`, query }, call)).body,
      );
    },
    async resolveNames(patterns, call) {
      const query = { ...LENIENT, expand_wildcards: 'open,closed' };
      const doing = about('look for', patterns);
      return readNames(
        (await send({ doing, method: 'GET', path: `/_resolve/index${pathOf(patterns)}`, query }, call)).body,
      );
    },
    async closedIndices(patterns, call) {
      // A named open index is listed in spite of `expand_wildcards`, so the setting that only closed ones have decides.
      const query = { ...LENIENT, expand_wildcards: 'closed', filter_path: '*.settings.index.verified_before_close' };
      const doing = about('look for closed indices of', patterns);
      const reply = await send({ doing, method: 'GET', path: `${pathOf(patterns)}/_settings`, query }, call);
      return Object.keys(expectFields(reply.body, 'the settings')).sort();
    },
    async missingShards(patterns, call) {
      const doing = about('look for the shards of', patterns);
      const path = `${pathOf(patterns)}/_search_shards`;
      return readMissingShards((await send({ doing, method: 'GET', path, query: LENIENT }, call)).body);
    },
    async missingPrivileges(patterns, privileges, call) {
      const body = { index: [{ names: patterns, privileges, allow_restricted_indices: false }] };
      const doing = read('read the privileges');
      const path = '/_security/user/_has_privileges';
      const reply = await send({ doing, method: 'POST', path, body, ignore: [400, 405] }, call);
      return reply.status === 200 ? readPrivileges(reply.body) : withoutSecurity(reply);
    },
  };
}

function pathOf(patterns: readonly string[]): string {
  return `/${patterns.map(encodeURIComponent).join(',')}`;
}

function readVersions(body: unknown): readonly string[] {
  if (!Array.isArray(body)) throw notUnderstood('the list of nodes', body);
  const versions = body.flatMap((node) => textIn(node, 'version') ?? []);
  return [...new Set(versions)].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
}

/** Metadata fields, objects and what lies under a nested field are no columns of ES|QL. */
function readFieldCaps(body: unknown): FieldCapsReply {
  refuseFailures(body);
  const entries = Object.entries(expectFields(fieldOf(body, 'fields'), 'the fields'));
  const all = entries.flatMap(([name, types]) =>
    Object.entries(expectFields(types, 'a field')).map(([type, cap]) => ({ name, type, cap })),
  );
  const nested = new Set(all.filter(({ type }) => type === 'nested').map(({ name }) => name));
  const fields = all
    .filter(({ name, type, cap }) => !isHidden(type, cap) && !isUnder(name, nested))
    .map(({ name, type, cap }) => ({
      name,
      type,
      indices: isFields(cap) && 'indices' in cap ? textsIn(cap, 'indices') : null,
    }));
  return { indices: textsIn(body, 'indices'), fields };
}

function isHidden(type: string, cap: unknown): boolean {
  return fieldOf(cap, 'metadata_field') === true || type === 'object' || type === 'nested' || type === 'unmapped';
}

function isUnder(name: string, nested: ReadonlySet<string>): boolean {
  if (nested.size === 0) return false;
  const parts = name.split('.');
  return parts.some((_, index) => nested.has(parts.slice(0, index).join('.')));
}

/** An index whose fields could not be read would look like one without them. */
function refuseFailures(body: unknown): void {
  const [failure] = listIn(body, 'failures');
  if (failure === undefined) return;
  // 8.19.21 wraps the reason in an error of its own: { failure: { error: { reason } } }.
  const fault = fieldOf(failure, 'failure');
  const reason = clean(textIn(fieldOf(fault, 'error') ?? fault, 'reason') ?? 'no reason given');
  throw new HuntError(
    'SHARD_FAILURE',
    `Cannot read the fields of "${textsIn(failure, 'indices').join(',')}": ${reason}`,
    {
      remedy: 'Look at the health of the cluster: a shard has no active copy',
    },
  );
}

/** Each shard is a list of its active copies; an empty one does not tell its index. */
function readMissingShards(body: unknown): MissingShards {
  const shards = expectList(body, 'shards', 'the shards');
  const held = new Set(shards.flatMap((copies) => (Array.isArray(copies) ? (textIn(copies[0], 'index') ?? []) : [])));
  const indices = Object.keys(expectFields(fieldOf(body, 'indices'), 'the shards')).filter((name) => !held.has(name));
  return { count: shards.filter((copies) => Array.isArray(copies) && copies.length === 0).length, indices };
}

function readNames(body: unknown): readonly string[] {
  return ['indices', 'aliases', 'data_streams'].flatMap((kind) =>
    expectList(body, kind, 'the names').map((item) => expectText(item, 'name', 'a name')),
  );
}

function readPrivileges(body: unknown): PrivilegesReply {
  const patterns = Object.entries(expectFields(fieldOf(body, 'index'), 'the privileges'));
  const missing = patterns.map(([pattern, held]) => {
    const lacking = Object.entries(expectFields(held, 'the privileges')).filter(([, has]) => has !== true);
    return [pattern, lacking.map(([privilege]) => privilege).sort()] as const;
  });
  return { missing: new Map(missing) };
}

/** A server with security switched off does not know the request (8.19.21: 400 "no handler found"). */
function withoutSecurity({ status, body }: Reply): null {
  const error = fieldOf(body, 'error');
  if (typeof error === 'string') return null;
  throw new HuntError(
    'QUERY_REJECTED',
    `Cannot read the privileges: Elasticsearch answered ${status}: ${clean(textIn(error, 'reason') ?? '')}`,
    {
      remedy: 'Correct the index patterns of the sources',
    },
  );
}
