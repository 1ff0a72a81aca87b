// Runs beside a server and outlives the process that wanted it: when standard input closes, because that process said
// so, ended, or was killed with -9, the keeper ends the server and its helper processes by their ids and removes the
// server's folder. Started by `keep` in servers.ts, never by hand.
import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive } from './assemble.ts';

/** What to run; sent as one JSON argument. */
export interface KeeperOrder {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** User and group to run as; null: the caller's. libuv drops supplementary groups too. */
  readonly uid: number | null;
  /** Working folder; removed with everything in it at the end, unless it `stays`. */
  readonly folder: string;
  /** For a server that is to be started again on the same data: whoever started it removes the folder. */
  readonly stays?: boolean;
  /** Takes standard output and standard error. */
  readonly console: string;
  /** Where the server writes its own id when the program is only its launcher; null: the program is the server. */
  readonly pidFile: string | null;
}

const GRACE_MS = 10_000; // a node with a 1 GB heap takes 1 to 2 s to close
const POLL_MS = 50;

async function keep(order: KeeperOrder): Promise<void> {
  process.stdout.on('error', () => {}); // a parent that was killed reads no more
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {}); // only stdin ends us
  const console = openSync(order.console, 'a');
  const server = spawn(order.program, order.args, {
    cwd: order.folder,
    env: order.env,
    stdio: ['ignore', console, console],
    ...(order.uid === null ? {} : { uid: order.uid, gid: order.uid }),
  });
  closeSync(console);
  const gone = new Promise((resolve) => server.on('error', resolve).on('exit', resolve));
  const letGo = new Promise((resolve) => process.stdin.on('end', resolve).on('error', resolve).resume());
  await Promise.race([gone, letGo]);
  process.stdout.write('ended\n'); // tells the parent, if it still waits, not to wait for readiness
  await end(await ids(server.pid, order.pidFile));
  await letGo; // the folder stays readable while somebody may want to know why the server ended
  if (order.stays !== true) await rm(order.folder, { recursive: true, force: true });
}

async function ids(launcher: number | undefined, pidFile: string | null): Promise<readonly number[]> {
  const written = pidFile === null ? '' : await readFile(pidFile, 'utf8').catch(() => '');
  return [launcher ?? 0, Number(written)].filter((pid) => pid > 0);
}

/** The server is asked first; what is left after the grace is killed. */
async function end(pids: readonly number[]): Promise<void> {
  pids.forEach((pid) => send(pid, 'SIGTERM'));
  for (const deadline = Date.now() + GRACE_MS; pids.some(isAlive) && Date.now() < deadline;) await sleep(POLL_MS);
  pids.forEach((pid) => send(pid, 'SIGKILL'));
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

if (import.meta.main) await keep(JSON.parse(process.argv[2] ?? '') as KeeperOrder);
