import { type Instant, MINUTE_MS, type Span } from '../core/time.ts';
import { connection, type Traffic } from './connect.ts';
import type { Happening } from './happening.ts';
import { type Instance, startProcess } from './instances.ts';
import { type Host, type Office, systemUser, type User } from './office.ts';
import type { Plan, Plant } from './plant.ts';
import { type Program, PROGRAMS } from './programs.ts';
import { Draws } from './random.ts';

/** What a program is started as. */
interface Started {
  readonly path: string;
  readonly line: string;
  readonly parent: Instance;
  /** The host's user, unless another account is named. */
  readonly account?: User;
  readonly signer?: string | null;
  readonly originalName?: string;
}

/** Writes down what takes place on hosts, step by step; time goes on with each step. */
export class Scene {
  readonly happenings: Happening[] = [];
  readonly processes: Instance[] = [];
  at: Instant;
  readonly #office: Office;
  readonly #id: string;
  readonly #draws: Draws;

  constructor({ office }: Pick<Plan, 'office'>, id: string, at: Instant) {
    this.#office = office;
    this.#id = id;
    this.#draws = new Draws(office.seed, 'scene', id);
    this.at = at;
  }

  /** Lets time pass, by a tenth more or less. */
  wait(ms: number): this {
    this.at += Math.floor(ms * (0.9 + 0.2 * this.#draws.unit()));
    return this;
  }

  /** The desktop of a host's user, from which everything is started. */
  desktop(host: Host): Instance {
    return this.running(host, { ...EXPLORER, account: host.user.works === null ? 'system' : 'user' });
  }

  service(host: Host): Instance {
    return this.running(host, SERVICES);
  }

  start(host: Host, { path, line, parent, account, signer = 'Microsoft Windows', originalName }: Started): Instance {
    const program: Program = { path, signer, lasts: 'boot', account: 'user' };
    const labels = [this.#office.seed, this.#id, host.name, this.happenings.length];
    const made = startProcess(host, program, labels, 0);
    const process = account === undefined ? made : { ...made, user: account };
    this.processes.push(process);
    const commandLine = line.replaceAll('{user}', process.user.name);
    const inner = originalName ?? null;
    this.#add({ kind: 'start', at: this.at, process, parent, commandLine, originalName: inner, plant: this.#id });
    return process;
  }

  connect(process: Instance, remote: { ip: string; domain?: string }, traffic: Traffic): this {
    const { ip, domain = null } = remote;
    const made = connection({ ip, port: traffic.port, domain }, this.at, process, traffic, this.#draws);
    return this.#add({ ...made, plant: this.#id });
  }

  /** Both ends of a connection between hosts of the office; the other end's process takes it. */
  between(process: Instance, other: Host, taker: Program, traffic: Traffic): this {
    this.connect(process, other, traffic);
    const here = this.happenings.at(-1);
    if (here?.kind !== 'connection') return this;
    const remote = { ip: process.host.ip, port: here.localPort, domain: null };
    const there = { ...here, at: this.at + 1, process: this.running(other, taker), direction: 'ingress' as const };
    return this.#add({ ...there, remote, localPort: traffic.port });
  }

  lookup(process: Instance, name: string, addresses: readonly string[], type: 'A' | 'TXT' = 'A'): this {
    return this.#add({ kind: 'lookup', at: this.at, process, name, addresses, type, plant: this.#id });
  }

  logon(host: Host, account: User, from: Host, type: 3 | 10): this {
    const process = this.running(host, PROGRAMS.lsass);
    return this.#add({ kind: 'logon', at: this.at, process, account, from, type, plant: this.#id });
  }

  script(process: Instance, text: string): this {
    return this.#add({ kind: 'script', at: this.at, process, text, plant: this.#id });
  }

  install(host: Host, name: string, path: string, account: User): this {
    const process = this.service(host);
    return this.#add({ kind: 'service', at: this.at, process, name, path, account, plant: this.#id });
  }

  /** The plant that this is. */
  plant(description: string, because: string | null, more: Pick<Plant, 'paces'> = { paces: [] }): Plant {
    const hidden = because === null ? null : ({ by: 'rule', because } as const);
    return { id: this.#id, description, hidden, finds: null, scenes: this.happenings, ...more };
  }

  /** The process of a program that has run since the host was started. */
  running(host: Host, program: Program): Instance {
    return startProcess(host, program, [this.#office.seed, 'running', host.name, program.path ?? 'kernel'], 0);
  }

  #add(happening: Happening): this {
    this.happenings.push(happening);
    return this;
  }
}

const EXPLORER = { path: 'C:\\Windows\\explorer.exe', signer: 'Microsoft Windows', lasts: 'day' } as const;
const SERVICES: Program = {
  path: 'C:\\Windows\\System32\\services.exe',
  signer: 'Microsoft Windows Publisher',
  lasts: 'boot',
  account: 'system',
};

/** A moment in the last working day before the end, so many hours before it: attacks lie where hunts of a day see them. */
export function hoursBefore({ span }: { readonly span: Span }, hours: number): Instant {
  return span.end - Math.floor(hours * 60) * MINUTE_MS;
}

export const SYSTEM_ACCOUNT = systemUser();
