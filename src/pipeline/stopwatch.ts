import { STAGES, type Stage, type StageTime } from '../core/run.ts';

/** Wall time of each stage of one run, and how much of it was spent waiting for a server. */
export class Stopwatch {
  readonly #now: () => number;
  readonly #times = new Map<Stage, { wallMs: number; awaitedMs: number }>();
  #current: Stage = 'prepare';

  /** `now` is a monotonic clock in ms. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Runs one stage; time awaited inside it is booked to it. */
  async stage<T>(name: Stage, work: () => T | Promise<T>): Promise<T> {
    this.#current = name;
    const started = this.#now();
    try {
      return await work();
    } finally {
      this.#book(name).wallMs += this.#now() - started;
    }
  }

  /** Waits for a server on behalf of the current stage. */
  async awaited<T>(answer: Promise<T>): Promise<T> {
    const stage = this.#current;
    const started = this.#now();
    try {
      return await answer;
    } finally {
      this.#book(stage).awaitedMs += this.#now() - started;
    }
  }

  get awaitedMs(): number {
    return [...this.#times.values()].reduce((sum, time) => sum + time.awaitedMs, 0);
  }

  /** The stages that ran, in the order of the pipeline. */
  times(): Partial<Record<Stage, StageTime>> {
    const ran = STAGES.flatMap((stage) => {
      const time = this.#times.get(stage);
      return time === undefined
        ? []
        : [[stage, { wallMs: round(time.wallMs), awaitedMs: round(time.awaitedMs) }] as const];
    });
    return Object.fromEntries(ran);
  }

  #book(stage: Stage): { wallMs: number; awaitedMs: number } {
    const time = this.#times.get(stage) ?? { wallMs: 0, awaitedMs: 0 };
    this.#times.set(stage, time);
    return time;
  }
}

function round(ms: number): number {
  return Math.round(ms * 10) / 10;
}
