// What takes place in the month: an office, which agents its hosts have, and each attack several times at seeded hours.
import { DAY_MS, HOUR_MS, type Instant, type Span } from '../../../src/core/time.ts';
import { planAttack } from '../../../src/simulate/attacks/attacks.ts';
import { type Host, makeOffice, type Office } from '../../../src/simulate/office.ts';
import { ATTACK_NAMES, type AttackName, type Plant } from '../../../src/simulate/plant.ts';
import { Draws } from '../../../src/simulate/random.ts';

export interface MonthRequest {
  readonly seed: string;
  readonly hosts: number;
  readonly days: number;
  /** Most documents that are kept. */
  readonly events: number;
  /** Midnight in UTC after the last day. */
  readonly end: Instant;
}

/**
 * What reports on a host: Elastic Defend; or Sysmon, with the Filtering Platform's connections (5156) or with the channel
 * of the DNS client beside it. Logons, starts of processes (4688), services and PowerShell are audited everywhere.
 */
export type Agent = 'defend' | 'sysmon and 5156' | 'sysmon and dns client';

/** One attack, or one of its look-alikes, at one of its times. */
export interface Occurrence {
  /** As people read it: `c2-beacon.inside, 2nd time`. */
  readonly id: string;
  readonly attack: AttackName;
  readonly plant: Plant;
  /** What its draws are named by. */
  readonly office: Office;
}

export interface MonthPlan {
  readonly request: MonthRequest;
  readonly span: Span;
  readonly office: Office;
  readonly agentOf: ReadonlyMap<Host, Agent>;
  readonly occurrences: readonly Occurrence[];
}

/** One attack in so many days, at least once. */
const EVERY_DAYS = 7;
/** Plants lie within so long before the moment that they are planned for; rare egress goes on for three days. */
const REACH_MS = 16 * HOUR_MS;

export function planMonth(request: MonthRequest): MonthPlan {
  const { seed, hosts, days, end } = request;
  const office = makeOffice(seed, hosts);
  const span = { start: end - days * DAY_MS, end };
  const times = Math.max(1, Math.floor(days / EVERY_DAYS));
  const occurrences = ATTACK_NAMES.flatMap((attack) =>
    Array.from({ length: times }, (_, time) => occurrencesOf({ attack, time, times, office, span })).flat(),
  );
  // Sysmon can only be stopped where it runs, and only a host with another witness tells of it.
  const blinded = new Set(occurrences.flatMap(({ plant }) => (plant.blinded ?? []).map(({ host }) => host)));
  const agentOf = new Map(
    office.hosts.map((host) => [host, blinded.has(host) ? 'sysmon and 5156' : agentFor(seed, host)]),
  );
  return { request, span, office, agentOf, occurrences };
}

function agentFor(seed: string, host: Host): Agent {
  const unit = new Draws(seed, 'agent', host.name).unit();
  if (unit < 0.5) return 'defend';
  return unit < 0.8 ? 'sysmon and 5156' : 'sysmon and dns client';
}

interface Time {
  readonly attack: AttackName;
  readonly time: number;
  readonly times: number;
  readonly office: Office;
  readonly span: Span;
}

/** Each time has a stretch of the month to itself, other victims, and other addresses. */
function occurrencesOf({ attack, time, times, office, span }: Time): readonly Occurrence[] {
  const own = { ...office, seed: `${office.seed}, time ${time + 1}` };
  const stretch = (span.end - span.start) / times;
  const from = span.start + time * stretch + REACH_MS;
  const draws = new Draws(office.seed, 'when', attack, time);
  const end = Math.floor((from + draws.unit() * (stretch - REACH_MS)) / HOUR_MS) * HOUR_MS;
  return planAttack(attack, own, { start: span.start, end }).plants.map((plant) => ({
    id: `${plant.id} #${time + 1}`,
    attack,
    plant,
    office: own,
  }));
}
