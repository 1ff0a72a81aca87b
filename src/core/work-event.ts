import type { Gap, GapReason, LedgerKey } from './ledger.ts';
import type { Notice } from './notice.ts';
import type { Problem } from './problem.ts';
import type { RunRecord } from './run.ts';
import { type Instant, MINUTE_MS } from './time.ts';
import type { WorkItem } from './work-item.ts';

/** A tile is late when its slot lies longer back than this and it is neither examined nor a gap that waits. */
export const LATE_AFTER_MS = 10 * MINUTE_MS;

/** What this process does of unattended work; `hunt start` is `both`. */
export type Role = 'scheduler' | 'worker' | 'both';

/**
 * `examined` and `gap`: so the ledger has it now. `skipped`: somebody else had done it, or its job or hunt is gone.
 * `put_back`: it was not ended, and is handed out again.
 */
export type TileOutcome = 'examined' | 'gap' | 'skipped' | 'put_back';

/** What became of a notice that was taken up. */
export const NOTICE_OUTCOMES = ['sent', 'failed', 'dead', 'dropped'] as const;
export type NoticeOutcome = (typeof NOTICE_OUTCOMES)[number];

export const TROUBLE_SPOTS = ['scheduler', 'worker', 'queue', 'sender'] as const;
type TroubleSpot = (typeof TROUBLE_SPOTS)[number];

/** What scheduler and worker tell while they work: log and metrics both listen. Telling never fails and never waits. */
export type WorkEvent =
  /**
   * The scheduler looked at all ledgers. `due`: tiles due now; `late`: those of them that are late; `enqueued`: items the
   * queue took; `gaps`: open gaps of all ledgers, by reason.
   */
  | {
      readonly type: 'tick';
      readonly due: number;
      readonly late: number;
      readonly enqueued: number;
      readonly gaps: Readonly<Record<GapReason, number>>;
    }
  | { readonly type: 'tile_begun'; readonly item: WorkItem; readonly runId: string }
  /** `record` is null where no run was made. */
  | {
      readonly type: 'tile_ended';
      readonly item: WorkItem;
      readonly runId: string | null;
      readonly record: RunRecord | null;
      readonly outcome: TileOutcome;
    }
  | { readonly type: 'gap_recorded'; readonly key: LedgerKey; readonly gap: Gap }
  /** A job sees a hunt for the first time: from `at` on its tiles are accounted for. */
  | { readonly type: 'activated'; readonly key: LedgerKey; readonly at: Instant }
  | { readonly type: 'reloaded'; readonly problems: readonly Problem[] }
  /** What was edited cannot be used; the last good definitions stay. */
  | { readonly type: 'reload_refused'; readonly problems: readonly Problem[] }
  /** `failed`: it is tried again. `dead`: it is not. `dropped`: its finding was never written so. */
  | { readonly type: 'notice_ended'; readonly notice: Notice; readonly outcome: NoticeOutcome }
  /** The outbox was counted, over all channels and processes. */
  | { readonly type: 'outbox'; readonly waiting: number; readonly dead: number }
  | { readonly type: 'trouble'; readonly where: TroubleSpot; readonly error: unknown }
  | { readonly type: 'started' | 'stopping' | 'stopped'; readonly role: Role };

/** Where events go. */
export type Tell = (event: WorkEvent) => void;
