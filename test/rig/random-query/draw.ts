import { random } from '../random.ts';

/** Choices that are the same for the same seed. */
export interface Draw {
  /** A whole number from 0 to below `below`. */
  readonly int: (below: number) => number;
  readonly chance: (probability: number) => boolean;
  /** One of a list that is not empty. */
  readonly pick: <T>(list: readonly T[]) => T;
  /** Between `least` and `most` items, each of its own. */
  readonly times: <T>(least: number, most: number, item: () => T) => T[];
  /** `least` to `most` different ones of a list, in the order drawn. */
  readonly some: <T>(list: readonly T[], least: number, most: number) => T[];
}

export function drawOf(seed: number): Draw {
  const next = random(seed);
  const int = (below: number): number => Math.floor(next() * below);
  const pick = <T>(list: readonly T[]): T => {
    if (list.length === 0) throw new RangeError('Cannot draw from an empty list');
    return list[int(list.length)] as T;
  };
  return {
    int,
    pick,
    chance: (probability) => next() < probability,
    times: (least, most, item) => Array.from({ length: least + int(most - least + 1) }, item),
    some: (list, least, most) => {
      const rest = [...list];
      const count = Math.min(rest.length, least + int(most - least + 1));
      return Array.from({ length: count }, () => rest.splice(int(rest.length), 1)[0] as (typeof rest)[number]);
    },
  };
}
