/** An instant: milliseconds since 1970-01-01T00:00:00Z. */
export type Instant = number;

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** A span of time that is closed at its start and open at its end: neighbours touch and share no instant. */
export interface Span {
  readonly start: Instant;
  readonly end: Instant;
}

const UNIT_MS: Readonly<Record<string, number>> = { s: SECOND_MS, m: MINUTE_MS, h: HOUR_MS, d: DAY_MS, w: 7 * DAY_MS };

/** The length in ms of a duration as hunts write it (`90s`, `15m`, `4h`, `30d`, `2w`), or null where it is none. */
export function parseDuration(text: string): number | null {
  const match = /^(\d{1,9})(s|m|h|d|w)$/.exec(text.trim());
  const unit = match?.[2] === undefined ? undefined : UNIT_MS[match[2]];
  return match === null || unit === undefined ? null : Number(match[1]) * unit;
}

/** The shortest way to write a length in the units of `parseDuration`; below a second, or uneven: `1.5 s`. */
export function formatDuration(ms: number): string {
  for (const unit of ['d', 'h', 'm', 's'] as const) {
    const size = UNIT_MS[unit] ?? 1;
    if (ms >= size && ms % size === 0) return `${ms / size}${unit}`;
  }
  return `${Math.round(ms) / SECOND_MS} s`;
}

/** A length of time to one unit, for people: `45 s`, `12 min`, `3 d`; a clock that runs ahead gives a negative one. */
export function roughly(ms: number): string {
  const size = Math.abs(ms);
  const [unit, name] =
    size < 2 * MINUTE_MS
      ? [SECOND_MS, 's']
      : size < 2 * HOUR_MS
        ? [MINUTE_MS, 'min']
        : size < 2 * DAY_MS
          ? [HOUR_MS, 'h']
          : [DAY_MS, 'd'];
  return `${Math.round(ms / unit)} ${name}`;
}

/** ISO 8601 in UTC with milliseconds: `gt …:00Z` without them would skip a second in Elasticsearch. */
export function isoTime(instant: Instant): string {
  return new Date(instant).toISOString();
}

/**
 * The instant a person means by `2026-11-01`, `2026-11-01T10:00Z` or `2026-11-01T10:00:00.000+01:00`; a date or a time
 * without zone is UTC. Null where the text is no such time.
 */
export function parseTime(text: string): Instant | null {
  const match = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)(Z|[+-]\d{2}:\d{2})?)?$/.exec(
    text.trim(),
  );
  if (match === null) return null;
  const instant = Date.parse(`${match[1]}T${match[2] ?? '00:00'}${match[3] ?? 'Z'}`);
  return Number.isNaN(instant) ? null : instant;
}

/** Whether a day (`2027-06-30`, UTC) is over at `now`. */
export function isPast(day: string, now: Instant): boolean {
  return now >= Date.parse(`${day}T00:00:00Z`) + DAY_MS;
}
