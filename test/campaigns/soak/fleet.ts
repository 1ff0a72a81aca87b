// Processes of the real binary that are killed and started again.
import { setTimeout } from 'node:timers/promises';
import type { Started } from '../../rig/command.ts';
import type { HuntRig } from '../../rig/hunt.ts';

export type Role = 'scheduler' | 'worker' | 'start';

interface Member {
  readonly role: Role;
  process: Started;
}

/** Longest wait for a process that was told to stop. */
const STOP_MS = 30_000;

export class Fleet {
  readonly #rig: HuntRig;
  readonly #members: Member[];
  #kills = 0;
  readonly #unexpected: string[] = [];

  constructor(rig: HuntRig, roles: readonly Role[]) {
    this.#rig = rig;
    this.#members = roles.map((role) => ({ role, process: this.#start(role) }));
  }

  /** Processes that were alive when they were killed. */
  get kills(): number {
    return this.#kills;
  }

  /** What processes said that ended by themselves. */
  get unexpected(): readonly string[] {
    return this.#unexpected;
  }

  get size(): number {
    return this.#members.length;
  }

  /** Kills one with -9 and starts another in its place, at once. */
  async kill(at: number): Promise<void> {
    const member = this.#members[at];
    if (member === undefined) return;
    member.process.kill('SIGKILL');
    const { signal, exitCode, stderr } = await member.process.ended;
    if (signal === 'SIGKILL') this.#kills++;
    else this.#unexpected.push(`${member.role} had ended with ${exitCode ?? signal}: ${stderr.slice(-2_000)}`);
    member.process = this.#start(member.role);
  }

  /** More of a role, or fewer; those that go are told to stop, as an upgrade does. */
  async resize(role: Role, count: number): Promise<void> {
    const those = this.#members.filter((member) => member.role === role);
    for (let more = those.length; more < count; more++) this.#members.push({ role, process: this.#start(role) });
    const gone = those.slice(count);
    for (const member of gone) this.#members.splice(this.#members.indexOf(member), 1);
    await Promise.all(gone.map((member) => this.#stop(member)));
  }

  /** Tells all to stop and waits until they have; resolves with their exit codes. */
  stop(): Promise<readonly (number | null)[]> {
    return Promise.all(this.#members.splice(0).map((member) => this.#stop(member)));
  }

  /** A process that has just been started has no say yet in how it ends. */
  async #stop({ role, process }: Member): Promise<number | null> {
    await process.says(/has begun|"started"|started/i);
    process.kill('SIGTERM');
    const late = new AbortController();
    const ended = await Promise.race([process.ended, setTimeout(STOP_MS, null, { signal: late.signal })]);
    late.abort();
    if (ended !== null) return ended.exitCode;
    this.#unexpected.push(`${role} did not end within ${STOP_MS / 1_000} s of SIGTERM`);
    process.kill('SIGKILL');
    return (await process.ended).exitCode;
  }

  #start(role: Role): Started {
    return this.#rig.start(role);
  }
}
