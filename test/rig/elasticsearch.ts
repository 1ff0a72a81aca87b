// Requests to a real node for arranging tests and for looking behind the back of the code under test.
import { readFileSync } from 'node:fs';
import { Agent, request as httpRequest, type RequestOptions } from 'node:http';
import { Agent as TlsAgent, request as httpsRequest } from 'node:https';
import type { Credentials } from './secured.ts';

/** A node to talk to: any of the rig's. The secured one is asked as the superuser unless `as` says otherwise. */
export interface Node {
  readonly url: string;
  readonly caFile?: string;
  readonly elastic?: Credentials;
}

export interface Reply {
  readonly status: number;
  /** The parsed answer; null when it had no body. */
  readonly json: unknown;
}

export interface Ask {
  /** An object goes as JSON, text as NDJSON. */
  readonly body?: unknown;
  readonly as?: Credentials;
}

const plainAgent = new Agent({ keepAlive: true });
const tlsAgent = new TlsAgent({ keepAlive: true });

/** Sends a request and gives the answer whatever its status. */
export async function ask(
  node: Node,
  method: string,
  path: string,
  { body, as = node.elastic }: Ask = {},
): Promise<Reply> {
  const { promise, resolve, reject } = Promise.withResolvers<Reply>();
  const secure = node.url.startsWith('https:');
  const options: RequestOptions & { ca?: Buffer } = {
    method,
    agent: secure ? tlsAgent : plainAgent,
    headers:
      body === undefined ? {} : { 'content-type': `application/${typeof body === 'string' ? 'x-ndjson' : 'json'}` },
    ...(as === undefined ? {} : { auth: `${as.username}:${as.password}` }),
    ...(node.caFile === undefined ? {} : { ca: readFileSync(node.caFile) }),
  };
  const sent = (secure ? httpsRequest : httpRequest)(new URL(path, node.url), options, (response) => {
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', reject);
    response.on('end', () =>
      resolve({ status: response.statusCode ?? 0, json: parse(Buffer.concat(chunks).toString()) }),
    );
  });
  sent.on('error', reject);
  sent.end(typeof body === 'string' ? body : body === undefined ? undefined : JSON.stringify(body));
  return promise;
}

/** Sends a request that must succeed and gives the parsed answer. */
export async function mustAsk(node: Node, method: string, path: string, more: Ask = {}): Promise<unknown> {
  const { status, json } = await ask(node, method, path, more);
  if (status < 300) return json;
  throw new Error(`${method} ${path} was answered with ${status}: ${JSON.stringify(json).slice(0, 2_000)}`);
}

/** The rows of an ES|QL query, each by column name. */
export async function esql(
  node: Node,
  query: string,
  filter?: unknown,
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const body = filter === undefined ? { query } : { query, filter };
  const { columns, values } = (await mustAsk(node, 'POST', '/_query', { body })) as {
    readonly columns: readonly { readonly name: string }[];
    readonly values: readonly (readonly unknown[])[];
  };
  return values.map((row) => Object.fromEntries(row.map((value, index) => [columns[index]?.name ?? '', value])));
}

function parse(text: string): unknown {
  return text === '' ? null : (JSON.parse(text) as unknown);
}
