// Hosts are upgraded one by one: for a while, schedulers and workers of two versions work on one store and one queue.
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connect } from '../../src/elastic/client.ts';
import { elasticsearchStore } from '../../src/store/elasticsearch/store.ts';
import { SCHEMA_VERSION } from '../../src/store/elasticsearch/templates.ts';
import { beginLedgers, estateOf, loadEvents, soakSite } from '../campaigns/soak/estate.ts';
import { contents, missing } from '../campaigns/soak/outcome.ts';
import { untilExamined } from '../campaigns/soak/soak.ts';
import { type Ended, type Started, start } from '../rig/command.ts';
import { clearNode } from '../rig/clear-node.ts';
import { mustAsk } from '../rig/elasticsearch.ts';
import type { HuntRig } from '../rig/hunt.ts';
import { describeLive, uniqueName } from '../rig/live.ts';
import { type NewerProgram, newerProgram } from '../rig/newer-program.ts';

const { signal } = new AbortController();
const SEED = 11;

describeLive('two versions side by side', ['elasticsearch8', 'redis'], ({ elasticsearch8, redis }) => {
  const parts = new AsyncDisposableStack();
  let newer: NewerProgram;
  let tooNew: NewerProgram;
  beforeAll(async () => {
    newer = parts.use(await newerProgram({ suits: true }));
    tooNew = parts.use(await newerProgram({ suits: false }));
  });
  afterAll(() => parts.disposeAsync());

  /** A site with an hour of two hunts to examine, as this version has set it up. */
  const newSite = async () => {
    const prefix = uniqueName('upgrade');
    const estate = estateOf(Date.now(), 1, 2, prefix);
    parts.defer(() => clearNode(elasticsearch8, prefix, [estate.index]));
    const rig = parts.use(await soakSite({ estate, url: elasticsearch8.url, redis: redis.url, prefix }));
    const settings = { nodes: [elasticsearch8.url], auth: { type: 'none' }, ca: null, caFingerprint: null } as const;
    const client = parts.use(connect({ ...settings, compatibility: 8, requestTimeoutMs: 60_000 }));
    const store = elasticsearchStore(client, { prefix });
    await loadEvents(elasticsearch8, estate, SEED);
    expect(await rig.hunt('setup')).toMatchObject({ exitCode: 0 });
    await beginLedgers(store, estate, signal);
    return { prefix, estate, rig, store };
  };

  it('examine each tile, each what the other hands over', async () => {
    const { prefix, estate, rig, store } = await newSite();
    // The old ones work; a newer one sets up the store under them, and begins beside them.
    const old = { scheduler: rig.start('scheduler'), worker: rig.start('worker') };
    await old.worker.says(/examined/);
    expect(await inPlace(newer, rig, 'setup')).toMatchObject({ exitCode: 0 });
    const young = { scheduler: startNewer(newer, rig, 'scheduler'), worker: startNewer(newer, rig, 'worker') };
    await young.worker.says(/examined/);
    // From here on only the newer scheduler hands over, and the old worker begins on the newer store.
    await stopped(old.scheduler);
    const first = await stopped(old.worker);
    await emptyQueue(prefix);
    const again = rig.start('worker');
    await again.says(/examined/);

    await untilExamined(store, estate, () => undefined);
    const ended = [first, await stopped(again), await stopped(young.worker), await stopped(young.scheduler)];
    expect(await missing(store, estate, signal)).toEqual([]);
    expect(ended.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0, 0]);
    for (const { stderr } of ended) expect(stderr).not.toMatch(/ANSWER_NOT_UNDERSTOOD|STORE_NOT_READY|was dropped/);
    const { findings, sightings } = await contents(store, signal);
    expect(findings.length).toBeGreaterThan(10);
    expect(sightings.length).toBeGreaterThan(50);
    // What both have written is there, and the newer one reads what the older one wrote.
    const runs = (await mustAsk(elasticsearch8, 'POST', `/${prefix}-runs/_search`, {
      body: { size: 0, aggs: { newer: { filter: { exists: { field: 'newer.field' } } } } },
    })) as { readonly aggregations: { readonly newer: { readonly doc_count: number } } };
    expect(runs.aggregations.newer.doc_count).toBeGreaterThan(0);
    for (const args of [['runs'], ['findings'], ['gaps']]) {
      expect(await inPlace(newer, rig, ...args)).toMatchObject({ exitCode: 0 });
      expect(await rig.hunt(...args)).toMatchObject({ exitCode: 0 });
    }
  }, 240_000);

  it('but not where the newer one says that this one is too old for it', async () => {
    const { rig } = await newSite();
    const refused = await inPlace(newer, rig, 'worker');
    expect(refused.exitCode).toBe(3);
    expect(refused.stderr).toContain(`has schema ${SCHEMA_VERSION}, this program needs ${newer.schema}`);
    expect(await inPlace(tooNew, rig, 'setup')).toMatchObject({ exitCode: 0 });
    for (const role of ['scheduler', 'worker', 'setup']) {
      const { exitCode, stderr } = await rig.hunt(role);
      expect(exitCode).toBe(3);
      expect(stderr).toContain(`has schema ${tooNew.schema}, and this program has ${SCHEMA_VERSION}`);
      expect(stderr).toContain('Upgrade Tracehound');
    }
  }, 120_000);

  async function emptyQueue(prefix: string): Promise<void> {
    const client = new Redis(redis.url);
    await client.del(await client.keys(`${prefix}:tiles:*`));
    client.disconnect();
  }

  const started = new Set<Started>();
  parts.defer(() => started.forEach((each) => each.kill('SIGKILL')));
  function startNewer({ binary }: NewerProgram, { folder }: HuntRig, ...args: readonly string[]): Started {
    const env = {
      PATH: process.env['PATH'] ?? '',
      HOME: folder,
      TMPDIR: join(folder, '..'),
      TZ: 'UTC',
      LANG: 'C.UTF-8',
    };
    const running = start(process.execPath, [binary, ...args], { cwd: folder, env });
    started.add(running);
    return running;
  }

  /** Runs a command of another version in the folder of a site. */
  function inPlace(program: NewerProgram, rig: HuntRig, ...args: readonly string[]): Promise<Ended> {
    return startNewer(program, rig, ...args).ended;
  }
});

function stopped(running: Started): Promise<Ended> {
  running.kill('SIGTERM');
  return running.ended;
}
