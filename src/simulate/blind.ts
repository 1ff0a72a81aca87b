import type { Span } from '../core/time.ts';
import type { Happening } from './happening.ts';
import type { Host } from './office.ts';

/** A host of which Sysmon tells nothing for a time, whatever takes place there. */
export interface Blinded {
  readonly host: Host;
  readonly span: Span;
}

/** Whether Sysmon was stopped on the host when it took place. */
export type Unseen = (of: Happening) => boolean;

export const ALL_SEEN: Unseen = () => false;

/** What Sysmon does not see, by what was planted. Asked for each happening, so hosts are looked up by name. */
export function unseenBySysmon(plants: readonly { readonly blinded?: readonly Blinded[] }[]): Unseen {
  const blinded = Map.groupBy(
    plants.flatMap((plant) => plant.blinded ?? []),
    ({ host }) => host.name,
  );
  if (blinded.size === 0) return ALL_SEEN;
  return ({ at, process }) =>
    blinded.get(process.host.name)?.some(({ span }) => at >= span.start && at < span.end) === true;
}
