import type { Place, PlacedText } from './place.ts';

/** A kind of data: where it lies, how to recognise it, its clock, how long its silence is normal. */
export interface Source {
  readonly name: string;
  readonly description: string;
  /** Index patterns, allowed characters only; they go into FROM. */
  readonly index: readonly string[];
  /** The patterns before the site named its own; a hunt's FROM that names these reads `index` instead. */
  readonly shippedIndex?: readonly string[];
  /** ES|QL boolean expression that recognises a document of this source; null: every document of the indices. */
  readonly where: PlacedText | null;
  /** Fields that give a document's time, the first one present counts. */
  readonly clock: readonly string[];
  /** Silence up to this is normal, ms; `sporadic`: any silence is. */
  readonly heartbeatMs: number | 'sporadic';
  /** How to switch it on, for a person. */
  readonly enable: string;
  /** How much it brings and what it asks of hosts and readers, for a person. */
  readonly cost?: string;
  /** Fields that documents of this source have, ECS names; null: not stated, so nothing is checked against it. */
  readonly fields: readonly string[] | null;
  /** The site says that it does not have this source. */
  readonly absent: boolean;
  readonly place: Place;
}

/** The field that is event time, by ECS. */
export const EVENT_TIME_FIELD = '@timestamp';

/** The column that the engine adds after FROM: the document's time on the clock of the run. */
export const CLOCK_COLUMN = 'hunt.clock';
