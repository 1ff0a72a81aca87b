import type { SourceNeed } from '../core/hunt.ts';
import type { SourceSeen } from '../core/run.ts';
import { type Clock, silenceSpan, type Tile } from '../core/tile.ts';
import { DAY_MS, isoTime, type Span } from '../core/time.ts';
import type { Reason } from '../core/verdict.ts';
import type { Answer, FieldCaps, Question } from '../engine/port.ts';
import { clockChains, type Frame } from '../query/compile/frame.ts';
import { sourceCountQuery } from '../query/compile/source-count.ts';
import type { CheckedSource } from './checked.ts';
import { sourceFrame } from './frame-of.ts';

/** A source that sent anything within this time before is missed when it falls silent (design.md, "Sources"). */
const MEMORY_MS = 30 * DAY_MS;

export interface SourceInquiry {
  readonly sources: readonly CheckedSource[];
  readonly absent: readonly string[];
  readonly caps: FieldCaps;
  readonly tile: Tile;
  readonly clock: Clock;
  readonly deadlineMs: number;
  readonly ask: (question: Question) => Promise<Answer>;
}

/** What each needed source sent over the time on which its silence is judged: one count query per source. */
export async function lookAtSources(inquiry: SourceInquiry): Promise<SourceSeen[]> {
  const seen = inquiry.absent.map((name): SourceSeen => ({ name, documents: 0, newest: null, state: 'absent' }));
  for (const source of inquiry.sources) seen.push(await lookAt(source, inquiry));
  return seen;
}

async function lookAt(checked: CheckedSource, inquiry: SourceInquiry): Promise<SourceSeen> {
  const { source } = checked;
  const frame = sourceFrame(checked, inquiry.caps, inquiry.clock);
  if (frame === null)
    return { name: source.name, documents: 0, newest: null, state: unreadable(checked, inquiry.caps) };
  const judged = silenceSpan(inquiry.tile, source.heartbeatMs) ?? inquiry.tile;
  const sent = await count(frame, judged, inquiry);
  if (sent.documents > 0) return { name: source.name, ...sent, state: 'sent' };
  const before = await count(frame, { start: judged.start - MEMORY_MS, end: judged.start }, inquiry);
  return { name: source.name, documents: 0, newest: before.newest, state: before.newest === null ? 'never' : 'silent' };
}

/** Why a source has no frame: no index at all, or indices that hold something without its clock. */
function unreadable({ source }: CheckedSource, caps: FieldCaps): 'no_index' | 'no_clock' {
  return source.index.every((pattern) => caps.unmatched.includes(pattern)) ? 'no_index' : 'no_clock';
}

async function count(
  frame: Frame,
  span: Span,
  inquiry: SourceInquiry,
): Promise<{ documents: number; newest: number | null }> {
  const answer = await inquiry.ask({
    purpose: 'source',
    esql: sourceCountQuery(frame),
    params: {},
    filter: { time: { clocks: clockChains(frame), span }, excluded: [], only: [] },
    rowsMax: 1,
    deadlineMs: inquiry.deadlineMs,
  });
  const newest = answer.rows[0]?.get('newest');
  return {
    documents: Number(answer.rows[0]?.get('documents') ?? 0),
    newest: typeof newest === 'string' ? Date.parse(newest) : null,
  };
}

/**
 * What the sources' silence means for the hunt. `all_of`: one silent is blind. `any_of`: all silent is blind; one that
 * is silent and sent anything in the 30 days before is degraded; one never seen is only named on the run.
 */
export function judgeSources(need: SourceNeed, seen: readonly SourceSeen[], sporadic: ReadonlySet<string>): Reason[] {
  const quiet = seen.filter(
    (source) =>
      source.state !== 'sent' && !(sporadic.has(source.name) && !['no_index', 'no_clock'].includes(source.state)),
  );
  if (need.need === 'all_of') return quiet.map((source) => blind(source));
  if (seen.length > 0 && quiet.length === seen.length) return quiet.map((source) => blind(source));
  return quiet.filter((source) => source.state === 'silent').map((source) => silent(source));
}

function blind(source: SourceSeen): Reason {
  return { verdict: 'blind', code: 'source_silent', text: `Source "${source.name}" sent nothing${lastEvent(source)}` };
}

function silent(source: SourceSeen): Reason {
  return {
    verdict: 'degraded',
    code: 'source_silent',
    text: `Source "${source.name}" sent nothing${lastEvent(source)}`,
  };
}

function lastEvent({ state, newest }: SourceSeen): string {
  if (state === 'silent') return newest === null ? '' : `; its last event is of ${isoTime(newest)}`;
  if (state === 'no_index') return ': no index matches its patterns';
  if (state === 'no_clock') return ': its indices have no field of its clock, so they hold other data';
  return state === 'absent' ? ': the site declares it absent' : ' in the 30 days before either';
}
