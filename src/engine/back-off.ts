import { setTimeout as pause } from 'node:timers/promises';
import { isHuntError, type ErrorCode } from '../core/error.ts';

/** What is not a pure function of the question; tests give their own. */
export interface Effects {
  /** Rejects when the signal aborts. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** In [0, 1). */
  readonly random: () => number;
  /** ms on a clock that never goes back. */
  readonly now: () => number;
}

export const REAL_EFFECTS: Effects = {
  sleep: (ms, signal) => pause(ms, undefined, { signal }),
  random: Math.random,
  now: () => performance.now(),
};

const TRIES_MAX = 4;
const PAUSE_MS = 1_000; // doubles with each try, so three pauses take at most 7 s and 3.5 s on average
const PAUSE_MAX_MS = 30_000;

interface BackOff {
  readonly effects: Effects;
  readonly signal: AbortSignal;
  /** On the clock of `effects.now`: a pause that would end later is not begun. */
  readonly deadline: number;
}

/**
 * Tries up to four times, pausing a random time between none and a doubling bound ("full jitter", so that many workers do
 * not come back at once). Only errors of the codes are tried again; the last one is thrown.
 */
export async function withBackOff<T>(
  codes: readonly ErrorCode[],
  attempt: () => Promise<T>,
  { effects, signal, deadline }: BackOff,
): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await attempt();
    } catch (error) {
      const pauseMs = effects.random() * Math.min(PAUSE_MAX_MS, PAUSE_MS * 2 ** (tried - 1));
      const inTime = effects.now() + pauseMs < deadline;
      if (!isHuntError(error, ...codes) || tried === TRIES_MAX || !inTime || signal.aborted) throw error;
      await untilAborted(effects.sleep(pauseMs, signal), signal);
    }
  }
}

/** A pause that was cut short is no failure of its own: the next attempt sees the signal and says what it means. */
async function untilAborted(sleeping: Promise<void>, signal: AbortSignal): Promise<void> {
  try {
    await sleeping;
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
