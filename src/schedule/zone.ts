import { DAY_MS, type Instant } from '../core/time.ts';
import type { OffsetAt } from '../core/zone.ts';

/**
 * The instants at which the clocks of a zone show the wall times of one day, in the order of `walls` but for a change of
 * clocks. A wall time is written as ms since 1970-01-01 of the same clock. On the day of a change, with `showing` each
 * instant counts at which a clock shows the time: twice, once or never. Without, each time counts once: its first instant
 * when there are two, and where clocks jump over it, later by as much as they jump.
 */
export function instantsOf(day: number, walls: readonly number[], offsetAt: OffsetAt, showing: boolean): Instant[] {
  const [from, to] = [day - DAY_MS, day + 2 * DAY_MS];
  const [before, after] = [offsetAt(from), offsetAt(to)];
  if (before === after) return walls.map((wall) => wall - before);
  const change = changeBetween(from, to, offsetAt);
  return walls.flatMap((wall) => {
    const shown = [wall - before < change ? [wall - before] : [], wall - after >= change ? [wall - after] : []].flat();
    if (showing || shown.length === 1) return shown;
    return [wall - before];
  });
}

/** The first instant with the offset of `to`, by halving; exact to the ms where there is one change in between. */
function changeBetween(from: Instant, to: Instant, offsetAt: OffsetAt): Instant {
  const before = offsetAt(from);
  let [low, high] = [from, to];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(middle) === before) low = middle;
    else high = middle;
  }
  return high;
}
