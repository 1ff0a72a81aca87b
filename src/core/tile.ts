import type { Instant, Span } from './time.ts';

/** The piece of time that a run accounts for: closed at its start, open at its end, on the clock of the run. */
export type Tile = Span;

/** Which time of a document counts: the source's clock (scheduled runs), or event time (ad hoc runs). */
export const CLOCKS = ['event', 'ingest'] as const;
export type Clock = (typeof CLOCKS)[number];

/** What a run reads: `[min(tile start, tile end - window) - look-back, tile end)` (design.md, "Time"). */
export function readingRange(tile: Tile, windowMs: number, lookBackMs: number): Span {
  return { start: Math.min(tile.start, tile.end - windowMs) - lookBackMs, end: tile.end };
}

/**
 * Over what a source's silence is judged: `[min(tile start, tile end - heartbeat), tile end)`; null for a source whose
 * silence says nothing.
 */
export function silenceSpan(tile: Tile, heartbeatMs: number | 'sporadic'): Span | null {
  return heartbeatMs === 'sporadic' ? null : { start: Math.min(tile.start, tile.end - heartbeatMs), end: tile.end };
}

/** Whether a row whose last event is at `lastSeen` belongs to the tile; if not it is only carried along by the range. */
export function belongsToTile(lastSeen: Instant, tile: Tile, lookBackMs: number): boolean {
  return lastSeen >= tile.start - lookBackMs;
}
