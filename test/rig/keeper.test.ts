import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { isAlive } from './assemble.ts';
import { start } from './command.ts';
import type { KeeperOrder } from './keeper.ts';

const KEEPER = fileURLToPath(new URL('keeper.ts', import.meta.url));
// Stands for Elasticsearch: a launcher whose child is the server, which writes its id, and does not end with its parent.
const LAUNCHER = `
  const { spawn } = require('node:child_process');
  const { writeFileSync } = require('node:fs');
  const server = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore', detached: true });
  writeFileSync('server.pid', String(server.pid));
  console.log('launched ' + process.pid);
  setInterval(() => {}, 1000);`;

function orderFor(script: string): KeeperOrder {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'tracehound-keeper-'));
  return {
    program: process.execPath,
    args: ['-e', script],
    env: {},
    uid: null,
    folder,
    console: join(folder, 'console.log'),
    pidFile: join(folder, 'server.pid'),
  };
}

/** A parent that starts a keeper as servers.ts does and lives until it is killed or its own input ends. */
function parentOf(order: KeeperOrder, ends: 'by itself' | 'when killed'): ReturnType<typeof start> {
  const script = `
    const { spawn } = require('node:child_process');
    const keeper = spawn(process.execPath, ${JSON.stringify([KEEPER, JSON.stringify(order)])}, { stdio: ['pipe', 'pipe', 'inherit'], detached: true });
    const { existsSync, readFileSync } = require('node:fs');
    const file = ${JSON.stringify(order.console)};
    const poll = setInterval(() => {
      if (!existsSync(file) || !readFileSync(file, 'utf8').includes('launched')) return;
      clearInterval(poll);
      console.log('keeper ' + keeper.pid);
      ${ends === 'by itself' ? 'process.exit(0)' : 'setInterval(() => {}, 1000)'};
    }, 10);`;
  return start(process.execPath, ['-e', script]);
}

describe('the keeper', () => {
  it.each([
    ['exits', 'by itself', null],
    ['is interrupted', 'when killed', 'SIGINT'],
    ['is terminated', 'when killed', 'SIGTERM'],
    ['is killed with -9', 'when killed', 'SIGKILL'],
  ] as const)('ends launcher and server and removes the folder when its parent %s', async (_, ends, signal) => {
    const order = orderFor(LAUNCHER);
    const parent = parentOf(order, ends);
    await parent.says(/keeper \d+/);
    const server = Number(readFileSync(join(order.folder, 'server.pid'), 'utf8'));
    const launcher = Number(/launched (\d+)/.exec(readFileSync(order.console, 'utf8'))?.[1]);
    if (signal !== null) {
      expect([launcher, server].map(isAlive)).toEqual([true, true]);
      parent.kill(signal);
    }
    expect((await parent.ended).signal).toBe(signal);
    await expect.poll(() => [launcher, server].map(isAlive), { timeout: 10_000 }).toEqual([false, false]);
    await expect.poll(() => existsSync(order.folder), { timeout: 10_000 }).toBe(false);
  });

  it('says so when the server ends early, and leaves its words to be read until it is let go', async () => {
    const order = orderFor("console.error('cannot start'); process.exit(1)");
    const keeper = spawn(process.execPath, [KEEPER, JSON.stringify(order)], { stdio: ['pipe', 'pipe', 'inherit'] });
    const [said] = (await once(keeper.stdout, 'data')) as [Buffer];
    expect(said.toString()).toBe('ended\n');
    expect(readFileSync(order.console, 'utf8')).toContain('cannot start');
    keeper.stdin.end();
    await once(keeper, 'exit');
    expect(existsSync(order.folder)).toBe(false);
  });
});
