import type { Instant } from '../core/time.ts';
import type { Moment } from './shape.ts';

/** What was written of one plant. */
export interface PlantSeen {
  readonly first: Instant;
  readonly last: Instant;
  /** Connections that began. */
  readonly began: number;
  /** Connections whose end was reported; 0 where the agent reports none. */
  readonly ended: number;
}

/** Counts what is written. */
export class Tally {
  documents = 0;
  readonly plants = new Map<string, PlantSeen>();

  add({ at, phase, of }: Moment): void {
    this.documents++;
    if (of.kind !== 'connection' || of.plant === null) return;
    const seen = this.plants.get(of.plant) ?? { first: at, last: at, began: 0, ended: 0 };
    this.plants.set(of.plant, { ...seen, last: at, [phase]: seen[phase] + 1 });
  }
}
