import type { ServerResponse } from 'node:http';
import { listen, type Received } from './http.ts';

/** One answer: JSON unless `body` is text. */
export interface Answer {
  readonly status?: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Answers in the order of the requests, or by a look at each (`index` counts from 0). */
export type Script = readonly Answer[] | ((received: Received, index: number) => Answer | Promise<Answer>);

/** A server that pretends to be an Elasticsearch and remembers what it was sent. */
export interface Recorder extends AsyncDisposable {
  readonly url: string;
  readonly requests: readonly Received[];
}

/**
 * Starts a recorder. Every answer carries the header by which the client knows Elasticsearch, unless the answer sets it
 * itself (empty: left out). A request beyond the script gets 501.
 */
export async function startRecorder(script: Script): Promise<Recorder> {
  const requests: Received[] = [];
  const server = await listen(async (received, response) => {
    const index = requests.push(received) - 1;
    const answer = typeof script === 'function' ? await script(received, index) : script[index];
    send(response, answer ?? { status: 501, body: `No answer was written for request ${index + 1}` });
  });
  return { url: server.url, requests, [Symbol.asyncDispose]: () => server.close() };
}

/** Writes an answer with the product header and the type that Elasticsearch gives JSON. */
export function send(response: ServerResponse, { status = 200, body = {}, headers = {} }: Answer): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const type = typeof body === 'string' ? 'text/plain' : 'application/json';
  const all = { 'x-elastic-product': 'Elasticsearch', 'content-type': type, ...headers };
  response.writeHead(status, Object.fromEntries(Object.entries(all).filter(([, value]) => value !== '')));
  response.end(text);
}
