import type { FirstSeenBody, Hunt } from './hunt.ts';
import { DAY_MS, parseDuration } from './time.ts';

/**
 * The least time before a tile, ms, that must be known for anything in the tile to be called new: the hunt's own, or half
 * of its window. Null where the parameter that should hold it holds no duration.
 */
export function leastHistory(
  { windowMs, params }: Pick<Hunt, 'windowMs' | 'params'>,
  body: FirstSeenBody,
): number | null {
  const { minHistory } = body;
  if (minHistory === null) return windowMs / 2;
  if (typeof minHistory === 'number') return minHistory;
  const given = Object.hasOwn(params, minHistory.param) ? params[minHistory.param] : null;
  return typeof given === 'string' ? parseDuration(given) : null;
}

/**
 * How much of a hunt's window a run examines that was given no time, ms: all of it, but of a first_seen hunt only the last
 * day, or half of a shorter window, since the rest is its history.
 */
export function examinedByDefault({ windowMs, body }: Pick<Hunt, 'windowMs' | 'body'>): number {
  return body.type === 'first_seen' ? Math.min(DAY_MS, windowMs / 2) : windowMs;
}
