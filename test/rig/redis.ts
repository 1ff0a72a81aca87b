// Redis in the shapes that sites have: with TLS, and behind a sentinel. Each as servers.ts starts servers.
import { mkdtemp, realpath, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { certify } from './secured.ts';
import { environment, freePort, keep, startRedis, type RedisInfo, type Running } from './servers.ts';

/** A Redis that speaks TLS only, by an authority of its own. */
export async function startTlsRedis(): Promise<Running<RedisInfo & { readonly caFile: string }>> {
  const certificates = await mkdtemp(join(await realpath(tmpdir()), 'tracehound-tls-'));
  const { caFile } = await certify(certificates);
  const [folder, port] = [certificates, await freePort()];
  const options = {
    port: 0,
    'tls-port': port,
    'tls-cert-file': join(folder, 'http.crt'),
    'tls-key-file': join(folder, 'http.key'),
    'tls-ca-cert-file': caFile,
    'tls-auth-clients': 'no',
    bind: '127.0.0.1',
    save: '',
    dir: folder,
  };
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const order = { program: 'redis-server', args, ...surroundings(folder) };
  return keep(order, { url: `rediss://localhost:${port}`, caFile }, () => listens(port));
}

export interface SentinelInfo {
  readonly node: string;
  readonly master: string;
}

/** A sentinel that watches one master and calls it `hounds`. */
export async function startSentinel(master: Running<RedisInfo>): Promise<Running<SentinelInfo>> {
  const folder = await mkdtemp(join(await realpath(tmpdir()), 'tracehound-sentinel-'));
  const port = await freePort();
  const file = join(folder, 'sentinel.conf');
  const lines = [
    `port ${port}`,
    'bind 127.0.0.1',
    `dir ${folder}`,
    `sentinel monitor hounds 127.0.0.1 ${new URL(master.info.url).port} 1`,
    'sentinel down-after-milliseconds hounds 500',
    'sentinel failover-timeout hounds 2000',
  ];
  await writeFile(file, `${lines.join('\n')}\n`);
  const order = { program: 'redis-server', args: [file, '--sentinel'], ...surroundings(folder) };
  return keep(order, { node: `redis://127.0.0.1:${port}`, master: 'hounds' }, () => listens(port));
}

/** A replica of a master, to which a sentinel may fail over. */
export function startReplica(master: Running<RedisInfo>): Promise<Running<RedisInfo>> {
  return startRedis({ replicaof: `127.0.0.1 ${new URL(master.info.url).port}`, 'repl-diskless-sync-delay': '0' });
}

function surroundings(folder: string) {
  return { env: environment({}), uid: null, folder, stays: false, console: join(folder, 'console.log'), pidFile: null };
}

async function listens(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } finally {
    socket.destroy();
  }
}
