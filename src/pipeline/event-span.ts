import type { Clock } from '../core/tile.ts';
import type { Instant, Span } from '../core/time.ts';
import type { Engine } from '../engine/port.ts';
import { clockSpanQuery } from '../query/compile/clock-span.ts';
import { RANGE_END, RANGE_START } from '../query/compile/frame.ts';
import type { CheckedSource } from './checked.ts';
import { frameOf } from './frame-of.ts';

export interface SpanInquiry {
  readonly engine: Engine;
  readonly clock: Clock;
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
}

/** All of time that a date may lie in. */
const EVER = { [RANGE_START]: '0000-01-01T00:00:00.000Z', [RANGE_END]: '9999-12-31T23:59:59.999Z' };

/**
 * From the oldest event of some sources to the newest, which the span includes; null where there is none. It reads
 * the time of every event, so it is asked of the embedded store and of tests, never of a production cluster.
 */
export async function eventSpan(sources: readonly CheckedSource[], inquiry: SpanInquiry): Promise<Span | null> {
  const { engine, clock, deadlineMs, signal } = inquiry;
  const patterns = new Set(sources.flatMap(({ source }) => source.index));
  const caps = await engine.fields([...patterns], signal);
  const frame = frameOf(sources, caps, clock, new Set());
  if (frame === null) return null;
  const filter = { time: null, excluded: [], only: [] };
  const esql = clockSpanQuery(frame);
  const { rows } = await engine.query({ purpose: 'span', esql, params: EVER, filter, rowsMax: 1, deadlineMs }, signal);
  const [oldest, newest] = [instantOf(rows[0]?.get('oldest')), instantOf(rows[0]?.get('newest'))];
  return oldest === null || newest === null ? null : { start: oldest, end: newest + 1 };
}

function instantOf(value: unknown): Instant | null {
  const instant = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(instant) ? null : instant;
}
