/** How far a run may be trusted, from best to worst; the worst of all reasons is the verdict (design.md, guarantee 3). */
export const VERDICTS = ['clean', 'findings', 'degraded', 'blind', 'failed'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** Why a run is not simply clean. `code` is stable; `text` is for people. */
export interface Reason {
  readonly verdict: Exclude<Verdict, 'clean'>;
  readonly code: string;
  readonly text: string;
}

/** The verdict of a run: its worst reason, else `findings` when there are any, else `clean`. */
export function verdictOf(reasons: readonly Reason[], findings: number): Verdict {
  const rank = Math.max(findings > 0 ? 1 : 0, ...reasons.map((reason) => VERDICTS.indexOf(reason.verdict)));
  return VERDICTS[rank] ?? 'failed';
}

/** The exit code of a set of runs: the first that applies of 3 failed, 4 blind or degraded, 1 findings if asked, 0. */
export function exitCodeOf(
  verdicts: readonly Verdict[],
  options: { readonly failOnFindings: boolean; readonly findings: number },
): number {
  if (verdicts.includes('failed')) return 3;
  if (verdicts.includes('blind') || verdicts.includes('degraded')) return 4;
  return options.failOnFindings && options.findings > 0 ? 1 : 0;
}
