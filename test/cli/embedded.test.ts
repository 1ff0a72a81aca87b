// The whole way without a server: events in, hunts over them, findings kept.
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { huntRig } from '../rig/hunt.ts';

const EVENTS = new URL('../../hunts/network/rare-egress.found.ndjson', import.meta.url);
const RUN = ['run', 'network/rare-egress', '--param', 'min_population=1', '--save'] as const;

interface Result {
  readonly run: { readonly verdict: string; readonly engine: string; readonly deltas: object };
  readonly findings: readonly { readonly fingerprint: string; readonly key: object }[];
}

describe('the embedded stack', { timeout: 120_000 }, () => {
  it('ends its window at the newest event, finds, and keeps what it finds once, run again and by several at once', async () => {
    await using rig = await huntRig({ files: { 'events.ndjson': await readFile(EVENTS) } });
    expect((await rig.hunt('ingest', 'events.ndjson')).exitCode).toBe(0);
    const first = await rig.hunt(...RUN, '--json');
    expect(first.exitCode).toBe(0);
    expect(first.stderr).toMatch(/its window of 30d, ending at its newest event/);
    const [result] = JSON.parse(first.stdout) as [Result];
    expect(result.run).toMatchObject({ verdict: 'findings', engine: 'embedded', deltas: { new: 1 } });
    expect(result.findings).toMatchObject([{ key: { 'process.name': 'updater32.exe' } }]);

    const more = await Promise.all([0, 1, 2].map(() => rig.hunt(...RUN, '--json')));
    for (const ended of more) {
      expect(ended.exitCode, ended.stderr).toBe(0);
      expect(JSON.parse(ended.stdout)).toMatchObject([{ run: { deltas: { new: 0, recurring: 1 } } }]);
    }
    const listed = JSON.parse((await rig.hunt('findings', '--json')).stdout) as Result['findings'];
    expect(listed.map(({ fingerprint }) => fingerprint)).toEqual(result.findings.map(({ fingerprint }) => fingerprint));
    expect((JSON.parse((await rig.hunt('runs', '--json')).stdout) as unknown[]).length).toBe(4);
    const id = listed[0]?.fingerprint.slice(0, 12) ?? '';
    expect((await rig.hunt('findings', 'set', id, '--status', 'closed')).exitCode).toBe(0);
    expect((await rig.hunt('findings', '--status', 'closed', '--json')).stdout).toContain(id);
  });

  it('tells what is hunted, before and after events are there, and writes a layer', async () => {
    const jobs = 'schedule: { every: 1d }\nhunts: [network/rare-egress, execution/office-starts-shell]\n';
    await using rig = await huntRig({ files: { 'events.ndjson': await readFile(EVENTS), 'jobs/daily.yml': jobs } });
    const statesOf = (text: string) => {
      const { hunts } = JSON.parse(text) as { hunts: { id: string; state: string; why: string[] }[] };
      return new Map(hunts.map(({ id, state, why }) => [id, [state, ...why].join('; ')]));
    };
    const before = await rig.hunt('coverage', '--json');
    expect([before.exitCode, before.stderr]).toEqual([0, expect.stringContaining('no event was ingested')]);
    expect((await rig.hunt('ingest', 'events.ndjson')).exitCode).toBe(0);
    const after = await rig.hunt('coverage', '--json', '--navigator', 'layer.json');
    expect(after.exitCode).toBe(4);
    const states = statesOf(after.stdout);
    expect(states.get('network/rare-egress')).toBe('idle; No scheduler has taken up job daily yet');
    expect(states.get('execution/office-starts-shell')).toMatch(
      /^blind; .*Nothing from endpoint\.process \(no_index\)/,
    );
    expect(states.get('egress/native-tool-public')).toBe('idle; No job runs it');
    const layer = JSON.parse(await readFile(`${rig.folder}/layer.json`, 'utf8')) as { techniques: object[] };
    expect(layer.techniques.length).toBeGreaterThan(40);
  });

  it('keeps everything in the folder that TRACEHOUND_HOME names, and leaves one alone that is made for newer programs', async () => {
    await using rig = await huntRig({ env: { TRACEHOUND_HOME: 'kept/here' } });
    expect((await rig.hunt('findings')).exitCode).toBe(0);
    const { DatabaseSync } = await import('node:sqlite');
    using file = new DatabaseSync(`${rig.folder}/kept/here/findings.sqlite`);
    file.exec('PRAGMA user_version = 99; UPDATE compatibility SET oldest = 99');
    expect(await rig.hunt('findings')).toMatchObject({
      exitCode: 3,
      stderr: expect.stringMatching(/STORE_NOT_READY.*\nUpgrade/),
    });
  });
});
