// How `hunt worker` ends when it is told to, with a query under way on the server.
import { expect, it } from 'vitest';
import { ledgerName } from '../../src/core/books.ts';
import { MINUTE_MS, SECOND_MS, type Span } from '../../src/core/time.ts';
import type { WorkItem } from '../../src/core/work-item.ts';
import { connect } from '../../src/elastic/client.ts';
import { workItemOf } from '../../src/schedule/due.ts';
import type { Queue } from '../../src/schedule/queue/port.ts';
import { redisQueue } from '../../src/schedule/queue/redis.ts';
import { elasticsearchStore } from '../../src/store/elasticsearch/store.ts';
import { beginLedgers, estateOf, keysOf, loadEvents, soakSite } from '../campaigns/soak/estate.ts';
import { clearNode } from '../rig/clear-node.ts';
import { latch } from '../rig/latch.ts';
import { describeLive, uniqueName } from '../rig/live.ts';
import { startProxy } from '../rig/proxy.ts';

const { signal } = new AbortController();
/** What the server calls a query that it has not ended yet. */
const QUERY_ID = 'under-way';
const SUBMIT = { method: 'POST', path: /^\/_query\/async/ };

describeLive('hunt worker that is told to stop', ['elasticsearch8', 'redis'], ({ elasticsearch8, redis }) => {
  /** A worker's site behind a proxy, and one tile in the queue that nobody has taken yet. */
  const newStand = async (grace: string) => {
    await using parts = new AsyncDisposableStack();
    const prefix = uniqueName('signals');
    const estate = estateOf(Date.now(), 1, 1, prefix);
    parts.defer(() => clearNode(elasticsearch8, prefix, [estate.index]));
    const proxy = parts.use(await startProxy(elasticsearch8.url));
    const rig = parts.use(await soakSite({ estate, url: proxy.url, redis: redis.url, prefix, grace }));
    const settings = { nodes: [elasticsearch8.url], auth: { type: 'none' }, ca: null, caFingerprint: null } as const;
    const client = parts.use(connect({ ...settings, compatibility: 8, requestTimeoutMs: MINUTE_MS }));
    const store = elasticsearchStore(client, { prefix });
    const at = { type: 'server', url: redis.url } as const;
    const queue = parts.use(redisQueue({ at, username: null, password: null, ca: null, prefix }, { warn: () => {} }));
    await loadEvents(elasticsearch8, estate, 3);
    await store.setup({ dryRun: false }, signal);
    await beginLedgers(store, estate, signal);
    const item = firstTile(estate.past, estate);
    await queue.add([item], signal);
    const ledger = async () => (await store.ledgers([item], signal)).get(ledgerName(item))?.value;
    const made = parts.move();
    return { rig, proxy, queue, ledger, item, [Symbol.asyncDispose]: () => made.disposeAsync() };
  };

  function firstTile({ start }: Span, estate: Parameters<typeof keysOf>[0]): WorkItem {
    const [key] = keysOf(estate);
    const tile = { start, end: start + MINUTE_MS };
    if (key === undefined) throw new Error('The estate has no hunt');
    return workItemOf({ ...key, tile, attempt: 1, urgency: 'present', dueAt: tile.end + MINUTE_MS });
  }

  it('lets a query end that does so within the grace time, takes nothing more, and exits 0', async () => {
    await using stand = await newStand('5m');
    const { proxy, rig, queue, ledger, item } = stand;
    const held = latch();
    const rule = proxy.when({ ...SUBMIT, nth: 1 }, { kind: 'delay', when: 'after', until: held.opened });
    const worker = rig.start('worker');
    await rule.struck;
    worker.kill('SIGTERM');
    await worker.says(/Worker stopping/);
    await queue.add([workItemOf({ ...item, tile: { start: item.tile.end, end: item.tile.end + MINUTE_MS } })], signal);
    held.open();
    expect(await worker.ended).toMatchObject({ exitCode: 0, signal: null });
    expect((await ledger())?.examined).toEqual([item.tile]);
    expect(await heldIn(queue)).toEqual({ held: 1, active: 0 });
  });

  it('cancels on the server what has not ended within it, puts the tile back, and exits 0', async () => {
    await using stand = await newStand('1s');
    const { proxy, rig, queue, ledger, item } = stand;
    const rules = neverEnds(proxy);
    const worker = rig.start('worker');
    await rules.poll.struck;
    expect(proxy.count({ method: 'DELETE' })).toBe(0);
    worker.kill('SIGTERM');
    const { exitCode, stderr } = await worker.ended;
    expect(exitCode).toBe(0);
    expect(stderr).toContain('put back');
    expect(proxy.requests.filter(({ method }) => method === 'DELETE').map(({ path }) => path)).toEqual([
      `/_query/async/${QUERY_ID}`,
    ]);
    expect(await ledger()).toMatchObject({ examined: [], gaps: [] });
    expect(await heldIn(queue)).toEqual({ held: 1, active: 0 });

    rules[Symbol.dispose]();
    const next = rig.start('worker');
    await next.says(/examined/);
    next.kill('SIGTERM');
    expect(await next.ended).toMatchObject({ exitCode: 0 });
    expect((await ledger())?.examined).toEqual([item.tile]);
  });

  it('ends at once with a second signal, and another worker takes over what it held', async () => {
    await using stand = await newStand('10m');
    const { proxy, rig, queue, ledger, item } = stand;
    const rules = neverEnds(proxy);
    const worker = rig.start('worker');
    await rules.poll.struck;
    worker.kill('SIGTERM');
    await worker.says(/Worker stopping/);
    const began = performance.now();
    worker.kill('SIGTERM');
    expect(await worker.ended).toMatchObject({ exitCode: 143, signal: null });
    expect(performance.now() - began).toBeLessThan(5 * SECOND_MS);
    expect(proxy.count({ method: 'DELETE' })).toBe(0); // the query expires on the server by its keep_alive
    expect(proxy.requests.find(({ path }) => SUBMIT.path.test(path))?.body).toContain('"keep_alive":"90000ms"');
    expect(await queue.depth(signal)).toMatchObject({ active: 1 });

    rules[Symbol.dispose]();
    const next = rig.start('worker'); // after the lock of the first has run out
    await next.says(/examined/);
    next.kill('SIGTERM');
    expect(await next.ended).toMatchObject({ exitCode: 0 });
    expect((await ledger())?.examined).toEqual([item.tile]);
  });
});

/** Items for the next worker: what was put back, or was on its way to one that takes no more, waits as delayed by nothing. */
async function heldIn(queue: Queue) {
  const { waiting, delayed, active } = await queue.depth(signal);
  return { held: waiting.present + delayed, active };
}

/** Each query is said to run, and nobody hears of its end. */
function neverEnds(proxy: Awaited<ReturnType<typeof startProxy>>) {
  const path = new RegExp(`^/_query/async/${QUERY_ID}`);
  const submit = proxy.when(SUBMIT, { kind: 'answer', body: { id: QUERY_ID, is_running: true } });
  const poll = proxy.when(
    { method: 'GET', path },
    { kind: 'delay', when: 'before', until: new Promise(() => undefined) },
  );
  const end = proxy.when({ method: 'DELETE', path }, { kind: 'answer', body: { acknowledged: true } });
  return {
    poll,
    [Symbol.dispose]: () => [submit, poll, end].forEach((rule) => rule[Symbol.dispose]()),
  };
}
