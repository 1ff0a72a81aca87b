import type { Work, WorkItem, WorkOutcome } from './port.ts';

/** How long work that threw waits before it is handed out again: something is wrong that time may mend. */
export const THROWN_DELAY_MS = 30_000;

/** What one worker has in its hands, and the signals that call it off. */
export class InHand {
  readonly #controllers = new Set<AbortController>();
  readonly #running = new Set<Promise<unknown>>();

  get size(): number {
    return this.#running.size;
  }

  /** In hand until what `run` gives has settled. */
  hold<T>(run: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const controller = new AbortController();
    const running = run(controller.signal);
    this.#controllers.add(controller);
    this.#running.add(running);
    return running.finally(() => {
      this.#controllers.delete(controller);
      this.#running.delete(running);
    });
  }

  abort(): void {
    this.#controllers.forEach((controller) => controller.abort());
  }

  /** Resolves when nothing is in hand. */
  async ended(): Promise<void> {
    while (this.#running.size > 0) await Promise.allSettled(this.#running);
  }
}

/** What happens with work that throws. */
export interface Throwing {
  readonly thrownDelayMs: number;
  readonly onError: (error: unknown) => void;
}

/**
 * Does the work and never rejects: what it throws is told, and the item is to be put back. Work that was called off may
 * end by throwing; that is no error, and others may have the item at once.
 */
export async function attempt(
  work: Work,
  item: WorkItem,
  signal: AbortSignal,
  { thrownDelayMs, onError }: Throwing,
): Promise<WorkOutcome> {
  try {
    return await work(item, signal);
  } catch (error) {
    if (signal.aborted) return { type: 'put_back', delayMs: 0 };
    onError(error);
    return { type: 'put_back', delayMs: thrownDelayMs };
  }
}
