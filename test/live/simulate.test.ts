import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SHAPE_NAMES } from '../../src/simulate/shapes/shape.ts';
import { mustAsk } from '../rig/elasticsearch.ts';
import type { HuntRig } from '../rig/hunt.ts';
import { describeLive, uniqueName } from '../rig/live.ts';
import { logsTemplate } from '../rig/load-captures.ts';
import {
  canonicalOf,
  expectedOf,
  HIGH,
  inColumns,
  loadSimulated,
  RARE,
  runOne,
  simulated,
  siteFilesOf,
} from '../rig/simulated.ts';
import { siteRig } from '../rig/site.ts';

describeLive('the simulated office', ['elasticsearch8'], ({ elasticsearch8 }) => {
  describe.each(SHAPE_NAMES)('as %s', (shape) => {
    const events = `${uniqueName('office')}-`;
    const office = simulated({ shape }, events);
    const { manifest } = office;
    const week = ['--from', manifest.span.start, '--to', manifest.span.end];
    const lastDay = ['--from', '2026-11-13', '--to', manifest.span.end];
    const rigs: HuntRig[] = [];
    const site = async (url: string | null, files: Readonly<Record<string, string>> = {}): Promise<HuntRig> => {
      const rig = await siteRig({ url, events, findings: uniqueName('hunt'), files });
      rigs.push(rig);
      return rig;
    };
    let guarded: HuntRig;

    beforeAll(async () => {
      await loadSimulated(elasticsearch8, office, events);
      guarded = await site(elasticsearch8.url, siteFilesOf(manifest));
      expect((await guarded.hunt('setup')).exitCode).toBe(0);
    });

    afterAll(async () => {
      for (const rig of rigs) await rig[Symbol.asyncDispose]();
    });

    it('gives each hunt its attack and none of the look-alikes, and tells what was hidden by what', async () => {
      const rare = await runOne(guarded, RARE, ...week);
      expect(rare.run).toMatchObject({ verdict: 'findings', population: manifest.population });
      expect(expectedOf(manifest, RARE)).toHaveLength(1);
      expect(inColumns(RARE, rare)).toEqual(expectedOf(manifest, RARE));
      const hiddenBy = (name: string) => rare.run.hidden.find((hidden) => hidden.name.startsWith(name))?.count ?? 0;
      const counts = expectedOf(manifest, RARE, true);
      const countOf = (program: string) => counts.find((finds) => finds['process.name'] === program)?.['count'];
      expect(hiddenBy('our-ranges')).toBe(countOf('sitelink.exe'));
      expect(hiddenBy('fleetcopy-of-administrators')).toBe(countOf('fleetcopy.exe'));
      expect(hiddenBy('non-public')).toBeGreaterThan(0);
      expect(hiddenBy('installed-browsers') + hiddenBy('signed-browsers')).toBeGreaterThan(0);
      expect(expectedOf(manifest, HIGH)).toHaveLength(1);
      for (const time of [lastDay, week]) {
        expect(inColumns(HIGH, await runOne(guarded, HIGH, ...time))).toEqual(expectedOf(manifest, HIGH));
      }
    });

    it('gives what only the list and the exception keep out where a site has neither', async () => {
      const bare = await site(elasticsearch8.url);
      expect((await bare.hunt('setup')).exitCode).toBe(0);
      const found = inColumns(RARE, await runOne(bare, RARE, ...week));
      expect(found).toHaveLength(3);
      expect(found).toEqual(expectedOf(manifest, RARE, true));
    });

    it('gives the same findings without a server, in canonical form', async () => {
      const embedded = await site(null, siteFilesOf(manifest));
      await embedded.write('office.bulk', office.bulk);
      const { exitCode, stderr } = await embedded.hunt('ingest', 'office.bulk');
      expect(exitCode, stderr).toBe(0);
      for (const [hunt, time] of [
        [RARE, week],
        [HIGH, lastDay],
      ] as const) {
        const [here, there] = [await runOne(embedded, hunt, ...time), await runOne(guarded, hunt, ...time)];
        expect([here.run.engine, there.run.engine]).toEqual(['embedded', 'elasticsearch']);
        expect(here.findings).toHaveLength(1);
        const plain = (findings: readonly unknown[]) =>
          findings.map((finding) => ({ ...(finding as object), delta: null }));
        expect(plain(canonicalOf(here))).toEqual(plain(canonicalOf(there)));
        expect(here.run.hidden).toEqual(there.run.hidden);
        expect(here.run.population).toBe(there.run.population);
      }
    });
  });

  it('goes into the node by itself, and twice is once', async () => {
    const index = 'logs-endpoint.events.network-simulate';
    const template = uniqueName('simulate');
    const options = { body: { ...logsTemplate(index, false), priority: 900 } };
    await mustAsk(elasticsearch8, 'PUT', `/_index_template/${template}`, options);
    await using rig = await siteRig({ url: elasticsearch8.url, events: '', findings: uniqueName('hunt') });
    try {
      const args = ['simulate', '--index', '--hosts', '30', '--days', '2', '--density', '0.2', '--json'];
      for (let time = 0; time < 2; time++) {
        const { exitCode, stdout, stderr } = await rig.hunt(...args);
        expect(exitCode, stderr).toBe(0);
        expect(stderr).toContain('Next: hunt run');
        const { manifest } = JSON.parse(stdout) as { manifest: { documents: number } };
        const { count } = (await mustAsk(elasticsearch8, 'GET', `/${index}/_count`)) as { count: number };
        expect(count).toBe(manifest.documents);
        expect(count).toBeGreaterThan(10_000);
      }
    } finally {
      await mustAsk(elasticsearch8, 'DELETE', `/${index}`);
      await mustAsk(elasticsearch8, 'DELETE', `/_index_template/${template}`);
    }
  });
});
