import type { Place } from './place.ts';

/** What is wrong with something a person wrote, where, and how to mend it. Problems are collected, never thrown one by one. */
export interface Problem {
  /** Kebab-case name of the rule, stable, for `hunt check` and its documentation. */
  readonly rule: string;
  readonly severity: 'error' | 'warning';
  readonly place: Place;
  /** What is wrong, in one sentence without a full stop. */
  readonly message: string;
  /** How to mend it. */
  readonly hint: string;
}

/** Either a value or every problem that stands in its way; warnings may accompany a value. */
export type Checked<T> =
  | { readonly ok: true; readonly value: T; readonly problems: readonly Problem[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Whether anything in the list forbids going on. */
export function hasErrors(problems: readonly Problem[]): boolean {
  return problems.some((problem) => problem.severity === 'error');
}

/** `file:line:column  rule  what is wrong  how to mend it`. */
export function formatProblem({ place, rule, message, hint }: Problem): string {
  return `${place.file}:${place.line}:${place.column}  ${rule}  ${message}  ${hint}`;
}

/** Problems in reading order: by file, line, column, rule. */
export function sortProblems(problems: readonly Problem[]): Problem[] {
  const key = ({ place }: Problem) => [place.file, place.line, place.column] as const;
  return [...problems].sort((a, b) => {
    const [fileA, lineA, columnA] = key(a);
    const [fileB, lineB, columnB] = key(b);
    return compareText(fileA, fileB) || lineA - lineB || columnA - columnB || compareText(a.rule, b.rule);
  });
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
