// The commands as users with few privileges, on a node with users and TLS: what works, what is refused and how it is
// told; and no password anywhere but where it was put.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { beacon } from '../rig/beacons.ts';
import type { Ended } from '../rig/command.ts';
import { mustAsk } from '../rig/elasticsearch.ts';
import { huntRig, type HuntRig } from '../rig/hunt.ts';
import { describeLive, uniqueName } from '../rig/live.ts';
import { loadEvents } from '../rig/load-captures.ts';
import type { Credentials } from '../rig/secured.ts';
import { DAY, HUNT } from './failure-stand.ts';

const PLANTED = { host: 'ws-01', process: 'svchost.exe', instance: 'a', ip: '198.41.0.4', perHour: 150, hours: 5 };
const KINDS = ['findings', 'sightings', 'runs', 'ledger', 'outbox'];

describeLive('hunts as users with few privileges', ['secured'], ({ secured }) => {
  const events = `${uniqueName('user')}-`;
  const store = uniqueName('user-hunt');
  const everSaid: Ended[] = [];
  const rigs: HuntRig[] = [];

  interface Way {
    readonly password: 'file' | 'environment';
    readonly trust: 'ca_file' | 'fingerprint';
  }

  /** A site of that user; every word that its commands say is kept for the search for secrets. */
  const siteOf = async ({ username, password }: Credentials, way: Way, prefix = store) => {
    const config = {
      elasticsearch: {
        nodes: [secured.url],
        prefix,
        username,
        ...(way.password === 'file' ? { password_file: 'password' } : {}),
        ...(way.trust === 'ca_file' ? { ca_file: secured.caFile } : { fingerprint: secured.caFingerprint }),
      },
      retention: { findings: '3650d', sightings: '3650d', runs: '3650d' },
      sources: {
        'endpoint.network': { absent: true },
        'sysmon.network': { index: [`${events}logs-windows.sysmon_operational-*`] },
        ...Object.fromEntries(OTHER_SOURCES.map((name) => [name, { absent: true }])),
      },
    };
    const rig = await huntRig({
      env: way.password === 'environment' ? { TRACEHOUND_ELASTICSEARCH_PASSWORD: password } : {},
      files: {
        'hunt.config.yml': JSON.stringify(config),
        ...(way.password === 'file' ? { password: `${password}\n` } : {}),
      },
    });
    rigs.push(rig);
    return async (...args: readonly string[]) => {
      const ended = await rig.hunt(...args);
      everSaid.push(ended);
      return ended;
    };
  };
  const CA_AND_FILE: Way = { password: 'file', trust: 'ca_file' };
  const WAYS: readonly Way[] = [CA_AND_FILE, { password: 'environment', trust: 'fingerprint' }];

  beforeAll(async () => {
    await loadEvents(secured, beacon({ ...PLANTED, shape: 'sysmon' }), { prefix: events });
  });

  afterAll(async () => {
    await Promise.all(rigs.map((rig) => rig[Symbol.asyncDispose]()));
  });

  it('hunter may not set up: the privilege is named, and nothing is made', async () => {
    const hunt = await siteOf(secured.hunter, CA_AND_FILE);
    const ended = await hunt('setup');
    expect([ended.exitCode, ended.stdout]).toEqual([3, '']);
    expect(ended.stderr).toMatch(/\[PRIVILEGE\]$/m);
    expect(ended.stderr).toMatch(/Grant the cluster privilege "manage_index_templates" to "hunter"/);
    expect(await mustAsk(secured, 'GET', `/_resolve/index/${store}-*`)).toMatchObject({ indices: [], aliases: [] });
  });

  it('the superuser sets up, by environment and fingerprint', async () => {
    const hunt = await siteOf(secured.elastic, { password: 'environment', trust: 'fingerprint' });
    const ended = await hunt('setup');
    expect(ended, ended.stderr).toMatchObject({ exitCode: 0 });
  });

  describe.each(WAYS)('hunter, password from $password, trust by $trust', (way) => {
    let hunt: Awaited<ReturnType<typeof siteOf>>;
    beforeAll(async () => {
      hunt = await siteOf(secured.hunter, way);
    });

    it('finds the planted beacon and writes it', async () => {
      const ended = await hunt('run', HUNT, ...DAY, '--json');
      expect(ended, ended.stderr).toMatchObject({ exitCode: 0 });
      const [{ run, findings }] = JSON.parse(ended.stdout) as [{ run: object; findings: readonly object[] }];
      expect(run).toMatchObject({ verdict: 'findings', saved: true, error: null });
      expect(findings).toMatchObject([{ key: { 'host.name': 'ws-01', 'destination.ip': '198.41.0.4' } }]);
    });

    it('reads findings and runs', async () => {
      await stored(); // refreshes: what was written a moment ago can be searched
      const findings = await hunt('findings', '--json');
      const runs = await hunt('runs', '--json');
      expect([findings.exitCode, runs.exitCode]).toEqual([0, 0]);
      expect(findings.stdout).toContain('"ws-01"');
      expect(runs.stdout).toContain(`"${HUNT}"`);
    });

    it('looks for gaps and prunes, without the privilege to refresh', async () => {
      const gaps = await hunt('gaps', '--json');
      expect(gaps, gaps.stderr).toMatchObject({ exitCode: 0, stdout: '[]\n' });
      const prune = await hunt('prune', '--json');
      expect(prune, prune.stderr).toMatchObject({ exitCode: 0 });
      expect(JSON.parse(prune.stdout)).toContainEqual(expect.objectContaining({ what: 'runs', documents: 0 }));
    });

    it('sees its sources, and what it has is enough for doctor', async () => {
      const sources = await hunt('sources', '--json');
      expect(sources, sources.stderr).toMatchObject({ exitCode: 0 });
      expect(JSON.parse(sources.stdout)).toContainEqual(
        expect.objectContaining({ name: 'sysmon.network', missingPrivileges: [], error: null }),
      );
      const diagnoses = diagnosesOf(await hunt('doctor', '--json'));
      expect(diagnoses.filter(({ level }) => level === 'failure')).toEqual([]);
      expect(diagnoses).toContainEqual(expect.objectContaining({ what: 'store', level: 'ok' }));
    });
  });

  it('doctor names the privileges that are missing', async () => {
    const hunt = await siteOf(secured.stranger, CA_AND_FILE);
    const doctor = await hunt('doctor', '--json');
    expect(doctor.exitCode).toBe(3);
    const told = diagnosesOf(doctor)
      .filter(({ level }) => level !== 'ok')
      .map(({ what, text, remedy }) => `${what}: ${text} ${remedy ?? ''}`)
      .join('\n');
    expect(told).toMatch(
      /^store: .*unauthorized for user \[stranger\].* Grant the index privilege "view_index_metadata"/m,
    );
    expect(told).toMatch(/^source sysmon\.network: .*missing privileges: read, view_index_metadata/m);
  });

  it.each([
    { args: ['run', HUNT, ...DAY] },
    { args: ['run', HUNT, ...DAY, '--dry-run'] },
    { args: ['findings'] },
    { args: ['runs'] },
    { args: ['setup'] },
    { args: ['query', `FROM ${events}logs-* | LIMIT 1`] },
  ])('stranger is told what is missing: $args', async ({ args }) => {
    const hunt = await siteOf(secured.stranger, CA_AND_FILE);
    const { exitCode, stdout, stderr } = await hunt(...args);
    expect(exitCode).toBe(3);
    expect(stdout + stderr).toMatch(/unauthorized for user \[stranger\]|Unknown index/);
    expect(stdout + stderr).toMatch(/Grant the (?:index|cluster) privilege "\w+"|that the user may see/);
    expect(stderr).not.toMatch(/Unexpected error|\n +at /);
  });

  it('reader may try a hunt out, and not write', async () => {
    const before = await stored();
    const hunt = await siteOf(secured.reader, CA_AND_FILE);
    const tried = await hunt('run', HUNT, ...DAY, '--dry-run', '--json');
    expect(tried, tried.stderr).toMatchObject({ exitCode: 0 });
    expect(JSON.parse(tried.stdout)).toMatchObject([{ run: { verdict: 'findings', saved: false } }]);
    const refused = await hunt('run', HUNT, ...DAY, '--json');
    expect([refused.exitCode, refused.stdout]).toEqual([3, '']);
    expect(refused.stderr).toMatch(/Grant the index privilege "view_index_metadata" on "\S+-findings" to "reader"/);
    expect(await stored()).toBe(before);
  });

  it('no password was said or stored, neither plain nor as the header carries it', async () => {
    const kept = await stored();
    const said = everSaid.map(({ stdout, stderr }) => stdout + stderr).join('\n');
    expect(everSaid.length).toBeGreaterThan(10);
    expect(kept).toContain(HUNT);
    for (const { username, password } of [secured.hunter, secured.reader, secured.stranger, secured.elastic]) {
      const header = Buffer.from(`${username}:${password}`).toString('base64');
      for (const text of [said, kept]) {
        expect(text).not.toContain(password);
        expect(text).not.toContain(header);
      }
    }
  });

  /** Every document of the store, as the superuser reads it. */
  async function stored(): Promise<string> {
    const names = KINDS.map((kind) => `${store}-${kind}`).join(',');
    await mustAsk(secured, 'POST', `/${names}/_refresh`);
    const { hits } = (await mustAsk(secured, 'GET', `/${names}/_search?size=1000&sort=_index,_doc`)) as {
      readonly hits: object;
    };
    return JSON.stringify(hits);
  }
});

const OTHER_SOURCES = ['sysmon.dns', 'security.5156', 'zeek.connection', 'windows.firewall'];

interface Diagnosis {
  readonly what: string;
  readonly level: string;
  readonly text: string;
  readonly remedy: string | null;
}

function diagnosesOf({ stdout }: Ended): readonly Diagnosis[] {
  return JSON.parse(stdout) as readonly Diagnosis[];
}
