// Starts and stops real servers for tests: each on free ports, in a temporary folder of its own, and ended with the
// process that started it however that ends (keeper.ts).
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, cp, mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { assemble, ELASTICSEARCH_8, type Distribution } from './assemble.ts';
import { javaHome } from './java.ts';
import type { KeeperOrder } from './keeper.ts';
import { SECURE_SETTINGS, secure, type SecuredInfo } from './secured.ts';

/** What a test needs to know of an Elasticsearch; plain data, so that it passes from vitest's set-up to the tests. */
export interface ElasticsearchInfo {
  readonly url: string;
  readonly version: string;
}

export interface RedisInfo {
  readonly url: string;
}

/** A server that runs; disposing of it ends it and removes its folder. */
export interface Running<Info> extends AsyncDisposable {
  readonly info: Info;
  /** Folder of its configuration, data and logs. */
  readonly folder: string;
  /** Ids of keeper and server. */
  readonly pids: readonly number[];
}

const READY_DEADLINE_MS = 120_000; // 12 s on two idle cores, several times that when three nodes start at once
const READY_POLL_MS = 200;
const NOBODY = 65_534; // Elasticsearch refuses uid 0
const HEAP = '-Xms512m -Xmx1g';

/** A node without security. */
export async function startElasticsearch(distribution: Distribution): Promise<Running<ElasticsearchInfo>> {
  const instance = await prepare(distribution, ['xpack.security.enabled: false']);
  const info = { url: `http://127.0.0.1:${instance.port}`, version: distribution.version };
  return launch(instance, info, async () => (await fetch(`${info.url}/_cat/nodes`)).ok);
}

/** An 8.19 node with users, a least-privilege role, and TLS by an authority of its own. */
export async function startSecured(): Promise<Running<SecuredInfo>> {
  const instance = await prepare(ELASTICSEARCH_8, SECURE_SETTINGS);
  const server = { url: `https://127.0.0.1:${instance.port}`, version: ELASTICSEARCH_8.version };
  const info: SecuredInfo = { ...server, ...(await secure(instance)) };
  await own(instance.folder);
  const ca = await readFile(info.caFile);
  return launch(instance, info, async () => (await statusOf(`${info.url}/_cat/nodes`, ca, info.elastic)) === 200);
}

/** A Redis that keeps nothing on disk and refuses to evict, as BullMQ asks. */
export async function startRedis(settings: RedisSettings = {}): Promise<Running<RedisInfo>> {
  const folder = await mkdtemp(join(await realpath(tmpdir()), 'tracehound-redis-'));
  return runRedis(folder, await freePort(), false, settings);
}

/** Of redis.conf, by name, beside or instead of the usual. */
export type RedisSettings = Readonly<Record<string, string>>;

function runRedis(
  folder: string,
  port: number,
  stays: boolean,
  settings: RedisSettings = {},
): Promise<Running<RedisInfo>> {
  const options = {
    port,
    bind: '127.0.0.1',
    save: '',
    appendonly: stays ? 'yes' : 'no',
    'maxmemory-policy': 'noeviction',
    dir: folder,
    ...settings,
  };
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const order = {
    program: 'redis-server',
    args,
    env: environment({}),
    uid: null,
    folder,
    stays,
    console: join(folder, 'console.log'),
    pidFile: null,
  };
  return keep(order, { url: `redis://127.0.0.1:${port}` }, () => pings(port));
}

/** A server that a test may stop and start again, on the same port and with the data it has written. */
export interface Restartable<Info> extends AsyncDisposable {
  readonly info: Info;
  stop(): Promise<void>;
  start(): Promise<void>;
}

/** A node without security that can be stopped and started; it runs when this resolves. */
export async function restartableElasticsearch(distribution: Distribution): Promise<Restartable<ElasticsearchInfo>> {
  const instance = await prepare(distribution, ['xpack.security.enabled: false']);
  const info = { url: `http://127.0.0.1:${instance.port}`, version: distribution.version };
  return restartable(info, instance.folder, () =>
    launch(
      instance,
      info,
      async () => (await fetch(`${info.url}/_cluster/health?wait_for_status=yellow&timeout=1s`)).ok,
      true,
    ),
  );
}

/** A Redis with its own file of writes, so that a restart keeps what it held; it runs when this resolves. */
export async function restartableRedis(): Promise<Restartable<RedisInfo>> {
  const folder = await mkdtemp(join(await realpath(tmpdir()), 'tracehound-redis-'));
  const port = await freePort();
  return restartable({ url: `redis://127.0.0.1:${port}` }, folder, () => runRedis(folder, port, true));
}

