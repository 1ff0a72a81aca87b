import { officeAddress } from './addresses.ts';
import { FAMILY, GIVEN } from './names.ts';
import { Draws, type Label } from './random.ts';
import { makeServices, type Services } from './services.ts';

export type Role = 'workstation' | 'server' | 'domain controller' | 'proxy' | 'backup' | 'jump host';

/** A person, or an account of the system. */
export interface User {
  readonly name: string;
  readonly domain: string;
  /** The security identifier. */
  readonly id: string;
  /** Local hours, with fractions, between which a person works; null for an account that never rests. */
  readonly works: { readonly from: number; readonly to: number } | null;
}

export interface Host {
  readonly name: string;
  readonly role: Role;
  readonly ip: string;
  readonly id: string;
  /** Hours that the site's clocks are ahead of UTC. They are not put forward or back within a simulation. */
  readonly offsetHours: number;
  readonly user: User;
  /** Name of its user's browser in the catalog of programs. */
  readonly browser: 'chrome' | 'edge' | 'firefox';
}

export interface Office {
  readonly seed: Label;
  readonly hosts: readonly Host[];
  readonly services: Services;
  readonly byRole: Readonly<Record<Role, readonly Host[]>>;
}

/** Fewer make no office: the population that hunts ask for is 10, and a look-alike needs hosts enough to be common. */
export const HOSTS_MIN = 12;

export const DNS_DOMAIN = 'corp.example';
const USER_DOMAIN = 'CORP';

const SYSTEM: User = { name: 'SYSTEM', domain: 'NT AUTHORITY', id: 'S-1-5-18', works: null };

/** Sites by the share of people there. */
const SITES: readonly { readonly offsetHours: number; readonly share: number }[] = [
  { offsetHours: 1, share: 0.6 },
  { offsetHours: -5, share: 0.25 },
  { offsetHours: 8, share: 0.15 },
];

/** An office of so many hosts. The same seed and number give the same office. */
export function makeOffice(seed: Label, hostsCount: number): Office {
  const roles = rolesOf(hostsCount);
  const numbers = new Map<Role, number>();
  const hosts = roles.map((role, index) => {
    const number = (numbers.get(role) ?? 0) + 1;
    numbers.set(role, number);
    return makeHost(seed, role, number, index);
  });
  const withRole = (role: Role) => hosts.filter((host) => host.role === role);
  const byRole = {
    workstation: withRole('workstation'),
    server: withRole('server'),
    'domain controller': withRole('domain controller'),
    proxy: withRole('proxy'),
    backup: withRole('backup'),
    'jump host': withRole('jump host'),
  };
  return { seed, hosts, services: makeServices(seed), byRole };
}

/** Servers first; what is left of the hosts are workstations. */
function rolesOf(hosts: number): Role[] {
  const controllers = hosts >= 20 ? 2 : 1;
  const counts: readonly (readonly [Role, number])[] = [
    ['domain controller', controllers],
    ['proxy', 1],
    ['backup', 1],
    ['jump host', Math.max(1, Math.floor(hosts / 40))],
    ['server', Math.max(2, Math.floor(hosts / 8))],
  ];
  const few = counts.flatMap(([role, count]) => Array<Role>(count).fill(role));
  return [...few, ...Array<Role>(hosts - few.length).fill('workstation')];
}

const PREFIXES: Readonly<Record<Role, string>> = {
  workstation: 'ws',
  server: 'srv',
  'domain controller': 'dc',
  proxy: 'proxy',
  backup: 'backup',
  'jump host': 'jump',
};

function makeHost(seed: Label, role: Role, number: number, index: number): Host {
  const draws = new Draws(seed, 'host', role, number);
  const site = role === 'workstation' ? siteOf(draws.unit()) : 0;
  return {
    name: `${PREFIXES[role]}-${String(number).padStart(3, '0')}`,
    role,
    ip: officeAddress(site, index),
    id: draws.uuid(),
    offsetHours: SITES[site]?.offsetHours ?? 0,
    user: role === 'workstation' || role === 'jump host' ? makeUser(index, draws) : SYSTEM,
    browser: draws.pick(['chrome', 'chrome', 'edge', 'edge', 'firefox'] as const),
  };
}

function siteOf(unit: number): number {
  let reached = 0;
  const site = SITES.findIndex(({ share }) => (reached += share) > unit);
  return Math.max(0, site);
}

/** Names repeat after a few hundred people, so the later ones carry a number. */
function makeUser(index: number, draws: Draws): User {
  const given = GIVEN[index % GIVEN.length] ?? '';
  const family = FAMILY[(Math.floor(index / GIVEN.length) + (index % GIVEN.length)) % FAMILY.length] ?? '';
  const round = Math.floor(index / (GIVEN.length * FAMILY.length));
  const from = 7 + draws.unit() * 3;
  return {
    name: `${given}.${family}${round === 0 ? '' : round + 1}`,
    domain: USER_DOMAIN,
    id: `S-1-5-21-1004336348-1177238915-682003330-${1100 + index}`,
    works: { from, to: from + 7.5 + draws.unit() * 2 },
  };
}

/** The account that a program of the system runs under. */
export function systemUser(): User {
  return SYSTEM;
}
