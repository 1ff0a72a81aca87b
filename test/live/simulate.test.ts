import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SHAPE_NAMES } from '../../src/simulate/shape.ts';
import { mustAsk } from '../rig/elasticsearch.ts';
import type { HuntRig } from '../rig/hunt.ts';
import { describeLive, uniqueName } from '../rig/live.ts';
import { loadEvents, logsTemplate } from '../rig/load-captures.ts';
import { expectedOf, simulated, siteFilesOf } from '../rig/simulated.ts';
import { siteRig } from '../rig/site.ts';

const RARE = 'network/rare-egress';
const HIGH = 'network/high-connection-count';

interface Ran {
  readonly run: {
    readonly verdict: string;
    readonly population: number | null;
    readonly hidden: readonly { readonly by: string; readonly name: string; readonly count: number }[];
  };
  readonly findings: readonly {
    readonly key: Readonly<Record<string, string>>;
    readonly sets: Readonly<Record<string, { readonly values: readonly (string | number)[] }>>;
    readonly latest: { readonly count: number; readonly hosts: number };
  }[];
}

/** Findings of a hunt in the columns of a manifest, by program. */
async function found(rig: HuntRig, hunt: string, ...time: readonly string[]) {
  const ended = await rig.hunt('run', hunt, ...time, '--json');
  const [ran] = JSON.parse(ended.stdout) as readonly [Ran];
  const findings = ran.findings.map(({ key, sets, latest: { count, hosts } }) => ({
    ...key,
    ...(hunt === RARE ? { hosts } : {}),
    count,
    'destination.ip': key['destination.ip'] ?? sets['destination.ip']?.values.join(),
    ...(hunt === RARE ? { 'destination.port': sets['destination.port']?.values[0] } : {}),
  }));
  return { run: ran.run, findings: findings.sort((a, b) => (a.count < b.count ? -1 : 1)) };
}

const byCount = (a: Readonly<Record<string, string | number>>, b: typeof a) =>
  Number(a['count']) < Number(b['count']) ? -1 : 1;

describeLive('the simulated office', ['elasticsearch8'], ({ elasticsearch8 }) => {
  describe.each(SHAPE_NAMES)('as %s', (shape) => {
    const events = `${uniqueName('office')}-`;
    const { events: documents, manifest } = simulated({ shape });
    const week = ['--from', manifest.span.start, '--to', manifest.span.end];
    const lastDay = ['--from', '2026-11-13', '--to', manifest.span.end];
    const site = { url: elasticsearch8.url, events, params: {} };
    let guarded: HuntRig;
    let bare: HuntRig;

    beforeAll(async () => {
      await loadEvents(elasticsearch8, documents, { prefix: events });
      guarded = await siteRig({ ...site, findings: uniqueName('hunt'), files: siteFilesOf(manifest) });
      bare = await siteRig({ ...site, findings: uniqueName('hunt') });
      for (const rig of [guarded, bare]) expect((await rig.hunt('setup')).exitCode).toBe(0);
    });

    afterAll(async () => {
      await guarded[Symbol.asyncDispose]();
      await bare[Symbol.asyncDispose]();
    });

    it('gives each hunt its attack and none of the look-alikes, and tells what was hidden by what', async () => {
      const rare = await found(guarded, RARE, ...week);
      expect(rare.run).toMatchObject({ verdict: 'findings', population: manifest.population });
      expect(expectedOf(manifest, RARE)).toHaveLength(1);
      expect(rare.findings).toEqual(expectedOf(manifest, RARE));
      const hiddenBy = (name: string) => rare.run.hidden.find((hidden) => hidden.name.startsWith(name))?.count ?? 0;
      const counts = expectedOf(manifest, RARE, true);
      const countOf = (program: string) => counts.find((finds) => finds['process.name'] === program)?.['count'];
      expect(hiddenBy('our-ranges')).toBe(countOf('sitelink.exe'));
      expect(hiddenBy('fleetcopy-of-administrators')).toBe(countOf('fleetcopy.exe'));
      expect(hiddenBy('non-public')).toBeGreaterThan(0);
      expect(hiddenBy('installed-browsers') + hiddenBy('signed-browsers')).toBeGreaterThan(0);
      const high = await found(guarded, HIGH, ...lastDay);
      expect(expectedOf(manifest, HIGH)).toHaveLength(1);
      expect(high.findings).toEqual(expectedOf(manifest, HIGH));
      expect((await found(guarded, HIGH, ...week)).findings).toEqual(high.findings);
    });

    it('gives what only the list and the exception keep out where a site has neither', async () => {
      const { findings } = await found(bare, RARE, ...week);
      expect(findings).toHaveLength(3);
      expect(findings).toEqual(expectedOf(manifest, RARE, true).toSorted(byCount));
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
        expect(stderr).toContain('Next: hunt run');
        expect(exitCode).toBe(0);
        const { manifest } = JSON.parse(stdout) as {
          manifest: { documents: number; span: { start: string; end: string } };
        };
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
