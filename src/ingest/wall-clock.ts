import { DAY_MS, type Instant, MINUTE_MS } from '../core/time.ts';
import { type OffsetAt, offsetsOf } from '../core/zone.ts';

/** A time as it stands in a log: with its zone, or as a clock on the wall shows it (ms since 1970-01-01 of that clock). */
export type ReadTime = { readonly instant: Instant } | { readonly wall: number };

const TIME = /^(\d{4})-(\d{1,2})-(\d{1,2})[T ](\d{1,2}):(\d{2}):(\d{2})(?:[.,](\d{1,9}))?\s*(Z|UTC|[+-]\d{2}:?\d{2})?$/;
/** Offsets are looked up once for so long; clocks change at full quarters of an hour everywhere since 1972. */
const STEP_MS = 15 * MINUTE_MS;
/** How far back a line of a log may lie behind the one before it. */
const SLACK_MS = 2 * MINUTE_MS;
const CACHED_MAX = 10_000;

/**
 * Reads `2026-11-01 3:17:39`, with `T`, a fraction (cut to ms) and a zone where it has them. Null for anything else and
 * for a day or an hour that no clock shows.
 */
export function readTime(text: string): ReadTime | null {
  const match = TIME.exec(text.trim());
  if (match === null) return null;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const ms = Number((match[7] ?? '').padEnd(3, '0').slice(0, 3));
  const wall = Date.UTC(year, month - 1, day, hour, minute, second, ms);
  const isReal = month >= 1 && month <= 12 && new Date(wall).getUTCDate() === day && hour < 24 && minute < 60;
  if (!isReal || second > 59) return null;
  const zone = match[8];
  return zone === undefined ? { wall } : { instant: wall - offsetOf(zone) };
}

function offsetOf(zone: string): number {
  const match = /^([+-])(\d{2}):?(\d{2})$/.exec(zone);
  if (match === null) return 0;
  const size = (Number(match[2]) * 60 + Number(match[3])) * MINUTE_MS;
  return match[1] === '-' ? -size : size;
}

/** Turns times of a wall clock into instants, for lines that come in the order of time. */
export class WallClock {
  readonly #offsetAt: OffsetAt;
  readonly #offsets = new Map<number, readonly number[]>();
  #last = Number.NEGATIVE_INFINITY;
  /** Whether any time was taken as one of this clock. */
  isUsed = false;

  /** Throws RangeError for a zone that nobody knows. */
  constructor(timezone: string) {
    this.#offsetAt = offsetsOf(timezone);
  }

  /**
   * The instant of a wall time. When clocks are put back, an hour is shown twice: then the first one counts that does not
   * lie before the line before. A time that clocks jump over is taken with the offset from before they jumped.
   */
  instant(wall: number): Instant {
    this.isUsed = true;
    const shown = this.#offsetsAt(wall).map((offset) => wall - offset);
    const found = shown.find((instant) => instant >= this.#last - SLACK_MS) ?? shown[0] ?? wall;
    this.#last = found;
    return found;
  }

  /** Offsets with which a clock may show the time, the earlier instant first. */
  #offsetsAt(wall: number): readonly number[] {
    const step = Math.floor(wall / STEP_MS);
    const known = this.#offsets.get(step);
    if (known !== undefined) return known;
    const near = [this.#offsetAt(wall - DAY_MS), this.#offsetAt(wall + DAY_MS)];
    const showing = [...new Set(near)].filter((offset) => this.#offsetAt(wall - offset) === offset);
    const offsets = showing.length > 0 ? showing : near.slice(0, 1);
    if (this.#offsets.size < CACHED_MAX) this.#offsets.set(step, offsets);
    return offsets;
  }
}
