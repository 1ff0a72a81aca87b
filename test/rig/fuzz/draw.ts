import { random } from '../random.ts';

/** What a mutation draws from. */
export interface Draw {
  /** A whole number from 0 to below `limit`. */
  readonly below: (limit: number) => number;
  readonly pick: <T>(items: readonly [T, ...T[]] | readonly T[]) => T;
  readonly chance: (share: number) => boolean;
}

/** The same seed draws the same. */
export function drawOf(seed: number): Draw {
  const next = random(seed);
  const below = (limit: number) => Math.floor(next() * limit);
  return {
    below,
    chance: (share) => next() < share,
    pick: (items) => {
      if (items.length === 0) throw new TypeError('Nothing to pick from');
      return items[below(items.length)]!;
    },
  };
}
