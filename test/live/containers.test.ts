// The commands of docker-compose.yml as plain processes: the secrets they make, a Redis that starts by them, users on a
// real node, and Tracehound's roles that say they are ready. Host names and folders of containers stand for ours.
import { chmod, mkdtemp, readdir, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { redisQueue } from '../../src/schedule/queue/redis.ts';
import { sampleItem } from '../contracts/queue.ts';
import { assemble, ELASTICSEARCH_8 } from '../rig/assemble.ts';
import { execute, isInstalled, run } from '../rig/command.ts';
import { COMPOSE_FILE, readCompose } from '../rig/compose.ts';
import { huntRig, type HuntRig } from '../rig/hunt.ts';
import { javaHome } from '../rig/java.ts';
import { describeLive, uniqueName } from '../rig/live.ts';
import { environment, freePort, keep, type Running } from '../rig/servers.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const COMPOSE_GO = 'github.com/compose-spec/compose-go/v2/cmd@v2.16.2';
const never = new AbortController().signal;

const dockerCompose =
  isInstalled('docker', '--help') && (await execute('docker', ['compose', 'version'])).exitCode === 0;
const go = isInstalled('go', 'version');

describe('docker-compose.yml by the rules of Compose', () => {
  it.skipIf(!dockerCompose)(
    `docker compose takes it${dockerCompose ? '' : ' (skipped, no docker compose)'}`,
    async () => {
      await run('docker', ['compose', '--file', COMPOSE_FILE, 'config', '--quiet']);
    },
  );

  const specification = (file: string) =>
    execute('go', ['run', COMPOSE_GO, file], { cwd: tmpdir(), env: { ...goEnvironment(), GOFLAGS: '-mod=mod' } });

  it.skipIf(!go)(`the specification's schema takes it${go ? '' : ' (skipped, no go)'}`, async ({ skip }) => {
    const ended = await specification(COMPOSE_FILE);
    if (/dial tcp|no such host|proxy|i\/o timeout/.test(ended.stderr))
      skip(`no compose-go: ${ended.stderr.slice(-300)}`);
    expect(ended).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('scheduler') });

    const folder = await mkdtemp(join(tmpdir(), 'tracehound-compose-'));
    const wrong = join(folder, 'docker-compose.yml');
    await writeFile(wrong, (await readFile(COMPOSE_FILE, 'utf8')).replace('stop_grace_period', 'stop_grace'));
    const refused = await specification(wrong); // so that it is known to look
    await rm(folder, { recursive: true });
    expect(refused).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('stop_grace') });
  });
});

