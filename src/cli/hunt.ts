// The entry: arguments to an exit code. The only place that ends the process.
import { tellFailure } from './failure.ts';
import { Output } from './output.ts';
import { runProgram } from './program.ts';

// A reader that closes early (`hunt list | head`) is no reason to break off a run; any other fault of the stream is told.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') endUnexpectedly(error);
});
process.on('uncaughtException', endUnexpectedly);
process.on('unhandledRejection', endUnexpectedly);

const code = await runProgram(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  cwd: process.cwd(),
  signals: process,
  exit: (exitCode) => process.exit(exitCode),
});
await Promise.all([written(process.stdout), written(process.stderr)]);
process.exit(code);

function endUnexpectedly(error: unknown): void {
  process.exit(tellFailure(error, new Output(process, 'text'), process.argv.includes('--debug')));
}

/** Resolves once the stream has passed on everything: a pipe may be slow, and process.exit does not wait for it. */
function written(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => stream.write('', () => resolve()));
}
