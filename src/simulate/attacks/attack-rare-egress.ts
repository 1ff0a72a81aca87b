import { DAY_MS, HOUR_MS, MINUTE_MS, type Span } from '../../core/time.ts';
import { anyAddress } from '../addresses.ts';
import type { Traffic } from '../connect.ts';
import { startProcess } from '../instances.ts';
import type { Host, Office } from '../office.ts';
import type { Attack, HiddenBy, Pace, Plan, Plant } from '../plant.ts';
import { fileName, type Program } from '../programs.ts';
import { Draws } from '../random.ts';
import type { PlantSeen } from '../tally.ts';

const NAME = 'rare-egress';
/** The tool is busy for so long before the end of the simulation, or for all of it. */
const BUSY_MS = 3 * DAY_MS;
/** Nothing begins within this time before the end, so that a connection's end is still seen. */
const QUIET_MS = 2 * HOUR_MS;
const PORT = 50_443;
const TRAFFIC: Traffic = { port: PORT, sent: 1_200, received: 2_600, lastsMs: 20_000 };
const UNSIGNED = { signer: null, lasts: 'boot', account: 'user' } as const;

/** A tool that nobody knows, on one host, over a port of its own; and three harmless things that look like it. */
export function rareEgress(office: Office, span: Span): Attack {
  const draws = new Draws(office.seed, NAME);
  const people = draws.shuffle(office.byRole.workstation);
  const busy = { start: Math.max(span.start, span.end - BUSY_MS), end: span.end - QUIET_MS };
  const plan = { office, span: busy, draws };
  return {
    name: NAME,
    technique: 'T1571',
    hunt: 'network/rare-egress',
    plants: [
      theAttack(plan, people.slice(0, 1)),
      commonTool(plan, people.slice(1, 1 + Math.max(5, Math.floor(people.length / 4)))),
      adminTool(plan, office.byRole['jump host'].slice(0, 1)),
      siteLink(plan, office.byRole.server.slice(0, 2)),
    ],
  };
}

function theAttack(plan: Plan, hosts: readonly Host[]): Plant {
  const program: Program = { path: 'C:\\Users\\{user}\\AppData\\Roaming\\winhlpsvc32.exe', ...UNSIGNED };
  const address = anyAddress(plan.draws);
  return plant(plan, {
    id: NAME,
    program,
    address,
    port: PORT,
    hosts,
    everyMs: 41 * MINUTE_MS,
    hidden: null,
    description: 'An unknown, unsigned program in a user folder reaches one public address over an uncommon port',
  });
}

/** Some programs really are installed per user and talk over a port of their own: what tells is how many have them. */
function commonTool(plan: Plan, hosts: readonly Host[]): Plant {
  const program: Program = { path: 'C:\\Users\\{user}\\AppData\\Roaming\\tidelink32.exe', ...UNSIGNED };
  const because = `${hosts.length} hosts have it, and the hunt asks for at most 3`;
  return plant(plan, {
    id: `${NAME}.common-tool`,
    program,
    address: anyAddress(plan.draws),
    port: PORT,
    hosts,
    everyMs: 90 * MINUTE_MS,
    hidden: { by: 'rule', because },
    description: 'The same shape on many hosts: a small program that a department installed',
  });
}

function adminTool(plan: Plan, hosts: readonly Host[]): Plant {
  const path = 'C:\\Program Files\\Fleetcopy\\fleetcopy.exe';
  const hidden: HiddenBy = {
    by: 'exception',
    id: 'fleetcopy-of-administrators',
    when: 'process.name == "fleetcopy.exe" AND process.executable LIKE "C:\\\\\\\\Program Files\\\\\\\\Fleetcopy\\\\\\\\*"',
    because: 'Administrators copy files to the hosting provider with it, from a jump host only.',
  };
  const program: Program = { path, signer: 'Fleetcopy BV', lasts: 'boot', account: 'user' };
  return plant(plan, {
    id: `${NAME}.admin-tool`,
    program,
    address: anyAddress(plan.draws),
    port: 2_222,
    hosts,
    everyMs: 55 * MINUTE_MS,
    hidden,
    description: 'A tool of the administrators on one jump host, which an exception names by its path',
  });
}

function siteLink(plan: Plan, hosts: readonly Host[]): Plant {
  const { ownNetwork } = plan.office.services;
  const hidden: HiddenBy = {
    by: 'list',
    list: 'our-ranges',
    cidr: `${ownNetwork}.0/24`,
    because: "The office's own public network.",
  };
  const program: Program = {
    path: 'C:\\Program Files\\Sitelink\\sitelink.exe',
    signer: null,
    lasts: 'boot',
    account: 'system',
  };
  return plant(plan, {
    id: `${NAME}.site-link`,
    program,
    address: `${ownNetwork}.10`,
    port: 4_433,
    hosts,
    everyMs: 20 * MINUTE_MS,
    hidden,
    description: "Two servers keep up a link to the office's other data centre, at a public address of its own",
  });
}

interface Wanted {
  readonly id: string;
  readonly description: string;
  readonly program: Program;
  readonly address: string;
  readonly port: number;
  readonly hosts: readonly Host[];
  readonly everyMs: number;
  readonly hidden: HiddenBy | null;
}

function plant(
  { office, span, draws }: Plan,
  { id, description, program, address, port, hosts, everyMs, hidden }: Wanted,
): Plant {
  const paces = hosts.map((host, index): Pace => {
    const process = startProcess(host, program, [office.seed, id, index], 0);
    const first = span.start + draws.whole(0, everyMs);
    const traffic = { ...TRAFFIC, port };
    return {
      process,
      remote: { ip: address, port, domain: null },
      traffic,
      span: { ...span, start: first },
      everyMs,
      jitter: 0.3,
    };
  });
  const name = fileName(program.path ?? '');
  // Where ends of connections are reported, the hunt counts those.
  const finds = ({ began, ended }: PlantSeen) => ({
    'process.name': name,
    'destination.ip': address,
    'destination.port': port,
    hosts: hosts.length,
    count: ended > 0 ? ended : began,
  });
  return { id, description, hidden, paces, finds: hidden?.by === 'rule' ? null : finds };
}
