import { Client, type ClientOptions } from '@elastic/elasticsearch';
import { errors } from '@elastic/transport';
import { HuntError, isHuntError, messageOf, unreachable } from '../core/error.ts';
import { fieldOf, textIn } from './answer.ts';
import { failureError, isForeign, type Doing, type Failure } from './failure.ts';
import { pinnedCa } from './pinned-ca.ts';
import type { ElasticAuth, ElasticSettings } from './settings.ts';

/** One HTTP request in the words of Elasticsearch's REST API. */
interface WireRequest {
  readonly doing: Doing;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean>>;
  readonly body?: object;
  /** Lines of a bulk body. */
  readonly lines?: readonly object[];
  /** Error statuses that are answers here, 404 for instance. */
  readonly ignore?: readonly number[];
}

/** How long the caller is willing to wait. `timeoutMs` replaces the settings' for this call. */
export interface Call {
  readonly signal: AbortSignal;
  readonly timeoutMs?: number;
}

export interface Reply {
  readonly status: number;
  readonly body: unknown;
  /** Texts of the Warning headers. */
  readonly warnings: readonly string[];
}

/** The one way requests leave: rejects with a HuntError for every failure. */
export interface Wire {
  send(request: WireRequest, call: Call): Promise<Reply>;
  close(): Promise<void>;
}

type Version = 8 | 9;

interface Session {
  readonly client: Client;
  readonly settings: ElasticSettings;
  readonly version: Version;
}

/** Elasticsearch takes 4,096 bytes of request line (`http.max_initial_line_length`); the rest is for method and version. */
const PATH_BYTES = 4_000;

/**
 * Warnings come in headers, 20 for each expression that fails on some rows; the client's own 16 KiB are too few, and it
 * would call the connection lost.
 */
const HEADERS_BYTES = 4 * 1024 * 1024;

/** Opens nothing yet: connections are made by the first request. Rejects settings that cannot work with CONFIGURATION. */
export function openWire(settings: ElasticSettings, onNote: (note: string) => void): Wire {
  const clients = clientSource(settings);
  let version: Version = settings.compatibility === 8 ? 8 : 9;

  async function send(request: WireRequest, call: Call): Promise<Reply> {
    const used = version;
    const client = await clients.ready(request.doing, call);
    try {
      return await overNodes({ client, settings, version: used }, request, call);
    } catch (error) {
      if (settings.compatibility !== 'auto' || used === 8 || !isMediaTypeRefusal(error)) throw error;
      if (version === 9) onNote('The server takes no requests of version 9, so version 8 is used');
      version = 8;
      return overNodes({ client, settings, version: 8 }, request, call);
    }
  }
  return { send, close: () => clients.close() };
}

/**
 * The library's client, made at once so that settings which cannot work are refused at once. With a fingerprint and no CA
 * it is made again with the CA that has the fingerprint, before anything is sent.
 */
function clientSource(settings: ElasticSettings) {
  const { ca, caFingerprint, requestTimeoutMs } = settings;
  const first = makeClient(settings);
  let client = ca === null && caFingerprint !== null ? null : first;
  return {
    async ready(doing: Doing, { signal, timeoutMs = requestTimeoutMs }: Call): Promise<Client> {
      if (client !== null || caFingerprint === null) return client ?? first;
      const pinned = await fromAnyNode(settings.nodes, (node) =>
        pinnedCa(node, caFingerprint, doing, { signal, timeoutMs }),
      );
      client ??= makeClient({ ...settings, ca: pinned, caFingerprint: null });
      return client;
    },
    close: async () => void (await Promise.all([first.close(), client?.close()])),
  };
}

async function fromAnyNode<T>(nodes: readonly string[], read: (node: string) => Promise<T>): Promise<T> {
  for (const [index, node] of nodes.entries()) {
    try {
      return await read(node);
    } catch (error) {
      if (!isHuntError(error, 'UNREACHABLE') || index === nodes.length - 1) throw error;
    }
  }
  throw new TypeError('No node is named');
}

function refusesMediaType(body: unknown): boolean {
  return textIn(fieldOf(body, 'error'), 'type') === 'media_type_header_exception';
}

function isMediaTypeRefusal(error: unknown): boolean {
  return isHuntError(error, 'CONFIGURATION') && /media_type_header_exception/.test(String(error.cause));
}

/** A node that cannot be reached was sent nothing, so the next one is asked; a connection lost later is not repeated. */
async function overNodes(session: Session, request: WireRequest, call: Call): Promise<Reply> {
  for (let tried = 1; ; tried++) {
    try {
      return await once(session, request, call);
    } catch (error) {
      if (!isHuntError(error, 'UNREACHABLE') || tried >= session.settings.nodes.length) throw error;
    }
  }
}

async function once({ client, settings, version }: Session, request: WireRequest, call: Call): Promise<Reply> {
  const ms = call.timeoutMs ?? settings.requestTimeoutMs;
  const timeout = AbortSignal.timeout(ms);
  try {
    const {
      statusCode: status,
      body,
      headers,
    } = await client.transport.request(paramsOf(request), {
      meta: true,
      maxRetries: 0,
      // The library's own timeout fires "abort" on the caller's signal and ends with the headers: not used.
      signal: AbortSignal.any([call.signal, timeout]),
      headers: mediaHeaders(version, request),
      ignore: [...(request.ignore ?? [])],
    });
    if (status >= 300 && status < 400) throw failureError({ kind: 'other_product' }, request.doing);
    const failure = { kind: 'response', status, body, product: headers['x-elastic-product'] !== undefined } as const;
    // An ignored status is an answer only when it comes from Elasticsearch and is not about the media type.
    if (status >= 400 && (isForeign(failure) || refusesMediaType(body))) {
      throw failureError(failure, request.doing);
    }
    return { status, body, warnings: warningsOf(headers['warning']) };
  } catch (error) {
    if (error instanceof HuntError) throw error;
    const failure = failureOf(error, { cancelled: call.signal.aborted, timedOut: timeout.aborted, ms });
    throw failureError(failure, request.doing, nameAndMessage(error));
  }
}

