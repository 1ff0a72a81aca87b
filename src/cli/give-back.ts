import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { SECOND_MS } from '../core/time.ts';
import type { Tell } from '../core/work-event.ts';

/** How long after a start, or a reload, what came with it is over, ms. */
const SETTLED_MS = 10 * SECOND_MS;

/**
 * Hears when definitions were read, and gives what that took back to the system some time later. Reading and compiling
 * leaves 60 MB of garbage, which an idle process would keep: V8 collects when it needs room (`hunt start` with Redis and
 * Elasticsearch on Node 24.21: 200 MB of resident memory without this, 132 MB with it; bench/idle.ts).
 */
export function givingBack(collect: () => void = collectAll, settledMs = SETTLED_MS): Disposable & { tell: Tell } {
  let timer: NodeJS.Timeout | null = null;
  return {
    tell({ type }) {
      if (type !== 'started' && type !== 'reloaded' && type !== 'reload_refused') return;
      timer ??= setTimeout(() => {
        timer = null;
        collect();
      }, settledMs).unref();
    },
    [Symbol.dispose]: () => void (timer !== null && clearTimeout(timer)),
  };
}

/** A full collection that shrinks the heap; it takes 0.1 s. Node offers it by a flag alone, which may be set late. */
function collectAll(): void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as (options: { type: 'major'; flavor: 'last-resort' }) => void;
  collect({ type: 'major', flavor: 'last-resort' });
}
