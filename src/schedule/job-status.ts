import { firstIdOf } from '../core/hunt.ts';
import { ledgerName } from '../core/books.ts';
import type { Gap, JobState, Ledger, LedgerKey, Pause } from '../core/ledger.ts';
import type { Instant } from '../core/time.ts';
import { LATE_AFTER_MS } from '../core/work-event.ts';
import type { Marked } from '../store/port.ts';
import type { CheckedJob } from './check-jobs.ts';
import { due, type DueTile } from './due.ts';
import { pauseAt } from './pauses.ts';
import { lastSlot, nextSlot } from './slots.ts';

/** `new`: no scheduler has seen it yet. `behind`: a tile is late, so is a scheduler running, and a worker? */
export type JobCondition = 'new' | 'active' | 'behind' | 'paused';

/** How a job stands at an instant. */
export interface JobStatus {
  readonly condition: JobCondition;
  /** The pause that holds. */
  readonly pause: Pause | null;
  readonly lastSlot: Instant | null;
  readonly nextSlot: Instant;
  readonly hunts: readonly HuntStatus[];
}

/** How one hunt of a job stands. */
export interface HuntStatus {
  readonly huntId: string;
  /** From when on its time is accounted for; null: no scheduler has seen it yet. */
  readonly activatedAt: Instant | null;
  /** The end of the newest time that was examined. */
  readonly examinedTo: Instant | null;
  /** Tiles to be examined now, those of them that are late, and open gaps. */
  readonly due: number;
  readonly late: number;
  readonly gaps: number;
  /** The start of the oldest time that should be examined by now and is not. */
  readonly oldest: Instant | null;
}

/** What the books hold that a status needs. */
export interface BooksRead {
  /** By `ledgerName`. */
  readonly ledgers: ReadonlyMap<string, Marked<Ledger>>;
  readonly states: ReadonlyMap<string, Marked<JobState>>;
}

/** The ledgers of a job's hunts. */
export function keysOf({ job, hunts }: CheckedJob): LedgerKey[] {
  return hunts.map(({ hunt }) => ({ jobId: job.id, huntId: firstIdOf(hunt) }));
}

export function jobStatus(checked: CheckedJob, { ledgers, states }: BooksRead, now: Instant): JobStatus {
  const { job } = checked;
  const pauses = states.get(job.id)?.value.pauses ?? [];
  const hunts = checked.hunts.map(({ hunt }): HuntStatus => {
    const ledger = ledgers.get(ledgerName({ jobId: job.id, huntId: firstIdOf(hunt) }))?.value;
    if (ledger === undefined) return { ...UNSEEN, huntId: hunt.id };
    const found = due([{ job, ledger, pauses }], now);
    return huntStatus(hunt.id, ledger, found.tiles, [...ledger.gaps, ...found.gaps.map(({ gap }) => gap)], now);
  });
  const pause = pauseAt(pauses, now);
  const condition = conditionOf(pause, hunts);
  return { condition, pause, lastSlot: lastSlot(job.schedule, now), nextSlot: nextSlot(job.schedule, now), hunts };
}

function huntStatus(
  huntId: string,
  ledger: Ledger,
  tiles: readonly DueTile[],
  gaps: readonly Gap[],
  now: Instant,
): HuntStatus {
  const late = tiles.filter(({ urgency, dueAt }) => urgency !== 'backfill' && now - dueAt > LATE_AFTER_MS);
  const open = [...tiles.map(({ tile }) => tile.start), ...gaps.map(({ span }) => span.start)];
  return {
    huntId,
    activatedAt: ledger.activatedAt,
    examinedTo: ledger.examined.at(-1)?.end ?? null,
    due: tiles.length,
    late: late.length,
    gaps: gaps.length,
    oldest: open.length === 0 ? null : open.reduce((first, start) => Math.min(first, start)),
  };
}

const UNSEEN = { activatedAt: null, examinedTo: null, due: 0, late: 0, gaps: 0, oldest: null } as const;

function conditionOf(pause: Pause | null, hunts: readonly HuntStatus[]): JobCondition {
  if (pause !== null) return 'paused';
  if (hunts.some(({ late }) => late > 0)) return 'behind';
  return hunts.every(({ activatedAt }) => activatedAt === null) ? 'new' : 'active';
}
