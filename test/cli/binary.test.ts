// The real binary in a folder of its own, without a server.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { huntRig } from '../rig/hunt.ts';
import { latch } from '../rig/latch.ts';
import { type Answer, startRecorder } from '../rig/recorder.ts';
import { huntText } from '../definition/memory-files.ts';

const SOURCES =
  'test.events:\n  description: Events.\n  index: [logs-x]\n  clock: ["@timestamp"]\n  heartbeat: sporadic\n  enable: Nothing.\n  fields: ["@timestamp", a]\n';
const WHOLE = huntText({ params: '' });
/** A test whose event says where it lies. */
const WITH_TEST = `${WHOLE}tests:
  - name: one case
    events: [{ _index: logs-x, _id: "1", _source: { "@timestamp": "2026-11-02T09:00:00Z", a: x } }]
    finds: [{ a: x }]
`;
const SITE = { 'hunt.config.yml': 'hunts: [hunts]\n', 'hunts/sources.yml': SOURCES, 'hunts/net/one.yml': WHOLE };

describe('the binary', { timeout: 60_000 }, () => {
  it('checks, lists and shows the hunts of a folder', async () => {
    await using rig = await huntRig({ files: SITE });
    expect(await rig.hunt('check')).toEqual({
      exitCode: 0,
      signal: null,
      stdout: '',
      stderr: '1 hunt, 0 errors, 0 warnings\n',
    });
    const list = await rig.hunt('list', '--json');
    expect(JSON.parse(list.stdout)).toEqual([expect.objectContaining({ id: 'net/one', ok: true })]);
    const show = await rig.hunt('show', 'net/one', '--json');
    expect(JSON.parse(show.stdout)).toMatchObject({ id: 'net/one', body: { type: 'esql' } });
  });

  it('names every problem with its place, and checks what is asked for', async () => {
    const broken = {
      'hunts/net/two.yml': huntText({ window: '0d', params: '' }),
      'hunts/net/three.yml': 'name: [',
      'draft.yml': huntText({ severity: 'mild', params: '' }),
    };
    await using rig = await huntRig({ files: { ...SITE, ...broken } });
    const all = await rig.hunt('check');
    expect(all).toMatchObject({ exitCode: 2, stderr: '1 hunt, 2 errors, 0 warnings\n' });
    expect(all.stdout).toMatch(
      /^hunts\/net\/three\.yml:1:\d+ {2}yaml-syntax {2}.*\nhunts\/net\/two\.yml:\d+:\d+ {2}duration {2}.*\n$/,
    );
    expect(await rig.hunt('check', 'hunts/net/one.yml')).toMatchObject({
      exitCode: 0,
      stderr: '1 hunt, 0 errors, 0 warnings\n',
    });
    expect(await rig.hunt('check', 'draft.yml')).toMatchObject({
      exitCode: 2,
      stdout: expect.stringMatching(/draft\.yml:\d+:\d+ {2}choice/),
    });
    expect(await rig.hunt('check', 'nowhere')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('[NOT_FOUND]'),
    });
  });

  it('needs no server: it keeps everything in its home', async () => {
    await using rig = await huntRig({ files: SITE });
    expect(await rig.hunt('setup')).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('Nothing to do') });
    expect(await rig.hunt('findings', '--json')).toMatchObject({ exitCode: 0, stdout: '[]\n' });
    const doctor = await rig.hunt('doctor');
    expect(doctor).toMatchObject({ exitCode: 4, stdout: expect.stringContaining(join(rig.folder, '.tracehound')) });
    const run = await rig.hunt('run', 'net/one');
    expect(run).toMatchObject({ exitCode: 4, stdout: expect.stringMatching(/^net\/one {2}blind/) });
    expect(run.stderr).toContain('there is no event of its sources; hunt ingest adds some');
    expect(JSON.parse((await rig.hunt('runs', '--json')).stdout)).toMatchObject([{ engine: 'embedded' }]);
    expect(await rig.hunt('sources')).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('no_index') });
    expect(await rig.hunt('query', 'ROW n = 1 + 1', '--ndjson')).toMatchObject({ exitCode: 0, stdout: '{"n":2}\n' });
  });

  it('names the setting where Elasticsearch is asked for and none is configured', async () => {
    await using rig = await huntRig({ files: { ...SITE, 'hunts/net/one.yml': WITH_TEST } });
    const { exitCode, stdout, stderr } = await rig.hunt('test', '--engine', 'elasticsearch');
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(
      'Set elasticsearch.nodes in hunt.config.yml, or the variable TRACEHOUND_ELASTICSEARCH_NODES',
    );
  });

  it('runs the tests inside hunts, fails with 1, and runs again what changes', async () => {
    await using rig = await huntRig({ files: { ...SITE, 'hunts/net/one.yml': WITH_TEST } });
    expect(await rig.hunt('test', '--ndjson')).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('"passed":true'),
    });
    const watching = rig.start('test', '--watch');
    await watching.says(/Watching/);
    await rig.write('hunts/net/one.yml', WITH_TEST.replace('finds: [{ a: x }]', 'finds: [{ a: y }]'));
    await watching.says(/FAIL {2}net\/one/);
    await rig.write('hunts/net/one.yml', 'name: [');
    await watching.says(/yaml-syntax/);
    await rig.write('hunts/net/one.yml', WITH_TEST.replace('one case', 'another case'));
    await watching.says(/ok {4}net\/one {2}another case/);
    watching.kill('SIGINT');
    expect((await watching.ended).exitCode).toBe(0);
  });

  it('lets no exception hide what a test finds, and says which one did', async () => {
    const exception =
      'exceptions:\n  - { id: known, hunts: ["**"], when: a == "x", because: B., owner: o, until: 2099-01-01 }\n';
    await using rig = await huntRig({
      files: { ...SITE, 'hunts/net/one.yml': WITH_TEST, 'exceptions/known.yml': exception },
    });
    expect(await rig.hunt('test')).toMatchObject({
      exitCode: 1,
      stdout: expect.stringMatching(
        /expected, and not found: a: x\n {2}nothing else was found\n {2}hidden: exception known 1 row\n/,
      ),
    });
  });

  it('tells every problem of the configuration, and no secret', async () => {
    await using rig = await huntRig({
      files: { ...SITE, 'hunt.config.yml': 'hunts: [hunts]\nelasticsearch: { nodes: [ftp://x], password: hunter2 }\n' },
    });
    const { exitCode, stderr } = await rig.hunt('list');
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(
      /^hunt\.config\.yml:2:\d+ {2}.*\nhunt\.config\.yml:2:\d+ {2}secret-in-file.*\nCannot use the configuration: 2 errors, 0 warnings \[CONFIGURATION\]/,
    );
    expect(stderr).not.toContain('hunter2');
  });

  it('fails with 3 where no server answers', async () => {
    await using rig = await huntRig({ files: SITE, env: { TRACEHOUND_ELASTICSEARCH_NODES: 'http://127.0.0.1:9' } });
    const { exitCode, stdout, stderr } = await rig.hunt('run', 'net/one', '--json');
    expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' });
    expect(stderr).toContain('[UNREACHABLE]');
  });

  it('calls off what is under way at the first signal, and ends at once at the second', async () => {
    const asked = latch();
    const never = new Promise<Answer>(() => {});
    await using server = await startRecorder(() => {
      asked.open();
      return never;
    });
    await using rig = await huntRig({ env: { TRACEHOUND_ELASTICSEARCH_NODES: server.url } });
    const running = rig.start('query', 'FROM x');
    await asked.opened;
    running.kill('SIGINT');
    await running.says(/SIGINT: ending; once more ends at once/);
    running.kill('SIGTERM');
    const { exitCode, stdout, stderr } = await running.ended;
    // Calling off may be done before the second signal comes.
    expect([3, 143]).toContain(exitCode);
    expect(stdout).toBe('');
    if (exitCode === 3) expect(stderr).toContain('[CANCELLED]');
  });

  it('takes the hunt of the README', async () => {
    const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
    const [, hunt = ''] = /```yaml\n([^]*?)```/.exec(readme) ?? [];
    const [, path = ''] = /^# (\S+):/.exec(hunt) ?? [];
    await using rig = await huntRig({ files: { [path]: hunt } });
    expect(await rig.hunt('check', path)).toMatchObject({
      exitCode: 0,
      stdout: '',
      stderr: '1 hunt, 0 errors, 0 warnings\n',
    });
  });

  it('makes a site in which it can go on', async () => {
    await using rig = await huntRig();
    expect(await rig.hunt('init', 'soc')).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('created  soc/hunt.config.yml'),
    });
    expect(await rig.hunt('init', 'soc')).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^(kept .*\n)+$/),
    });
  });
});