async function restartable<Info>(
  info: Info,
  folder: string,
  launchAgain: () => Promise<Running<Info>>,
): Promise<Restartable<Info>> {
  let running: Running<Info> | null = await launchAgain();
  const stop = async (): Promise<void> => {
    await running?.[Symbol.asyncDispose]();
    running = null;
  };
  return {
    info,
    stop,
    async start() {
      running ??= await launchAgain();
    },
    async [Symbol.asyncDispose]() {
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

interface Instance {
  readonly home: string;
  readonly folder: string;
  readonly config: string;
  readonly port: number;
  readonly distribution: Distribution;
  readonly env: Readonly<Record<string, string>>;
}

/** A folder with configuration for one node; the server's own files are shared and stay untouched. */
async function prepare(distribution: Distribution, settings: readonly string[]): Promise<Instance> {
  const home = await assemble(distribution);
  const folder = await mkdtemp(join(await realpath(tmpdir()), 'tracehound-es-'));
  const config = join(folder, 'config');
  const port = await freePort();
  await cp(join(home, 'config'), config, { recursive: true });
  await Promise.all(['data', 'logs', 'tmp'].map((name) => mkdir(join(folder, name))));
  const common = [
    'discovery.type: single-node',
    'network.host: 127.0.0.1',
    `http.port: ${port}`,
    `transport.port: ${await freePort()}`,
    `path.data: ${join(folder, 'data')}`,
    `path.logs: ${join(folder, 'logs')}`,
    'node.store.allow_mmap: false',
    'cluster.routing.allocation.disk.threshold_enabled: false',
  ];
  await writeFile(join(config, 'elasticsearch.yml'), `${[...common, ...settings].join('\n')}\n`);
  await keepGarbageLogsOut(join(config, 'jvm.options'));
  await own(folder);
  const env = environment({
    HOME: folder,
    ES_JAVA_HOME: javaHome(distribution.java),
    ES_JAVA_OPTS: HEAP,
    ES_PATH_CONF: config,
    ES_TMPDIR: join(folder, 'tmp'),
  });
  return { home, folder, config, port, distribution, env };
}

/** The garbage collector's log is 64 MB and of no use here. */
async function keepGarbageLogsOut(file: string): Promise<void> {
  const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => !line.includes('-Xlog:gc'));
  await writeFile(file, lines.join('\n'));
}

function launch<Info>(
  instance: Instance,
  info: Info,
  ready: () => Promise<boolean>,
  stays = false,
): Promise<Running<Info>> {
  const pidFile = join(instance.folder, 'server.pid');
  const order: KeeperOrder = {
    program: join(instance.home, 'bin', 'elasticsearch'),
    args: ['-p', pidFile],
    env: instance.env,
    uid: isRoot() ? NOBODY : null,
    folder: instance.folder,
    stays,
    console: join(instance.folder, 'console.log'),
    pidFile,
  };
  return keep(order, info, ready);
}

/** Starts the keeper, which starts the server, and waits until `ready`. */
export async function keep<Info>(
  order: KeeperOrder,
  info: Info,
  ready: () => Promise<boolean>,
): Promise<Running<Info>> {
  const script = fileURLToPath(new URL('keeper.ts', import.meta.url));
  // A session of its own: a signal to the group of the test runner must not reach it.
  const keeper = spawn(process.execPath, [script, JSON.stringify(order)], {
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
  });
  const exited = once(keeper, 'exit');
  const serverEnded = new AbortController();
  keeper.stdout.on('data', () => serverEnded.abort()).on('end', () => serverEnded.abort());
  const stop = async (): Promise<void> => {
    keeper.ref();
    keeper.stdin.end();
    await exited;
  };
  try {
    await untilReady(ready, serverEnded.signal, order);
  } catch (error) {
    await stop();
    throw error;
  }
  for (const handle of [keeper, keeper.stdin, keeper.stdout]) (handle as { unref(): void }).unref();
  const serverPid = order.pidFile === null ? '' : await readFile(order.pidFile, 'utf8');
  const pids = [keeper.pid ?? 0, Number(serverPid)].filter((pid) => pid > 0);
  return { info, folder: order.folder, pids, [Symbol.asyncDispose]: stop };
}

async function untilReady(ready: () => Promise<boolean>, ended: AbortSignal, order: KeeperOrder): Promise<void> {
  for (const deadline = Date.now() + READY_DEADLINE_MS; !ended.aborted && Date.now() < deadline;) {
    if (await ready().catch(() => false)) return; // refused connections are how a starting server answers
    await sleep(READY_POLL_MS);
  }
  const said = await readFile(order.console, 'utf8').catch(() => '');
  const why = ended.aborted ? 'ended while starting' : `was not ready after ${READY_DEADLINE_MS / 1_000} s`;
  throw new Error(`"${order.program}" ${why}; the end of what it said:\n${said.slice(-3_000)}`);
}

/** Gives a folder to the user that the server runs as. */
async function own(folder: string): Promise<void> {
  if (!isRoot()) return;
  const below = await readdir(folder, { recursive: true });
  await Promise.all([folder, ...below.map((path) => join(folder, path))].map((path) => chown(path, NOBODY, NOBODY)));
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/** Nothing of the caller's environment but the path: settings in it would change what a server does. */
export function environment(more: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LANG: 'C.UTF-8', ...more };
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Status of a request over TLS that trusts `ca` alone. */
function statusOf(url: string, ca: Buffer, user: { username: string; password: string }): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const auth = `${user.username}:${user.password}`;
  request(url, { ca, auth }, (response) => resolve(response.resume().statusCode ?? 0))
    .on('error', reject)
    .end();
  return promise;
}

async function pings(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    socket.write('PING\r\n');
    const [answer] = (await once(socket, 'data')) as [Buffer];
    return /^(\+PONG|-NOAUTH)/.test(answer.toString());
  } finally {
    socket.destroy();
  }
}
