import type { LedgerKey } from './ledger.ts';
import type { Instant, Span } from './time.ts';

/** From most to least urgent. `retry`: a gap whose next attempt has come. */
export const URGENCIES = ['present', 'retry', 'catch_up', 'backfill'] as const;
export type Urgency = (typeof URGENCIES)[number];

/** One tile of one hunt of one job, to be examined. Plain data: it travels as JSON. */
export interface WorkItem extends LedgerKey {
  /** `<job>.<hunt, / as ~>.<start epoch s>.<end epoch s>.<attempt>`: the same work has the same id. */
  readonly id: string;
  readonly tile: Span;
  /** From 1. */
  readonly attempt: number;
  readonly urgency: Urgency;
  /** When the tile became due: its slot. */
  readonly dueAt: Instant;
}

/** How many items there are in each state, over all workers. */
export interface QueueDepth {
  readonly waiting: Readonly<Record<Urgency, number>>;
  readonly delayed: number;
  readonly active: number;
}
