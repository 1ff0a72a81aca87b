// Findings of medium or above that show none of the attacks, each with the reason why it is there. One that none of these
// covers is below the floor.

export interface Explained {
  readonly capture: string;
  readonly hunt: string;
  /** Words (lower case) that its columns hold. */
  readonly words: readonly string[];
  readonly because: string;
}

export const EXPLAINED: readonly Explained[] = [];
