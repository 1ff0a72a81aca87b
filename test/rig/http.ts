// What proxy and recorder share: a server on a free port of 127.0.0.1 that disposes of itself.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it was received. */
export interface Received {
  readonly method: string;
  /** With the query string. */
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Listening {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serves requests whose body has been read. A handler that throws cuts the connection, and `close` rejects with what it
 * threw, so that a faulty script fails the test that wrote it.
 */
export async function listen(
  handle: (received: Received, response: ServerResponse) => Promise<void>,
): Promise<Listening> {
  const failures: unknown[] = [];
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const received = await receive(request).catch(() => null);
    if (received === null) return; // the client cut its own request
    await handle(received, response).catch((error: unknown) => {
      failures.push(error);
      response.destroy();
    });
  };
  const server = createServer((request, response) => void serve(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, close: () => close(server, failures) };
}

async function receive(request: IncomingMessage): Promise<Received> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const headers = Object.entries(request.headers).map(([name, value]) => [name, [value].flat().join(', ')]);
  return {
    method: request.method ?? '',
    path: request.url ?? '',
    headers: Object.fromEntries(headers) as Record<string, string>,
    body: Buffer.concat(chunks).toString('utf8'),
  };
}

async function close(server: Server, failures: readonly unknown[]): Promise<void> {
  server.close();
  server.closeAllConnections();
  if (failures.length > 0) throw new AggregateError(failures, 'A request handler failed');
}
