import { DELTAS } from '../core/finding.ts';
import type { RunRecord } from '../core/run.ts';
import type { Streaks } from '../core/streaks.ts';
import type { TileOutcome, WorkEvent } from '../core/work-event.ts';
import type { Verdict } from '../core/verdict.ts';
import { itemFields, recordFields, spanText, workName } from './fields.ts';
import type { Line, LogLevel } from './plain.ts';

/** A hunt that has been blind so many times in a row is as loud as one that fails. */
const LOUD_FROM = 3;

const OUTCOME_WORDS: Readonly<Record<TileOutcome, string>> = {
  examined: 'examined',
  gap: 'left a gap',
  skipped: 'skipped',
  put_back: 'put back',
};

type TileEnded = Extract<WorkEvent, { type: 'tile_ended' }>;

/** What became of a tile: the verdict of its run, the attempt, and how often the hunt has failed in a row. */
export function tileEnded({ item, runId, record, outcome }: TileEnded, streaks: Streaks): Line {
  const failures = record === null || outcome === 'put_back' ? 0 : streaks.count(item.huntId, record.verdict);
  const told = record === null ? [] : [verdictText(record), attemptText(item.attempt), rowText(failures)];
  const words = [OUTCOME_WORDS[outcome], ...told.filter((text) => text !== null)].join(', ');
  return {
    level: levelOf(outcome, record?.verdict ?? null, failures),
    message: `${workName(item)} ${spanText(item.tile)}: ${words}${whyText(record)}`,
    fields: {
      ...itemFields(item),
      ...(record === null ? {} : recordFields(record)),
      'hunt.run_id': runId,
      'hunt.outcome': outcome,
      'hunt.failures_in_a_row': failures,
    },
  };
}

function levelOf(outcome: TileOutcome, verdict: Verdict | null, failures: number): LogLevel {
  if (outcome === 'skipped') return 'debug';
  if (outcome === 'put_back' || verdict === null) return 'info';
  if (verdict === 'failed' || failures >= LOUD_FROM) return 'error';
  return verdict === 'blind' || verdict === 'degraded' || outcome === 'gap' ? 'warn' : 'info';
}

function verdictText({ verdict, findings, deltas }: RunRecord): string {
  if (findings === 0) return verdict;
  const parts = DELTAS.filter((delta) => deltas[delta] > 0).map((delta) => `${deltas[delta]} ${delta}`);
  return `${verdict}, findings: ${findings}${parts.length === 0 ? '' : ` (${parts.join(', ')})`}`;
}

function attemptText(attempt: number): string | null {
  return attempt === 1 ? null : `attempt ${attempt}`;
}

function rowText(failures: number): string | null {
  return failures < 2 ? null : `${failures} times in a row without an answer`;
}

function whyText(record: RunRecord | null): string {
  const reasons = record?.reasons ?? [];
  return reasons.length === 0 ? '' : `: ${reasons.map(({ text }) => text).join('; ')}`;
}
