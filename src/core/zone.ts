import { HOUR_MS, MINUTE_MS, SECOND_MS, type Instant } from './time.ts';

/** How far the clocks of a zone are ahead of UTC at an instant, ms. */
export type OffsetAt = (instant: Instant) => number;

/** The clock of an IANA time zone. Throws RangeError for a zone that nobody knows. */
export function offsetsOf(timezone: string): OffsetAt {
  const format = new Intl.DateTimeFormat('en-US', { timeZone: timezone, timeZoneName: 'longOffset' });
  return (instant) => parseOffset(format.format(instant));
}

/** `…, GMT+02:00`, `GMT`, or with seconds for the sun's own time before there were zones. */
function parseOffset(text: string): number {
  const match = /GMT(?:([+-])(\d{2}):(\d{2})(?::(\d{2}))?)?$/.exec(text);
  if (match === null) throw new RangeError(`No offset in "${text}"`);
  const [, sign, hours = '0', minutes = '0', seconds = '0'] = match;
  const size = Number(hours) * HOUR_MS + Number(minutes) * MINUTE_MS + Number(seconds) * SECOND_MS;
  return sign === '-' ? -size : size;
}
