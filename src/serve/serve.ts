// serve: health and metrics over HTTP. In: what unattended work tells, and questions to store, queue and engine.
// Out: /healthz, /readyz, /metrics. May import: core.
import { HuntError } from '../core/error.ts';
import type { Instant } from '../core/time.ts';
import type { Role, Tell, WorkEvent } from '../core/work-event.ts';
import type { QueueDepth } from '../core/work-item.ts';
import { appOf } from './app.ts';
import { Health } from './health.ts';
import { openMetrics } from './metrics.ts';
import { type Ask, probeOf } from './probe.ts';

export interface ServeOptions {
  readonly host: string;
  /** 0: any port that is free. */
  readonly port: number;
  readonly role: Role;
  readonly version: string;
  readonly now: () => Instant;
  /** What must answer before this process is ready, by name: store, queue, engine. */
  readonly parts: Readonly<Record<string, Ask<unknown>>>;
  /** Null: there is no queue to ask. */
  readonly depth: Ask<QueueDepth> | null;
  /** Told of faults while answering. */
  readonly onError: (error: unknown) => void;
  /** Longest wait for one of the parts, ms. Default 3 s: less than the timeout of those who ask. */
  readonly withinMs?: number;
}

/** Disposing of it frees the port; answers under way are cut off. */
export interface Serving extends AsyncDisposable {
  /** `http://127.0.0.1:9464`. */
  readonly url: string;
  /** Tells it what happens. */
  readonly tell: Tell;
}

const WITHIN_MS = 3_000;

/** Health and metrics of this process. Rejects with CONFIGURATION where it cannot listen at the address. */
export async function serve(options: ServeOptions): Promise<Serving> {
  const { app, tell } = serverOf(options);
  try {
    const url = await app.listen({ host: options.host, port: options.port });
    return { url, tell, [Symbol.asyncDispose]: () => app.close() };
  } catch (cause) {
    await app.close();
    throw cannotListen(options, cause);
  }
}

/** The server before it listens; for tests, which ask it without a port. */
export function serverOf(options: ServeOptions): { app: ReturnType<typeof appOf>; tell: Tell } {
  const { role, version, now, parts, depth, onError, withinMs = WITHIN_MS } = options;
  const probe = <T>(ask: Ask<T>) => probeOf(ask, withinMs, onError);
  const metrics = openMetrics({ role, version, now, depth: depth === null ? null : probe(depth) });
  const probes = Object.entries(parts).map(([name, ask]) => [name, probe(ask)] as const);
  const health = new Health(role, now, new Map(probes));
  const tell = (event: WorkEvent) => {
    health.hear(event);
    metrics.tell(event);
  };
  return { app: appOf(health, metrics, onError), tell };
}

function cannotListen({ host, port }: ServeOptions, cause: unknown): HuntError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
  const why = REASONS[code] ?? code;
  return new HuntError('CONFIGURATION', `Cannot serve health and metrics at ${host}:${port}: ${why}`, {
    cause,
    remedy: 'Set serve.port to a port of its own for each process, or to none',
  });
}

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another process has this port',
  EADDRNOTAVAIL: 'this machine has no such address',
  EACCES: 'ports below 1024 are for root',
  ENOTFOUND: 'no such host',
};
