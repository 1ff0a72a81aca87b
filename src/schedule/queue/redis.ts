import { randomUUID } from 'node:crypto';
import { Queue as BullQueue } from 'bullmq';
import type { Redis } from 'ioredis';
import { HuntError } from '../../core/error.ts';
import { SECOND_MS } from '../../core/time.ts';
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
} from './port.ts';
import { openConnection, type RedisSettings } from './redis-connection.ts';
import { queueError } from './redis-failure.ts';
import { checkServer } from './redis-server.ts';
import { REDIS_TIMES, redisWorker, type RedisTimes } from './redis-worker.ts';

export interface RedisQueueOptions {
  /** Told what `ready` finds that is no reason to stop. */
  readonly warn: (text: string) => void;
  /** Longest wait for one answer, ms: then QUEUE_UNAVAILABLE. */
  readonly deadlineMs?: number;
  readonly times?: Partial<RedisTimes>;
  /** For the jitter of the back-off. */
  readonly random?: () => number;
}

const NAME = 'tiles';
const DEADLINE_MS = 5 * SECOND_MS;
/** Items added or withdrawn in one round trip: 500 are some 200 KB. */
const CHUNK = 500;
/** Nobody reads BullMQ's stream of events; it keeps the last ones. */
const EVENTS_KEPT = 100;
/** BullMQ: 1 is the most urgent; 0 would be before all. */
const PRIORITIES = URGENCIES.map((urgency) => priorityOf(urgency));

/** The queue on Redis, by BullMQ: shared by any number of processes. Connects by itself, and again when it was lost. */
export function redisQueue(settings: RedisSettings, options: RedisQueueOptions): Queue {
  return new RedisQueue(settings, options);
}

class RedisQueue implements Queue {
  readonly name = 'redis';
  readonly #settings: RedisSettings;
  readonly #options: RedisQueueOptions;
  readonly #times: RedisTimes;
  readonly #random: () => number;
  readonly #connection: Redis;
  readonly #queue: BullQueue;
  readonly #workers = new Set<Working>();
  readonly #closing = new AbortController();
  #limit: number | null = null;
  /** Why there is no connection, as long as there is none. */
  #fault: unknown = null;

