// queue: hands tiles to workers. In: work items. Out: each of them to one worker at a time, the most urgent first.
// May be lost at any time: the ledger is the truth, and what is missing is added again.
import type { QueueDepth, WorkItem } from '../../core/work-item.ts';

export { URGENCIES, type QueueDepth, type Urgency, type WorkItem } from '../../core/work-item.ts';

/** What became of an item: `done` (the ledger holds the outcome), or to be handed out again after a time, ms. */
export type WorkOutcome = { readonly type: 'done' } | { readonly type: 'put_back'; readonly delayMs: number };

/** Does the work of one item. It should end soon after `signal` aborts, and answer `put_back` for what it left. */
export type Work = (item: WorkItem, signal: AbortSignal) => Promise<WorkOutcome>;

export interface WorkerOptions {
  /** Items at once in this worker. */
  readonly concurrency: number;
  /** Told when the queue itself fails (a lost connection, an item that cannot be read); it goes on by itself. */
  readonly onError: (error: unknown) => void;
}

/** One worker's hold on the queue. */
export interface Working extends AsyncDisposable {
  /** Items in the hands of this worker. */
  readonly active: () => number;
  /** Takes no further item; resolves when those in hand have ended. Idempotent. */
  drain(): Promise<void>;
  /** Aborts the signals of items in hand; what answers `put_back` is handed out again. Resolves when all have ended. */
  cancel(): Promise<void>;
}

/** Errors are HuntErrors; `QUEUE_UNAVAILABLE` where the queue cannot be reached. */
export interface Queue extends AsyncDisposable {
  readonly name: 'redis' | 'in-process';
  /**
   * Adds those items whose id it does not hold. An item it holds stays where it is; one that was done may be added again.
   * Resolves with the ids it took.
   */
  add(items: readonly WorkItem[], signal: AbortSignal): Promise<readonly string[]>;
  /** Withdraws items that nobody works on (waiting or delayed); resolves with the number. */
  withdraw(ids: readonly string[], signal: AbortSignal): Promise<number>;
  /** Begins to hand items to `work`, most urgent first, within one urgency in the order they were added. */
  work(work: Work, options: WorkerOptions): Promise<Working>;
  /** Most items in the hands of all workers together. Kept by the queue, so that it holds over processes. */
  limit(concurrency: number, signal: AbortSignal): Promise<void>;
  depth(signal: AbortSignal): Promise<QueueDepth>;
  /** Resolves when the queue answers; rejects with QUEUE_UNAVAILABLE. */
  ready(signal: AbortSignal): Promise<void>;
}
