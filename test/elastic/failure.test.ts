import { describe, expect, it } from 'vitest';
import { failureError, type Failure } from '../../src/elastic/failure.ts';

const RUN = { what: 'run the query', side: 'events' } as const;
const WRITE = { what: 'write 2 documents', side: 'store' } as const;

function answered(status: number, type: string, reason: string, more: object = {}): Failure {
  const body = { error: { type, reason, root_cause: [{ type, reason }], ...more }, status };
  return { kind: 'response', status, body, product: true };
}

const CASES: readonly (readonly [string, Failure, string, RegExp, RegExp])[] = [
  [
    'a refused connection',
    { kind: 'connection', message: 'connect ECONNREFUSED 127.0.0.1:9' },
    'UNREACHABLE',
    /ECONNREFUSED/,
    /runs/,
  ],
  [
    'a name of several addresses, all refused',
    { kind: 'connection', message: 'connection failed (http://localhost:9/)' },
    'UNREACHABLE',
    /localhost/,
    /port/,
  ],
  [
    'an unknown host',
    { kind: 'connection', message: 'getaddrinfo ENOTFOUND nowhere' },
    'UNREACHABLE',
    /nowhere/,
    /host name/,
  ],
  [
    'a self-signed certificate',
    { kind: 'connection', message: 'self-signed certificate in certificate chain' },
    'UNREACHABLE',
    /self-signed/,
    /ca_file.*fingerprint/,
  ],
  [
    'a fingerprint that differs',
    {
      kind: 'connection',
      message: 'Server certificate CA fingerprint does not match the value configured in caFingerprint',
    },
    'UNREACHABLE',
    /fingerprint/,
    /fingerprint/,
  ],
  [
    'https spoken to http',
    {
      kind: 'connection',
      message: 'write EPROTO 80DB:error:0A00010B:SSL routines:ssl3_get_record:wrong version number',
    },
    'UNREACHABLE',
    /EPROTO/,
    /http or https/,
  ],
  [
    'a node gone in the middle',
    { kind: 'connection', message: 'other side closed - Local: 127.0.0.1:1, Remote: 127.0.0.1:2' },
    'CONNECTION_LOST',
    /lost/,
    /log of the node/,
  ],
  ['no answer in time', { kind: 'timeout', ms: 1500 }, 'TIMEOUT', /1500 ms/, /deadline/],
  ['a cancelled request', { kind: 'cancelled' }, 'CANCELLED', /cancelled/, /Nothing is left/],
  ['something else that answers', { kind: 'other_product' }, 'NOT_ELASTICSEARCH', /does not say/, /x-elastic-product/],
  [
    'an answer that is no JSON',
    { kind: 'unreadable', message: 'Unexpected token <' },
    'ANSWER_NOT_UNDERSTOOD',
    /JSON/,
    /proxy/,
  ],
  [
    'a wrong password',
    answered(401, 'security_exception', 'unable to authenticate user [hunter] for REST request [/_query/async]'),
    'AUTHENTICATION',
    /401.*hunter/,
    /API key/,
  ],
  [
    'a missing index privilege',
    answered(
      403,
      'security_exception',
      'action [indices:data/read/esql] is unauthorized for user [hunter] with effective roles [r] on indices [logs-a,logs-b], this action is granted by the index privileges [read,all]',
    ),
    'PRIVILEGE',
    /403/,
    /^Grant the index privilege "read" on "logs-a,logs-b" to "hunter"$/,
  ],
  [
    'a missing cluster privilege',
    answered(
      403,
      'security_exception',
      'action [cluster:admin/x] is unauthorized for user [hunter] with effective roles [r], this action is granted by the cluster privileges [manage_index_templates,manage,all]',
    ),
    'PRIVILEGE',
    /cluster:admin/,
    /^Grant the cluster privilege "manage_index_templates" to "hunter"$/,
  ],
  [
    'a proxy that forbids',
    { kind: 'response', status: 403, body: '<html>no</html>', product: false },
    'PRIVILEGE',
    /403: <html>/,
    /proxy/,
  ],
  [
    'a closed index',
    answered(403, 'cluster_block_exception', 'index [a] blocked by: [FORBIDDEN/4/index closed];'),
    'CLOSED_INDEX',
    /index \[a\]/,
    /Open the index/,
  ],
  [
    'a write block',
    answered(
      429,
      'cluster_block_exception',
      'index [a] blocked by: [TOO_MANY_REQUESTS/12/disk usage exceeded flood-stage watermark, index has read-only-allow-delete block];',
    ),
    'STORE_REFUSED',
    /disk usage/,
    /full disk/,
  ],
  [
    'a named index that is missing beside another',
    answered(404, 'index_not_found_exception', 'no such index [nope]'),
    'NO_INDEX',
    /nope/,
    /patterns/,
  ],
  [
    'a pattern without an index',
    answered(400, 'verification_exception', 'Found 1 problem\nline 1:1: Unknown index [nope-*]'),
    'NO_INDEX',
    /Found 1 problem line 1:1/,
    /patterns/,
  ],
  [
    'an unknown column',
    answered(400, 'verification_exception', 'Found 1 problem\nline 1:18: Unknown column [x], did you mean [y]?'),
    'UNKNOWN_COLUMN',
    /did you mean \[y\]/,
    /Correct the name/,
  ],
  [
    'a type conflict',
    answered(
      400,
      'verification_exception',
      'Cannot use field [ip] due to ambiguities being mapped as [2] incompatible types: [ip] in [a], [keyword] in [b]',
    ),
    'TYPE_CONFLICT',
    /\[keyword\] in \[b\]/,
    /::type/,
  ],
  [
    'a syntax fault',
    answered(400, 'parsing_exception', 'line 1:30: no viable alternative at input'),
    'QUERY_REJECTED',
    /line 1:30/,
    /Correct/,
  ],
  [
    'a malformed address in a filter',
    answered(400, 'query_shard_exception', "failed to create query: 'junk' is not an IP string literal."),
    'QUERY_REJECTED',
    /junk/,
    /Correct/,
  ],
  [
    'a tripped breaker',
    answered(429, 'circuit_breaking_exception', '[request] Data too large'),
    'CIRCUIT_BREAKER',
    /too large/,
    /shorter window/,
  ],
  [
    'a full queue',
    answered(429, 'es_rejected_execution_exception', 'rejected execution'),
    'OVERLOADED',
    /rejected/,
    /fewer hunts/,
  ],
  [
    'a gateway without a server',
    { kind: 'response', status: 503, body: 'Service Unavailable', product: false },
    'OVERLOADED',
    /503: Service Unavailable/,
    /proxy/,
  ],
  [
    'a red index',
    answered(503, 'no_shard_available_action_exception', 'index [x] has no active shard copy'),
    'SHARD_FAILURE',
    /\[x\]/,
    /health/,
  ],
  [
    'shards that failed below a search',
    answered(503, 'search_phase_execution_exception', 'all shards failed', {
      failed_shards: [{ reason: { type: 'a', reason: 'disk gone' } }],
    }),
    'SHARD_FAILURE',
    /all shards failed/,
    /health/,
  ],
  [
    'a fault of the server',
    answered(500, 'esql_illegal_argument_exception', 'EXPLAIN'),
    'QUERY_REJECTED',
    /500/,
    /log of the node/,
  ],
  [
    'a server without ES|QL',
    {
      kind: 'response',
      status: 400,
      body: { error: 'no handler found for uri [/_query/async] and method [POST]' },
      product: true,
    },
    'QUERY_REJECTED',
    /no handler/,
    /8\.19/,
  ],
  [
    'a query the server forgot',
    answered(404, 'resource_not_found_exception', 'Fk5z'),
    'CONNECTION_LOST',
    /Fk5z/,
    /Run it again/,
  ],
  [
    'a query on a server that never kept one',
    answered(404, 'index_not_found_exception', 'no such index [.async-search]'),
    'CONNECTION_LOST',
    /async-search/,
    /Run it again/,
  ],
  [
    'a media type that is not spoken',
    answered(400, 'media_type_header_exception', 'Accept version must be either version 8 or 7, but found 9'),
    'CONFIGURATION',
    /version 8/,
    /compatibility/,
  ],
  [
    'a page of another server',
    { kind: 'response', status: 404, body: '<html>', product: false },
    'NOT_ELASTICSEARCH',
    /does not say/,
    /x-elastic-product/,
  ],
];

