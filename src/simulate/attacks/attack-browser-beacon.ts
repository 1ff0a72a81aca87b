import { HOUR_MS, SECOND_MS, type Span } from '../../core/time.ts';
import { anyAddress } from '../addresses.ts';
import type { Traffic } from '../connect.ts';
import { startProcess } from '../instances.ts';
import type { Host, Office } from '../office.ts';
import type { Attack, Pace, Plan, Plant } from '../plant.ts';
import { type Program, PROGRAMS } from '../programs.ts';
import { Draws } from '../random.ts';
import type { PlantSeen } from '../tally.ts';

const NAME = 'browser-beacon';
const EVERY_MS = 24 * SECOND_MS; // 150 an hour, where the hunt asks for 120
const TRAFFIC: Traffic = { port: 443, sent: 600, received: 900, lastsMs: 1_500 };

/** A beacon under a browser's name, all day long; and three ways in which real browsers come close to it. */
export function browserBeacon(office: Office, span: Span): Attack {
  const draws = new Draws(office.seed, NAME);
  const people = draws.shuffle(office.byRole.workstation);
  // Everything lies within the day before the end: the hunt's window is 24 h.
  const plan = { office, draws, span };
  return {
    name: NAME,
    technique: 'T1071.001',
    hunt: 'network/high-connection-count',
    plants: [
      theBeacon(plan, people.slice(0, 1)),
      busyApplication(plan, people.slice(1, 4)),
      restartedBrowser(plan, people.slice(4, 5)),
      longCall(plan, people.slice(5, 6)),
    ],
  };
}

function theBeacon(plan: Plan, hosts: readonly Host[]): Plant {
  const disguise: Program = {
    path: 'C:\\Users\\{user}\\AppData\\Local\\Temp\\chrome.exe',
    signer: null,
    lasts: 'boot',
    account: 'user',
  };
  const ip = anyAddress(plan.draws);
  const paces = hosts.map((host) => pace(plan, { id: NAME, host, program: disguise, ip, from: -13, hours: 10 }));
  const finds = ({ began: count }: PlantSeen) => ({
    'process.name': 'chrome.exe',
    'host.name': hosts[0]?.name ?? '',
    'destination.ip': ip,
    count,
  });
  const description = 'One process that bears the name of a browser reaches one address every 24 s for 10 h';
  return { id: NAME, description, hidden: null, paces, finds };
}

/** All in one kind of browser: the hunt counts the hosts of each program apart. */
function busyApplication(plan: Plan, hosts: readonly Host[]): Plant {
  const id = `${NAME}.busy-application`;
  const ip = anyAddress(plan.draws);
  const paces = hosts.map((host) => pace(plan, { id, host, program: PROGRAMS.edge, ip, from: -12, hours: 6 }));
  return lookAlike(id, 'A web application that polls, open on several hosts', `${hosts.length} hosts reach it`, paces);
}

function restartedBrowser(plan: Plan, hosts: readonly Host[]): Plant {
  const id = `${NAME}.restarted-browser`;
  const ip = anyAddress(plan.draws);
  const paces = hosts.flatMap((host) =>
    [-12, -9].map((from) => pace(plan, { id, host, program: PROGRAMS[host.browser], ip, from, hours: 2.5 })),
  );
  return lookAlike(id, 'A dashboard left open, in a browser that was started anew', 'Two processes reach it', paces);
}

function longCall(plan: Plan, hosts: readonly Host[]): Plant {
  const id = `${NAME}.long-call`;
  const ip = anyAddress(plan.draws);
  const paces = hosts.map((host) => pace(plan, { id, host, program: PROGRAMS[host.browser], ip, from: -10, hours: 3 }));
  return lookAlike(id, 'A video meeting in the browser', 'It lasts 3 h, and the hunt asks for 4', paces);
}

function lookAlike(id: string, description: string, because: string, paces: readonly Pace[]): Plant {
  return { id, description, hidden: { by: 'rule', because }, paces, finds: null };
}

interface Wanted {
  readonly id: string;
  readonly host: Host;
  readonly program: Program;
  readonly ip: string;
  /** Hours after the end of the simulation, so below 0. */
  readonly from: number;
  readonly hours: number;
}

function pace({ office, span }: Plan, { id, host, program, ip, from, hours }: Wanted): Pace {
  const start = span.end + from * HOUR_MS;
  return {
    process: startProcess(host, program, [office.seed, id, host.name, from], 0),
    remote: { ip, port: TRAFFIC.port, domain: null },
    traffic: TRAFFIC,
    span: { start, end: start + hours * HOUR_MS },
    everyMs: EVERY_MS,
    jitter: 0.1,
  };
}
