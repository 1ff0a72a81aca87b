// The month as lines that ingest reads. What is ordinary is thinned to the budget, by host: the servers, domain
// controllers, proxies, jump hosts and a seeded tenth of the desks keep all of their connections and lookups; the other
// desks make theirs at one lower rate. What starts, who logs on, which scripts run, every attack and every look-alike is
// kept whole. So each host is seen, each program has as many hosts as it has, and counts are judged at hosts with all of
// their traffic.
import { type Instant, DAY_MS, HOUR_MS, isoTime } from '../../../src/core/time.ts';
import { unseenBySysmon } from '../../../src/simulate/blind.ts';
import type { GeoLookup } from '../../../src/findings/geoip.ts';
import { CHORES } from '../../../src/simulate/chores.ts';
import { everyday } from '../../../src/simulate/everyday.ts';
import type { Happening } from '../../../src/simulate/happening.ts';
import { HABITS } from '../../../src/simulate/habits.ts';
import { processesOf } from '../../../src/simulate/instances.ts';
import type { Host, Office } from '../../../src/simulate/office.ts';
import { planted } from '../../../src/simulate/plant.ts';
import { Draws } from '../../../src/simulate/random.ts';
import type { Moment, Shape } from '../../../src/simulate/shapes/shape.ts';
import { defendShape } from '../../../src/simulate/shapes/shape-defend.ts';
import { windowsShape } from '../../../src/simulate/shapes/shape-windows.ts';
import { windowsRecords } from '../../../src/simulate/shapes/windows-records.ts';
import type { Agent, MonthPlan } from './month-plan.ts';

export const FORMATS = ['ndjson', 'windows-json'] as const;
type MonthFormat = (typeof FORMATS)[number];

/** One day of lines: `ndjson` from Elastic Defend, `windows-json` from the channels of Windows. */
export type DayLines = Readonly<Record<MonthFormat, readonly string[]>>;

const FULL_DESKS = 0.1;
/** Kept below the budget, since the rate is fitted on two days. */
const RESERVE = 0.04;

/** The days of the month, in order, each made when it is asked for. */
export function* daysOf(
  plan: MonthPlan,
  rate: number,
  geo: GeoLookup,
): Generator<{ readonly day: number; readonly start: Instant; readonly lines: DayLines }> {
  const writer = writerOf(plan, rate, placer(geo));
  for (let day = 0; day < plan.request.days; day++) {
    const start = plan.span.start + day * DAY_MS;
    yield { day, start, lines: writer(start) };
  }
}

/** The rate of thinned desks at which the month stays within its budget, at most 1. */
export function fitRate(plan: MonthPlan): number {
  const { days, events } = plan.request;
  const weekdays = Array.from({ length: days }, (_, day) => new Date(plan.span.start + day * DAY_MS));
  const atWork = weekdays.filter((day) => day.getUTCDay() % 6 !== 0);
  const kinds = [atWork, weekdays.filter((day) => day.getUTCDay() % 6 === 0)];
  const counted = kinds.map(([day]) => (day === undefined ? [0, 0] : [0, 1].map((rate) => countOf(plan, rate, day))));
  const sum = (at: number) => kinds.reduce((total, each, kind) => total + each.length * (counted[kind]?.[at] ?? 0), 0);
  const [none, all] = [sum(0), sum(1)];
  return Math.max(0, Math.min(1, (events * (1 - RESERVE) - none) / (all - none)));
}

function countOf(plan: MonthPlan, rate: number, day: Date): number {
  const makers = makersOf(plan, rate);
  let count = 0;
  for (let hour = day.getTime(); hour < day.getTime() + DAY_MS; hour += HOUR_MS) {
    for (const happening of makers.happenings(hour)) count += makers.momentsOf(happening).length;
  }
  return count;
}

function writerOf(plan: MonthPlan, rate: number, placed: (line: string) => string): (day: Instant) => DayLines {
  const makers = makersOf(plan, rate);
  let waiting: readonly Told[] = [];
  return (day) => {
    const lines: Record<MonthFormat, string[]> = { ndjson: [], 'windows-json': [] };
    for (let hour = day; hour < day + DAY_MS; hour += HOUR_MS) {
      const told = [...waiting, ...makers.happenings(hour).flatMap((happening) => makers.momentsOf(happening))];
      waiting = told.filter(({ moment }) => moment.at >= hour + HOUR_MS);
      const due = told.filter(({ moment }) => moment.at < hour + HOUR_MS).sort((a, b) => a.moment.at - b.moment.at);
      for (const { format, shape, moment } of due) {
        const line = shape.line(moment);
        lines[format].push(format === 'ndjson' ? placed(line) : line);
      }
    }
    return lines;
  };
}

/** Adds the country of the destination, as the ingest pipeline of Elastic Defend does. */
function placer(geo: GeoLookup): (line: string) => string {
  const known = new Map<string, string>();
  return (line) =>
    line.replace(/"destination":\{"address":"([^"]+)"/, (text, ip: string) => {
      const country = known.get(ip) ?? geo.find(ip)?.countryIsoCode ?? '';
      known.set(ip, country);
      return country === '' ? text : `${text},"geo":{"country_iso_code":"${country}"}`;
    });
}

/** A moment, and who tells of it. */
interface Told {
  readonly format: MonthFormat;
  readonly shape: Shape;
  readonly moment: Moment;
}

function makersOf(plan: MonthPlan, rate: number) {
  const processes = processesOf(plan.office);
  const { whole, thinned } = estates(plan.office);
  const defend = defendShape();
  const windows = windowsShape('windows-json', unseenBySysmon(plan.occurrences.map(({ plant }) => plant)));
  return {
    happenings(start: Instant): readonly Happening[] {
      const hour = { start, end: start + HOUR_MS };
      return [
        ...everyday(whole, hour, 1, processes, HABITS),
        ...everyday(thinned, hour, rate, processes, HABITS),
        ...everyday(plan.office, hour, 1, processes, CHORES),
        ...plan.occurrences.flatMap(({ plant, office }) => [...planted(plant, hour, office)]),
      ];
    },
    momentsOf(of: Happening): readonly Told[] {
      const agent = plan.agentOf.get(of.process.host);
      if (agent === undefined) throw new Error(`No agent on ${of.process.host.name} at ${isoTime(of.at)}`);
      const channels = windows.moments(of).filter(({ part = 0 }) => isTold(agent, of, part));
      return [
        ...(agent === 'defend' ? defend.moments(of) : []).map((moment) => ({
          format: 'ndjson' as const,
          shape: defend,
          moment,
        })),
        ...channels.map((moment) => ({ format: 'windows-json' as const, shape: windows, moment })),
      ];
    },
  };
}

/** Hosts whose ordinary traffic is kept whole, and the others; both in the same office, with the same others around. */
function estates(office: Office): { readonly whole: Office; readonly thinned: Office } {
  const isWhole = (host: Host) =>
    host.role !== 'workstation' || new Draws(office.seed, 'whole', host.name).chance(FULL_DESKS);
  const [whole, thinned] = [office.hosts.filter(isWhole), office.hosts.filter((host) => !isWhole(host))];
  return { whole: { ...office, hosts: whole }, thinned: { ...office, hosts: thinned } };
}

/** Whether a host's agent collects that record of Windows. */
function isTold(agent: Agent, of: Happening, part: number): boolean {
  const record = windowsRecords(of)[part];
  if (record === undefined) return false;
  if (record.channel.includes('Sysmon')) return agent !== 'defend';
  if (record.channel.includes('DNS-Client')) return agent === 'sysmon and dns client';
  return record.code !== 5156 || agent === 'sysmon and 5156';
}
