import type { Finding, Delta } from '../core/finding.ts';
import type { ParamValue } from '../core/hunt.ts';
import type { ChannelRule } from '../core/notice.ts';
import type { RunRecord, Stage } from '../core/run.ts';
import type { Clock, Tile } from '../core/tile.ts';
import type { Engine } from '../engine/port.ts';
import type { GeoLookup } from '../findings/geoip.ts';
import type { WriteEffects } from '../findings/settle.ts';
import type { Store } from '../store/port.ts';

/** What one run is asked to do. */
export interface RunRequest {
  readonly runId: string;
  readonly tile: Tile;
  readonly clock: Clock;
  readonly lookBackMs: number;
  /** The job whose tile it is, and the attempt at it, from 1; null: ad hoc, asked for by a person. */
  readonly job: RunRecord['job'];
  /** Channels that are told of its news; only a job has any. */
  readonly notify?: readonly ChannelRule[];
  /** How far the job shifts its tiles into the past for the lag of ingest, ms; null: ad hoc, no lag is measured. */
  readonly queryDelayMs: number | null;
  /** Parameters that differ from the hunt's own. */
  readonly params: Readonly<Record<string, ParamValue>>;
  /** Longest time for one query, ms. */
  readonly deadlineMs: number;
  /** Rows a run may keep, at most 9,999: the server's hard cap less the one that tells a cut. */
  readonly rowsMax: number;
}

/** What happens during a run, for progress and logs. */
export type RunEvent =
  | { readonly type: 'stage'; readonly huntId: string; readonly runId: string; readonly stage: Stage }
  | { readonly type: 'notice'; readonly huntId: string; readonly runId: string; readonly text: string };

/** Everything a run touches. Without a store nothing is written: a dry run. */
export interface RunEffects extends WriteEffects {
  readonly engine: Engine;
  readonly store: Store | null;
  /** Loads the GeoIP data; called only when the hunt asks for it. */
  readonly geoip: () => Promise<GeoLookup>;
  /** A monotonic clock, ms. */
  readonly monotonic: () => number;
  readonly report: (event: RunEvent) => void;
  readonly signal: AbortSignal;
}

/** A finding of this run, as merged into the store, or as it would be first written in a dry run. */
export interface RunFinding {
  readonly finding: Finding;
  /** Null in a dry run: it was not compared with the store. */
  readonly delta: Delta | null;
}

export interface RunResult {
  readonly record: RunRecord;
  readonly findings: readonly RunFinding[];
}
