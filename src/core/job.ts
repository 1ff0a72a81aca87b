import type { Place } from './place.ts';

/** When a job's hunts are due: each length since the epoch in UTC, or a cron expression on a wall clock. */
export type Schedule =
  | { readonly type: 'every'; readonly everyMs: number }
  | { readonly type: 'cron'; readonly cron: string; readonly timezone: string };

/** Order in which tiles that were missed are examined. */
export const CATCH_UP_ORDERS = ['oldest_first', 'newest_first'] as const;
export type CatchUpOrder = (typeof CATCH_UP_ORDERS)[number];

/** Hunts on a calendar. */
export interface Job {
  /** Path below its jobs folder without the ending: `nightly-prevalence`. */
  readonly id: string;
  readonly file: string;
  readonly schedule: Schedule;
  /** Which hunts: ids, globs, `tag:x`, `technique:T1071`. */
  readonly hunts: readonly string[];
  /** Shift of every tile into the past, for the lag of ingest, ms. */
  readonly queryDelayMs: number;
  /** How far before its range a run reads again, ms. */
  readonly lookBackMs: number;
  /** Tiles missed for longer than `atMostMs` become a gap at once, and wait for a backfill. */
  readonly catchUp: { readonly atMostMs: number; readonly order: CatchUpOrder };
  /** Longest time for one query, ms. */
  readonly timeoutMs: number;
  /** Further tries within one attempt, for what may pass (a lost connection, a server that is overloaded). */
  readonly retries: number;
  /** The window of a slot apart from the time of its run: from the last `starts` to the last `ends` before it. */
  readonly calendar: { readonly starts: string; readonly ends: string } | null;
  /** Channels that are told of its news: `webhook:soc`. */
  readonly notify: readonly string[];
  readonly places: ReadonlyMap<string, Place>;
}
