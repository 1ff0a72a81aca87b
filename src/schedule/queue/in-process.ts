import PQueue from 'p-queue';
import { HuntError } from '../../core/error.ts';
import { attempt, InHand, THROWN_DELAY_MS } from './in-hand.ts';
import { mostUrgentFirst } from './order.ts';
import {
  URGENCIES,
  type Queue,
  type QueueDepth,
  type Urgency,
  type Work,
  type WorkerOptions,
  type WorkItem,
  type Working,
  type WorkOutcome,
} from './port.ts';

/** Longest delay of a timer in Node, ms: 2^31 - 1. A longer one would fire at once. */
const TIMER_MS_MAX = 2_147_483_647;

/** The queue of one process: what it holds ends with the process, and is added again from the ledger. */
export function inProcessQueue({ thrownDelayMs = THROWN_DELAY_MS }: { thrownDelayMs?: number } = {}): Queue {
  return new InProcessQueue(thrownDelayMs);
}

interface Held {
  readonly item: WorkItem;
  /** Takes it out of the line. */
  withdrawal: AbortController;
  state: 'waiting' | 'delayed' | 'active';
  timer: NodeJS.Timeout | null;
}

class InProcessQueue implements Queue {
  readonly name = 'in-process';
  readonly #waiting = new PQueue({ autoStart: false, concurrency: 1 });
  readonly #held = new Map<string, Held>();
  readonly #workers = new Set<Worker>();
  readonly #thrownDelayMs: number;
  #limit = Number.POSITIVE_INFINITY;
  #closed = false;

  constructor(thrownDelayMs: number) {
    this.#thrownDelayMs = thrownDelayMs;
  }

  async add(items: readonly WorkItem[], signal: AbortSignal): Promise<readonly string[]> {
    this.#check(signal);
    const taken = mostUrgentFirst(items.filter(({ id }) => !this.#held.has(id)));
    for (const item of taken) {
      const held: Held = { item, withdrawal: new AbortController(), state: 'waiting', timer: null };
      this.#held.set(item.id, held);
      this.#wait(held);
    }
    return taken.map(({ id }) => id);
  }

  async withdraw(ids: readonly string[], signal: AbortSignal): Promise<number> {
    this.#check(signal);
    return ids.filter((id) => this.#withdraw(id)).length;
  }

  async work(work: Work, options: WorkerOptions): Promise<Working> {
    this.#check();
    const worker = new Worker(work, options, this.#thrownDelayMs, () => this.#fit());
    this.#workers.add(worker);
    this.#fit();
    return worker;
  }

  async limit(concurrency: number, signal: AbortSignal): Promise<void> {
    this.#check(signal);
    this.#limit = concurrency;
    this.#fit();
  }

  async depth(signal: AbortSignal): Promise<QueueDepth> {
    this.#check(signal);
    const all = [...this.#held.values()];
    const count = (state: Held['state']) => all.filter((held) => held.state === state).length;
    const waiting = Object.fromEntries(
      URGENCIES.map((urgency) => [urgency, this.#waiting.sizeBy({ priority: priorityOf(urgency) })]),
    ) as Record<Urgency, number>;
    return { waiting, delayed: count('delayed'), active: count('active') };
  }

  async ready(signal: AbortSignal): Promise<void> {
    this.#check(signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#workers].map((worker) => worker[Symbol.asyncDispose]()));
    for (const id of this.#held.keys()) this.#withdraw(id);
  }

  #check(signal?: AbortSignal): void {
    if (this.#closed)
      throw new HuntError('QUEUE_UNAVAILABLE', 'Cannot use the queue: it is closed', {
        remedy: 'Start the scheduler again',
      });
    if (signal?.aborted === true) throw new HuntError('CANCELLED', 'Cannot use the queue: it was cancelled');
  }

  /** Lets an item wait for a worker. p-queue takes the highest priority first, and within one in order of arrival. */
  #wait(held: Held): void {
    held.state = 'waiting';
    held.withdrawal = new AbortController();
    const options = { priority: priorityOf(held.item.urgency), signal: held.withdrawal.signal };
    // Handing out never rejects: a rejection is the withdrawal, which has been counted already.
    this.#waiting.add(() => this.#handOut(held), options).catch(() => undefined);
  }

  async #handOut(held: Held): Promise<void> {
    const worker = [...this.#workers].reduce((best, other) => (other.free > best.free ? other : best));
    held.state = 'active';
    await worker.examine(held.item, (outcome) => {
      if (outcome.type === 'done') this.#held.delete(held.item.id);
      else this.#putBack(held, outcome.delayMs);
    });
    this.#fit();
  }

  #putBack(held: Held, delayMs: number): void {
    held.state = 'delayed';
    held.timer = setTimeout(() => this.#wait(held), Math.min(Math.max(0, delayMs), TIMER_MS_MAX));
    if (this.#closed) this.#withdraw(held.item.id);
  }

  #withdraw(id: string): boolean {
    const held = this.#held.get(id);
    if (held === undefined || held.state === 'active') return false;
    if (held.timer !== null) clearTimeout(held.timer);
    // p-queue gives up the place of a task whose signal aborts while it runs, so only what waits is called off.
    if (held.state === 'waiting') held.withdrawal.abort();
    return this.#held.delete(id);
  }

  /**
   * As many at once as workers have places, and no more than the limit. What a draining worker still holds counts as a
   * place, since it counts as running: so wherever one more may start, a worker that takes items has a free place.
   */
  #fit(): void {
    for (const worker of this.#workers) if (worker.gone) this.#workers.delete(worker);
    const places = [...this.#workers].reduce((sum, worker) => sum + worker.places, 0);
    const concurrency = Math.min(this.#limit, places);
    if (concurrency < 1) return this.#waiting.pause();
    this.#waiting.concurrency = concurrency;
    this.#waiting.start();
  }
}

class Worker implements Working {
  readonly #work: Work;
  readonly #options: WorkerOptions;
  readonly #thrownDelayMs: number;
  readonly #changed: () => void;
  readonly #inHand = new InHand();
  #draining = false;

  constructor(work: Work, options: WorkerOptions, thrownDelayMs: number, changed: () => void) {
    this.#work = work;
    this.#options = options;
    this.#thrownDelayMs = thrownDelayMs;
    this.#changed = changed;
  }

  readonly active = (): number => this.#inHand.size;

  get places(): number {
    return this.#draining ? this.#inHand.size : this.#options.concurrency;
  }

  get free(): number {
    return this.places - this.#inHand.size;
  }

  get gone(): boolean {
    return this.#draining && this.#inHand.size === 0;
  }

  examine(item: WorkItem, settle: (outcome: WorkOutcome) => void): Promise<void> {
    const throwing = { thrownDelayMs: this.#thrownDelayMs, onError: this.#options.onError };
    return this.#inHand.hold(async (signal) => settle(await attempt(this.#work, item, signal, throwing)));
  }

  async drain(): Promise<void> {
    this.#draining = true;
    this.#changed();
    await this.#inHand.ended();
  }

  async cancel(): Promise<void> {
    const drained = this.drain();
    this.#inHand.abort();
    await drained;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.cancel();
  }
}

/** p-queue: the higher, the sooner. */
function priorityOf(urgency: Urgency): number {
  return -URGENCIES.indexOf(urgency);
}
