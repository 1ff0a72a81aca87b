import type { PlacedText } from './place.ts';

/** Something known and accepted: rows it matches are not findings. Always with a reason, an owner and an expiry. */
export interface Exception {
  readonly id: string;
  /** ES|QL boolean expression; a row for which it is unknown is never hidden. */
  readonly when: PlacedText;
  readonly because: string;
  readonly owner: string;
  /** Last day (UTC, inclusive) on which it is active, `2027-06-30`. */
  readonly until: string;
  /** Hunts it applies to: null for one written inside a hunt, globs over hunt ids for a site's. */
  readonly hunts: readonly string[] | null;
}

/** Whether an exception still hides anything at `now`: through the end of its last day, UTC. */
export function isActive(exception: Pick<Exception, 'until'>, now: number): boolean {
  return now < Date.parse(`${exception.until}T00:00:00Z`) + 86_400_000;
}