function goEnvironment(): Record<string, string> {
  const kept = ['HOME', 'PATH', 'GOPROXY', 'GOSUMDB', 'GONOSUMDB', 'GOCACHE', 'GOMODCACHE', 'GOFLAGS', 'SSL_CERT_FILE'];
  return Object.fromEntries(
    kept.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
}

describeLive('the stack of docker-compose.yml as processes', ['redis', 'secured'], ({ secured }) => {
  let folder: string;
  let made: string;
  let redis: Running<{ readonly port: number }>;
  const rigs: HuntRig[] = [];

  const askSecured = async (method: string, path: string, body: object): Promise<unknown> => {
    const config = `user = "elastic:${secured.elastic.password}"\n`;
    const args = ['--silent', '--cacert', secured.caFile, '--config', '-', '--request', method, '--data-binary'];
    const json = ['--header', 'content-type: application/json', `${secured.url}/${path}`];
    return JSON.parse(await run('curl', [...args, JSON.stringify(body), ...json], { input: config }));
  };

  const makeSecrets = async () =>
    execute('bash', [join(ROOT, 'containers/make-secrets.sh'), made], {
      env: {
        PATH: process.env['PATH'] ?? '',
        OWNER: '',
        CERTUTIL: join(await assemble(ELASTICSEARCH_8), 'bin', 'elasticsearch-certutil'),
        ES_JAVA_HOME: javaHome(ELASTICSEARCH_8.java),
      },
    });

  beforeAll(async () => {
    folder = await mkdtemp(join(await realpath(tmpdir()), 'tracehound-stack-'));
    made = join(folder, 'made');
  });
  afterAll(async () => {
    for (const rig of rigs) await rig[Symbol.asyncDispose]();
    await redis?.[Symbol.asyncDispose]();
    for (const name of await readdir(made)) await chmod(join(made, name), 0o700);
    await rm(folder, { recursive: true });
  });

  it('makes certificates and passwords once, and lays out for each what it may see', async () => {
    const first = await makeSecrets();
    expect(first).toMatchObject({ exitCode: 0, stderr: '' });
    expect(first.stdout).toContain('made an authority');
    const seen = async (name: string) => (await readdir(join(made, name))).sort();
    expect(await seen('elasticsearch')).toEqual([
      'ca.crt',
      'elastic.password',
      'elasticsearch.crt',
      'elasticsearch.key',
    ]);
    expect(await seen('tracehound')).toEqual(['ca.crt', 'redis.password', 'tracehound.password']);
    // Elasticsearch refuses a password file that others may read.
    expect((await stat(join(made, 'elasticsearch/elastic.password'))).mode & 0o777).toBe(0o400);
    const password = await readFile(join(made, 'redis/redis.password'), 'utf8');
    expect(password).toMatch(/^[\w-]{32}$/);
    expect(first.stdout).not.toContain(password);
    const check = [
      'verify',
      '-CAfile',
      join(made, 'redis/ca.crt'),
      '-verify_hostname',
      'redis',
      join(made, 'redis/redis.crt'),
    ];
    expect(await run('openssl', check)).toContain('OK');

    const again = await makeSecrets();
    expect(again).toMatchObject({ exitCode: 0, stdout: 'secrets are in place\n' });
    expect(await readFile(join(made, 'redis/redis.password'), 'utf8')).toBe(password);
  });

  it('makes good what a start that was cut off left out', async () => {
    const password = await readFile(join(made, 'authority/elastic.password'), 'utf8');
    await rm(join(made, 'authority/kibana.crt'));
    await rm(join(made, 'kibana'), { recursive: true });
    const again = await makeSecrets();
    expect(again).toMatchObject({ exitCode: 0, stdout: 'made certificates\nsecrets are in place\n' });
    expect(await readdir(join(made, 'kibana'))).toContain('kibana.crt');
    expect(await readFile(join(made, 'elasticsearch/elastic.password'), 'utf8')).toBe(password);
  });

  it('starts a Redis that speaks TLS, asks for the password, and is healthy', async () => {
    const { command = [], healthcheck } = (await readCompose()).services['redis'] ?? {};
    const port = await freePort();
    const here = (text: string) => text.replaceAll('/secrets', join(made, 'redis')).replace('/data', folder);
    const [program = '', ...args] = command.map((each) => here(each).replace('6379', String(port)));
    const healthy = async () => {
      const check = here(healthcheck?.test?.[1] ?? '').replace('--tls', `--tls -p ${port}`);
      return (await execute('bash', ['-c', check])).exitCode === 0;
    };
    const home = await mkdtemp(join(folder, 'redis-'));
    const order = {
      program,
      args,
      env: environment({}),
      uid: null,
      folder: home,
      console: join(home, 'log'),
      pidFile: null,
    };
    redis = await keep(order, { port }, healthy);

    const settings = {
      at: { type: 'server', url: `rediss://localhost:${port}` },
      username: null,
      password: await readFile(join(made, 'tracehound/redis.password'), 'utf8'),
      ca: await readFile(join(made, 'tracehound/ca.crt'), 'utf8'),
      prefix: 'tracehound',
    } as const;
    const warnings: string[] = [];
    await using queue = redisQueue(settings, { warn: (text) => warnings.push(text) });
    await queue.ready(never);
    expect(warnings).toEqual([]);
    expect(await queue.add([sampleItem('stack')], never)).toHaveLength(1);
    expect(await queue.withdraw([sampleItem('stack').id], never)).toBe(1);
    await using stranger = redisQueue({ ...settings, password: null }, { warn: () => {}, deadlineMs: 1_000 });
    await expect(stranger.ready(never)).rejects.toMatchObject({ message: expect.stringContaining('NOAUTH') });
  });

  it('makes users with what was made, as often as it is run', async () => {
    const [key, cert] = await Promise.all(
      ['key', 'crt'].map((ending) => readFile(join(made, `elasticsearch/elasticsearch.${ending}`))),
    );
    const asked: { what: string; authorization: string; body: unknown }[] = [];
    const note = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
      const { authorization = '' } = request.headers;
      asked.push({ what: `${request.method} ${request.url}`, authorization, body: JSON.parse(await text(request)) });
      response.end('{}');
    };
    const server = createServer({ key, cert }, (request, response) => void note(request, response));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const url = `https://localhost:${(server.address() as AddressInfo).port}`;
    for (let times = 0; times < 2; times++) {
      const users = await execute('bash', [join(ROOT, 'containers/make-users.sh'), made, url]);
      expect(users).toMatchObject({ exitCode: 0, stdout: 'users are in place\n', stderr: '' });
    }
    server.close();
    const password = (file: string) => readFile(join(made, file), 'utf8');
    const basic = Buffer.from(`elastic:${await password('elasticsearch/elastic.password')}`).toString('base64');
    expect(new Set(asked.map(({ authorization }) => authorization))).toEqual(new Set([`Basic ${basic}`]));
    expect(asked.slice(0, 3)).toMatchObject([
      {
        what: 'POST /_security/user/kibana_system/_password',
        body: { password: await password('kibana/kibana_system.password') },
      },
      { what: 'PUT /_security/role/tracehound', body: { cluster: ['monitor'] } },
      {
        what: 'PUT /_security/user/tracehound',
        body: { password: await password('tracehound/tracehound.password'), roles: ['tracehound'] },
      },
    ]);
    expect(asked.slice(3)).toEqual(asked.slice(0, 3));

    // The rig's node has no users of its own kind, but it knows what a privilege is called.
    const role = asked[1]?.body as { cluster: string[]; indices: object[] } | undefined;
    const answer = await askSecured('POST', '_security/user/_has_privileges', {
      cluster: role?.cluster,
      index: role?.indices,
    });
    expect(answer).toMatchObject({ has_all_requested: true });
    const stranger = await execute('bash', [join(ROOT, 'containers/make-users.sh'), made, secured.url]);
    expect(stranger).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('certificate') });
  });

  it('sets up, and has roles that are ready', async () => {
    // The node is the rig's: a user of its with the same privileges takes the place of the one that was made.
    const password = join(folder, 'password');
    const elastic = join(folder, 'elastic.password');
    await writeFile(password, secured.hunter.password);
    await writeFile(elastic, secured.elastic.password);

    const prefix = uniqueName('hunt');
    const { services } = await readCompose();
    const rigOf = async (name: 'setup' | 'scheduler' | 'worker', more: Readonly<Record<string, string>>) => {
      const translated = Object.entries(services[name]?.environment ?? {}).map(([variable, value]) => [
        variable,
        String(value)
          .replace('/secrets/tracehound.password', password)
          .replace('/secrets/', `${made}/tracehound/`)
          .replace('/elasticsearch/elastic.password', elastic)
          .replace(/^tracehound$/, secured.hunter.username)
          .replace('https://elasticsearch:9200', secured.url)
          .replace('redis:6379', `localhost:${redis.info.port}`),
      ]);
      const env = {
        ...(Object.fromEntries(translated) as Record<string, string>),
        TRACEHOUND_ELASTICSEARCH_PREFIX: prefix,
        TRACEHOUND_ELASTICSEARCH_CA_FILE: secured.caFile,
        ...more,
      };
      const files = { 'hunt.config.yml': await readFile(join(ROOT, 'containers/site/hunt.config.yml')) };
      const rig = await huntRig({ env, files });
      rigs.push(rig);
      return { rig, command: services[name]?.command ?? [] };
    };
    const setup = await rigOf('setup', {});
    const ended = await setup.rig.hunt(...setup.command);
    expect(ended, ended.stderr).toMatchObject({ exitCode: 0 });

    for (const role of ['scheduler', 'worker', 'worker'] as const) {
      const port = String(await freePort());
      const { rig, command } = await rigOf(role, { TRACEHOUND_SERVE_PORT: port });
      const process = rig.start(...command);
      const said = await healthOf(port, process.ended);
      expect(said, said).toMatch(/^200 /);
    }
  });

  it('tells by its health check that nobody is there', async () => {
    const env = { PATH: process.env['PATH'] ?? '', TRACEHOUND_SERVE_PORT: String(await freePort()) };
    const ended = await execute(process.execPath, [join(ROOT, 'containers/health.js')], { env });
    expect(ended).toMatchObject({ exitCode: 1, stdout: expect.stringContaining('no answer') });
  });
});

/** What the health check says in the end: once it is healthy, or when the process has ended. */
async function healthOf(port: string, ended: Promise<unknown>): Promise<string> {
  const env = { PATH: process.env['PATH'] ?? '', TRACEHOUND_SERVE_PORT: port };
  for (;;) {
    const check = await execute(process.execPath, [join(ROOT, 'containers/health.js')], { env });
    if (check.exitCode === 0) return check.stdout;
    const pause = new Promise((resolve) => setTimeout(() => resolve(null), 500));
    const gone = await Promise.race([ended, pause]);
    if (gone !== null) return `it ended: ${JSON.stringify(gone)}`;
  }
}
