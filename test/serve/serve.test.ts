import { createServer, connect } from 'node:net';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { HuntError } from '../../src/core/error.ts';
import { serve, type ServeOptions, serverOf } from '../../src/serve/serve.ts';
import { tick } from '../rig/work-events.ts';

const MINUTE_MS = 60_000;
let now = 0;

const OPTIONS: ServeOptions = {
  host: '127.0.0.1',
  port: 0,
  role: 'both',
  version: '1.2.3',
  now: () => now,
  parts: { store: async () => {}, queue: async () => {}, engine: async () => 'version 8' },
  depth: null,
  onError: (error) => {
    throw error;
  },
  withinMs: 50,
};

const open: { close(): PromiseLike<void> }[] = [];
afterEach(async () => {
  now = 0;
  for (const app of open.splice(0)) await app.close();
});

function server(change: Partial<ServeOptions> = {}) {
  const made = serverOf({ ...OPTIONS, ...change });
  open.push(made.app);
  const get = async (url: string) => {
    const { statusCode, body, headers } = await made.app.inject(url);
    return { statusCode, body, headers, json: () => JSON.parse(body) as unknown };
  };
  return { ...made, get };
}

const never = () => new Promise<never>(() => {});

describe('/healthz', () => {
  it('is well while the scheduler ticks, and not once it has not for five minutes', async () => {
    const { get, tell } = server({ role: 'scheduler' });
    expect(await get('/healthz')).toMatchObject({ statusCode: 200 });
    now = 4 * MINUTE_MS;
    tell(tick());
    now = 9 * MINUTE_MS;
    expect((await get('/healthz')).json()).toEqual({ status: 'alive', role: 'scheduler', seconds_since_tick: 300 });
    now += 1_000;
    const stuck = await get('/healthz');
    expect(stuck.statusCode).toBe(503);
    expect(stuck.json()).toEqual({ status: 'stuck', role: 'scheduler', seconds_since_tick: 301 });
  });

  it('takes a tick that failed for a sign of life: restarting the process would not bring the store back', async () => {
    const { get, tell } = server();
    now = 5 * MINUTE_MS;
    tell({ type: 'trouble', where: 'scheduler', error: new Error('store is gone') });
    now = 10 * MINUTE_MS;
    expect((await get('/healthz')).statusCode).toBe(200);
    tell({ type: 'trouble', where: 'queue', error: new Error('queue is gone') });
    now += 1_000;
    expect((await get('/healthz')).statusCode).toBe(503);
  });

  it('asks nothing but an answer of a worker', async () => {
    const { get } = server({ role: 'worker' });
    now = 60 * MINUTE_MS;
    expect((await get('/healthz')).json()).toEqual({ status: 'alive', role: 'worker' });
  });
});

