import { spawn, spawnSync } from 'node:child_process';

/** How a program ended. `exitCode` is null where `signal` ended it. */
export interface Ended {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A program that may still run. */
export interface Started {
  readonly pid: number;
  /** Rejects only if the program could not be started. */
  readonly ended: Promise<Ended>;
  /** Resolves when standard output or standard error holds a match; rejects if the program ends without one. */
  says(pattern: RegExp): Promise<void>;
  /** Sends a signal; nothing happens if the program has ended. */
  kill(signal: NodeJS.Signals): void;
}

export interface CommandOptions {
  readonly cwd?: string;
  /** The whole environment; without it, the caller's. */
  readonly env?: Readonly<Record<string, string>>;
  /** Text for standard input, which is empty without it. */
  readonly input?: string;
}

export function start(program: string, args: readonly string[], options: CommandOptions = {}): Started {
  const child = spawn(program, args, { cwd: options.cwd, env: options.env, stdio: 'pipe' });
  const said = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  const watchers = new Set<() => void>();
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].on('data', (chunk: Buffer) => {
      said[name].push(chunk);
      watchers.forEach((watch) => watch());
    });
  }
  child.stdin.on('error', () => {}); // a program that reads no input may close the pipe before we wrote it all
  child.stdin.end(options.input ?? '');

  const { promise: ended, resolve, reject } = Promise.withResolvers<Ended>();
  child.on('error', reject);
  child.on('close', (exitCode, signal) =>
    resolve({ exitCode, signal, stdout: textOf(said.stdout), stderr: textOf(said.stderr) }),
  );
  const says = (pattern: RegExp): Promise<void> => {
    const { promise, resolve: found, reject: missed } = Promise.withResolvers<void>();
    const watch = (): void => {
      if (pattern.test(textOf(said.stdout)) || pattern.test(textOf(said.stderr))) found();
    };
    watchers.add(watch);
    watch();
    ended.then(
      ({ stdout, stderr }) => missed(new Error(`Ended without saying ${pattern}: ${stdout}${stderr}`)),
      missed,
    );
    return promise.finally(() => watchers.delete(watch));
  };
  return { pid: child.pid ?? 0, ended, says, kill: (signal) => void child.kill(signal) };
}

/** Runs a program to its end, whatever that is; rejects only if it cannot be started. */
export function execute(program: string, args: readonly string[], options: CommandOptions = {}): Promise<Ended> {
  return start(program, args, options).ended;
}

/** Runs a program that must succeed and gives its standard output; otherwise throws with the end of what it said. */
export async function run(program: string, args: readonly string[], options: CommandOptions = {}): Promise<string> {
  const ended = await execute(program, args, options);
  if (ended.exitCode === 0) return ended.stdout;
  const said = (ended.stderr + ended.stdout).trim().slice(-2_000);
  throw new Error(`"${program} ${args.join(' ')}" ended with ${ended.signal ?? ended.exitCode}: ${said}`);
}

/** Whether a program is on the PATH and answers. */
export function isInstalled(program: string, versionFlag = '--version'): boolean {
  return spawnSync(program, [versionFlag], { stdio: 'ignore' }).status === 0;
}

function textOf(chunks: readonly Buffer[]): string {
  return Buffer.concat(chunks).toString('utf8');
}
