import { isHuntError } from '../core/error.ts';

/** What came of asking: an answer, or why there is none, fit to be shown. */
type Probed<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly code: string; readonly message: string };

/** Asks once; always resolves, within its time. */
export type Probe<T> = () => Promise<Probed<T>>;

/** Asks something. It should end soon after `signal` aborts; if it does not, it is not asked again until it has. */
export type Ask<T> = (signal: AbortSignal) => Promise<T>;

/**
 * A question that always has an answer within `withinMs`. Whoever asks while one is under way shares it, so that a server
 * in trouble is not asked by everybody at once, and one that hangs for ever costs one promise. Our own errors hold no
 * credentials and are told; of any other only that it was, and `onFault` gets it whole.
 */
export function probeOf<T>(ask: Ask<T>, withinMs: number, onFault: (error: unknown) => void): Probe<T> {
  let underWay: Promise<Probed<T>> | null = null;
  return () => {
    underWay ??= answerOf(ask, AbortSignal.timeout(withinMs), onFault).finally(() => (underWay = null));
    return bounded(underWay, withinMs);
  };
}

async function answerOf<T>(ask: Ask<T>, signal: AbortSignal, onFault: (error: unknown) => void): Promise<Probed<T>> {
  try {
    return { ok: true, value: await ask(signal) };
  } catch (error) {
    if (signal.aborted) return NO_ANSWER;
    if (isHuntError(error)) return { ok: false, code: error.code, message: error.message };
    onFault(error);
    return { ok: false, code: 'FAULT', message: 'Failed in a way that is not foreseen; see the log' };
  }
}

async function bounded<T>(answer: Promise<Probed<T>>, withinMs: number): Promise<Probed<T>> {
  const { promise: late, resolve } = Promise.withResolvers<Probed<T>>();
  const timer = setTimeout(() => resolve(NO_ANSWER), withinMs);
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

const NO_ANSWER = { ok: false, code: 'TIMEOUT', message: 'No answer in time' } as const;
