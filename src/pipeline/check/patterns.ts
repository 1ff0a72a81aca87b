import type { CheckedHunt } from '../checked.ts';
import type { NeededSources } from './needed-sources.ts';

/** A pattern that the package ships for a source is read where the site keeps that source; one of absent sources is not. */
export function patternsOf({ present, declared }: NeededSources): CheckedHunt['patterns'] {
  return (pattern) => {
    const moved = present.filter(({ source }) => source.shippedIndex?.includes(pattern));
    if (moved.length > 0) return moved.flatMap(({ source }) => source.index);
    const owners = declared.filter(({ index, shippedIndex }) => (shippedIndex ?? index).includes(pattern));
    return owners.length > 0 && owners.every(({ absent }) => absent) ? [] : [pattern];
  };
}
