// Events of unattended work, for those who listen to them.
import type { Gap } from '../../src/core/ledger.ts';
import type { RunRecord } from '../../src/core/run.ts';
import type { WorkEvent } from '../../src/core/work-event.ts';
import type { WorkItem } from '../../src/core/work-item.ts';
import { sampleRun } from './sample-findings.ts';

const TILE = { start: Date.parse('2026-11-01T00:00:00Z'), end: Date.parse('2026-11-02T00:00:00Z') };

export function sampleItem(change: Partial<WorkItem> = {}): WorkItem {
  return {
    id: 'nightly.network~rare-egress.1793491200.1793577600.1',
    jobId: 'nightly',
    huntId: 'network/rare-egress',
    tile: TILE,
    attempt: 1,
    urgency: 'present',
    dueAt: TILE.end,
    ...change,
  };
}

type TileEnded = Extract<WorkEvent, { type: 'tile_ended' }>;

/** A tile that ended with the run given. */
export function tileEnded(record: Partial<RunRecord> | null, change: Partial<TileEnded> = {}): TileEnded {
  const run = record === null ? null : sampleRun({ huntId: 'network/rare-egress', tile: TILE, reasons: [], ...record });
  return { type: 'tile_ended', item: sampleItem(), runId: 'run-1', record: run, outcome: 'examined', ...change };
}

export function sampleGap(change: Partial<Gap> = {}): Gap {
  return {
    span: TILE,
    reason: 'failed',
    text: 'No node answers',
    since: TILE.end,
    attempts: 1,
    nextAttemptAt: TILE.end + 3_600_000,
    backfill: false,
    runId: 'run-1',
    ...change,
  };
}

/** A tick in which nothing is wrong, but for what is changed. */
export function tick(change: Partial<Extract<WorkEvent, { type: 'tick' }>> = {}): WorkEvent {
  const gaps = { failed: 0, blind: 0, salvaged: 0, paused: 0, beyond_catch_up: 0, requested: 0 };
  return { type: 'tick', due: 0, late: 0, enqueued: 0, gaps, ...change };
}
