// The events of a month, drawn from a seed: when each arrived, and when it happened, which may be days before.
import { DAY_MS, HOUR_MS, isoTime, MINUTE_MS, SECOND_MS, type Instant } from '../../../src/core/time.ts';
import { random } from '../../rig/random.ts';
import { isIn, type MonthPlan } from './plan.ts';

export interface MonthEvent {
  readonly source: 'app' | 'beat';
  /** The first id of the hunt that looks for it; null: a sign of life. */
  readonly huntId: string | null;
  readonly happened: Instant;
  readonly arrived: Instant;
  readonly user: string;
  readonly host: string;
}

const PER_HUNT_AND_DAY = 3;
const USERS = 12;
const HOSTS = 8;
/** Of 100 events so many arrive days after they happened. */
const LATE_PERCENT = 8;
/** Of 100 events so many arrive at a full hour, where tiles touch. */
const SHARP_PERCENT = 12;

/** In order of arrival; the first arrive days before the month begins, as windows reach back. */
export function eventsOf(plan: MonthPlan, seed: number): readonly MonthEvent[] {
  const next = random(seed);
  const draw = (below: number) => Math.floor(next() * below);
  const from = plan.span.start - 2 * DAY_MS;
  const length = plan.span.end - from;
  const found = plan.hunts.flatMap(({ id, source }) =>
    Array.from({ length: Math.round((length / DAY_MS) * PER_HUNT_AND_DAY) }, (): MonthEvent => {
      const drawn = from + draw(length);
      const arrived = draw(100) < SHARP_PERCENT ? Math.floor(drawn / HOUR_MS) * HOUR_MS : drawn;
      const late = draw(100) < LATE_PERCENT ? DAY_MS + draw(9 * DAY_MS) : draw(30 * SECOND_MS);
      return {
        source,
        huntId: id,
        happened: arrived - late,
        arrived,
        user: `user-${draw(USERS)}`,
        host: `ws-${draw(HOSTS)}`,
      };
    }),
  );
  return [...found, ...signsOfLife(from, plan.span.end)]
    .filter(({ source, arrived }) => source !== 'beat' || !isIn(plan.silence, arrived))
    .sort((a, b) => a.arrived - b.arrived);
}

function signsOfLife(from: Instant, to: Instant): MonthEvent[] {
  return Array.from({ length: Math.floor((to - from) / (30 * MINUTE_MS)) }, (_, at) => {
    const arrived = from + at * 30 * MINUTE_MS;
    return { source: 'beat', huntId: null, happened: arrived, arrived, user: 'nobody', host: 'ws-0' };
  });
}

/** As an ECS document. */
export function documentOf({ huntId, happened, arrived, user, host }: MonthEvent): object {
  return {
    '@timestamp': isoTime(happened),
    event: { ingested: isoTime(arrived) },
    user: { name: user },
    host: { name: host },
    labels: { hunt: huntId ?? 'none' },
  };
}
