// What came of a capture.
import type { AttackRow, Capture } from './attacks.ts';
import type { JudgedFinding } from './captures-judge.ts';

/** Most findings of medium or above in a capture that show no attack. */
export const OTHERS_MAX = 3;

export interface CaptureOutcome {
  readonly capture: Capture;
  readonly events: number;
  readonly history: number;
  /** Runs by verdict. */
  readonly verdicts: Readonly<Record<string, number>>;
  /** Hunts whose run failed, with the reason. */
  readonly failed: readonly string[];
  readonly findings: readonly JudgedFinding[];
  readonly others: readonly JudgedFinding[];
  readonly rank: number | null;
  readonly attacks: readonly AttackOutcome[];
  readonly seconds: number;
}

export interface AttackOutcome {
  readonly attack: AttackRow;
  /** Ids of the hunts that found it. */
  readonly hunts: readonly string[];
  /** Those among them that need no history of the site. */
  readonly withoutHistory: readonly string[];
}
