import { HuntError } from '../core/error.ts';
import type { Tile } from '../core/tile.ts';
import { formatDuration, type Instant, isoTime, parseDuration, parseTime, type Span } from '../core/time.ts';

/** The flags that name a piece of time. */
export interface TimeFlags {
  readonly since?: string;
  readonly from?: string;
  readonly to?: string;
  readonly all?: boolean;
}

export interface AskedTile {
  readonly tile: Tile;
  /** What a person should know of how the flags were read; null when they say it all. */
  readonly said: string | null;
}

const HOW = 'Write --since 7d, or --from 2026-11-01 --to 2026-11-08T12:00Z, or --all';

/** Where the window of a hunt ends that is run without time flags, and what of that a person should know. */
export interface WindowEnd {
  readonly at: Instant;
  readonly said: string | null;
}

/**
 * The tile of an ad hoc run without time flags: the hunt's window up to `end`, or the last `lengthMs` of it. No tile ends in the future: a finding
 * keeps the state of the newest tile, so one that ends later than now would keep later runs from reopening it.
 */
export function windowTile(windowMs: number, end: WindowEnd, lengthMs = windowMs): AskedTile {
  const tile = { start: end.at - lengthMs, end: end.at };
  const part = lengthMs === windowMs ? '' : `the last ${formatDuration(lengthMs)} of `;
  const window = `${isoTime(tile.start)} to ${isoTime(tile.end)}: ${part}its window of ${formatDuration(windowMs)}`;
  return { tile, said: end.said === null ? window : `${window}, ${end.said}` };
}

/**
 * The span that the flags name, null when there are none; it ends now at the latest. Throws USAGE for flags that make none.
 */
export function askedSpan(flags: TimeFlags, now: Instant): AskedTile | null {
  const { since, from, to, all } = flags;
  if ([since, from ?? to, all === true ? '' : undefined].filter((flag) => flag !== undefined).length > 1) {
    throw new HuntError('USAGE', 'Cannot combine --since, --from with --to, and --all', { remedy: HOW });
  }
  if (all === true) return { tile: { start: 0, end: now }, said: `everything from 1970 to ${isoTime(now)}` };
  if (since !== undefined) return { tile: checkedSpan({ start: sinceTime(since, now), end: now }), said: null };
  if (from === undefined && to === undefined) return null;
  if (from === undefined || to === undefined) {
    throw new HuntError(
      'USAGE',
      `--${from === undefined ? 'to' : 'from'} needs --${from === undefined ? 'from' : 'to'} beside it`,
      { remedy: HOW },
    );
  }
  const span = { start: timeOf('--from', from), end: timeOf('--to', to) };
  if (span.end <= now) return { tile: checkedSpan(span), said: null };
  return {
    tile: checkedSpan({ start: span.start, end: now }),
    said: `--to lies in the future: cut at ${isoTime(now)}`,
  };
}

/** The instant that `--since` names: a length of time before now, or a time. */
export function sinceTime(text: string, now: Instant): Instant {
  const length = parseDuration(text);
  return length === null ? timeOf('--since', text, 'a length of time such as 7d or a time') : now - length;
}

function timeOf(flag: string, text: string, expected = 'a time'): Instant {
  const time = parseTime(text);
  if (time !== null) return time;
  throw new HuntError('USAGE', `Cannot read ${flag} "${text}": it is not ${expected}`, {
    remedy: 'Times are written 2026-11-01, 2026-11-01T10:00Z or 2026-11-01T10:00:00+01:00; without a zone they are UTC',
  });
}

function checkedSpan(span: Span): Span {
  if (span.start < span.end) return span;
  throw new HuntError('USAGE', `The time from ${isoTime(span.start)} to ${isoTime(span.end)} holds nothing`, {
    remedy: HOW,
  });
}
