import type { Instant } from '../core/time.ts';
import type { Moment } from './shapes/shape.ts';

/** What was written of one plant. */
export interface PlantSeen {
  readonly first: Instant;
  readonly last: Instant;
  /** Connections that began. */
  readonly began: number;
  /** Connections whose end was reported; 0 where the agent reports none. */
  readonly ended: number;
  /** Records by kind of what took place. */
  readonly events: Readonly<Record<string, number>>;
}

/** Counts what is written. */
export class Tally {
  documents = 0;
  readonly plants = new Map<string, PlantSeen>();

  add({ at, phase, of, echo }: Moment): void {
    this.documents++;
    if (of.plant == null || echo === true) return;
    const seen = this.plants.get(of.plant) ?? { first: at, last: at, began: 0, ended: 0, events: {} };
    const counted = of.kind === 'connection' ? { [phase]: seen[phase] + 1 } : {};
    const events = { ...seen.events, [of.kind]: (seen.events[of.kind] ?? 0) + 1 };
    this.plants.set(of.plant, { ...seen, last: at, ...counted, events });
  }
}
