import { HuntError } from '../core/error.ts';
import type { Instant } from '../core/time.ts';
import { HOSTS_MIN } from './office.ts';
import type { AttackName } from './plant.ts';
import type { OutputName } from './shapes/shape.ts';

/** What to simulate; the same request gives the same bytes. */
export interface SimulationRequest {
  readonly seed: string;
  readonly hosts: number;
  /** The end of what is simulated, itself not included; it begins `days` before. */
  readonly end: Instant;
  readonly days: number;
  /** How much goes on, against an ordinary office (about 290 connections a host and day). */
  readonly density: number;
  readonly shape: OutputName;
  readonly attacks: readonly AttackName[];
}

const HOSTS_MAX = 20_000; // one hour of these is what memory holds
const DAYS_MAX = 366;
const DENSITY_MAX = 100;

/** Throws USAGE for a request that makes no office. */
export function checkRequest({ hosts, days, density }: SimulationRequest): void {
  demand(
    Number.isInteger(hosts) && hosts >= HOSTS_MIN && hosts <= HOSTS_MAX,
    'hosts',
    hosts,
    `a whole number from ${HOSTS_MIN} to ${HOSTS_MAX}`,
  );
  demand(Number.isInteger(days) && days >= 1 && days <= DAYS_MAX, 'days', days, `a whole number from 1 to ${DAYS_MAX}`);
  demand(density >= 0 && density <= DENSITY_MAX, 'density', density, `a number from 0 to ${DENSITY_MAX}`);
}

function demand(holds: boolean, what: string, value: number, allowed: string): void {
  if (holds) return;
  throw new HuntError('USAGE', `Cannot simulate with ${what} "${value}"`, { remedy: `Name ${allowed}` });
}
