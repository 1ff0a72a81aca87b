// Every failure of docs/failures.md: how it is made, and what must come of it.
import { startRecorder } from '../rig/recorder.ts';
import type { Ended } from '../rig/command.ts';
import { ask, mustAsk, type Node } from '../rig/elasticsearch.ts';
import { latch } from '../rig/latch.ts';
import { listen } from '../rig/http.ts';
import type { Fault } from '../rig/proxy.ts';
import { DAY, type Stand } from './failure-stand.ts';

export interface FailureCase {
  /** As in docs/failures.md. */
  readonly failure: string;
  /** `none`: no run took place. */
  readonly verdict: 'clean' | 'findings' | 'degraded' | 'blind' | 'failed' | 'none';
  readonly exit: number;
  /** Of the error, else of the reasons; empty where all is well. */
  readonly code: string;
  readonly message: RegExp;
  readonly remedy: RegExp;
  readonly written: string;
  /** What else the record of the run says. */
  readonly record?: object;
  /** The store is not set up. */
  readonly bare?: true;
  /** A query runs on the server when it happens, and must be gone afterwards. */
  readonly ends?: true;
  readonly act: (stand: Stand) => Promise<Ended>;
}

const ALL = '1 finding, 1 sighting, 1 run';
const RECORD = '1 run';
const NO_REMEDY = /^$/;
const SUBMIT = { method: 'POST', path: /^\/_query\/async/ };
/** The query of the hunt itself, and not those that count sources. */
const ROWS = { ...SUBMIT, body: /ROUND\(per_hour/ };
const WHOLE = { ...ROWS, path: /^\/_query\/async.*allow_partial_results=false/ };
const SALVAGE = { ...ROWS, path: /^\/_query\/async.*allow_partial_results=true/ };
const POLL = { method: 'GET', path: /^\/_query\/async\// };
const DELIVERY = { method: 'POST', path: /^\/(?:[^/]+\/)?_(?:mget|bulk)/ };
const BULK = { method: 'POST', path: /^\/(?:[^/]+\/)?_bulk/ };
const answering = (status: number, type: string, reason: string): Fault => ({
  kind: 'answer',
  status,
  body: { error: { type, reason, root_cause: [{ type, reason }] }, status },
});
const BUSY = answering(429, 'es_rejected_execution_exception', 'rejected execution of TimedRunnable');
const BREAKER = answering(429, 'circuit_breaking_exception', '[request] Data too large, data for [esql] is [1gb]');
const LOST = answering(503, 'no_shard_available_action_exception', 'no shard copy is available');

/** Runs with one rule in force. */
function struck(match: Parameters<Stand['proxy']['when']>[0], fault: Fault): FailureCase['act'] {
  return async (stand) => {
    using rule = stand.proxy.when(match, fault);
    const ended = await stand.run();
    if (rule.strikes === 0) throw new Error(`No request was struck: ${ended.stderr}`);
    return ended;
  };
}

/** Runs while an index of the name is there, which the source's pattern takes in. */
async function besideIndex(stand: Stand, settings: object, prepare: (index: string) => Promise<void>): Promise<Ended> {
  const index = `${stand.events}logs-windows.sysmon_operational-${stand.store}`;
  const body = { settings: { number_of_replicas: 0, ...settings } };
  await mustAsk(stand.node, 'PUT', `/${index}?wait_for_active_shards=0&timeout=0s`, { body });
  try {
    await prepare(index);
    return await stand.run({ index: [`${stand.events}logs-windows.sysmon_operational-*`] });
  } finally {
    await mustAsk(stand.node, 'DELETE', `/${index}`);
  }
}

/** A document whose shard is lost is refused at once by `timeout`; of 20 ids some belong to the other shard. */
async function fillLiveShard(node: Node, index: string): Promise<void> {
  const body = { '@timestamp': '2026-06-01T03:00:00Z' };
  for (let id = 0; id < 20; id++) {
    const { status } = await ask(node, 'PUT', `/${index}/_doc/${id}?refresh&timeout=50ms`, { body });
    if (status === 201) return;
  }
  throw new Error('No shard of the index took a document');
}

const CONSTANTS = Array.from({ length: 100 }, (_, at) => at).join(', ');
const NAMES = ['a', 'b', 'c', 'd', 'e'];
/** A hunt whose query lasts for minutes: each step multiplies the rows by 100. */
const SLOW_HUNT = `name: Slow
hypothesis: A query that lasts.
status: experimental
severity: low
sources: { any_of: [sysmon.network] }
window: 1d
esql: |
  FROM logs-windows.sysmon_operational-*
  | EVAL ${NAMES.map((name) => `${name} = [${CONSTANTS}]`).join(', ')}
  ${NAMES.map((name) => `| MV_EXPAND ${name}`).join(' ')}
  | STATS s = SUM(SIN(${NAMES.join(' + ')})) BY host.name
finding:
  title: "{host.name}"
  key: [host.name]
  drilldown: |
    FROM logs-windows.sysmon_operational-* | LIMIT 1
`;
const SLOW_RUN = ['run', 'slow.yml', ...DAY, '--json', '--save'];

/** Signals the process while its query runs on the server. */
function interrupted(signal: NodeJS.Signals): FailureCase['act'] {
  return async (stand) => {
    const held = latch();
    using rule = stand.proxy.when(POLL, { kind: 'delay', when: 'before', until: held.opened });
    const started = (await stand.site({ files: { 'slow.yml': SLOW_HUNT } })).start(...SLOW_RUN);
    await Promise.race([rule.struck, started.ended]);
    started.kill(signal);
    const ended = await started.ended;
    held.open();
    return ended;
  };
}

export const PLAIN_CASES: readonly FailureCase[] = [
  {
    failure: 'Only a part of the answer could be had',
    verdict: 'degraded',
    exit: 4,
    code: 'partial',
    message: /^Partial answer \(rows\): .*partial/,
    remedy: NO_REMEDY,
    written: ALL,
    async act(stand) {
      using whole = stand.proxy.when(WHOLE, LOST);
      using salvage = stand.proxy.when(SALVAGE, {
        kind: 'rewrite',
        json: (body) => ({ ...(body as object), is_partial: true }),
      });
      const ended = await stand.run();
      if (whole.strikes !== 4 || salvage.strikes !== 1) throw new Error('Asked whole four times, then salvaged once');
      return ended;
    },
  },
  {
    failure: 'A shard of an index is lost',
    verdict: 'degraded',
    exit: 4,
    code: 'shard_missing, partial, partial',
    message: /^Shards that no node holds were not read: 1; Partial answer \(source\): .*logs-windows/,
    remedy: NO_REMEDY,
    written: ALL,
    // Two shards of which the only node may hold one; that one has events of the day.
    act: (stand) =>
      besideIndex(stand, { number_of_shards: 2, 'index.routing.allocation.total_shards_per_node': 1 }, (index) =>
        fillLiveShard(stand.node, index),
      ),
  },
  {
    failure: 'A shard of an index is lost that the time range leaves out',
    verdict: 'degraded',
    exit: 4,
    code: 'shard_missing',
    message: /^Shards that no node holds were not read: 1$/,
    remedy: NO_REMEDY,
    written: ALL,
    // Its live shard has no event of the day, so the answer of 8.19.21 calls itself whole.
    act: (stand) =>
      besideIndex(
        stand,
        { number_of_shards: 2, 'index.routing.allocation.total_shards_per_node': 1 },
        async () => undefined,
      ),
  },
  {
    failure: 'All shards of an index are lost',
    verdict: 'degraded',
    exit: 4,
    code: 'shard_missing, partial, partial, partial',
    message:
      /^Shards that no node holds were not read: 1, among them all of logs-windows\.sysmon_operational-hunt; Partial/,
    remedy: NO_REMEDY,
    written: ALL,
    act: (stand) => besideIndex(stand, { 'index.routing.allocation.require._name': 'nobody' }, async () => undefined),
  },
  {
    failure: 'An index of the pattern is closed',
    verdict: 'degraded',
    exit: 4,
    code: 'closed_index',
    message: /^Closed indices were not read: logs-windows\.sysmon_operational-hunt$/,
    remedy: NO_REMEDY,
    written: ALL,
    act: (stand) =>
      besideIndex(stand, {}, async (index) => void (await mustAsk(stand.node, 'POST', `/${index}/_close`))),
  },
  {
    failure: 'No index matches the patterns',
    verdict: 'blind',
    exit: 4,
    code: 'source_silent, source_silent',
    message: /Source "sysmon\.network" sent nothing: no index matches its patterns/,
    remedy: NO_REMEDY,
    written: RECORD,
    act: (stand) => stand.run({ index: [`${stand.events}nothing-*`] }),
  },
  {
    failure: 'The index holds other data, without a time',
    verdict: 'blind',
    exit: 4,
    code: 'source_silent, source_silent',
    message: /Source "sysmon\.network" sent nothing: its indices have no field of its clock/,
    remedy: NO_REMEDY,
    written: RECORD,
    act: (stand) => stand.run({ index: [`${stand.events}other`] }),
  },
  {
    failure: 'The index holds other data, with a time',
    verdict: 'blind',
    exit: 4,
    code: 'source_silent, source_silent',
    message: /Source "sysmon\.network" sent nothing/,
    remedy: NO_REMEDY,
    written: RECORD,
    act: (stand) => stand.run({ index: [`${stand.events}timed`] }),
  },
  {
    failure: 'A field of the query is in no index',
    verdict: 'findings',
    exit: 0,
    code: '',
    message: /^$/,
    remedy: NO_REMEDY,
    written: ALL,
    record: { missingFields: ['user.domain'] },
    async act(stand) {
      const files = { 'draft.yml': DRAFT };
      return await (await stand.site({ files })).hunt('run', 'draft.yml', ...DAY, '--json', '--save');
    },
  },
  {
    failure: 'The server does not know a column',
    verdict: 'failed',
    exit: 3,
    code: 'UNKNOWN_COLUMN',
    message: /Unknown column \[user\.domain\]/,
    remedy: /no index of the query has such a field/,
    written: RECORD,
    // As when the last index with the field is deleted between the look at the fields and the query.
    async act(stand) {
      const path = /_field_caps/;
      stand.proxy.when({ path }, { kind: 'rewrite', json: withField('user.domain') });
      const files = { 'draft.yml': DRAFT };
      return await (await stand.site({ files })).hunt('run', 'draft.yml', ...DAY, '--json', '--save');
    },
  },
  {
    failure: 'The query needs more memory than the node gives',
    verdict: 'failed',
    exit: 3,
    code: 'CIRCUIT_BREAKER',
    message: /answered 429: \[request\] Data too large/,
    remedy: /shorter window/,
    written: RECORD,
    act: struck(ROWS, BREAKER),
  },
  {
    failure: 'The deadline passes',
    verdict: 'failed',
    exit: 3,
    code: 'TIMEOUT',
    message: /^Cannot answer the query for "rows" within its deadline of 3s$/,
    remedy: /longer deadline/,
    written: RECORD,
    ends: true,
    async act(stand) {
      const held = latch();
      stand.proxy.when(POLL, { kind: 'delay', when: 'before', until: held.opened });
      const rig = await stand.site({ files: { 'slow.yml': SLOW_HUNT } });
      const ended = await rig.hunt('--deadline', '3s', ...SLOW_RUN);
      held.open();
      return ended;
    },
  },
  {
    failure: 'The server is busy for a moment (429, 503)',
    verdict: 'findings',
    exit: 0,
    code: '',
    message: /^$/,
    remedy: NO_REMEDY,
    written: ALL,
    async act(stand) {
      const gateway: Fault = { kind: 'answer', status: 503, body: 'busy', headers: { 'x-elastic-product': '' } };
      using first = stand.proxy.when({ ...ROWS, nth: 1 }, BUSY);
      using second = stand.proxy.when({ ...ROWS, nth: 2 }, gateway);
      const ended = await stand.run();
      if (first.strikes + second.strikes !== 2) throw new Error('Both rules should have struck');
      return ended;
    },
  },
  {
    failure: 'The server stays busy (429)',
    verdict: 'failed',
    exit: 3,
    code: 'OVERLOADED',
    message: /answered 429: rejected execution/,
    remedy: /run fewer hunts at once/,
    written: RECORD,
    act: struck(ROWS, BUSY),
  },
  {
    failure: 'The server is gone in the middle of an answer',
    verdict: 'failed',
    exit: 3,
    code: 'CONNECTION_LOST',
    message: /the connection to Elasticsearch was lost/,
    remedy: /log of the node/,
    written: RECORD,
    act: struck(ROWS, { kind: 'cut', when: 'during' }),
  },
  {
    failure: 'Nobody answers at the address',
    verdict: 'none',
    exit: 3,
    code: 'UNREACHABLE',
    message: /no connection to Elasticsearch \(.*ECONNREFUSED/,
    remedy: /Check that the node runs/,
    written: 'nothing',
    async act(stand) {
      const gone = await listen(async () => undefined);
      await gone.close();
      return stand.run({ nodes: gone.url });
    },
  },
  {
    failure: 'Something else answers at the address',
    verdict: 'none',
    exit: 3,
    code: 'NOT_ELASTICSEARCH',
    message: /does not say that it is Elasticsearch/,
    remedy: /Check the URL/,
    written: 'nothing',
    async act(stand) {
      const page = { body: '<html>It works!</html>', headers: { 'x-elastic-product': '' } };
      await using other = await startRecorder(() => page);
      return await stand.run({ nodes: other.url });
    },
  },
  {
    failure: 'The store is not set up',
    verdict: 'none',
    exit: 3,
    code: 'STORE_NOT_READY',
    message: /^The store is not ready: index "hunt-findings" does not exist$/,
    remedy: /hunt setup/,
    written: 'nothing',
    bare: true,
    act: (stand) => stand.run(),
  },
  {
    failure: 'The store refuses a finding',
    verdict: 'failed',
    exit: 3,
    code: 'STORE_REFUSED',
    message: /^The store refused 1 document: finding "3fa94c01…": .*rule\.name/,
    remedy: /run the hunt again/,
    written: '1 sighting, 1 run',
    async act(stand) {
      await changeRuleName(stand);
      return await stand.run();
    },
  },
  {
    failure: 'The indices of findings are blocked for writing',
    verdict: 'failed',
    exit: 3,
    code: 'STORE_REFUSED',
    message: /blocked by: \[FORBIDDEN\/8\/index write \(api\)\]$/,
    remedy: /write block/,
    written: '1 sighting, 1 run',
    async act(stand) {
      await mustAsk(stand.node, 'PUT', `/${stand.store}-findings/_settings`, { body: { 'index.blocks.write': true } });
      return await stand.run();
    },
  },
  {
    failure: 'The store is gone when findings are delivered',
    verdict: 'failed',
    exit: 3,
    code: 'CONNECTION_LOST',
    message: /the connection to Elasticsearch was lost/,
    remedy: /log of the node/,
    written: 'nothing',
    act: struck(DELIVERY, { kind: 'cut', when: 'before' }),
  },
  {
    failure: 'The answer to a write is lost',
    verdict: 'failed',
    exit: 3,
    code: 'CONNECTION_LOST',
    message: /the connection to Elasticsearch was lost/,
    remedy: /log of the node/,
    written: ALL,
    act: struck({ ...BULK, nth: 1 }, { kind: 'cut', when: 'after' }),
  },
  {
    failure: 'Ctrl-C',
    verdict: 'failed',
    exit: 3,
    code: 'CANCELLED',
    message: /it was cancelled/,
    remedy: /Nothing is left running/,
    written: RECORD,
    ends: true,
    act: interrupted('SIGINT'),
  },
  {
    failure: 'SIGTERM',
    verdict: 'failed',
    exit: 3,
    code: 'CANCELLED',
    message: /it was cancelled/,
    remedy: /Nothing is left running/,
    written: RECORD,
    ends: true,
    act: interrupted('SIGTERM'),
  },
  {
    failure: 'The file of the password cannot be read',
    verdict: 'none',
    exit: 2,
    code: 'CONFIGURATION',
    message: /elasticsearch\.password_file names a file that cannot be read/,
    remedy: /Mend what the lines above name/,
    written: 'nothing',
    act: (stand) => stand.run({ elasticsearch: { username: 'hunter', password_file: 'absent.txt' } }),
  },
];

/** Reads `user.domain`, which the source has by its definition and the planted events do not. */
const DRAFT = `name: Draft
hypothesis: A field that agents may send.
status: experimental
severity: low
sources: { any_of: [sysmon.network] }
window: 1d
esql: |
  FROM logs-windows.sysmon_operational-*
  | WHERE user.domain IS NULL
  | STATS count = COUNT(*), first_seen = MIN(hunt.clock), last_seen = MAX(hunt.clock) BY host.name
finding:
  title: "{host.name}"
  key: [host.name]
  seen: { first: first_seen, last: last_seen }
  drilldown: |
    FROM logs-windows.sysmon_operational-* | LIMIT 1
`;

/** Makes the index of findings anew with an object where findings have text, which "ignore_malformed" does not excuse. */
async function changeRuleName({ node, store }: Stand): Promise<void> {
  const alias = `${store}-findings`;
  const index = `${alias}-000001`;
  const answer = (await mustAsk(node, 'GET', `/${index}/_mapping`)) as Readonly<Record<string, Mapped>>;
  const { mappings } = answer[index] ?? { mappings: { properties: {} } };
  const properties = { ...mappings.properties, rule: { properties: { name: { type: 'object' } } } };
  await mustAsk(node, 'DELETE', `/${index}`);
  await mustAsk(node, 'DELETE', `/_index_template/${alias}`);
  const body = { mappings: { ...mappings, properties }, aliases: { [alias]: { is_write_index: true } } };
  await mustAsk(node, 'PUT', `/${index}`, { body });
}

interface Mapped {
  readonly mappings: { readonly properties: object };
}

/** An answer of _field_caps in which one more keyword field exists. */
function withField(name: string): (body: unknown) => unknown {
  const cap = { keyword: { type: 'keyword', metadata_field: false, searchable: true, aggregatable: true } };
  return (body) => {
    const { fields, ...rest } = body as { readonly fields: object };
    return { ...rest, fields: { ...fields, [name]: cap } };
  };
}

const WRONG = 'n0t-the-passw0rd';
/** Needs a node with security; the environment of a user comes from `as`. */
export const SECURED_CASES: readonly (Omit<FailureCase, 'act'> & {
  readonly user: 'hunter' | 'reader' | 'stranger';
  readonly password?: string;
  readonly flags: readonly string[];
})[] = [
  {
    failure: 'The password is wrong (401)',
    verdict: 'none',
    exit: 3,
    code: 'AUTHENTICATION',
    message: /answered 401: unable to authenticate user \[hunter\]/,
    remedy: /Check user and password/,
    written: 'nothing',
    user: 'hunter',
    password: WRONG,
    flags: [],
  },
  {
    failure: 'The user may not read the events (403)',
    verdict: 'failed',
    exit: 3,
    code: 'PRIVILEGE',
    message: /answered 403: action \[indices:\S+\] is unauthorized for user \[stranger\]/,
    remedy: /^Grant the index privilege "(read|view_index_metadata)" on "\S+" to "stranger"$/,
    written: 'nothing',
    user: 'stranger',
    flags: ['--dry-run'],
  },
  {
    failure: 'The user may not use the store (403)',
    verdict: 'none',
    exit: 3,
    code: 'PRIVILEGE',
    message: /answered 403: action \[indices:\S+\] is unauthorized for user \[reader\]/,
    remedy: /^Grant the index privilege "(read|view_index_metadata)" on "hunt-findings" to "reader"$/,
    written: 'nothing',
    user: 'reader',
    flags: [],
  },
];
