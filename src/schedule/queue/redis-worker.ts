import { DelayedError, Worker, type Job } from 'bullmq';
import type { Redis } from 'ioredis';
import { HuntError } from '../../core/error.ts';
import { MINUTE_MS, SECOND_MS } from '../../core/time.ts';
import { attempt, InHand, THROWN_DELAY_MS } from './in-hand.ts';
import type { Work, WorkerOptions, Working, WorkOutcome } from './port.ts';
import { isConnectionFault, queueError } from './redis-failure.ts';
import { decodeItem } from './redis-item.ts';

/** What tests make shorter. */
export interface RedisTimes {
  /** How long an item stays with a worker that is silent; a worker that lives renews it each half of this. */
  readonly lockMs: number;
  /** How often items of silent workers are looked for. */
  readonly stalledCheckMs: number;
  readonly thrownDelayMs: number;
}

/** Longest wait between two looks for items of workers that fell silent, ms. */
const STALLED_CHECK_MS = 30 * SECOND_MS;

/** Times for a lock of this length: a worker that is silent for longer loses what it holds to another. */
export function redisTimes(lockMs: number): RedisTimes {
  return { lockMs, stalledCheckMs: Math.min(STALLED_CHECK_MS, lockMs), thrownDelayMs: THROWN_DELAY_MS };
}

/** Long locks: a worker that is stopped for minutes (a garbage collection, a suspended machine) keeps what it has. */
export const REDIS_TIMES = redisTimes(5 * MINUTE_MS);
/** Taken over however often: BullMQ would declare it failed and drop it, but attempts are counted in the ledger. */
const STALLED_COUNT_MAX = 1_000_000;
/** How long an idle worker waits before it looks whether the limit has room again: nothing else wakes it for that. */
const IDLE_LOOK_S = 1;
/** What a worker that ends puts back waits for longer than its own idle places listen, or one of them would take it. */
const ENDING_DELAY_MS = 2 * IDLE_LOOK_S * SECOND_MS;
/** Longest wait for Redis to hear of what ended; it is handed out again otherwise, which does no harm. */
const SETTLE_MS = 5 * SECOND_MS;
const RETRY_MS = SECOND_MS;

/** Where a worker finds its items. */
export interface RedisPlace {
  readonly name: string;
  readonly prefix: string;
  /** A connection for this worker alone; it is closed with it. */
  readonly connection: Redis;
}

/** A worker on Redis. Begins at once, also while Redis is away. */
export function redisWorker(place: RedisPlace, work: Work, options: WorkerOptions, times: RedisTimes): Working {
  return new RedisWorker(place, work, options, times);
}

class RedisWorker implements Working {
  readonly #connection: Redis;
  readonly #worker: TileWorker;
  readonly #inHand = new InHand();
  readonly #work: Work;
  readonly #thrownDelayMs: number;
  readonly #onError: (error: unknown) => void;
  #ending = false;
  #closed = false;
  #away = false;

  constructor({ name, prefix, connection }: RedisPlace, work: Work, options: WorkerOptions, times: RedisTimes) {
    this.#connection = connection;
    this.#work = work;
    this.#thrownDelayMs = times.thrownDelayMs;
    this.#onError = options.onError;
    connection.on('ready', () => (this.#away = false));
    this.#worker = new TileWorker(name, (job, token) => this.#examine(job, token), {
      connection,
      prefix,
      concurrency: options.concurrency,
      lockDuration: times.lockMs,
      stalledInterval: times.stalledCheckMs,
      maxStalledCount: STALLED_COUNT_MAX,
      drainDelay: IDLE_LOOK_S,
      runRetryDelay: RETRY_MS,
      removeOnComplete: { count: 0 },
      removeOnFail: { count: 0 },
      // Its check ends a queue for good where INFO is refused or the connection is lost meanwhile; `ready` does it.
      skipVersionCheck: true,
    });
    this.#worker.on('error', (error) => this.#tell(error));
    this.#worker.on('failed', (job, error) => this.#tell(dropped(job?.id, error.message)));
  }

  readonly active = (): number => this.#inHand.size;

  async drain(): Promise<void> {
    this.#ending = true;
    await this.#worker.pause(true);
    await this.#inHand.ended();
    await withinOr(SETTLE_MS, this.#worker.unsettled.ended());
  }

  async cancel(): Promise<void> {
    const drained = this.drain();
    this.#inHand.abort();
    await drained;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed) return;
    await this.cancel();
    this.#closed = true;
    await withinOr(SETTLE_MS, this.#worker.close(true));
    this.#connection.disconnect();
  }

  /** What BullMQ calls for each job; it takes a job that ends for done, and a DelayedError for put back. */
  async #examine(job: Job<unknown>, token: string | undefined): Promise<void> {
    const decoded = decodeItem(job.id, job.data);
    if ('misfit' in decoded) return this.#tell(dropped(job.id, unreadable(decoded.misfit)));
    const { item } = decoded;
    const outcome = await this.#inHand.hold((signal) => this.#attempt(signal, item));
    if (outcome.type === 'done') return;
    try {
      await job.moveToDelayed(Date.now() + Math.max(outcome.delayMs, this.#ending ? ENDING_DELAY_MS : 0), token);
    } catch (error) {
      this.#tell(queueError(error, `put work item "${item.id}" back into the queue`));
    }
    throw new DelayedError();
  }

  /** An item may arrive after the worker was told to end: it was on its way. */
  async #attempt(signal: AbortSignal, item: Parameters<Work>[0]): Promise<WorkOutcome> {
    if (this.#ending) return { type: 'put_back', delayMs: 0 };
    return attempt(this.#work, item, signal, { thrownDelayMs: this.#thrownDelayMs, onError: this.#onError });
  }

  /** Tells of a lost connection once, until it is back. */
  #tell(error: unknown): void {
    if (this.#closed) return;
    const away = isConnectionFault(error);
    if (away && this.#away) return;
    this.#away ||= away;
    this.#onError(queueError(error, 'work on the queue'));
  }
}

/** BullMQ's worker, with an account of the jobs whose end Redis has not heard of yet. */
class TileWorker extends Worker<unknown, void> {
  readonly unsettled = new InHand();

  override processJob(...args: Parameters<Worker<unknown, void>['processJob']>) {
    return this.unsettled.hold(() => super.processJob(...args));
  }

  /** Data that is no JSON would throw here, and the job come back for ever: it goes on as one without data. */
  protected override createJob(...[json, id]: Parameters<Worker<unknown, void>['createJob']>) {
    return super.createJob(isJson(json.data) ? json : { ...json, data: 'null' }, id);
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Of another version, perhaps: while hosts are upgraded one by one, schedulers and workers are not the same. */
function unreadable(misfit: string): string {
  return misfit === '' ? 'it is no item' : `field "${misfit}" is missing or of another kind`;
}

function dropped(id: string | undefined, why: string): HuntError {
  const shown = JSON.stringify(String(id).slice(0, 200));
  return new HuntError('ANSWER_NOT_UNDERSTOOD', `Cannot work on item ${shown} of the queue: ${why}; it was dropped`, {
    remedy: 'Nothing is lost: the scheduler adds again what the ledger misses',
  });
}

/** Waits for a promise, and no longer than `ms`; how it settles does not matter. */
async function withinOr(ms: number, promise: Promise<unknown>): Promise<void> {
  const { promise: over, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  await Promise.race([Promise.allSettled([promise]), over]);
  clearTimeout(timer);
}
