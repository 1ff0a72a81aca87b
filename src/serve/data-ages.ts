import type { SourceSeen } from '../core/run.ts';
import type { Instant } from '../core/time.ts';

/**
 * How old the newest event of each source was at the end of the newest tile for which it was asked. Measured at a tile's
 * end and not now, so that a source of a nightly job is not a day old each evening; and a tile that is caught up says
 * nothing about the present.
 */
export class DataAges {
  readonly #known = new Map<string, { readonly tileEnd: Instant; readonly newest: Instant | null }>();

  /** Takes in what a run saw of a source; its age in ms, or null for an older tile, or where no event is known. */
  ask({ name, newest }: Pick<SourceSeen, 'name' | 'newest'>, tileEnd: Instant): number | null {
    const known = this.#known.get(name);
    if (known !== undefined && tileEnd < known.tileEnd) return null;
    const last = newest ?? known?.newest ?? null;
    this.#known.set(name, { tileEnd, newest: last });
    return last === null ? null : Math.max(0, tileEnd - last);
  }
}
