import { SECOND_MS } from '../core/time.ts';
import type { Logon, Script, Start } from './happening.ts';
import type { Occasion } from './habits.ts';
import { type Instance, startProcess } from './instances.ts';
import { type Host, systemUser, type User } from './office.ts';
import { fileName, type Program } from './programs.ts';
import { Draws } from './random.ts';

export const SYSTEM32 = 'C:\\Windows\\System32';
export const POWERSHELL = `${SYSTEM32}\\WindowsPowerShell\\v1.0\\powershell.exe`;
const WINDOWS = 'Microsoft Windows';

/** A process that an everyday program starts. In path and line `{user}` stands for the user's name. */
export interface Chore {
  readonly path: string;
  /** The command line; the file's name where nothing is said. */
  readonly line?: string;
  readonly parent: Instance;
  readonly account?: User;
  readonly signer?: string | null;
  readonly originalName?: string;
  /** After the moment of the occasion, ms. */
  readonly after?: number;
}

/** Starts a process. */
export function begin({ host: here, at, draws }: Occasion, chore: Chore, host: Host = here): Start {
  const { path, parent, signer = WINDOWS, originalName = null, after = 0 } = chore;
  const program: Program = { path, signer, lasts: 'boot', account: 'user' };
  const made = startProcess(host, program, [draws.bits(), host.name], 0);
  const process = chore.account === undefined ? made : { ...made, user: chore.account };
  const commandLine = (chore.line ?? fileName(path)).replaceAll('{user}', process.user.name);
  return { kind: 'start', at: at + after, process, parent, commandLine, originalName, plant: null };
}

export function script({ at }: Occasion, process: Instance, text: string, after = SECOND_MS): Script {
  return { kind: 'script', at: at + after, process, text, plant: null };
}

/** Somebody logs on to a host, over the network (3) or to its desktop (10). */
export function logsOn({ at, host: from, processes }: Occasion, to: Host, account: User, type: 3 | 10): Logon {
  return { kind: 'logon', at, process: processes(to, 'lsass', at), account, type, from, plant: null };
}

/** The desktop of the host's user. */
export function desktop({ host, office }: Occasion): Instance {
  const account = host.user.works === null ? 'system' : 'user';
  return running(office.seed, host, 'C:\\Windows\\explorer.exe', WINDOWS, account);
}

/** The manager of services, and the service that starts what is scheduled. */
export function services({ office }: Occasion, host: Host): Instance {
  return running(office.seed, host, `${SYSTEM32}\\services.exe`, 'Microsoft Windows Publisher', 'system');
}

export function scheduler(office: Occasion['office'], host: Host): Instance {
  return running(office.seed, host, `${SYSTEM32}\\svchost.exe`, 'Microsoft Windows Publisher', 'system');
}

function running(
  seed: Occasion['office']['seed'],
  host: Host,
  path: string,
  signer: string | null,
  account: Program['account'],
): Instance {
  return startProcess(host, { path, signer, lasts: 'boot', account }, [seed, 'running', host.name, path], 0);
}

/** Whether a host or a person belongs to a share of them, the same at all times. */
export function belongs(occasion: Occasion, label: string, share: number): boolean {
  return new Draws(occasion.office.seed, label, occasion.host.name).chance(share);
}

/** The few hosts of a kind that this one deals with, the same at all times. */
export function usual({ office, host }: Occasion, others: readonly Host[], count: number): readonly Host[] {
  return new Draws(office.seed, 'usual', host.name, count).shuffle(others).slice(0, count);
}

export const SYSTEM_ACCOUNT = systemUser();
