import { beforeAll, afterAll, describe, expect, it } from 'vitest';
import { esql, type Node } from '../rig/elasticsearch.ts';
import { describeCaptures, describeLive, uniqueName } from '../rig/live.ts';
import { type EcsEvent, loadCaptures, loadEvents } from '../rig/load-captures.ts';
import type { HuntRig } from '../rig/hunt.ts';
import { siteRig } from '../rig/site.ts';
import { beacon, type Shape } from '../rig/beacons.ts';

interface RunJson {
  readonly run: {
    readonly verdict: string;
    readonly reasons: readonly { readonly code: string; readonly text: string }[];
    readonly rows: number;
    readonly findings: number;
    readonly population: number;
    readonly deltas: Readonly<Record<string, number>>;
    readonly hidden: readonly { readonly by: string; readonly name: string; readonly count: number }[];
    readonly sources: readonly { readonly name: string; readonly state: string; readonly documents: number }[];
    readonly unkeyed: { readonly events: number };
    readonly queries: readonly { readonly purpose: string; readonly esql: string }[];
  };
  readonly findings: readonly {
    readonly key: Readonly<Record<string, string>>;
    readonly sets: Readonly<Record<string, { readonly values: readonly unknown[] }>>;
    readonly latest: {
      readonly count: number;
      readonly hosts: number;
      readonly title: string;
      readonly drilldown: string;
    };
    readonly evidence: { readonly values: readonly string[] };
    readonly firstSeen: string;
    readonly lastSeen: string;
    readonly eventStart: string;
    readonly eventEnd: string;
  }[];
}

const WHOLE_ESTATE = ['--from', '2019-01-01', '--to', '2024-01-01'];

async function run(rig: HuntRig, ...args: readonly string[]): Promise<{ exitCode: number | null; result: RunJson }> {
  const ended = await rig.hunt('run', ...args, '--json');
  const results = ended.stdout === '' ? [] : (JSON.parse(ended.stdout) as RunJson[]);
  const [result] = results;
  if (result === undefined) throw new Error(`hunt run ${args.join(' ')} gave no result: ${ended.stderr}`);
  return { exitCode: ended.exitCode, result };
}

