import { SECOND_MS } from '../core/time.ts';
import type { Output } from './output.ts';
import { safe, type SafeText } from './views/safe-text.ts';

/** Shorter work needs no words. */
const QUIET_MS = SECOND_MS;
/** On a terminal one line is kept up to date; elsewhere (a CI log) a line is added now and then. */
const REWRITE_MS = SECOND_MS;
const LINES_MS = 10 * SECOND_MS;

export interface Progress extends Disposable {
  /** What is being done from now on. */
  doing(text: SafeText): void;
  /** Takes the progress line away, so that something else can be said. */
  clear(): void;
}

/** Tells on standard error what lasts over a second, and for how long it has; silent with --json and --ndjson. */
export function startProgress(out: Output, monotonic: () => number): Progress {
  if (out.format !== 'text') return { doing: () => {}, clear: () => {}, [Symbol.dispose]: () => {} };
  const started = monotonic();
  let current: SafeText = safe``;
  let drawn = false;
  const clear = () => {
    if (drawn) out.rewrite(safe``);
    drawn = false;
  };
  const tell = () => {
    const elapsed = monotonic() - started;
    if (elapsed < QUIET_MS) return;
    const text = out.notePaint.dim(safe`${current} … ${Math.floor(elapsed / SECOND_MS)} s`);
    if (!out.rewritable) return out.note(text);
    out.rewrite(text);
    drawn = true;
  };
  const timer = setInterval(tell, out.rewritable ? REWRITE_MS : LINES_MS);
  return {
    doing: (text) => {
      current = text;
    },
    clear,
    [Symbol.dispose]: () => {
      clearInterval(timer);
      clear();
    },
  };
}
