import { HuntError } from '../../core/error.ts';
import { formatDuration, isoTime, SECOND_MS, type Span } from '../../core/time.ts';
import type { WorkEvent } from '../../core/work-event.ts';
import { type Assigned, assigned } from '../../schedule/assignments.ts';
import {
  askForBackfill,
  type BackfillState,
  backfillState,
  callOffBackfill,
  workOffBackfill,
} from '../../schedule/backfill.ts';
import type { Store } from '../../store/port.ts';
import { type Effects, readyStore } from '../effects.ts';
import { plural } from '../problems.ts';
import { startProgress } from '../progress.ts';
import { joined, safe } from '../views/safe-text.ts';
import { storedHunts } from '../select.ts';
import { askedSpan, type TimeFlags } from '../time-flags.ts';
import { workshopOf } from '../workshop.ts';

export interface BackfillFlags extends TimeFlags {
  readonly job?: string;
  readonly cancel?: boolean;
  readonly here?: boolean;
  /** Commander's form of `--no-wait`. */
  readonly wait: boolean;
}

/** How often the ledgers are asked how far others are, ms. */
const LOOK_MS = 2 * SECOND_MS;
/** Gaps that are told one by one. */
const TOLD = 20;
const EXITS = { whole: 0, gaps: 4, failed: 3 } as const;

/**
 * `hunt backfill`: examines time that was missed, or that lies before a job knew a hunt. What is asked for stands in the
 * ledgers, so the same command again goes on where it was, and any worker may do it.
 */
export async function backfill(whats: readonly string[], flags: BackfillFlags, effects: Effects): Promise<number> {
  const { out, now, signal } = effects;
  const span = spanOf(flags, effects);
  const pairs = await pairsOf(whats, flags, effects);
  const store = await readyStore(effects);
  const what = safe`${plural(pairs.length, 'assignment')}, ${isoTime(span.start)} to ${isoTime(span.end)}`;
  if (flags.cancel === true) {
    await callOffBackfill(pairs, span, store, signal);
    out.note(safe`Called off: ${what}. Tiles that are under way are ended`);
    return tell(pairs, span, await backfillState(pairs, span, now(), store, signal), effects);
  }
  await askForBackfill(pairs, span, now(), store, signal);
  out.note(safe`Asked for: ${what}`);
  if (flags.wait) await seeThrough(pairs, span, flags, store, effects);
  return tell(pairs, span, await backfillState(pairs, span, now(), store, new AbortController().signal), effects);
}

function spanOf(flags: BackfillFlags, { now, out }: Effects): Span {
  const asked = askedSpan(flags, now());
  if (asked === null) {
    throw new HuntError('USAGE', 'A backfill needs its time', {
      remedy: 'Write --from 2026-11-01 --to 2026-11-08, or --since 7d; hunt gaps lists what is missing',
    });
  }
  if (asked.said !== null) out.note(safe`${asked.said}`);
  return asked.tile;
}

/** The jobs' hunts that the names mean. A hunt that is in no job has no ledger to fill. */
async function pairsOf(
  whats: readonly string[],
  { job }: BackfillFlags,
  { stock }: Effects,
): Promise<readonly Assigned[]> {
  const known = await stock();
  const ids = new Set(whats.flatMap((what) => storedHunts(what, known).map(({ id }) => id)));
  const pairs = assigned(known).filter(
    (pair) => ids.has(pair.hunt.hunt.id) && (job === undefined || pair.job.id === job),
  );
  if (pairs.length > 0) return pairs;
  const where = job === undefined ? 'no job has' : `job "${job}" does not have`;
  throw new HuntError('NOT_FOUND', `Cannot fill gaps of ${whats.join(', ')}: ${where} such a hunt`, {
    remedy: 'See hunt jobs; a hunt outside of jobs is run over any time by hunt run --from --to --save',
  });
}

/** Until nothing that was asked for is due: here, or by following what workers do. */
async function seeThrough(
  pairs: readonly Assigned[],
  span: Span,
  { here }: BackfillFlags,
  store: Store,
  effects: Effects,
): Promise<void> {
  const { out, monotonic, signal } = effects;
  const { redis, limits } = await effects.config();
  using progress = startProgress(out, monotonic);
  let ended = 0;
  progress.doing(safe`examining`);
  const tellTile = (event: WorkEvent) => {
    if (event.type === 'tile_ended' && event.outcome !== 'put_back')
      progress.doing(
        safe`${plural(++ended, 'tile')} done, now at ${isoTime(event.item.tile.start)} of ${event.item.huntId}`,
      );
  };
  if (redis !== null && here !== true)
    return follow(pairs, span, store, effects, (left) => progress.doing(safe`${left} to go`));
  const jobs = (await effects.stock()).jobs;
  const shop = await workshopOf({ store, roster: () => ({ jobs }), tell: tellTile }, effects);
  await workOffBackfill(pairs, span, shop, limits.concurrency, signal);
}

async function follow(
  pairs: readonly Assigned[],
  span: Span,
  store: Store,
  { now, sleep, signal }: Effects,
  say: (left: string) => void,
): Promise<void> {
  for (;;) {
    const { leftMs } = await backfillState(pairs, span, now(), store, signal);
    if (leftMs === 0) return;
    say(formatDuration(leftMs));
    await sleep(LOOK_MS, signal);
  }
}

/** What is left: due for whoever works, or given up for now. */
function tell(pairs: readonly Assigned[], span: Span, state: BackfillState, { out }: Effects): number {
  const rows = state.waiting.map(({ key, gap }) => ({
    job: key.jobId,
    hunt: key.huntId,
    start: isoTime(gap.span.start),
    end: isoTime(gap.span.end),
    reason: gap.reason,
    text: gap.text,
    attempts: gap.attempts,
    next_attempt: gap.nextAttemptAt === null ? null : isoTime(gap.nextAttemptAt),
  }));
  const answer = {
    start: isoTime(span.start),
    end: isoTime(span.end),
    hunts: pairs.map(({ key }) => ({ job: key.jobId, hunt: key.huntId })),
    left_ms: state.leftMs,
    gaps: rows,
  };
  out.answer(answer, () =>
    joined(
      [
        state.leftMs === 0
          ? safe`Nothing that was asked for is left to examine`
          : safe`Left to examine: ${formatDuration(state.leftMs)}`,
        ...rows
          .slice(0, TOLD)
          .map((row) => safe`gap ${row.hunt} of ${row.job}, ${row.start} to ${row.end}: ${row.reason}, ${row.text}`),
        ...(rows.length > TOLD ? [safe`and ${rows.length - TOLD} more: see hunt gaps`] : []),
      ],
      '\n',
    ),
  );
  if (rows.length === 0) return EXITS.whole;
  return rows.some(({ reason, attempts }) => reason === 'failed' && attempts > 0) ? EXITS.failed : EXITS.gaps;
}
