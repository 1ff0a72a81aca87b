import type { Instant } from '../core/time.ts';
import { connection, lookup, toHost, toService, type Traffic } from './connect.ts';
import type { Happening } from './happening.ts';
import type { Processes } from './instances.ts';
import type { Host, Office, Role } from './office.ts';
import type { ProgramName } from './programs.ts';
import { anyAddress } from './addresses.ts';
import type { Draws } from './random.ts';
import type { Service, Services } from './services.ts';

/** What a host does at one moment. */
export interface Occasion {
  readonly host: Host;
  readonly at: Instant;
  readonly office: Office;
  readonly processes: Processes;
  readonly draws: Draws;
}

/** Something that hosts of a role do again and again. */
export interface Habit {
  readonly name: string;
  readonly role: Role;
  /** While its user works, at any time, or from 22 to 4 o'clock. */
  readonly when: 'work' | 'always' | 'night';
  /** Occasions an hour on one host, at a density of 1. */
  readonly perHour: number;
  readonly act: (occasion: Occasion) => readonly Happening[];
}

const WEB: Traffic = { port: 443, sent: 3_000, received: 60_000, lastsMs: 25_000 };
const PLAIN_WEB: Traffic = { ...WEB, port: 80, received: 20_000 };
const SMALL: Traffic = { port: 443, sent: 1_500, received: 4_000, lastsMs: 8_000 };
const QUIC: Traffic = { ...WEB, transport: 'udp' };
const LOOKUP_MS = 20; // from the question for a name to the connection

/** The everyday. Nothing in it is rare and outgoing, and nothing reaches one address all day long from one process. */
export const HABITS: readonly Habit[] = [
  { name: 'browse', role: 'workstation', when: 'work', perHour: 8, act: browse },
  { name: 'own port', role: 'workstation', when: 'work', perHour: 0.2, act: browseOwnPort },
  { name: 'mail', role: 'workstation', when: 'work', perHour: 4, act: reach('outlook', 'mail', SMALL) },
  {
    name: 'post',
    role: 'workstation',
    when: 'work',
    perHour: 0.4,
    act: reach('postbox', 'mail', { ...SMALL, port: 993 }),
  },
  { name: 'chat', role: 'workstation', when: 'work', perHour: 3, act: reach('chat', 'applications', SMALL) },
  {
    name: 'call',
    role: 'workstation',
    when: 'work',
    perHour: 0.3,
    act: reach('chat', 'calls', { ...WEB, port: 3478, transport: 'udp', sent: 900_000, received: 900_000 }),
  },
  { name: 'sync', role: 'workstation', when: 'work', perHour: 2, act: reach('sync', 'storage', WEB) },
  { name: 'updater', role: 'workstation', when: 'work', perHour: 0.1, act: reach('updater', 'updates', WEB) },
  { name: 'updates', role: 'workstation', when: 'always', perHour: 0.3, act: reach('svchost', 'updates', WEB) },
  { name: 'telemetry', role: 'workstation', when: 'always', perHour: 0.5, act: reach('svchost', 'telemetry', SMALL) },
  { name: 'peers', role: 'workstation', when: 'always', perHour: 0.1, act: meet('svchost', 'workstation', 7680) },
  { name: 'log on', role: 'workstation', when: 'work', perHour: 3, act: meet('lsass', 'domain controller', 88) },
  { name: 'files', role: 'workstation', when: 'work', perHour: 2, act: meet('kernel', 'server', 445) },
  { name: 'directory', role: 'server', when: 'always', perHour: 1, act: meet('lsass', 'domain controller', 389) },
  { name: 'database', role: 'server', when: 'always', perHour: 4, act: meet('web', 'server', 1433) },
  { name: 'watched', role: 'server', when: 'always', perHour: 2, act: meet('watch', 'domain controller', 5666) },
  { name: 'proxied', role: 'server', when: 'always', perHour: 0.5, act: meet('svchost', 'proxy', 3128) },
  { name: 'visitors', role: 'server', when: 'always', perHour: 1, act: receive },
  {
    name: 'resolve',
    role: 'domain controller',
    when: 'always',
    perHour: 15,
    act: reach('dns', 'resolvers', { port: 53, transport: 'udp', sent: 80, received: 300, lastsMs: 60 }),
  },
  {
    name: 'replicate',
    role: 'domain controller',
    when: 'always',
    perHour: 4,
    act: meet('lsass', 'domain controller', 389),
  },
  { name: 'forward', role: 'proxy', when: 'always', perHour: 12, act: reach('gateway', 'sites', WEB) },
  { name: 'forward updates', role: 'proxy', when: 'always', perHour: 4, act: reach('gateway', 'updates', WEB) },
  { name: 'back up', role: 'backup', when: 'night', perHour: 40, act: meet('backup', 'server', 10_000) },
  {
    name: 'vault',
    role: 'backup',
    when: 'night',
    perHour: 6,
    act: reach('backup', 'vault', { ...WEB, sent: 80_000_000, lastsMs: 300_000 }),
  },
  { name: 'desktops', role: 'jump host', when: 'work', perHour: 2, act: meet('mstsc', 'server', 3389) },
  { name: 'shells', role: 'jump host', when: 'work', perHour: 2, act: meet('ssh', 'proxy', 22) },
  { name: 'scripts', role: 'jump host', when: 'work', perHour: 1, act: meet('powershell', 'server', 5985) },
];

