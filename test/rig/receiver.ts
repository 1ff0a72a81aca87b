import { createHmac, timingSafeEqual } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { listen, type Received } from './http.ts';

/** What a receiver says to a request; `never`: nothing at all. */
export type Reply =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string }
  | 'never'
  | 'cut';

/** A server that takes notifications and remembers them. */
export interface Receiver extends AsyncDisposable {
  readonly url: string;
  readonly requests: readonly Received[];
}

/** `reply` looks at each request (`index` counts from 0); 204 without it. */
export async function startReceiver(
  reply: (received: Received, index: number) => Reply | Promise<Reply> = () => ({ status: 204 }),
): Promise<Receiver> {
  const requests: Received[] = [];
  const server = await listen(async (received, response) => {
    const index = requests.push(received) - 1;
    answer(response, await reply(received, index));
  });
  return { url: `${server.url}/hooks/in`, requests, [Symbol.asyncDispose]: () => server.close() };
}

function answer(response: ServerResponse, reply: Reply): void {
  if (reply === 'never') return;
  if (reply === 'cut') return void response.destroy();
  response.writeHead(reply.status, { ...reply.headers });
  response.end(reply.body ?? '');
}

/** As docs/notifications.md tells receivers to verify. */
export function isFromTracehound(secret: string, { headers, body }: Received, nowMs = Date.now()): boolean {
  const timestamp = headers['tracehound-timestamp'] ?? '';
  const expected = Buffer.from(`v1=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`);
  const given = Buffer.from(headers['tracehound-signature'] ?? '');
  const fresh = Math.abs(nowMs / 1000 - Number(timestamp)) < 300;
  return fresh && given.length === expected.length && timingSafeEqual(given, expected);
}
