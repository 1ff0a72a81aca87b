// An HTTP proxy before a real server. It passes everything on and counts it; rules make single requests go wrong.
import { Agent, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { listen, type Received } from './http.ts';
import { send, type Answer } from './recorder.ts';

/** Which requests a rule means; what is left out means any. */
export interface Match {
  readonly method?: string;
  /** Tested against path and query string. */
  readonly path?: RegExp;
  /** Tested against the body: tells one query from another. */
  readonly body?: RegExp;
  /** Only the nth request (from 1) that the others match. */
  readonly nth?: number;
}

export type Fault =
  /** `before`: the server never sees the request. `after`: it has done the work. `during`: half of the body comes. */
  | { readonly kind: 'cut'; readonly when: 'before' | 'after' | 'during' }
  /** Until the promise resolves, the request (`before`) or the answer (`after`) waits. */
  | { readonly kind: 'delay'; readonly when: 'before' | 'after'; readonly until: Promise<void> }
  /** This instead; the server never sees the request. */
  | ({ readonly kind: 'answer' } & Answer)
  /** The server's JSON answer through a function. */
  | { readonly kind: 'rewrite'; readonly json: (body: unknown) => unknown }
  /** Headers of the answer, by name in lower case. */
  | { readonly kind: 'headers'; readonly set?: Readonly<Record<string, string>>; readonly omit?: readonly string[] };

/** A rule in force; disposing of it lifts it. */
export interface Rule extends Disposable {
  /** Resolves with the first request that it struck, as soon as that request is in. */
  readonly struck: Promise<Received>;
  /** Requests that it struck so far. */
  readonly strikes: number;
}

export interface Proxy extends AsyncDisposable {
  readonly url: string;
  /** Every request in order of arrival. */
  readonly requests: readonly Received[];
  /** How many requests came that match. */
  count(match: Omit<Match, 'nth'>): number;
  /** From now on; where several rules match a request, the one that was made first acts. */
  when(match: Match, fault: Fault): Rule;
}

/** Hop-by-hop headers (RFC 9110, 7.6.1) and those that change when a body is rewritten. */
const NOT_PASSED_ON = new Set(['connection', 'keep-alive', 'transfer-encoding', 'content-length']);

interface ActiveRule {
  readonly match: Match;
  readonly fault: Fault;
  readonly strike: (received: Received) => void;
  seen: number;
}

interface Upstream {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Buffer;
}

/** Starts a proxy before the server at `target` (`http://127.0.0.1:9200`). */
export async function startProxy(target: string): Promise<Proxy> {
  const agent = new Agent({ keepAlive: true });
  const requests: Received[] = [];
  const rules = new Set<ActiveRule>();
  const server = await listen(async (received, response) => {
    requests.push(received);
    const rule = firstStruck(rules, received);
    rule?.strike(received);
    await pass({ target, agent, received, response, fault: rule?.fault ?? null });
  });
  return {
    url: server.url,
    requests,
    count: (match) => requests.filter((received) => matches(match, received)).length,
    when: (match, fault) => addRule(rules, match, fault),
    async [Symbol.asyncDispose]() {
      agent.destroy();
      await server.close();
    },
  };
}

function addRule(rules: Set<ActiveRule>, match: Match, fault: Fault): Rule {
  const { promise: struck, resolve } = Promise.withResolvers<Received>();
  let strikes = 0;
  const strike = (received: Received): void => {
    strikes += 1;
    resolve(received);
  };
  const rule: ActiveRule = { match, fault, strike, seen: 0 };
  rules.add(rule);
  return {
    struck,
    get strikes() {
      return strikes;
    },
    [Symbol.dispose]: () => void rules.delete(rule),
  };
}

/** Every matching rule counts the request, the first whose turn it is acts. */
function firstStruck(rules: ReadonlySet<ActiveRule>, received: Received): ActiveRule | undefined {
  const matching = [...rules].filter((rule) => matches(rule.match, received));
  matching.forEach((rule) => (rule.seen += 1));
  return matching.find((rule) => rule.match.nth === undefined || rule.match.nth === rule.seen);
}

function matches({ method, path, body }: Match, received: Received): boolean {
  return (
    (method === undefined || method === received.method) &&
    (path === undefined || path.test(received.path)) &&
    (body === undefined || body.test(received.body))
  );
}

interface Exchange {
  readonly target: string;
  readonly agent: Agent;
  readonly received: Received;
  readonly response: ServerResponse;
  readonly fault: Fault | null;
}

async function pass(exchange: Exchange): Promise<void> {
  const { response, fault } = exchange;
  if (fault?.kind === 'answer') return send(response, fault);
  if (fault?.kind === 'cut' && fault.when === 'before') return void response.destroy();
  if (fault?.kind === 'delay' && fault.when === 'before') await fault.until;
  const upstream = await forward(exchange).catch(() => null);
  if (upstream === null) return void response.destroy(); // a server that is gone looks the same through the proxy
  if (fault?.kind === 'delay' && fault.when === 'after') await fault.until;
  if (fault?.kind === 'cut' && fault.when === 'after') return void response.destroy();
  if (fault?.kind === 'cut') return sendHalf(response, upstream);
  const { status, headers, body } = fault === null ? upstream : change(upstream, fault);
  response.writeHead(status, { ...headers, 'content-length': body.length });
  response.end(exchange.received.method === 'HEAD' ? undefined : body);
}

function change(upstream: Upstream, fault: Fault): Upstream {
  if (fault.kind === 'rewrite') {
    const json = fault.json(JSON.parse(upstream.body.toString('utf8')));
    return { ...upstream, body: Buffer.from(JSON.stringify(json)) };
  }
  if (fault.kind !== 'headers') return upstream;
  const kept = Object.entries(upstream.headers).filter(([name]) => !fault.omit?.includes(name));
  return { ...upstream, headers: { ...Object.fromEntries(kept), ...fault.set } };
}

/** Announces the whole body, sends half of it and cuts. */
function sendHalf(response: ServerResponse, { status, headers, body }: Upstream): void {
  response.writeHead(status, { ...headers, 'content-length': Math.max(2, body.length) });
  response.write(body.subarray(0, body.length / 2), () => response.destroy());
}

/** The server's answer, uncompressed and whole. A client that gives up takes the request to the server with it. */
async function forward({ target, agent, received, response }: Exchange): Promise<Upstream> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const headers = { ...passedOn(received.headers), 'accept-encoding': 'identity', host: new URL(target).host };
  const upstream = httpRequest(target + received.path, { agent, method: received.method, headers }, resolve);
  upstream.on('error', reject);
  response.on('close', () => upstream.destroy());
  upstream.end(received.body);
  const answer = await promise;
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  return { status: answer.statusCode ?? 0, headers: passedOn(answer.headers), body: Buffer.concat(chunks) };
}

function passedOn<T>(headers: Readonly<Record<string, T | undefined>>): Readonly<Record<string, T>> {
  const kept = Object.entries(headers).filter(([name, value]) => value !== undefined && !NOT_PASSED_ON.has(name));
  return Object.fromEntries(kept) as Record<string, T>;
}
