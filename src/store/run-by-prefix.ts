import { HuntError } from '../core/error.ts';
import type { RunRecord } from '../core/run.ts';

/** The one run meant by the beginning of its id: the run of exactly that id, else the only one; USAGE for several. */
export function theRun(prefix: string, found: readonly RunRecord[]): RunRecord | null {
  const exact = found.find((run) => run.runId === prefix);
  if (exact !== undefined || found.length < 2) return exact ?? found[0] ?? null;
  throw new HuntError('USAGE', `Several runs begin with "${prefix}"`, {
    remedy: 'Give more of the id, as "hunt runs" shows it',
  });
}
