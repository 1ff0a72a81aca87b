import { randomUUID } from 'node:crypto';
import { request as plainRequest } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { unreachable } from '../core/error.ts';
import type { ElasticAuth } from '../elastic/settings.ts';
import { type Doing, kibanaFailure, type KibanaAnswer } from './failure.ts';

/** Everything needed to reach a Kibana; secrets are plain text here and go into a header only. */
export interface KibanaSettings {
  /** Address, perhaps with the path that a proxy puts before Kibana. */
  readonly url: string;
  /** null: the default space. */
  readonly space: string | null;
  /** Kibana takes the credentials of its Elasticsearch. */
  readonly auth: ElasticAuth;
  /** PEM text of the certificate authority, null for the system's. */
  readonly ca: string | null;
  /** Longest wait for one whole answer, ms. */
  readonly requestTimeoutMs: number;
}

interface KibanaRequest {
  readonly doing: Doing;
  readonly method: 'GET' | 'POST';
  /** Below the address: `/api/status`. */
  readonly path: string;
  /** Whether it is about the space of the settings; else about the whole Kibana. */
  readonly inSpace: boolean;
  readonly body?: Body;
}

interface Body {
  readonly type: string;
  readonly text: string;
}

/** Larger than any answer to us; something else must not fill the memory. */
const ANSWER_BYTES_MAX = 32 * 1024 * 1024;

export function jsonBody(value: unknown): Body {
  return { type: 'application/json', text: JSON.stringify(value) };
}

/** A form with one file, as a browser sends it; Kibana takes no other. */
export function fileBody(name: string, content: string): Body {
  const boundary = `tracehound-${randomUUID()}`;
  const head = `Content-Disposition: form-data; name="file"; filename="${name}"\r\nContent-Type: application/ndjson`;
  const text = `--${boundary}\r\n${head}\r\n\r\n${content}\r\n--${boundary}--\r\n`;
  return { type: `multipart/form-data; boundary=${boundary}`, text };
}

/** One request. Rejects with a HuntError where no answer comes; any status is an answer. Follows no redirection. */
export async function send(
  settings: KibanaSettings,
  { doing, method, path, inSpace, body }: KibanaRequest,
  signal: AbortSignal,
): Promise<KibanaAnswer> {
  const { url, space, auth, ca, requestTimeoutMs } = settings;
  const prefix = inSpace && space !== null ? `/s/${encodeURIComponent(space)}` : '';
  const timeout = AbortSignal.timeout(requestTimeoutMs);
  const options = {
    method,
    headers: { ...headersOf(auth), ...(body === undefined ? {} : { 'content-type': body.type }) },
    signal: AbortSignal.any([signal, timeout]),
    agent: false as const,
    ...(ca === null ? {} : { ca }),
  };
  try {
    return await exchange(`${url.replace(/\/+$/, '')}${prefix}${path}`, options, body?.text ?? '');
  } catch (error) {
    const ms = requestTimeoutMs;
    throw kibanaFailure(error, doing, { cancelled: signal.aborted, timedOut: timeout.aborted, ms });
  }
}

type Options = NonNullable<Parameters<typeof tlsRequest>[1]>;

function exchange(url: string, options: Options, body: string): Promise<KibanaAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<KibanaAnswer>();
  const request = (url.startsWith('https:') ? tlsRequest : plainRequest)(url, options);
  request.once('error', reject);
  request.once('response', (response) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    response.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > ANSWER_BYTES_MAX) request.destroy(new Error(`the answer is longer than ${ANSWER_BYTES_MAX} bytes`));
      else chunks.push(chunk);
    });
    response.once('error', reject);
    response.once('aborted', () => reject(new Error('socket hang up')));
    response.once('end', () =>
      resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }),
    );
  });
  request.end(body);
  return promise;
}

/** Kibana refuses to write without the first of them, which no page of another site can make a browser send. */
function headersOf(auth: ElasticAuth): Record<string, string> {
  const headers = { 'kbn-xsrf': 'tracehound', accept: 'application/json', 'user-agent': 'tracehound' };
  switch (auth.type) {
    case 'none':
      return headers;
    case 'apiKey':
      return { ...headers, authorization: `ApiKey ${auth.apiKey}` };
    case 'basic': {
      const token = Buffer.from(`${auth.username}:${auth.password}`).toString('base64');
      return { ...headers, authorization: `Basic ${token}` };
    }
    case 'bearer':
      return { ...headers, authorization: `Bearer ${auth.token}` };
    default:
      return unreachable(auth);
  }
}
