import { DAY_MS, HOUR_MS, type Instant } from '../core/time.ts';
import type { Host } from './office.ts';
import { Draws, type Label } from './random.ts';

const ABSENT = 0.06; // share of days on which a person is away
const EVENING = 0.04; // how busy a machine that was left on is, against working time
const WEEKEND = 0.02;
const LUNCH = 0.45;

/** A number that is the same all day long where the host stands, and goes up by one at its midnight. */
export function localDay({ offsetHours }: Pick<Host, 'offsetHours'>, at: Instant): number {
  return Math.floor((at + offsetHours * HOUR_MS) / DAY_MS);
}

export function localHour({ offsetHours }: Pick<Host, 'offsetHours'>, at: Instant): number {
  const local = at + offsetHours * HOUR_MS;
  return (local - Math.floor(local / DAY_MS) * DAY_MS) / HOUR_MS;
}

/** How busy the host's user is at a moment, from 0 to 1; always 1 for an account of the system. */
export function presence(host: Pick<Host, 'offsetHours' | 'user' | 'name'>, at: Instant, seed: Label): number {
  const { works } = host.user;
  if (works === null) return 1;
  const day = localDay(host, at);
  if (isWeekend(day)) return WEEKEND;
  if (new Draws(seed, 'absence', host.name, day).chance(ABSENT)) return 0;
  const hour = localHour(host, at);
  if (hour < works.from || hour >= works.to) return EVENING;
  return hour >= 12 && hour < 13 ? LUNCH : 1;
}

/** 1970-01-01 was a Thursday, so day 2 was a Saturday. */
function isWeekend(day: number): boolean {
  const sinceSaturday = (((day - 2) % 7) + 7) % 7;
  return sinceSaturday < 2;
}
