// Runs the real binary the way a person does: a folder, an environment, arguments.
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { start, type Ended, type Started } from './command.ts';

export interface HuntRigOptions {
  /** Files to write first, by path below the folder. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  /** Environment of every run, beside a path and a home of its own. Nothing of the caller's comes along. */
  readonly env?: Readonly<Record<string, string>>;
  /** The program that node runs; `bin/hunt.js` of this checkout without it. */
  readonly binary?: string;
}

export interface HuntRig extends AsyncDisposable {
  /** The working folder, absolute. */
  readonly folder: string;
  /** Runs `hunt …args` to its end. */
  hunt(...args: readonly string[]): Promise<Ended>;
  /** Starts `hunt …args` and gives what it takes to wait for it or to kill it. */
  start(...args: readonly string[]): Started;
  /** Writes one more file. */
  write(path: string, content: string | Uint8Array): Promise<void>;
}

const BINARY = fileURLToPath(new URL('../../bin/hunt.js', import.meta.url));

/** A temporary folder in which `hunt` runs; disposing of it kills what still runs and removes it. */
export async function huntRig({ files = {}, env = {}, binary = BINARY }: HuntRigOptions = {}): Promise<HuntRig> {
  const folder = await mkdtemp(join(await realpath(tmpdir()), 'tracehound-hunt-'));
  const write = async (path: string, content: string | Uint8Array): Promise<void> => {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  };
  for (const [path, content] of Object.entries(files)) await write(path, content);

  const environment = {
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    TMPDIR: tmpdir(),
    TZ: 'UTC',
    LANG: 'C.UTF-8',
    ...env,
  };
  const running = new Set<Started>();
  const startHunt = (...args: readonly string[]): Started => {
    const started = start(process.execPath, [binary, ...args], { cwd: folder, env: environment });
    running.add(started);
    const forget = (): unknown => running.delete(started);
    started.ended.then(forget, forget);
    return started;
  };
  return {
    folder,
    write,
    start: startHunt,
    hunt: (...args) => startHunt(...args).ended,
    async [Symbol.asyncDispose]() {
      const ends = [...running].map((started) => started.ended);
      running.forEach((started) => started.kill('SIGKILL'));
      await Promise.all(ends);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