describe('/readyz', () => {
  it('is ready when store, queue and engine answer', async () => {
    const { get } = server();
    const answer = await get('/readyz');
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toEqual({ status: 'ready', parts: { store: 'ok', queue: 'ok', engine: 'ok' } });
  });

  it('names what does not answer, and nothing secret', async () => {
    const url = 'redis://hunt:hunter2@redis:6379';
    const told: unknown[] = [];
    const { get } = server({
      onError: (error) => told.push(error),
      parts: {
        store: async () => {},
        queue: async () => Promise.reject(new HuntError('QUEUE_UNAVAILABLE', `Cannot reach ${url}`)),
        engine: () => {
          throw new TypeError(`cannot read x of ${url}`);
        },
      },
    });
    const answer = await get('/readyz');
    expect(answer.statusCode).toBe(503);
    expect(answer.json()).toEqual({
      status: 'not ready',
      parts: {
        store: 'ok',
        queue: 'QUEUE_UNAVAILABLE: Cannot reach redis://***@redis:6379',
        engine: 'FAULT: Failed in a way that is not foreseen; see the log',
      },
    });
    expect(answer.body).not.toMatch(/hunter2|\.ts/);
    expect(told).toEqual([expect.any(TypeError)]);
  });

  it('answers in time when a part hangs, and asks a part that hangs only once', async () => {
    let asked = 0;
    const store = () => {
      asked++;
      return never();
    };
    const { get } = server({ parts: { store, queue: async () => {} } });
    const answers = [await get('/readyz'), ...(await Promise.all([get('/readyz'), get('/readyz')]))];
    for (const answer of answers) {
      expect(answer.statusCode).toBe(503);
      expect(answer.json()).toMatchObject({ parts: { store: 'TIMEOUT: No answer in time', queue: 'ok' } });
    }
    expect(asked).toBe(1);
  });

  it('lets a part go that gives up when told to, and is ready when it answers again', async () => {
    let answers = false;
    const store = async (signal: AbortSignal) => {
      if (!answers)
        await new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    };
    const { get } = server({ parts: { store } });
    expect((await get('/readyz')).statusCode).toBe(503);
    answers = true;
    expect((await get('/readyz')).statusCode).toBe(200);
  });

  it('is not ready once the process is about to end', async () => {
    const { get, tell } = server();
    tell({ type: 'started', role: 'both' });
    expect((await get('/readyz')).statusCode).toBe(200);
    tell({ type: 'stopping', role: 'both' });
    expect((await get('/readyz')).json()).toMatchObject({ status: 'stopping' });
    expect((await get('/healthz')).statusCode).toBe(200);
  });
});

describe('whatever else is asked', () => {
  it.each(['/', '/metrics/x', '/__proto__', '/..%2f..%2fetc%2fpasswd'])('%s is not found', async (url) => {
    const answer = await server().get(url);
    expect(answer.statusCode).toBe(404);
    expect(answer.json()).toEqual({ error: 'Not found' });
  });

  it('is refused in two words where it is malformed, or writes', async () => {
    const { app, get } = server();
    expect((await get('/%zz')).json()).toEqual({ error: 'Bad request' });
    expect((await app.inject({ method: 'POST', url: '/healthz', payload: 'x'.repeat(4_096) })).statusCode).toBe(404);
  });

  it('gets no stack where the program is at fault; the log does', async () => {
    const told: unknown[] = [];
    const depth = async () => ({ waiting: null, delayed: 0, active: 0 }) as never;
    const answer = await server({ depth, onError: (error) => told.push(error) }).get('/metrics');
    expect(answer.statusCode).toBe(500);
    expect(answer.json()).toEqual({ error: 'Internal error' });
    expect(told).toEqual([expect.any(TypeError)]);
  });

  it('is not kept by caches', async () => {
    expect((await server().get('/healthz')).headers).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
  });
});

describe('a real port', () => {
  it('is listened on, and free again afterwards, also under somebody who keeps a connection open', async () => {
    const serving = await serve(OPTIONS);
    const { port } = new URL(serving.url);
    expect(serving.url).toBe(`http://127.0.0.1:${port}`);
    expect(await (await fetch(`${serving.url}/readyz`)).json()).toMatchObject({ status: 'ready' });
    expect(await (await fetch(`${serving.url}/metrics`)).text()).toContain(
      'tracehound_info{version="1.2.3",role="both"} 1',
    );
    const idle = connect(Number(port), '127.0.0.1');
    idle.on('error', () => {}); // cut off by the end of the server, which is what is wanted
    await once(idle, 'connect');
    await serving[Symbol.asyncDispose]();
    await expect(fetch(`${serving.url}/healthz`)).rejects.toThrow('fetch failed');
    const again = createServer().listen(Number(port), '127.0.0.1');
    await once(again, 'listening');
    again.close();
  });

  it('that somebody has is an error of the configuration that says what to set', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    await expect(serve({ ...OPTIONS, port })).rejects.toMatchObject({
      code: 'CONFIGURATION',
      message: `Cannot serve health and metrics at 127.0.0.1:${port}: another process has this port`,
      remedy: expect.stringContaining('serve.port'),
    });
    other.close();
  });
});
