import type { Instant } from '../core/time.ts';
import { type Host, type Office, systemUser, type User } from './office.ts';
import { type Program, type ProgramName, PROGRAMS } from './programs.ts';
import { Draws, type Label } from './random.ts';
import { localDay } from './working-hours.ts';

/** One process: a program that runs on a host under an account. */
export interface Instance {
  readonly host: Host;
  readonly user: User;
  readonly executable: string | null;
  readonly signer: string | null;
  readonly pid: number;
  /** A UUID that names the process; each kind of event writes it in its own way. */
  readonly uuid: string;
}

/** Gives the process of a program that runs on a host at a moment. Moments must not go back by more than a day. */
export type Processes = (host: Host, program: ProgramName, at: Instant) => Instance;

/** Keeps one process per host and program, so memory does not grow with time. */
export function processesOf({ seed }: Pick<Office, 'seed'>): Processes {
  const current = new Map<string, { readonly epoch: number; readonly instance: Instance }>();
  return (host, name, at) => {
    const program = PROGRAMS[name];
    const epoch = program.lasts === 'boot' ? 0 : localDay(host, at);
    const key = `${host.name} ${name}`;
    const known = current.get(key);
    if (known?.epoch === epoch) return known.instance;
    const instance = startProcess(host, program, [seed, 'process', key, epoch], epoch);
    current.set(key, { epoch, instance });
    return instance;
  };
}

/** A process that the labels name; the local day decides which version of the program is installed. */
export function startProcess(host: Host, program: Program, labels: readonly Label[], day: number): Instance {
  const draws = new Draws(...labels);
  const user = program.account === 'system' ? systemUser() : host.user;
  return {
    host,
    user,
    executable: program.path?.replaceAll('{user}', user.name).replaceAll('{week}', String(Math.floor(day / 7))) ?? null,
    signer: program.signer,
    pid: 4 * draws.whole(150, 6_000),
    uuid: draws.uuid(),
  };
}
