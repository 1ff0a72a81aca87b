import type { ErrorCode } from '../core/error.ts';

/** An error answer of Elasticsearch in flat form. */
export interface Facts {
  readonly status: number;
  /** Types of the error, its root causes and the chain of causes. */
  readonly types: readonly string[];
  /** The most telling reason, one line, at most 600 characters. */
  readonly reason: string;
  readonly side: 'events' | 'store';
  readonly on: string | null;
}

interface Rule {
  readonly when: (facts: Facts) => boolean;
  readonly code: ErrorCode | ((facts: Facts) => ErrorCode);
  readonly remedy: string | ((facts: Facts) => string);
}

const type =
  (...names: readonly string[]) =>
  (facts: Facts) =>
    facts.types.some((name) => names.includes(name));
const status =
  (...numbers: readonly number[]) =>
  (facts: Facts) =>
    numbers.includes(facts.status);
const says = (pattern: RegExp) => (facts: Facts) => pattern.test(facts.reason);
const both = (a: Rule['when'], b: Rule['when']) => (facts: Facts) => a(facts) && b(facts);

const SHARD_TYPES = [
  'no_shard_available_action_exception',
  'search_phase_execution_exception',
  'shard_not_found_exception',
  'node_disconnected_exception',
  'node_not_connected_exception',
  'receive_timeout_transport_exception',
  'illegal_index_shard_state_exception',
  'unavailable_shards_exception',
] as const;

const FORGOTTEN_REMEDY =
  'Run it again: the server forgot the query (it restarted, the query expired, or another user asks)';

/**
 * Read from the top, the first that fits decides (wordings of 8.19.21). A `query_shard_exception` (a malformed address in
 * a filter) is no shard's fault: it comes as 400 and falls to the rule of rejected queries.
 */
const RULES: readonly Rule[] = [
  {
    when: type('media_type_header_exception'),
    code: 'CONFIGURATION',
    remedy: 'Set elasticsearch.compatibility to 8, or to auto',
  },
  { when: status(401), code: 'AUTHENTICATION', remedy: 'Check user and password, or the API key: it may have expired' },
  {
    when: type('circuit_breaking_exception'),
    code: 'CIRCUIT_BREAKER',
    remedy: 'Ask for a shorter window or fewer groups, or run fewer hunts at once',
  },
  {
    when: both(type('cluster_block_exception', 'index_closed_exception'), says(/closed/i)),
    code: 'CLOSED_INDEX',
    remedy: 'Open the index, or leave it out of the index patterns of the source',
  },
  {
    when: both(type('cluster_block_exception'), status(403, 429)),
    code: 'STORE_REFUSED',
    remedy: 'Remove the write block of the index; a full disk sets it',
  },
  { when: type('security_exception'), code: 'PRIVILEGE', remedy: missingPrivilege },
  {
    when: status(403, 407),
    code: 'PRIVILEGE',
    remedy: 'Check the rights of the user, and those of a proxy in between',
  },
  // A cluster that never kept an async query says so by its missing system index.
  { when: says(/\.async-search/), code: forgotten, remedy: FORGOTTEN_REMEDY },
  { when: type('resource_not_found_exception'), code: forgotten, remedy: FORGOTTEN_REMEDY },
  { when: type('index_not_found_exception'), code: 'NO_INDEX', remedy: noIndex },
  { when: says(/Unknown index \[/), code: 'NO_INDEX', remedy: noIndex },
  {
    when: says(/Unknown column \[/),
    code: 'UNKNOWN_COLUMN',
    remedy: 'Correct the name, or drop it: no index of the query has such a field',
  },
  {
    when: says(/due to ambiguities being mapped as/),
    code: 'TYPE_CONFLICT',
    remedy: 'Cast the field with `::type` right after FROM, or leave the odd index out',
  },
  {
    when: type('task_cancelled_exception'),
    code: 'CANCELLED',
    remedy: 'Somebody cancelled the task on the server; run it again when wanted',
  },
  {
    when: type('version_conflict_engine_exception', 'resource_already_exists_exception'),
    code: 'CONFLICT',
    remedy: 'Read the newest state and try again',
  },
  { when: status(409), code: 'CONFLICT', remedy: 'Read the newest state and try again' },
  {
    when: type(...SHARD_TYPES),
    code: 'SHARD_FAILURE',
    remedy: 'Look at the health of the cluster: a shard has no active copy',
  },
  {
    when: type('es_rejected_execution_exception'),
    code: 'OVERLOADED',
    remedy: 'Wait, run fewer hunts at once, or give the cluster more nodes',
  },
  {
    when: status(429, 502, 503, 504),
    code: 'OVERLOADED',
    remedy: 'Wait and try again; look at the load of the cluster and at a proxy in between',
  },
  {
    when: status(413),
    code: refused,
    remedy: 'The request is too large: shorten lists, or raise http.max_content_length',
  },
  {
    when: both(status(400, 405), says(/no handler found|Incorrect HTTP method/)),
    code: refused,
    remedy: 'Use Elasticsearch 8.19 or 9.x with ES|QL; this server does not know the request',
  },
  {
    when: (facts) => facts.status >= 500,
    code: refused,
    remedy: 'Look at the log of the node: this is a fault of the server',
  },
];

/** Code and remedy for an error answer. */
export function ruleFor(facts: Facts): { readonly code: ErrorCode; readonly remedy: string } {
  const rule = RULES.find(({ when }) => when(facts));
  if (rule === undefined) return { code: refused(facts), remedy: 'Correct what the message names' };
  return {
    code: typeof rule.code === 'function' ? rule.code(facts) : rule.code,
    remedy: typeof rule.remedy === 'function' ? rule.remedy(facts) : rule.remedy,
  };
}

function refused({ side }: Facts): ErrorCode {
  return side === 'store' ? 'STORE_REFUSED' : 'QUERY_REJECTED';
}

function forgotten({ side }: Facts): ErrorCode {
  return side === 'store' ? 'STORE_NOT_READY' : 'CONNECTION_LOST';
}

function noIndex({ side }: Facts): string {
  return side === 'store'
    ? 'Run "hunt setup" first'
    : 'Check the index patterns of the sources, and that the user may see the indices';
}

/** As hunts need them; `monitor` last of those on indices, since `view_index_metadata` grants what we ask of it and is needed anyway. */
const USUAL_PRIVILEGES = ['read', 'view_index_metadata', 'write', 'create_index', 'monitor', 'manage_index_templates'];

/**
 * Reads `action [x] is unauthorized for user [u] … on indices [a,b], this action is granted by the index privileges
 * [read,all]`: of those that would do, the one that people grant.
 */
function missingPrivilege({ reason, on }: Facts): string {
  const user = /for (?:user|API key id|service account) \[([^\]]*)\]/.exec(reason)?.[1];
  const named = /on (?:restricted )?indices \[([^\]]*)\]/.exec(reason)?.[1];
  const [, kind, privileges] = /granted by the (index|cluster) privileges \[([^\]]*)\]/.exec(reason) ?? [];
  const enough = privileges?.split(',') ?? [];
  const privilege = USUAL_PRIVILEGES.find((name) => enough.includes(name)) ?? enough[0];
  if (privilege === undefined) return 'Give the user the right that the message names';
  const indices = kind === 'index' ? (named ?? on) : null;
  const where = indices === null ? '' : ` on "${indices}"`;
  const who = user === undefined ? 'the user' : `"${user}"`;
  return `Grant the ${kind} privilege "${privilege}"${where} to ${who}`;
}