/** What the library said, without its request: that one carries the authorization header. */
function nameAndMessage(error: unknown): string {
  return `${error instanceof Error ? error.name : typeof error}: ${messageOf(error).slice(0, 1_000)}`;
}

/** From the library's classes to the neutral form. Who aborted is told by the signals, not by the error. */
function failureOf(error: unknown, state: { cancelled: boolean; timedOut: boolean; ms: number }): Failure {
  if (state.cancelled) return { kind: 'cancelled' };
  if (state.timedOut || error instanceof errors.TimeoutError) return { kind: 'timeout', ms: state.ms };
  if (error instanceof errors.ProductNotSupportedError) return { kind: 'other_product' };
  if (error instanceof errors.ResponseError) {
    const product = error.headers?.['x-elastic-product'] !== undefined;
    return { kind: 'response', status: error.statusCode ?? 0, body: error.body, product };
  }
  if (error instanceof errors.ConnectionError || error instanceof errors.NoLivingConnectionsError) {
    return { kind: 'connection', message: error.message };
  }
  return { kind: 'unreadable', message: messageOf(error) };
}

function paramsOf({ doing, method, path, query, body, lines }: WireRequest) {
  const bytes = Buffer.byteLength(path) + Buffer.byteLength(new URLSearchParams(textsOf(query)).toString());
  if (bytes > PATH_BYTES) {
    throw new HuntError(
      'CONFIGURATION',
      `Cannot ${doing.what}: the names are ${bytes} bytes long, Elasticsearch takes ${PATH_BYTES}`,
      {
        remedy: 'Use fewer or shorter index patterns',
      },
    );
  }
  return {
    method,
    path,
    ...(query === undefined ? {} : { querystring: { ...query } }),
    ...(body === undefined ? {} : { body }),
    ...(lines === undefined ? {} : { bulkBody: [...lines] as Record<string, unknown>[] }),
  };
}

function textsOf(query: WireRequest['query']): Record<string, string> {
  return Object.fromEntries(Object.entries(query ?? {}).map(([name, value]) => [name, String(value)]));
}

function mediaHeaders(version: Version, { lines }: WireRequest): Record<string, string> {
  const json = `application/vnd.elasticsearch+json; compatible-with=${version}`;
  const ndjson = `application/vnd.elasticsearch+x-ndjson; compatible-with=${version}`;
  return { accept: json, 'content-type': lines === undefined ? json : ndjson };
}

/**
 * The texts of `299 Elasticsearch-8.19.21-abc "text"`. Read here, since the library loses all but the first of several
 * that a proxy joined by ", ".
 */
function warningsOf(header: unknown): readonly string[] {
  const text = [header]
    .flat()
    .filter((item) => typeof item === 'string')
    .join(', ');
  return [...text.matchAll(/\b\d{3} \S+ "((?:[^"\\]|\\.)*)"/g)].map(([, quoted = '']) =>
    quoted.replace(/\\(.)/g, '$1'),
  );
}

function makeClient(settings: ElasticSettings): Client {
  try {
    return new Client(clientOptions(settings));
  } catch (error) {
    throw new HuntError('CONFIGURATION', `Cannot use the settings of Elasticsearch: ${messageOf(error)}`, {
      remedy: 'Correct elasticsearch.nodes, elasticsearch.ca_file or elasticsearch.fingerprint',
    });
  }
}

function clientOptions({ nodes, auth, ca, caFingerprint }: ElasticSettings): ClientOptions {
  if (nodes.length === 0) throw new Error('no node is named');
  if (caFingerprint !== null && !/^(?:[0-9a-f]{2}:?){31}[0-9a-f]{2}$/i.test(caFingerprint)) {
    throw new Error('the fingerprint is not 64 hex digits');
  }
  return {
    nodes: nodes.map((node) => checkedUrl(node)),
    ...authOptions(auth),
    ...(caFingerprint === null ? {} : { caFingerprint }),
    ...(ca === null ? {} : { tls: { ca } }),
    headers: { 'user-agent': 'tracehound', 'x-opaque-id': 'tracehound' },
    agent: { maxHeaderSize: HEADERS_BYTES },
    maxRetries: 0,
    redaction: { type: 'replace' },
  };
}

function checkedUrl(node: string): string {
  const url = URL.parse(node);
  if (url === null || !['http:', 'https:'].includes(url.protocol)) throw new Error(`"${node}" is no http or https URL`);
  return node;
}

function authOptions(auth: ElasticAuth): Pick<ClientOptions, 'auth'> {
  switch (auth.type) {
    case 'none':
      return {};
    case 'apiKey':
      return { auth: { apiKey: auth.apiKey } };
    case 'basic':
      return { auth: { username: auth.username, password: auth.password } };
    case 'bearer':
      return { auth: { bearer: auth.token } };
    default:
      return unreachable(auth);
  }
}
