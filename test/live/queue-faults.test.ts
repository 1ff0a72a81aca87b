// The queue on Redis when Redis, the network or a worker fails, and when Redis lets nobody in.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import { afterEach, expect, it } from 'vitest';
import type { Queue, Work, WorkItem } from '../../src/schedule/queue/port.ts';
import type { RedisSettings } from '../../src/schedule/queue/redis-connection.ts';
import { redisQueue, type RedisQueueOptions } from '../../src/schedule/queue/redis.ts';
import { Bench, sampleItem, sampleItems } from '../contracts/queue.ts';
import { start } from '../rig/command.ts';
import { describeLive, uniqueName } from '../rig/live.ts';
import { latch } from '../rig/latch.ts';
import { startReplica, startSentinel, startTlsRedis } from '../rig/redis.ts';
import { restartableRedis, startRedis } from '../rig/servers.ts';

const never = new AbortController().signal;
const CHILD = fileURLToPath(new URL('../rig/queue-child.ts', import.meta.url));
/** Free on any machine: nobody listens there. */
const NOBODY = 'redis://127.0.0.1:9';

describeLive('queue on Redis: faults', ['redis'], ({ redis }) => {
  const disposals: AsyncDisposable[] = [];
  afterEach(async () => {
    for (const each of disposals.splice(0).reverse()) await each[Symbol.asyncDispose]();
  });
  const using = <T extends AsyncDisposable>(value: T): T => {
    disposals.push(value);
    return value;
  };
  const settingsFor = (url: string, more: Partial<RedisSettings> = {}): RedisSettings => ({
    at: { type: 'server', url },
    username: null,
    password: null,
    ca: null,
    prefix: uniqueName('t-queue'),
    ...more,
  });
  const open = (settings: RedisSettings, options: Partial<RedisQueueOptions> = {}): Queue =>
    using(redisQueue(settings, { warn: () => {}, ...options }));
  const raw = (url: string): Redis => {
    const client = new Redis(url);
    using({ [Symbol.asyncDispose]: () => Promise.resolve(client.disconnect()) });
    return client;
  };

  it('hands what a killed worker had in hand to another', async () => {
    const settings = settingsFor(redis.url);
    const queue = open(settings, { times: { lockMs: 600, stalledCheckMs: 200 } });
    const item = sampleItem('orphan');
    const child = start(process.execPath, [CHILD, redis.url, settings.prefix, '600']);
    await queue.add([item], never);
    await child.says(/in hand/);
    const bench = new Bench();
    await queue.work(bench.quick, { concurrency: 1, onError: bench.onError });
    child.kill('SIGKILL');
    await child.ended;
    await bench.until(({ ended }) => ended.length === 1);
    expect(bench.ended).toEqual([item.id]);
    expect(bench.errors).toEqual([]);
  });

  it('keeps what a worker that lives has in hand for longer than a lock lasts', async () => {
    const settings = settingsFor(redis.url);
    const times = { lockMs: 300, stalledCheckMs: 100 };
    const [queue, other] = [open(settings, { times }), open(settings, { times })];
    const bench = new Bench();
    await queue.add([sampleItem('long')], never);
    await queue.work(bench.held, { concurrency: 1, onError: bench.onError });
    await bench.until(({ begun }) => begun.length === 1);
    const thief = new Bench();
    await other.work(thief.quick, { concurrency: 1, onError: thief.onError });
    const renewed = raw(redis.url);
    const key = `${settings.prefix}:tiles:${sampleItem('long').id}:lock`;
    // Three times the lock's length of looking: each look sees it held.
    for (const end = performance.now() + 900; performance.now() < end;) expect(await renewed.exists(key)).toBe(1);
    expect(thief.begun).toEqual([]);
    bench.gate.open();
    await bench.until(({ ended }) => ended.length === 1);
  });

  it('goes on after Redis was stopped and started while work was in hand', async () => {
    const server = using(await restartableRedis());
    const queue = open(settingsFor(server.info.url), { deadlineMs: 1_000 });
    await queue.limit(2, never);
    const bench = new Bench();
    await queue.add(sampleItems(3), never);
    await queue.work(bench.held, { concurrency: 2, onError: bench.onError });
    await bench.until(({ begun }) => begun.length === 2);
    await server.stop();
    await expect(queue.add(sampleItems(1, 'backfill'), never)).rejects.toMatchObject({ code: 'QUEUE_UNAVAILABLE' });
    bench.gate.open(); // both end while Redis is away
    await bench.until(({ errors, ended }) => errors.length > 0 && ended.length === 2);
    await server.start();
    await bench.until(({ ended }) => ended.length === 3);
    expect(bench.errors).toMatchObject([{ code: 'QUEUE_UNAVAILABLE', remedy: expect.stringContaining('Redis runs') }]);
    await queue.add([sampleItem('after')], never);
    await bench.until(({ ended }) => ended.includes(sampleItem('after').id));
    expect(new Set(bench.ended).size).toBe(bench.ended.length); // nothing twice
  });

  it('goes on after Redis was emptied while work was in hand, and keeps the limit', async () => {
    const server = using(await startRedis());
    const settings = settingsFor(server.info.url);
    const [queue, other] = [open(settings), open(settings)];
    await queue.limit(1, never);
    const bench = new Bench();
    await queue.add(sampleItems(3), never);
    const work: Work = async (item, signal) => {
      bench.begin(item, signal);
      await bench.gate.opened;
      await other.depth(never); // some time passes
      bench.end(item);
      return { type: 'done' };
    };
    await queue.work(work, { concurrency: 3, onError: bench.onError });
    await bench.until(({ begun }) => begun.length === 1);
    const client = raw(server.info.url);
    await client.flushall();
    expect(await queue.depth(never)).toMatchObject({ active: 0, waiting: { present: 0 } });
    bench.gate.open();
    await bench.until(({ ended, errors }) => ended.length === 1 && errors.length > 0);

    expect(await queue.add(sampleItems(20, 'retry'), never)).toHaveLength(20); // as the scheduler does
    await bench.until(({ ended }) => ended.length === 21);
    expect(bench.mostInHand).toBe(1);
  });

  it('loses nothing while connections are cut again and again', async () => {
    const server = using(await startRedis());
    const settings = settingsFor(server.info.url);
    const times = { lockMs: 600, stalledCheckMs: 200 };
    const [queue, other] = [open(settings, { times }), open(settings, { times })];
    const client = raw(server.info.url);
    const bench = new Bench();
    const items = sampleItems(200);
    await queue.add(items, never);
    for (const each of [queue, other]) {
      await each.work(
        async (item, signal) => {
          bench.begin(item, signal);
          if (bench.begun.length % 20 === 0) await client.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
          bench.end(item);
          return { type: 'done' };
        },
        { concurrency: 3, onError: bench.onError },
      );
    }
    await bench.until(({ ended }) => new Set(ended).size === items.length);
    await until(async () => (await queue.depth(never)).active === 0);
    expect(await queue.depth(never)).toMatchObject({ waiting: { present: 0 }, delayed: 0 });
  });

  it('tells of a job that cannot be read, drops it, and goes on', async () => {
    const settings = settingsFor(redis.url);
    const queue = open(settings);
    const client = raw(redis.url);
    const items = sampleItems(4);
    const [first, second, third, last] = items.map(({ id }) => `${settings.prefix}:tiles:${id}`) as [
      string,
      ...string[],
    ];
    await queue.add(items, never);
    await client.hset(first, 'data', '{"__proto__": {"tile": 1}, "id": 7}');
    await client.hset(second ?? '', 'data', 'no JSON {');
    await client.hset(third ?? '', 'data', JSON.stringify({ ...items[2], urgency: 'whenever' }));
    const bench = new Bench();
    const seen: WorkItem[] = [];
    const working = await queue.work(
      async (item, signal) => {
        seen.push(item);
        return bench.quick(item, signal);
      },
      { concurrency: 1, onError: bench.onError },
    );
    await bench.until(({ ended }) => ended.length === 1);
    await working.drain();
    expect(seen).toEqual([items[3]]);
    expect(bench.errors).toHaveLength(3);
    for (const error of bench.errors)
      expect(error).toMatchObject({ code: 'ANSWER_NOT_UNDERSTOOD', message: expect.stringContaining('was dropped') });
    expect(await client.exists(first, second ?? '', third ?? '', last ?? '')).toBe(0);
  });

  it('says within its deadline that nobody is there, and closes without waiting', async () => {
    const queue = open(settingsFor(NOBODY), { deadlineMs: 300 });
    const bench = new Bench();
    await queue.work(bench.quick, { concurrency: 1, onError: bench.onError });
    const asked = [
      queue.ready(never),
      queue.add(sampleItems(2), never),
      queue.depth(never),
      queue.limit(2, never),
      queue.withdraw(['a.b.1.2.1'], never),
    ];
    for (const each of asked)
      await expect(each).rejects.toMatchObject({
        code: 'QUEUE_UNAVAILABLE',
        message: expect.stringContaining('ECONNREFUSED'),
        remedy: expect.stringContaining('redis.url'),
      });
    const began = performance.now();
    await queue[Symbol.asyncDispose]();
    expect(performance.now() - began).toBeLessThan(2_000);
    expect(bench.errors).toMatchObject([{ code: 'QUEUE_UNAVAILABLE' }]); // once, not with every try
  });

  it('closes although Redis went away with work in hand', async () => {
    const server = using(await restartableRedis());
    const queue = open(settingsFor(server.info.url));
    const bench = new Bench();
    await queue.add(sampleItems(2), never);
    const aborted = latch();
    await queue.work(
      async (item, signal) => {
        bench.begin(item, signal);
        signal.addEventListener('abort', () => aborted.open(), { once: true });
        await aborted.opened;
        bench.end(item);
        return { type: 'put_back', delayMs: 0 };
      },
      { concurrency: 2, onError: bench.onError },
    );
    await bench.until(({ begun }) => begun.length === 2);
    await server.stop();
    const began = performance.now();
    await queue[Symbol.asyncDispose]();
    expect(bench.ended).toHaveLength(2);
    expect(performance.now() - began).toBeLessThan(8_000); // 5 s of them for Redis to come back
  });

  it('names a password that is wrong or missing, and the remedy', async () => {
    const server = using(await startRedis({ requirepass: 'right-and-secret' }));
    const { url } = server.info;
    for (const password of [null, 'wrong-and-secret']) {
      const refused = open(settingsFor(url, { password }), { deadlineMs: 1_000 });
      const error: unknown = await refused.ready(never).catch((caught: unknown) => caught);
      expect(error).toMatchObject({
        code: 'QUEUE_UNAVAILABLE',
        message: expect.stringMatching(/WRONGPASS|NOAUTH/),
        remedy: expect.stringContaining('TRACEHOUND_REDIS_PASSWORD'),
      });
      expect(JSON.stringify(error)).not.toContain('and-secret');
    }
    await open(settingsFor(url, { password: 'right-and-secret' })).ready(never);
  });

  it('works as an ACL user that has its own keys only', async () => {
    const server = using(await startRedis());
    const client = raw(server.info.url);
    const settings = settingsFor(server.info.url, { username: 'hound', password: 'pw-of-hound' });
    await client.call('ACL', 'SETUSER', 'hound', 'on', '>pw-of-hound', `~${settings.prefix}:*`, '+@all', '-@dangerous');
    const warnings: string[] = [];
    const queue = open(settings, { warn: (text) => warnings.push(text) });
    await queue.ready(never);
    expect(warnings).toEqual([expect.stringContaining('may not use INFO')]);
    await queue.limit(2, never);
    const bench = new Bench();
    await queue.add(sampleItems(3), never);
    await queue.work(bench.quick, { concurrency: 2, onError: bench.onError });
    await bench.until(({ ended }) => ended.length === 3);
    expect(bench.errors).toEqual([]);

    const foreign = open({ ...settings, prefix: 'somebody-else' });
    await expect(foreign.add(sampleItems(1), never)).rejects.toMatchObject({
      message: expect.stringContaining('NOPERM'),
      remedy: expect.stringContaining('docs/containers.md'),
    });
  });

  it('speaks TLS by the given authority, and to no other', async () => {
    const server = using(await startTlsRedis());
    const ca = await readFile(server.info.caFile, 'utf8');
    const queue = open(settingsFor(server.info.url, { ca }));
    await queue.ready(never);
    const bench = new Bench();
    await queue.add(sampleItems(2), never);
    await queue.work(bench.quick, { concurrency: 1, onError: bench.onError });
    await bench.until(({ ended }) => ended.length === 2);

    const untrusting = open(settingsFor(server.info.url), { deadlineMs: 1_000 });
    await expect(untrusting.ready(never)).rejects.toMatchObject({ remedy: expect.stringContaining('redis.ca_file') });
    const plain = open(settingsFor(server.info.url.replace('rediss:', 'redis:')), { deadlineMs: 1_000 });
    await expect(plain.ready(never)).rejects.toMatchObject({ code: 'QUEUE_UNAVAILABLE' });
  });

  it('follows the sentinels to the new master', async () => {
    const master = await startRedis();
    const replica = using(await startReplica(master));
    const sentinel = using(await startSentinel(master));
    const at = { type: 'sentinel', nodes: [sentinel.info.node], master: sentinel.info.master, password: null } as const;
    const queue = open(settingsFor('', { at }));
    await queue.ready(never);
    const bench = new Bench();
    await queue.add(sampleItems(1), never);
    await queue.work(bench.quick, { concurrency: 1, onError: bench.onError });
    await bench.until(({ ended }) => ended.length === 1);
    const sentinelClient = raw(sentinel.info.node);
    await until(async () => String(await sentinelClient.call('SENTINEL', 'REPLICAS', 'hounds')).includes('name'));

    await master[Symbol.asyncDispose]();
    const item = sampleItem('after');
    await until(() =>
      queue.add([item], never).then(
        (taken) => taken.length === 1,
        () => false,
      ),
    ); // as each tick does
    await bench.until(({ ended }) => ended.includes(item.id));
    expect(await raw(replica.info.url).info('replication')).toContain('role:master');
  });

  it('refuses a Redis that removes keys, and warns of one that might', async () => {
    const evicting = using(await startRedis({ maxmemory: '64mb', 'maxmemory-policy': 'allkeys-lru' }));
    await expect(open(settingsFor(evicting.info.url)).ready(never)).rejects.toMatchObject({
      code: 'QUEUE_UNAVAILABLE',
      message: expect.stringContaining('allkeys-lru'),
      remedy: expect.stringContaining('noeviction'),
    });
    const unlimited = using(await startRedis({ 'maxmemory-policy': 'volatile-lru' }));
    const warnings: string[] = [];
    await open(settingsFor(unlimited.info.url), { warn: (text) => warnings.push(text) }).ready(never);
    expect(warnings).toEqual([expect.stringContaining('volatile-lru')]);
  });
});

/** Asks a server until it says what is waited for: nothing tells of it. */
async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 50));
}