/** A page: its name and those of what it embeds are looked up, then several connections within seconds. */
function browse({ host, at, office, processes, draws }: Occasion): readonly Happening[] {
  const process = processes(host, host.browser, at);
  const { sites, delivery } = office.services;
  const parts: readonly Service[] = [
    draws.favour(sites),
    ...Array.from({ length: draws.whole(1, 4) }, () => draws.favour(delivery)),
  ];
  return parts.flatMap((service, index) => {
    const opened = at + index * draws.whole(40, 900);
    const traffic = draws.chance(0.06) ? PLAIN_WEB : draws.chance(0.2) ? QUIC : WEB;
    const reached = toService(service, opened + LOOKUP_MS, process, traffic, draws);
    return index < 2 ? [lookup(service, opened, process), reached] : [reached];
  });
}

/** A web application that answers on a port of its own: only the exceptions for browsers keep it out of a hunt. */
function browseOwnPort({ host, at, office, processes, draws }: Occasion): readonly Happening[] {
  const process = processes(host, host.browser, at);
  const service = draws.favour(office.services.applications);
  const reached = toService(service, at + LOOKUP_MS, process, { ...WEB, port: 8443 }, draws);
  return [lookup(service, at, process), reached];
}

/** A program reaches one of a kind of services, now and then looking up its name first. */
function reach(program: ProgramName, kind: ServiceKind, traffic: Traffic): Habit['act'] {
  return ({ host, at, office, processes, draws }) => {
    const process = processes(host, program, at);
    const service = draws.favour(office.services[kind]);
    const reached = toService(service, at + LOOKUP_MS, process, traffic, draws);
    return draws.chance(0.4) && kind !== 'resolvers' ? [lookup(service, at, process), reached] : [reached];
  };
}

type ServiceKind = {
  [Kind in keyof Services]: Services[Kind] extends readonly Service[] ? Kind : never;
}[keyof Services];

/** A program reaches another host of the office. */
function meet(program: ProgramName, role: Role, port: number): Habit['act'] {
  return ({ host, at, office, processes, draws }) => {
    const others = office.byRole[role].filter((other) => other !== host);
    if (others.length === 0) return [];
    const traffic: Traffic = { port, sent: 4_000, received: 12_000, lastsMs: 20_000 };
    return [toHost(draws.favour(others), at, processes(host, program, at), traffic, draws)];
  };
}

/** Somebody on the internet opens the office's web page. */
function receive({ host, at, processes, draws }: Occasion): readonly Happening[] {
  const ip = anyAddress(draws);
  const came = connection(
    { ip, port: draws.whole(1_024, 65_535), domain: null },
    at,
    processes(host, 'web', at),
    WEB,
    draws,
  );
  return [{ ...came, direction: 'ingress', localPort: 443 }];
}