  constructor(settings: RedisSettings, options: RedisQueueOptions) {
    this.#settings = settings;
    this.#options = options;
    this.#times = { ...REDIS_TIMES, ...options.times };
    this.#random = options.random ?? Math.random;
    this.#connection = openConnection(settings, this.#random);
    this.#connection.on('error', (error) => (this.#fault = error));
    this.#connection.on('ready', () => (this.#fault = null));
    this.#queue = new BullQueue(NAME, {
      connection: this.#connection,
      prefix: settings.prefix,
      skipVersionCheck: true,
      streams: { events: { maxLen: EVENTS_KEPT } },
      defaultJobOptions: { removeOnComplete: true, removeOnFail: true },
    });
    // The same faults that the connection tells; without a listener they would end the process.
    this.#queue.on('error', (error) => (this.#fault ??= error));
  }

  async add(items: readonly WorkItem[], signal: AbortSignal): Promise<readonly string[]> {
    const taken: string[] = [];
    for (const chunk of chunksOf(mostUrgentFirst(items)))
      taken.push(...(await this.#ask('add work to the queue', signal, () => this.#add(chunk))));
    return taken;
  }

  async withdraw(ids: readonly string[], signal: AbortSignal): Promise<number> {
    let count = 0;
    for (const chunk of chunksOf(ids))
      count += await this.#ask('withdraw work from the queue', signal, () => this.#withdraw(chunk));
    return count;
  }

  async work(work: Work, options: WorkerOptions): Promise<Working> {
    if (this.#closing.signal.aborted) throw closed('work on the queue');
    const connection = openConnection(this.#settings, this.#random);
    const place = { name: NAME, prefix: this.#settings.prefix, connection };
    const worker = redisWorker(place, work, options, this.#times);
    this.#workers.add(worker);
    return worker;
  }

  async limit(concurrency: number, signal: AbortSignal): Promise<void> {
    this.#limit = concurrency;
    await this.#ask('limit the queue', signal, () => this.#restoreLimit());
  }

  depth(signal: AbortSignal): Promise<QueueDepth> {
    return this.#ask('count what the queue holds', signal, async () => {
      const [states, byPriority] = await Promise.all([
        this.#queue.getJobCounts('wait', 'active', 'delayed'),
        this.#queue.getCountsPerPriority(PRIORITIES),
      ]);
      const waiting = Object.fromEntries(
        URGENCIES.map((urgency) => [urgency, byPriority[priorityOf(urgency)] ?? 0]),
      ) as Record<Urgency, number>;
      // What was taken from a silent worker stands before everything else, whatever its urgency.
      waiting.present += states['wait'] ?? 0;
      return { waiting, delayed: states['delayed'] ?? 0, active: states['active'] ?? 0 };
    });
  }

  async ready(signal: AbortSignal): Promise<void> {
    await this.#ask('use Redis for the queue', signal, () => checkServer(this.#connection, this.#options.warn));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    await Promise.all([...this.#workers].map((worker) => worker[Symbol.asyncDispose]()));
    await this.#queue.close(); // leaves the connection, which is ours
    this.#connection.disconnect();
  }

  async #add(items: readonly WorkItem[]): Promise<readonly string[]> {
    await this.#restoreLimit();
    const held = await this.#heldOf(items.map(({ id }) => id));
    const missing = items.filter(({ id }) => !held.has(id));
    if (missing.length === 0) return [];
    // BullMQ does not tell whether an id was held already. The name of a job tells whose it is, should another scheduler
    // have been faster; a job that is gone has been worked on since.
    const mark = randomUUID();
    await this.#queue.addBulk(missing.map((item) => ({ name: mark, data: item, opts: jobOptions(item) })));
    const names = await this.#pipelined(missing, (pipeline, { id }) => pipeline.hget(this.#queue.toKey(id), 'name'));
    return missing.filter((_item, index) => (names[index] ?? mark) === mark).map(({ id }) => id);
  }

  async #withdraw(ids: readonly string[]): Promise<number> {
    const held = await this.#heldOf(ids); // BullMQ counts what is not there as removed
    const removed = await Promise.all([...held].map((id) => this.#queue.remove(id)));
    return removed.reduce((sum, one) => sum + one, 0);
  }

  async #heldOf(ids: readonly string[]): Promise<ReadonlySet<string>> {
    const found = await this.#pipelined(ids, (pipeline, id) => pipeline.exists(this.#queue.toKey(id)));
    return new Set(ids.filter((_id, index) => found[index] === 1));
  }

  async #pipelined<T>(
    each: readonly T[],
    command: (pipeline: ReturnType<Redis['pipeline']>, one: T) => unknown,
  ): Promise<readonly unknown[]> {
    const pipeline = this.#connection.pipeline();
    for (const one of each) command(pipeline, one);
    const answers = (await pipeline.exec()) ?? [];
    const failed = answers.find(([error]) => error !== null);
    if (failed !== undefined) throw failed[0] as Error;
    return answers.map(([, answer]) => answer);
  }

  /** Redis forgets the limit when it is emptied; whoever fills it again says it again. */
  async #restoreLimit(): Promise<void> {
    if (this.#limit !== null) await this.#queue.setGlobalConcurrency(this.#limit);
  }

  /** One question with a deadline: commands to a Redis that is away would wait until it is back. */
  async #ask<T>(doing: string, signal: AbortSignal, question: () => Promise<T>): Promise<T> {
    const { promise: over, reject } = Promise.withResolvers<never>();
    const cancel = () => reject(new HuntError('CANCELLED', `Cannot ${doing}: it was cancelled`));
    const close = () => reject(closed(doing));
    const deadlineMs = this.#options.deadlineMs ?? DEADLINE_MS;
    if (signal.aborted) cancel();
    if (this.#closing.signal.aborted) close();
    signal.addEventListener('abort', cancel, { once: true });
    this.#closing.signal.addEventListener('abort', close, { once: true });
    const timer = setTimeout(() => reject(this.#fault ?? new Error(`no answer in ${deadlineMs} ms`)), deadlineMs);
    try {
      return await (signal.aborted || this.#closing.signal.aborted ? over : Promise.race([question(), over]));
    } catch (error) {
      throw queueError(error, doing);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', cancel);
      this.#closing.signal.removeEventListener('abort', close);
    }
  }
}

function jobOptions({ id, urgency }: WorkItem): { jobId: string; priority: number } {
  return { jobId: id, priority: priorityOf(urgency) };
}

function priorityOf(urgency: Urgency): number {
  return 1 + URGENCIES.indexOf(urgency);
}

function closed(doing: string): HuntError {
  return new HuntError('QUEUE_UNAVAILABLE', `Cannot ${doing}: it is closed`, { remedy: 'Start the scheduler again' });
}

function chunksOf<T>(all: readonly T[]): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(all.length / CHUNK) }, (_, index) =>
    all.slice(index * CHUNK, (index + 1) * CHUNK),
  );
}
