import { type Instant, MINUTE_MS } from '../core/time.ts';
import type { Role, WorkEvent } from '../core/work-event.ts';
import type { Probe } from './probe.ts';

/** The scheduler ticks each minute at least; one that has missed five is not slow but stuck. */
const SILENT_MAX_MS = 5 * MINUTE_MS;

/** An answer for whoever asks after this process. */
export interface HealthAnswer {
  readonly well: boolean;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Whether this process lives, and whether what it needs answers. */
export class Health {
  readonly #role: Role;
  readonly #now: () => Instant;
  readonly #probes: ReadonlyMap<string, Probe<unknown>>;
  #heardAt: Instant;
  #state: 'starting' | 'started' | 'stopping' | 'stopped' = 'starting';

  constructor(role: Role, now: () => Instant, probes: ReadonlyMap<string, Probe<unknown>>) {
    this.#role = role;
    this.#now = now;
    this.#probes = probes;
    this.#heardAt = now();
  }

  /** A tick that failed is one too: the scheduler lives, and what it lacks shows in `ready`. */
  hear(event: WorkEvent): void {
    const ticked = event.type === 'tick' || (event.type === 'trouble' && event.where === 'scheduler');
    if (ticked) this.#heardAt = this.#now();
    if (event.type === 'started' || event.type === 'stopping' || event.type === 'stopped') this.#state = event.type;
  }

  /** A worker that answers lives; a scheduler has looked at its ledgers not long ago, too. */
  alive(): HealthAnswer {
    const silentMs = this.#now() - this.#heardAt;
    const stuck = this.#role !== 'worker' && silentMs > SILENT_MAX_MS;
    const silent = this.#role === 'worker' ? {} : { seconds_since_tick: Math.round(silentMs / 1_000) };
    return { well: !stuck, body: { status: stuck ? 'stuck' : 'alive', role: this.#role, ...silent } };
  }

  /** Asks all parts at once. Not ready: one of them does not answer, or this process is about to end. */
  async ready(): Promise<HealthAnswer> {
    const asked = [...this.#probes].map(async ([name, probe]) => [name, await probe()] as const);
    const answers = await Promise.all(asked);
    const ending = this.#state === 'stopping' || this.#state === 'stopped';
    const well = !ending && answers.every(([, answer]) => answer.ok);
    const parts = Object.fromEntries(
      answers.map(([name, answer]) => [name, answer.ok ? 'ok' : `${answer.code}: ${answer.message}`]),
    );
    return { well, body: { status: ending ? this.#state : well ? 'ready' : 'not ready', parts } };
  }
}