describe('failureError', () => {
  it.each(CASES)('%s', (_name, failure, code, message, remedy) => {
    const error = failureError(failure, RUN);
    expect({ code: error.code, message: error.message, remedy: error.remedy }).toEqual({
      code,
      message: expect.stringMatching(message),
      remedy: expect.stringMatching(remedy),
    });
    expect(error.message).toMatch(/^Cannot run the query: /);
    expect(error.message).not.toMatch(/\.$/);
  });

  it('calls what the store refuses by its own code, and names setup for a missing index', () => {
    expect(failureError(answered(400, 'mapper_parsing_exception', 'no type'), WRITE).code).toBe('STORE_REFUSED');
    expect(failureError(answered(404, 'index_not_found_exception', 'no such index [h]'), WRITE).remedy).toMatch(
      /hunt setup/,
    );
    expect(failureError(answered(409, 'version_conflict_engine_exception', 'seq'), WRITE).code).toBe('CONFLICT');
  });

  it('names the patterns of the request where the reason names no index', () => {
    const reason =
      'action [indices:admin/x] is unauthorized for user [u] with effective roles [r], this action is granted by the index privileges [view_index_metadata,manage]';
    const error = failureError(answered(403, 'security_exception', reason), { ...RUN, on: 'logs-*' });
    expect(error.remedy).toBe('Grant the index privilege "view_index_metadata" on "logs-*" to "u"');
  });

  it('names the privilege that people grant, of all that would do', () => {
    const reason =
      'action [cluster:monitor/state] is unauthorized for user [u] with effective roles [r], this action is granted by the cluster privileges [cross_cluster_replication,transport_client,monitor,manage,all]';
    const error = failureError(answered(403, 'security_exception', reason), { ...RUN, on: 'logs-*' });
    expect(error.remedy).toBe('Grant the cluster privilege "monitor" to "u"');
    const onIndex =
      'action [indices:monitor/settings/get] is unauthorized for user [u] on indices [logs-a], this action is granted by the index privileges [monitor,view_index_metadata,manage,all]';
    expect(failureError(answered(403, 'security_exception', onIndex), RUN).remedy).toBe(
      'Grant the index privilege "view_index_metadata" on "logs-a" to "u"',
    );
  });

  it('keeps a hostile reason to one line without control characters, and short', () => {
    const { message } = failureError(answered(400, 'parsing_exception', `a\u001b[31m\r\nb${'x'.repeat(10_000)}`), RUN);
    expect(message).toMatch(/: a \[31m bx+…$/);
    expect(message.length).toBeLessThan(700);
  });

  it.each([null, 7, '', [], { error: null }, { error: { type: 7, reason: {} } }, { error: { caused_by: [] } }])(
    'survives an error body of %j',
    (body) => {
      expect(failureError({ kind: 'response', status: 400, body, product: true }, RUN).code).toBe('QUERY_REJECTED');
    },
  );

  it('stops in a chain of causes that has no end', () => {
    const cause: Record<string, unknown> = { type: 'circuit_breaking_exception', reason: 'r' };
    cause['caused_by'] = cause;
    expect(failureError({ kind: 'response', status: 500, body: { error: cause }, product: true }, RUN).code).toBe(
      'CIRCUIT_BREAKER',
    );
  });

  it('removes credentials that a reason repeats', () => {
    const error = failureError(answered(400, 'x', 'header ApiKey c2VjcmV0 and http://elastic:pw@host'), RUN);
    expect(JSON.stringify([error.message, error.remedy, error.cause])).not.toMatch(/c2VjcmV0|pw@/);
  });
});
