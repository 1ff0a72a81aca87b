import { HOUR_MS, type Instant, type Span } from '../core/time.ts';
import type { Happening } from './happening.ts';
import { type Habit, HABITS } from './habits.ts';
import type { Processes } from './instances.ts';
import type { Host, Office } from './office.ts';
import { Draws } from './random.ts';
import { localHour, presence } from './working-hours.ts';

/**
 * What all hosts do of some habits within one hour, in no order. Each hour is drawn on its own, so none depends on those
 * before.
 */
export function* everyday(
  office: Office,
  hour: Span,
  density: number,
  processes: Processes,
  habits: readonly Habit[] = HABITS,
): Generator<Happening> {
  for (const host of office.hosts) {
    const middle = hour.start + HOUR_MS / 2;
    const busy = presence(host, middle, office.seed);
    for (const habit of habits) {
      if (habit.role !== host.role) continue;
      const share = shareOf(habit.when, host, busy, middle);
      if (share > 0) yield* occasions(office, host, habit, hour, habit.perHour * density * share, processes);
    }
  }
}

function* occasions(
  office: Office,
  host: Host,
  habit: Habit,
  hour: Span,
  mean: number,
  processes: Processes,
): Generator<Happening> {
  const draws = new Draws(office.seed, 'habit', habit.name, host.name, hour.start);
  for (let left = draws.count(mean); left > 0; left--) {
    const at = hour.start + Math.floor(draws.unit() * (hour.end - hour.start));
    yield* habit.act({ host, at, office, processes, draws });
  }
}

function shareOf(when: Habit['when'], host: Host, busy: number, at: Instant): number {
  if (when === 'work') return busy;
  if (when === 'always') return 1;
  const hour = localHour(host, at);
  return hour >= 22 || hour < 4 ? 1 : 0;
}
