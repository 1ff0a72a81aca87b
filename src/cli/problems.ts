import { HuntError, type ErrorCode } from '../core/error.ts';
import { formatProblem, hasErrors, type Problem, sortProblems } from '../core/problem.ts';
import type { Output } from './output.ts';
import type { Paint } from './views/paint.ts';
import { joined, type SafeText, safeText } from './views/safe-text.ts';

/** `file:line:column  rule  what is wrong  how to mend it`, a line each, in reading order. */
export function problemLines(problems: readonly Problem[], { red, yellow }: Paint): SafeText {
  return joined(
    sortProblems(problems).map((problem) =>
      (problem.severity === 'error' ? red : yellow)(safeText(formatProblem(problem))),
    ),
    '\n',
  );
}

/** Shows problems on standard error; throws when one of them forbids going on. */
export function tellProblems(out: Output, problems: readonly Problem[], code: ErrorCode, what: string): void {
  if (problems.length > 0) out.note(problemLines(problems, out.notePaint));
  if (!hasErrors(problems)) return;
  throw new HuntError(code, `${what}: ${countProblems(problems)}`, { remedy: 'Mend what the lines above name' });
}

/** `3 errors, 1 warning`. */
export function countProblems(problems: readonly Problem[]): string {
  const errors = problems.filter((problem) => problem.severity === 'error').length;
  return `${plural(errors, 'error')}, ${plural(problems.length - errors, 'warning')}`;
}

/** `1 hunt`, `2 hunts`. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
