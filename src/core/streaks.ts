import type { Verdict } from './verdict.ts';

/** Counts, for each hunt, how many of its runs in a row were failed or blind. Of the runs of this process only. */
export class Streaks {
  readonly #failed = new Map<string, number>();

  /** Takes in a run; resolves with the length of the row it ends or goes on with: 0 after a run that was neither. */
  count(huntId: string, verdict: Verdict): number {
    const failed = verdict === 'failed' || verdict === 'blind' ? (this.#failed.get(huntId) ?? 0) + 1 : 0;
    this.#failed.set(huntId, failed);
    return failed;
  }
}
