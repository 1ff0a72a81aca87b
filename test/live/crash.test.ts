import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { canonicalFinding } from '../../src/core/canonical.ts';
import { connect } from '../../src/elastic/client.ts';
import { elasticsearchStore } from '../../src/store/elasticsearch/store.ts';
import { beacon } from '../rig/beacons.ts';
import { esql } from '../rig/elasticsearch.ts';
import type { HuntRig } from '../rig/hunt.ts';
import { latch } from '../rig/latch.ts';
import { describeLive, uniqueName } from '../rig/live.ts';
import { loadEvents } from '../rig/load-captures.ts';
import { startProxy } from '../rig/proxy.ts';
import { random } from '../rig/random.ts';
import { siteRig } from '../rig/site.ts';

/** More than one chunk of delivery, so that a kill may fall between two. */
const PROGRAMS = 2_500;
const TILE = ['--from', '2026-06-01', '--to', '2026-06-02'];
const KILLS = 30;

/** What a store holds in the end, in the form that runs must not change. */
interface Contents {
  readonly findings: readonly string[];
  readonly sightings: number;
}

describeLive(
  'one tile run again, by several at once, and killed anywhere',
  ['elasticsearch8'],
  ({ elasticsearch8 }) => {
    const events = `${uniqueName('crash')}-`;
    const rigs: HuntRig[] = [];
    let undisturbed: Contents;

    /** A site of its own, set up, whose findings go to indices of its own. */
    const newSite = async (): Promise<{ rig: HuntRig; prefix: string }> => {
      const prefix = uniqueName('hunt');
      const rig = await siteRig({ url: elasticsearch8.url, events, findings: prefix, params: { min_population: 1 } });
      rigs.push(rig);
      expect((await rig.hunt('setup')).exitCode).toBe(0);
      return { rig, prefix };
    };

    const hunt = (rig: HuntRig) => rig.hunt('run', 'network/rare-egress', ...TILE, '--json');

    const contents = async (prefix: string): Promise<Contents> => {
      const settings = { nodes: [elasticsearch8.url], auth: { type: 'none' }, ca: null, caFingerprint: null } as const;
      await using client = connect({ ...settings, compatibility: 'auto', requestTimeoutMs: 30_000 });
      const store = elasticsearchStore(client, { prefix });
      const { signal } = new AbortController();
      await store.refresh(signal);
      const page = await store.list({}, 10_000, signal);
      expect(page.items).toHaveLength(page.total);
      return {
        findings: page.items.map(({ finding }) => canonicalFinding(finding)).toSorted(),
        sightings: Number((await esql(elasticsearch8, `FROM ${prefix}-sightings | STATS n = COUNT(*)`))[0]?.['n']),
      };
    };

    beforeAll(async () => {
      const programs = Array.from({ length: PROGRAMS }, (_, index) =>
        beacon({
          shape: 'sysmon',
          host: `ws-${index % 40}`,
          process: `tool-${index}.exe`,
          instance: 'a',
          ip: '198.41.0.4',
          perHour: 1,
          hours: 1,
          port: 4444,
        }),
      );
      await loadEvents(elasticsearch8, programs.flat(), { prefix: events });
      const { rig, prefix } = await newSite();
      expect((await hunt(rig)).exitCode).toBe(0);
      undisturbed = await contents(prefix);
      expect(undisturbed.findings).toHaveLength(PROGRAMS);
      expect(undisturbed.sightings).toBe(PROGRAMS);
    });

    afterAll(async () => {
      for (const rig of rigs) await rig[Symbol.asyncDispose]();
    });

    it.each([2, 10])('run %i times ends as run once', async (times) => {
      const { rig, prefix } = await newSite();
      for (let time = 0; time < times; time++) expect((await hunt(rig)).exitCode).toBe(0);
      expect(await contents(prefix)).toEqual(undisturbed);
    });

    it('run by 4 processes at once ends as run once', async () => {
      const { rig, prefix } = await newSite();
      const ended = await Promise.all(Array.from({ length: 4 }, () => hunt(rig)));
      expect(ended.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0, 0]);
      expect(await contents(prefix)).toEqual(undisturbed);
    });

    it.each([
      ['before the first bulk', 1, 'before'],
      ['between the first chunk and the second', 2, 'before'],
      ['after the second bulk, before its answer', 2, 'after'],
      ['before the last bulk', 3, 'before'],
    ] as const)('killed with -9 %s and run again ends as run once', async (_, nth, when) => {
      const { rig, prefix } = await newSite();
      await using proxy = await startProxy(elasticsearch8.url);
      const released = latch();
      const held = proxy.when({ path: /_bulk/, nth }, { kind: 'delay', when, until: released.opened });
      const process = rig.start('run', 'network/rare-egress', ...TILE, '--json', '--nodes', proxy.url);
      await held.struck;
      if (when === 'after') await written(prefix, nth * 1_000);
      process.kill('SIGKILL');
      expect((await process.ended).signal).toBe('SIGKILL');
      expect((await contents(prefix)).findings.length).toBeLessThan(PROGRAMS);
      // What the proxy held reaches the server after its sender is dead, beside the next run.
      released.open();
      expect((await hunt(rig)).exitCode).toBe(0);
      expect(await contents(prefix)).toEqual(undisturbed);
    });

    it(`killed with -9 at ${KILLS} random moments and then run once more ends as run once`, async () => {
      const { rig, prefix } = await newSite();
      const next = random(20_261_121);
      const started = performance.now();
      expect((await hunt((await newSite()).rig)).exitCode).toBe(0);
      const runMs = performance.now() - started;
      let killed = 0;
      for (let kill = 0; kill < KILLS; kill++) {
        const process = rig.start('run', 'network/rare-egress', ...TILE, '--json');
        // The moment of the kill is what is drawn; it falls anywhere in a run.
        await setTimeout(next() * runMs);
        process.kill('SIGKILL');
        if ((await process.ended).signal === 'SIGKILL') killed++;
      }
      expect(killed).toBeGreaterThan(KILLS / 2);
      expect((await hunt(rig)).exitCode).toBe(0);
      expect(await contents(prefix)).toEqual(undisturbed);
    });

    /** Waits until the server holds so many findings: a bulk whose answer is held back has been carried out. */
    async function written(prefix: string, findings: number): Promise<void> {
      await expect.poll(async () => (await contents(prefix)).findings.length, { timeout: 30_000 }).toBe(findings);
    }
  },
);
