import type { Row } from '../core/row.ts';
import type { SourceLag, SourceSeen } from '../core/run.ts';
import { EVENT_TIME_FIELD } from '../core/source.ts';
import { roughly } from '../core/time.ts';
import type { FieldCaps } from '../engine/port.ts';
import type { Frame } from '../query/compile/frame.ts';

/**
 * Fields of a source's clock that tell when an event arrived: those before event time, which is what the clock falls back
 * to. None where there is no event time to compare with.
 */
export function arrivalFields({ sources }: Frame, { types }: FieldCaps): readonly string[] {
  const chain = sources.flatMap(({ clock }) => clock);
  const eventTime = chain.indexOf(EVENT_TIME_FIELD);
  return types.get(EVENT_TIME_FIELD) === 'date' ? chain.slice(0, eventTime < 0 ? chain.length : eventTime) : [];
}

/** What the row of a count says of lag; null where no event of the tile told when it arrived, or nobody asked. */
export function lagOf(row: Row): SourceLag | null {
  const [p50, p99, max] = ['lag_p50', 'lag_p99', 'lag_max'].map((name) => row.get(name));
  if (typeof p50 !== 'number' || typeof p99 !== 'number' || typeof max !== 'number') return null;
  return { p50Ms: Math.round(p50), p99Ms: Math.round(p99), maxMs: max };
}

/**
 * What to say where events arrive later than the job waits for them. Nothing is lost by it, as tiles are on the clock of
 * arrival; but what belongs together in event time comes apart into several tiles.
 */
export function lagWarnings(seen: readonly SourceSeen[], queryDelayMs: number): string[] {
  return seen.flatMap(({ name, lag }) =>
    lag === null || lag.p99Ms <= queryDelayMs
      ? []
      : [`Query delay ${roughly(queryDelayMs)} is smaller than the lag of ${name}: p99 ${roughly(lag.p99Ms)}`],
  );
}
