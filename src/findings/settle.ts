import { HuntError, isHuntError } from '../core/error.ts';
import type { Fingerprint } from '../core/finding.ts';
import type { Instant } from '../core/time.ts';

/** The world as writing needs it; tests give their own. `sleep` rejects when the signal aborts. */
export interface WriteEffects {
  readonly now: () => Instant;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** At least 0, below 1. */
  readonly random: () => number;
}

/** Of writers that meet on a finding one gets through each time, so ten writers need ten tries at the most. */
const CONFLICT_TRIES = 12;
const CONFLICT_WAIT_MS = 25;
const OVERLOAD_TRIES = 6;
const OVERLOAD_WAIT_MS = 250;
const WAIT_MAX_MS = 10_000;

interface Writing {
  readonly effects: WriteEffects;
  readonly signal: AbortSignal;
}

/**
 * Attempts with all items, then again with those in conflict alone, until none is left. An attempt reads, decides, writes
 * and gives back the items that somebody else wrote in between. CONFLICT after 12 attempts; each may wait for an
 * overloaded server.
 */
export async function settle<T extends { readonly fingerprint: Fingerprint }>(
  items: readonly T[],
  attempt: (items: readonly T[], tried: number) => Promise<readonly T[]>,
  writing: Writing,
): Promise<void> {
  let waiting = items;
  for (let tried = 0; waiting.length > 0; tried++) {
    if (tried === CONFLICT_TRIES) throw conflict(waiting);
    if (tried > 0) await pause(CONFLICT_WAIT_MS, tried, writing);
    const batch = waiting;
    waiting = await patiently(() => attempt(batch, tried), writing);
  }
}

/** Repeats work that a server refused for load as a whole; the last refusal is thrown as it came. */
async function patiently<T>(work: () => Promise<T>, writing: Writing): Promise<T> {
  for (let tried = 1; ; tried++) {
    if (writing.signal.aborted) throw new HuntError('CANCELLED', 'Writing findings was cancelled', REPEATABLE);
    try {
      return await work();
    } catch (error) {
      if (tried === OVERLOAD_TRIES || !isHuntError(error, 'OVERLOADED', 'CIRCUIT_BREAKER')) throw error;
    }
    await pause(OVERLOAD_WAIT_MS, tried, writing);
  }
}

/** Exponential with full jitter, so that writers that met once do not meet again. */
function pause(baseMs: number, tried: number, { effects, signal }: Writing): Promise<void> {
  return effects.sleep(effects.random() * Math.min(WAIT_MAX_MS, baseMs * 2 ** tried), signal);
}

const REPEATABLE = { remedy: 'Run it again: what was written stays and is not doubled' };

function conflict(waiting: readonly { readonly fingerprint: Fingerprint }[]): HuntError {
  const [first] = waiting;
  const which = `${waiting.length} findings, "${first?.fingerprint}" among them`;
  return new HuntError(
    'CONFLICT',
    `Cannot write ${which}: others kept changing them (${CONFLICT_TRIES} tries)`,
    REPEATABLE,
  );
}
