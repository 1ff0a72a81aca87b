// Failures of whole runs through the real binary: verdict, exit code, words, and what is left behind. docs/failures.md
// lists them for users and is held to them. TABLE_TO=FILE writes all that was told as a table in Markdown.
import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { beacon } from '../rig/beacons.ts';
import { ask, mustAsk, type Node } from '../rig/elasticsearch.ts';
import { describeLive, uniqueName } from '../rig/live.ts';
import { loadEvents } from '../rig/load-captures.ts';
import { huntRig } from '../rig/hunt.ts';
import { startRecorder } from '../rig/recorder.ts';
import { PLAIN_CASES, SECURED_CASES, type FailureCase } from './failure-cases.ts';
import { HUNT, standOn, toldBy, withoutPlaces, type Stand, type Told } from './failure-stand.ts';

const PLANTED = { host: 'ws-01', process: 'svchost.exe', instance: 'a', ip: '198.41.0.4', perHour: 150, hours: 5 };
const OTHER = { colour: 'blue', weight: 3 };

/** The planted beacon, and two indices of another shape; disposing of it removes them. */
async function plant(node: Node) {
  const events = `${uniqueName('fail')}-`;
  await loadEvents(node, beacon({ ...PLANTED, shape: 'sysmon' }), { prefix: events });
  await mustAsk(node, 'POST', `/${events}other/_doc?refresh`, { body: OTHER });
  await mustAsk(node, 'POST', `/${events}timed/_doc?refresh`, {
    body: { ...OTHER, '@timestamp': '2026-06-01T03:00:00Z' },
  });
  return {
    node,
    events,
    async [Symbol.asyncDispose]() {
      const names = [`${events}logs-windows.sysmon_operational-default`, `${events}other`, `${events}timed`];
      await mustAsk(node, 'DELETE', `/${names.join(',')}`);
      await mustAsk(node, 'DELETE', `/_index_template/${events}logs`);
    },
  };
}

type Row = readonly string[];
const rows: Row[] = [];
const HEAD: Row = ['failure', 'verdict', 'exit', 'code', 'message', 'remedy', 'written'];

function rowOf({ failure }: { readonly failure: string }, told: Told, written: string): Row {
  return [failure, told.verdict, String(told.exit), told.code, told.message, told.remedy, written];
}

afterAll(async () => {
  const file = process.env['TABLE_TO'];
  if (file === undefined) return;
  const line = (cells: Row) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  await writeFile(file, `${[line(HEAD), line(HEAD.map(() => '---')), ...rows.map(line)].join('\n')}\n`);
});

/** What must hold of every failure, and what its case says of this one. */
async function judge(failure: Omit<FailureCase, 'act'>, stand: Stand, ended: Awaited<ReturnType<FailureCase['act']>>) {
  const raw = toldBy(ended);
  const told = { ...raw, message: withoutPlaces(raw.message, stand), remedy: withoutPlaces(raw.remedy, stand) };
  const written = await stand.written();
  rows.push(rowOf(failure, told, written));
  const { verdict, exit, code, message, remedy } = failure;
  expect(told, ended.stderr).toMatchObject({ verdict, exit, code });
  expect(told.message).toMatch(message);
  expect(told.remedy).toMatch(remedy);
  expect([told.message, told.remedy].join('')).not.toMatch(/[^\P{Cc}]|undefined|\[object/u);
  expect(ended.stderr).not.toMatch(/\n +at |node:internal/);
  expect(written).toBe(failure.written);
  return told;
}

/** Looks behind the proxy: no query that was asked to be deleted is kept, and at least `least` were. */
async function expectNothingRuns({ node, proxy }: Stand, least: number): Promise<void> {
  const ended = proxy.requests.filter(({ method }) => method === 'DELETE');
  expect(ended.length).toBeGreaterThanOrEqual(least);
  for (const { path } of ended) expect((await ask(node, 'GET', path)).status).toBe(404);
}

describeLive('each failure of a run', ['elasticsearch8'], ({ elasticsearch8 }) => {
  let planted: Awaited<ReturnType<typeof plant>>;
  beforeAll(async () => {
    planted = await plant(elasticsearch8);
  });
  afterAll(() => planted[Symbol.asyncDispose]());

  it.each(PLAIN_CASES)('$failure: $verdict, exit $exit', async (failure) => {
    await using stand = await standOn(planted, failure.bare !== true);
    const ended = await failure.act(stand);
    const { record } = await judge(failure, stand, ended);
    expect(record ?? {}).toMatchObject(failure.record ?? {});
    await expectNothingRuns(stand, failure.ends === true ? 1 : 0);
  });
});

describeLive('each failure of a user', ['secured'], ({ secured }) => {
  let planted: Awaited<ReturnType<typeof plant>>;
  beforeAll(async () => {
    planted = await plant(secured);
  });
  afterAll(() => planted[Symbol.asyncDispose]());

  it.each(SECURED_CASES)('$failure: $verdict, exit $exit', async (failure) => {
    await using stand = await standOn(planted);
    const password = failure.password ?? secured[failure.user].password;
    const ended = await stand.run(
      {
        elasticsearch: { username: failure.user, password_file: 'password', ca_file: secured.caFile },
        files: { password: `${password}\n` },
      },
      ...failure.flags,
    );
    await judge(failure, stand, ended);
    expect(ended.stdout + ended.stderr).not.toContain(password);
  });
});

describe('credentials that a server repeats', () => {
  const KEY = 'dGVzdDpub3QtYS1yZWFsLWtleS0xMjM0';
  it.each([
    ['API_KEY', `ApiKey ${KEY}`],
    ['BEARER_TOKEN', `Bearer ${KEY}`],
  ])('%s is sent and never said', async (variable, header) => {
    const reason = `unable to authenticate with provided credentials [${header}]`;
    const body = { error: { type: 'security_exception', reason }, status: 401 };
    await using server = await startRecorder(() => ({ status: 401, body }));
    await using rig = await huntRig({
      env: { TRACEHOUND_ELASTICSEARCH_NODES: server.url, [`TRACEHOUND_ELASTICSEARCH_${variable}`]: KEY },
    });
    for (const command of [['run', HUNT, '--json'], ['run', HUNT, '--dry-run', '--json', '--debug'], ['doctor']]) {
      const { exitCode, stdout, stderr } = await rig.hunt(...command);
      expect([exitCode, stdout + stderr]).toEqual([3, expect.stringMatching(/unable to authenticate/)]);
      expect(stdout + stderr).not.toContain(KEY);
    }
    expect(new Set(server.requests.map(({ headers }) => headers['authorization']))).toEqual(new Set([header]));
  });
});

describe('docs/failures.md', () => {
  it('lists every failure that is tried here, with verdict and exit code, and no other', async () => {
    const text = await readFile(new URL('../../docs/failures.md', import.meta.url), 'utf8');
    const listed = [...text.matchAll(/^\| ([^|`]+?) +\| `?(\w+)`? +\| (\d) +\| \S.* \|$/gm)].map((match) =>
      match.slice(1),
    );
    const tried = [...PLAIN_CASES, ...SECURED_CASES].map(({ failure, verdict, exit }) => [failure, verdict, `${exit}`]);
    expect(listed).toEqual(tried);
  });
});
