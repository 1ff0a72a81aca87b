import { type ErrorCode, ERROR_CODES } from '../core/error.ts';
import type { GapReason } from '../core/ledger.ts';
import type { RunRecord } from '../core/run.ts';

/** What a run means for its tile: it was examined, or it stays a gap. */
export type Judgement =
  { readonly examined: true } | { readonly examined: false; readonly reason: GapReason; readonly text: string };

/** Reasons of a degraded run by which events of the tile may not have been read at all. */
const UNREAD: ReadonlySet<string> = new Set(['partial', 'shard_missing', 'closed_index']);

/**
 * Blind, failed and salvaged tiles are not examined, whatever was found in them is kept; a tile that is degraded for
 * truncation, population or history is (design.md, "Time").
 */
export function judgeRun({ verdict, reasons }: RunRecord): Judgement {
  const gap = (reason: GapReason, matters: (code: string, verdict: string) => boolean): Judgement => ({
    examined: false,
    reason,
    text: reasons
      .filter((each) => matters(each.code, each.verdict))
      .map(({ text }) => text)
      .join('; '),
  });
  if (verdict === 'failed') return gap('failed', (_code, of) => of === 'failed');
  if (verdict === 'blind') return gap('blind', (_code, of) => of === 'blind');
  if (reasons.some(({ code }) => UNREAD.has(code))) return gap('salvaged', (code) => UNREAD.has(code));
  return { examined: true };
}

/** Failures that a second try a moment later may not meet. */
const PASSING: ReadonlySet<ErrorCode> = new Set([
  'CONFLICT',
  'UNREACHABLE',
  'CONNECTION_LOST',
  'CIRCUIT_BREAKER',
  'OVERLOADED',
  'SHARD_FAILURE',
]);

/** Whether a run failed of something that may pass, so that it is worth another try within the same attempt. */
export function mayPass({ error }: RunRecord): boolean {
  return error !== null && error.code in ERROR_CODES && PASSING.has(error.code as ErrorCode);
}
