import { expect, it } from 'vitest';
import { mustAsk } from '../rig/elasticsearch.ts';
import { describeLive, uniqueName } from '../rig/live.ts';
import { siteRig } from '../rig/site.ts';

interface TestJson {
  readonly hunt: string;
  readonly test: string;
  readonly passed: boolean;
  readonly faults: readonly unknown[];
}

describeLive('the tests inside hunts on Elasticsearch', ['elasticsearch8'], ({ elasticsearch8 }) => {
  const rigFor = (files: Readonly<Record<string, string>> = {}) =>
    siteRig({ url: elasticsearch8.url, events: `${uniqueName('none')}-`, findings: uniqueName('hunt'), files });
  const leftovers = async () => Object.keys((await mustAsk(elasticsearch8, 'GET', '/hunt-test-*/_settings')) as object);

  it(
    'pass for every shipped hunt, though the site keeps its events elsewhere, and leave nothing behind',
    { timeout: 600_000 },
    async () => {
      await using rig = await rigFor();
      const ended = await rig.hunt('test', '--engine', 'elasticsearch', '--json');
      const results = JSON.parse(ended.stdout) as TestJson[];
      expect(results.filter(({ passed }) => !passed)).toEqual([]);
      expect(new Set(results.map(({ hunt }) => hunt)).size).toBeGreaterThan(40);
      expect(ended.exitCode).toBe(0);
      expect(await leftovers()).toEqual([]);
    },
  );

  it('remove what a test left that was killed long ago, which doctor names, and nothing younger', async () => {
    const old = 'hunt-test-20200101t000000z-0a1b2c3d-logs-x';
    const young = `hunt-test-${new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, '').toLowerCase()}z-0a1b2c3d-logs-x`;
    for (const index of [old, young]) await mustAsk(elasticsearch8, 'PUT', `/${index}`);
    try {
      await using rig = await rigFor();
      const { stdout } = await rig.hunt('doctor', '--json');
      expect(stdout).toContain(old);
      expect(stdout).not.toContain(young);
      await rig.hunt('test', 'network/rare-egress', '--engine', 'elasticsearch', '--json');
      const left = await leftovers();
      expect(left).toContain(young);
      expect(left).not.toContain(old);
    } finally {
      await mustAsk(elasticsearch8, 'DELETE', `/${young}`);
    }
  });

  it('fail with the event that the server refuses, and leave nothing behind', async () => {
    const event = '{ "@timestamp": "2026-11-02T09:00:00Z", destination.ip: nowhere, event.dataset: x }';
    const hunt = `name: One
hypothesis: A.
status: stable
severity: low
sources: { any_of: [test.events] }
window: 1d
esql: "FROM logs-x-* | KEEP destination.ip"
finding: { title: t, key: [destination.ip] }
tests: [{ name: an address, events: [${event}], finds: [] }]
`;
    const sources =
      'test.events:\n  description: D.\n  index: [logs-x-*]\n  clock: ["@timestamp"]\n  heartbeat: 1h\n  enable: E.\n';
    await using rig = await rigFor({ 'hunts/one.yml': hunt, 'hunts/sources.yml': sources });
    const ended = await rig.hunt('test', 'one', '--engine', 'elasticsearch');
    expect(ended).toMatchObject({
      exitCode: 1,
      stdout: expect.stringMatching(
        /FAIL {2}one .*\n {2}Elasticsearch refused event 1 of the test: document_parsing_exception/,
      ),
    });
    expect(await leftovers()).toEqual([]);
  });
});