describeCaptures('rare egress over the recorded captures', ['elasticsearch8'], ({ elasticsearch8 }, folder) => {
  const events = `${uniqueName('rare')}-`;
  let shipped: HuntRig;
  let site: HuntRig;

  beforeAll(async () => {
    await loadCaptures(elasticsearch8, folder, { prefix: events });
    shipped = await siteRig({ url: elasticsearch8.url, events, findings: uniqueName('hunt') });
    site = await siteRig({
      url: elasticsearch8.url,
      events,
      findings: uniqueName('hunt'),
      privateToo: true,
      params: { min_population: 1 },
    });
    for (const rig of [shipped, site]) expect((await rig.hunt('setup')).exitCode).toBe(0);
  });

  afterAll(async () => {
    await shipped[Symbol.asyncDispose]();
    await site[Symbol.asyncDispose]();
  });

  it.each([
    ['empire-dllinjection', '2020-07-22T04:00:46Z', '2020-07-22T04:05:02Z'],
    ['covenant-psremoting', '2019-12-05T01:49:28Z', '2019-12-05T01:55:13Z'],
    ['covenant-dcom-browsing', '2020-10-09T22:27:48Z', '2020-10-09T22:32:55Z'],
    ['msf-procdump', '2023-08-16T00:33:51Z', '2023-08-16T00:47:22Z'],
  ])('as shipped finds nothing in %s, and says that its population is too small', async (_, from, to) => {
    const { exitCode, result } = await run(shipped, 'network/rare-egress', '--from', from, '--to', to);
    expect(result.run.sources.find(({ name }) => name === 'sysmon.network')?.documents).toBeGreaterThan(0);
    expect(result.findings).toEqual([]);
    expect(result.run.verdict).toBe('degraded');
    expect(result.run.reasons.map(({ text }) => text)).toEqual([`Population ${result.run.population} < 10`]);
    expect(exitCode).toBe(4);
  });

  it('names every attacker where private addresses count', async () => {
    const { exitCode, result } = await run(site, 'network/rare-egress', ...WHOLE_ESTATE);
    expect(exitCode).toBe(0);
    const reached = new Map(
      result.findings.map(({ key, sets }) => [
        key['process.name'],
        { ips: sets['destination.ip']?.values, ports: sets['destination.port']?.values },
      ]),
    );
    expect(reached.get('regsvr32.exe')).toEqual({ ips: ['10.10.10.5'], ports: [8444] });
    expect(reached.get('grunthttp.exe')).toEqual({ ips: ['172.18.39.6'], ports: [65077, 65082] });
    expect(reached.get('winx64_payload.exe')).toEqual({ ips: ['10.0.5.13'], ports: [4433] });
    expect(reached.get('powershell.exe')).toEqual({ ips: ['172.18.39.106'], ports: [5985] });
    expect(reached.get('purplesharp.exe')?.ports).toEqual([389, 445, 5985]);
  });

  it('agrees with queries written by hand', async () => {
    const { result } = await run(site, 'network/rare-egress', ...WHOLE_ESTATE);
    const from = `FROM ${events}logs-windows.sysmon_operational-* | WHERE event.code == "3"`;
    const rare = `${from} AND network.direction == "egress" AND network.transport == "tcp" AND destination.port != 80 AND destination.port != 443
      | WHERE ENDS_WITH(TO_LOWER(process.name), ".exe")`;
    const [hosts] = await esql(elasticsearch8, `${from} | STATS n = COUNT_DISTINCT(TO_LOWER(host.name))`);
    expect(result.run.population).toBe(hosts?.['n']);
    expect(result.run.sources.find(({ name }) => name === 'sysmon.network')?.documents).toBe(
      (await esql(elasticsearch8, `${from} | STATS n = COUNT(*)`))[0]?.['n'],
    );
    const programs = await esql(
      elasticsearch8,
      `${rare} | STATS count = COUNT(*), hosts = COUNT_DISTINCT(TO_LOWER(host.name)) BY name = TO_LOWER(process.name) | WHERE hosts <= 3`,
    );
    expect(result.findings.length).toBeGreaterThan(0);
    expect(new Map(result.findings.map(({ key, latest }) => [key['process.name'], latest.count]))).toEqual(
      new Map(programs.map(({ name, count }) => [name, count])),
    );
  });

  it('counts what a list hides, and the drill-down shows the events of the evidence', async () => {
    const { result } = await run(shipped, 'network/rare-egress', ...WHOLE_ESTATE, '--dry-run');
    const hidden = result.run.hidden.find(({ by, name }) => by === 'list' && name.startsWith('non-public'));
    const matched = await esql(
      elasticsearch8,
      `FROM ${events}logs-windows.sysmon_operational-* | WHERE event.code == "3" AND network.direction == "egress" AND network.transport == "tcp" AND destination.port != 80 AND destination.port != 443
        | WHERE ENDS_WITH(TO_LOWER(process.name), ".exe") AND CIDR_MATCH(destination.ip, "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "169.254.0.0/16", "fe80::/10", "::1/128") | STATS n = COUNT(*)`,
    );
    expect(hidden?.count).toBeGreaterThan(0);
    expect(hidden?.count).toBe(matched[0]?.['n']);
    const found = await run(site, 'network/rare-egress', ...WHOLE_ESTATE);
    for (const { latest, evidence } of found.result.findings) {
      const rows = await esql(elasticsearch8, latest.drilldown.replace(/^(FROM [^\n]*)/, '$1 METADATA _id, _index'));
      const ids = rows.map((row) => `${String(row['_index'])}/${String(row['_id'])}`);
      expect(rows).toHaveLength(latest.count);
      expect(evidence.values.length).toBe(Math.min(10, latest.count));
      for (const id of evidence.values) expect(ids).toContain(id);
    }
  });

  it('gives the same findings without a server', async () => {
    const params = { min_population: 1 };
    await using embedded = await siteRig({ url: null, events: '', findings: 'hunt', privateToo: true, params });
    const ingested = await embedded.hunt('ingest', `${folder}*.ndjson.gz`);
    expect(ingested.exitCode, ingested.stderr).toBe(0);
    const [here, there] = [
      await run(embedded, 'network/rare-egress', ...WHOLE_ESTATE),
      await run(site, 'network/rare-egress', ...WHOLE_ESTATE),
    ];
    // Documents of the captures have no id of their own, so samples and drill-downs name them in two ways.
    const told = ({ findings }: RunJson) =>
      findings
        .map(({ evidence, latest: { count, hosts, title }, ...finding }) => {
          const { key, sets, firstSeen, lastSeen, eventStart, eventEnd } = finding;
          const times = { firstSeen, lastSeen, eventStart, eventEnd };
          return { key, sets, ...times, count, hosts, title, samples: evidence.values.length };
        })
        .toSorted((a, b) => (JSON.stringify(a.key) < JSON.stringify(b.key) ? -1 : 1));
    expect(here.result.findings.length).toBeGreaterThan(0);
    expect(told(here.result)).toEqual(told(there.result));
    expect(here.result.run.population).toBe(there.result.run.population);
  });

  it('written again tells recurring, and findings are listed once', async () => {
    const again = await run(site, 'network/rare-egress', ...WHOLE_ESTATE);
    expect(again.result.run.deltas['recurring']).toBe(again.result.findings.length);
    const listed = JSON.parse((await site.hunt('findings', '--json', '--limit', '100')).stdout) as
      { findings?: unknown[] } | unknown[];
    const items = Array.isArray(listed) ? listed : (listed.findings ?? []);
    expect(items).toHaveLength(again.result.findings.length);
  });
});

