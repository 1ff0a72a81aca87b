import { isHuntError, messageOf, redact } from '../core/error.ts';
import type { Output } from './output.ts';
import { safe, safeLines } from './views/safe-text.ts';

/** An error that is no HuntError is a bug: the run, not the caller, is at fault. */
const BUG_EXIT = 3;

/** Says on standard error why a command gave up, and gives the exit code that goes with it. */
export function tellFailure(error: unknown, out: Output, debug: boolean): number {
  const { red, dim } = out.notePaint;
  if (isHuntError(error)) {
    out.note(safe`${red(error.message)} ${dim(`[${error.code}]`)}`);
    if (error.remedy !== undefined) out.note(safe`${error.remedy}`);
    if (debug) out.note(safeLines(redact(traceOf(error))));
    return error.exitCode;
  }
  out.note(safe`${red('Unexpected error')}: ${redact(messageOf(error))}`);
  if (debug) out.note(safeLines(redact(traceOf(error))));
  else out.note(safe`This is a bug in Tracehound. Run again with --debug and report what it shows`);
  return BUG_EXIT;
}

/** Stacks of an error and of what caused it. */
function traceOf(error: unknown): string {
  const stacks: string[] = [];
  for (let each = error, depth = 0; each instanceof Error && depth < 8; each = each.cause, depth++) {
    stacks.push(each.stack ?? each.message);
  }
  return stacks.join('\ncaused by ');
}
