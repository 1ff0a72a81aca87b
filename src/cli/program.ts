import { Command, CommanderError } from 'commander';
import { HuntError } from '../core/error.ts';
import { examples } from './declare/act.ts';
import { declareAround } from './declare/around.ts';
import { declareFound } from './declare/found.ts';
import { declareHunts } from './declare/hunts.ts';
import { declareReport } from './declare/report.ts';
import { declareUnattended } from './declare/unattended.ts';
import { type Effects, type EffectsInput, realEffects } from './effects.ts';
import { tellFailure } from './failure.ts';
import { interruptible, type SignalSource } from './interrupt.ts';
import { type Format, Output, type Stream } from './output.ts';
import { safe, safeLines } from './views/safe-text.ts';
import { version } from './version.ts';

/** What a process is to its commands. */
export interface World {
  readonly stdout: Stream;
  readonly stderr: Stream;
  readonly cwd: string;
  readonly signals: SignalSource;
  /** Ends the process at once: for the second signal. */
  readonly exit: (code: number) => void;
  readonly effects?: (input: EffectsInput) => Effects & AsyncDisposable;
}

/** Flags that every command takes. */
interface GlobalFlags {
  readonly json?: boolean;
  readonly ndjson?: boolean;
  readonly debug?: boolean;
  readonly nodes?: string;
  readonly deadline?: string;
}

/** Exit code of arguments that make no command. */
const USAGE_EXIT = 2;

/** Runs the command that the arguments name, to its exit code. Never rejects: what goes wrong is told on standard error. */
export async function runProgram(args: readonly string[], world: World): Promise<number> {
  let code = 0;
  const program = makeProgram(world, async (command, flags) => {
    code = await runCommand(command, flags, world);
  });
  try {
    await program.parseAsync([...args], { from: 'user' });
    return code;
  } catch (error) {
    // Commander has told already what is wrong with the arguments, or shown the help that was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE_EXIT;
    throw error;
  }
}

type Runner = (command: (effects: Effects) => Promise<number>, flags: GlobalFlags) => Promise<void>;

/** All commands with their flags, help and examples; `run` carries one out. */
export function makeProgram({ stdout, stderr }: Pick<World, 'stdout' | 'stderr'>, run: Runner): Command {
  const program = new Command('hunt')
    .description('Tracehound runs stored threat hunts and keeps what they find exactly once.')
    .version(version(), '--version', 'the version of Tracehound')
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => void stdout.write(text),
      // It may repeat an argument, which may come from anywhere.
      writeErr: (text) => void stderr.write(`${safeLines(text.trimEnd()).toString()}\n`),
      getOutHelpWidth: () => helpWidth(stdout),
      getErrHelpWidth: () => helpWidth(stderr),
    })
    .showHelpAfterError('See the same command with --help')
    .option('--json', 'one JSON value on standard output')
    .option('--ndjson', 'a JSON value a line on standard output')
    .option('--debug', 'show where an error comes from')
    .option('--nodes <urls>', 'addresses of the Elasticsearch nodes, separated by commas')
    .option('--deadline <length>', 'longest time for one query (default: 10m)')
    .addHelpText(
      'after',
      examples([
        'hunt init soc-hunts',
        'hunt doctor',
        'hunt run network/rare-egress --since 7d',
        'hunt findings --status open',
      ]),
    );
  const act = (command: (effects: Effects) => Promise<number>) => run(command, program.opts<GlobalFlags>());
  declareHunts(program, act);
  declareFound(program, act);
  declareReport(program, act);
  declareAround(program, act);
  declareUnattended(program, act);
  return program;
}

/** One command over the effects of this process, which are closed whatever happens. */
async function runCommand(
  command: (effects: Effects) => Promise<number>,
  flags: GlobalFlags,
  world: World,
): Promise<number> {
  const out = new Output(world, formatOf(flags));
  using interrupt = interruptible(world.signals, {
    first: (signal) => out.note(safe`${signal}: ending; once more ends at once`),
    exit: world.exit,
  });
  try {
    if (flags.json === true && flags.ndjson === true) {
      throw new HuntError('USAGE', 'Cannot combine --json and --ndjson', { remedy: 'Keep one of them' });
    }
    const input = {
      out,
      cwd: world.cwd,
      flags: { nodes: flags.nodes, deadline: flags.deadline },
      signal: interrupt.signal,
    };
    await using effects = (world.effects ?? realEffects)(input);
    return await command(effects);
  } catch (error) {
    return tellFailure(error, out, flags.debug === true);
  }
}

function formatOf({ json, ndjson }: GlobalFlags): Format {
  return ndjson === true ? 'ndjson' : json === true ? 'json' : 'text';
}

/** Lines longer than this are hard to read, however wide the terminal. */
const HELP_WIDTH = 110;

function helpWidth({ isTTY, columns }: Stream): number {
  return isTTY === true ? Math.min(columns ?? 80, HELP_WIDTH) : HELP_WIDTH;
}
