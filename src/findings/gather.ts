import type { FindingState, Fingerprint, Sighting } from '../core/finding.ts';
import type { ReopenRule } from '../core/hunt.ts';
import { mergeStates } from '../core/merge.ts';

/** What one row of a run says: of the finding, and of the tile. */
export interface DeliveryItem {
  readonly state: FindingState;
  readonly sighting: Sighting;
  readonly reopen: ReopenRule;
}

/** All that one delivery says of one finding: a state and a sighting for each tile, older tiles first. */
export interface Gathered {
  readonly fingerprint: Fingerprint;
  readonly states: readonly FindingState[];
  readonly sightings: readonly Sighting[];
  readonly reopen: ReopenRule;
}

/** Items by finding and tile; rows of the same key in the same tile become one, with their counts added up. */
export function gather(items: readonly DeliveryItem[]): Gathered[] {
  const byTile = new Map<string, DeliveryItem>();
  for (const item of items) {
    const { fingerprint, tileStart, tileEnd } = item.sighting;
    const id = `${fingerprint}.${tileStart}.${tileEnd}`;
    const known = byTile.get(id);
    byTile.set(id, known === undefined ? item : joinRows(known, item));
  }
  return [...Map.groupBy(byTile.values(), (item) => item.state.fingerprint)].map(([fingerprint, tiles]) => {
    const ordered = tiles.toSorted(
      (a, b) => a.sighting.tileEnd - b.sighting.tileEnd || a.sighting.tileStart - b.sighting.tileStart,
    );
    const states = ordered.map((item) => item.state);
    const sightings = ordered.map((item) => item.sighting);
    return { fingerprint, states, sightings, reopen: tiles[0]?.reopen ?? { afterMs: null, on: [] } };
  });
}

/** Two rows of one answer: disjoint events, so counts add up; their hosts may be the same, so the larger number stands. */
function joinRows(a: DeliveryItem, b: DeliveryItem): DeliveryItem {
  const state = mergeStates(a.state, b.state);
  const numbers = {
    count: a.sighting.count + b.sighting.count,
    hosts: largest(a.sighting.hosts, b.sighting.hosts),
    population: largest(a.sighting.population, b.sighting.population),
  };
  const { firstSeen, lastSeen, eventStart, eventEnd } = state;
  return {
    state: { ...state, latest: { ...state.latest, ...numbers } },
    sighting: { ...a.sighting, ...numbers, firstSeen, lastSeen, eventStart, eventEnd },
    reopen: a.reopen,
  };
}

function largest(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.max(a, b);
}