const SHAPES: readonly Shape[] = ['defend', 'sysmon', 'winlogbeat'];
const DAY = ['--from', '2026-06-01', '--to', '2026-06-02'];

describeLive('high connection count', ['elasticsearch8'], ({ elasticsearch8 }) => {
  describe.each(SHAPES)('on events of %s', (shape) => {
    let rig: HuntRig;
    const events = `${uniqueName('count')}-`;
    const load = (node: Node, more: readonly EcsEvent[]) => loadEvents(node, more, { prefix: events });

    beforeAll(async () => {
      await load(elasticsearch8, [
        // 150 an hour for 5 h, one host, one process: the beacon
        ...beacon({
          shape,
          host: 'ws-01',
          process: 'svchost.exe',
          instance: 'a',
          ip: '198.41.0.4',
          perHour: 150,
          hours: 5,
        }),
        // the same from two processes, from two hosts, too slow, too short, and to a private address: look-alikes
        ...beacon({
          shape,
          host: 'ws-02',
          process: 'chrome.exe',
          instance: 'b',
          ip: '199.7.91.13',
          perHour: 75,
          hours: 5,
        }),
        ...beacon({
          shape,
          host: 'ws-02',
          process: 'chrome.exe',
          instance: 'c',
          ip: '199.7.91.13',
          perHour: 75,
          hours: 5,
        }),
        ...beacon({
          shape,
          host: 'ws-03',
          process: 'msedge.exe',
          instance: 'd',
          ip: '192.33.4.12',
          perHour: 75,
          hours: 5,
        }),
        ...beacon({
          shape,
          host: 'ws-04',
          process: 'msedge.exe',
          instance: 'd',
          ip: '192.33.4.12',
          perHour: 75,
          hours: 5,
        }),
        ...beacon({
          shape,
          host: 'ws-05',
          process: 'firefox.exe',
          instance: 'e',
          ip: '193.0.14.129',
          perHour: 100,
          hours: 5,
        }),
        ...beacon({
          shape,
          host: 'ws-06',
          process: 'firefox.exe',
          instance: 'f',
          ip: '202.12.27.33',
          perHour: 300,
          hours: 3,
        }),
        ...beacon({
          shape,
          host: 'ws-07',
          process: 'svchost.exe',
          instance: 'g',
          ip: '10.1.2.3',
          perHour: 150,
          hours: 5,
        }),
        ...beacon({
          shape,
          host: 'ws-08',
          process: 'updater.exe',
          instance: 'h',
          ip: '192.5.5.241',
          perHour: 150,
          hours: 5,
        }),
      ]);
      rig = await siteRig({ url: elasticsearch8.url, events, findings: uniqueName('hunt') });
      expect((await rig.hunt('setup')).exitCode).toBe(0);
    });

    afterAll(() => rig[Symbol.asyncDispose]());

    it('finds the beacon and none of its look-alikes', async () => {
      const { exitCode, result } = await run(rig, 'network/high-connection-count', ...DAY);
      expect(result.findings.map(({ key }) => key)).toEqual([
        { 'host.name': 'ws-01', 'process.name': 'svchost.exe', 'destination.ip': '198.41.0.4' },
      ]);
      expect(result.findings[0]?.latest.count).toBe(751);
      expect(result.run.verdict).toBe('findings');
      expect(exitCode).toBe(0);
      const hidden = result.run.hidden.find(({ name }) => name.startsWith('non-public'));
      expect(hidden?.count).toBe(751);
    });

    it('exits with 1 for findings when asked to', async () => {
      const ended = await rig.hunt('run', 'network/high-connection-count', ...DAY, '--dry-run', '--fail-on-findings');
      expect(ended.exitCode).toBe(1);
    });

    it('is blind where no data came, not clean', async () => {
      const { exitCode, result } = await run(
        rig,
        'network/high-connection-count',
        '--from',
        '2026-09-01',
        '--to',
        '2026-09-02',
        '--dry-run',
      );
      expect(result.run, JSON.stringify(result.run.reasons)).toMatchObject({ verdict: 'blind' });
      expect(exitCode).toBe(4);
    });
  });
});
