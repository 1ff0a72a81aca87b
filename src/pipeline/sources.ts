import type { SourceNeed } from '../core/hunt.ts';
import type { SourceSeen } from '../core/run.ts';
import { type Clock, silenceSpan, type Tile } from '../core/tile.ts';
import { DAY_MS, type Instant, isoTime, roughly, type Span } from '../core/time.ts';
import type { Reason } from '../core/verdict.ts';
import type { Answer, FieldCaps, Question } from '../engine/port.ts';
import { clockChains, type Frame, TILE_START } from '../query/compile/frame.ts';
import { sourceCountQuery } from '../query/compile/source-count.ts';
import type { CheckedSource } from './checked.ts';
import { sourceFrame } from './frame-of.ts';
import { arrivalFields, lagOf } from './lag.ts';

/** A source that sent anything within this time before is missed when it falls silent (design.md, "Sources"). */
const MEMORY_MS = 30 * DAY_MS;

export interface SourceInquiry {
  readonly sources: readonly CheckedSource[];
  readonly absent: readonly string[];
  readonly caps: FieldCaps;
  /**
   * Fields of some patterns alone. A field that only another source's indices have is unknown to a query that reads this
   * source, and such a query is refused. Without it `caps` are taken to be of each source.
   */
  readonly fieldsOf?: (patterns: readonly string[]) => Promise<FieldCaps>;
  readonly tile: Tile;
  readonly clock: Clock;
  readonly deadlineMs: number;
  /** Whether to measure how late the tile's events arrived; it costs a scan of them. */
  readonly measureLag: boolean;
  readonly ask: (question: Question) => Promise<Answer>;
}

/** What each needed source sent over the time on which its silence is judged: one count query per source. */
export async function lookAtSources(inquiry: SourceInquiry): Promise<SourceSeen[]> {
  const seen = inquiry.absent.map((name) => notSent(name, 'absent', null));
  for (const source of inquiry.sources) seen.push(await lookAt(source, inquiry));
  return seen;
}

async function lookAt(checked: CheckedSource, inquiry: SourceInquiry): Promise<SourceSeen> {
  const { source } = checked;
  const { name } = source;
  const caps = await capsOf(checked, inquiry);
  const frame = sourceFrame(checked, caps, inquiry.clock);
  if (frame === null) return notSent(name, unreadable(checked, caps), null);
  const judged = silenceSpan(inquiry.tile, source.heartbeatMs) ?? inquiry.tile;
  const sent = await count(frame, judged, inquiry.measureLag ? arrivalFields(frame, caps) : [], inquiry);
  if (sent.documents > 0) return { name, ...sent, state: 'sent' };
  const { newest } = await count(frame, { start: judged.start - MEMORY_MS, end: judged.start }, [], inquiry);
  return notSent(name, newest === null ? 'never' : 'silent', newest);
}

/** Asked for only where the source's indices are not all that was asked about, and some of them are there. */
async function capsOf({ source }: CheckedSource, { caps, fieldsOf, sources }: SourceInquiry): Promise<FieldCaps> {
  const alone = sources.every((other) => other.source.index.every((pattern) => source.index.includes(pattern)));
  const gone = source.index.every((pattern) => caps.unmatched.includes(pattern));
  return alone || gone || fieldsOf === undefined ? caps : await fieldsOf(source.index);
}

function notSent(name: string, state: Exclude<SourceSeen['state'], 'sent'>, newest: Instant | null): SourceSeen {
  return { name, documents: 0, newest, state, lag: null };
}

/** Why a source has no frame: no index at all, or indices that hold something without its clock. */
function unreadable({ source }: CheckedSource, caps: FieldCaps): 'no_index' | 'no_clock' {
  return source.index.every((pattern) => caps.unmatched.includes(pattern)) ? 'no_index' : 'no_clock';
}

async function count(
  frame: Frame,
  span: Span,
  arrival: readonly string[],
  inquiry: SourceInquiry,
): Promise<Pick<SourceSeen, 'documents' | 'newest' | 'lag'>> {
  const answer = await inquiry.ask({
    purpose: 'source',
    esql: sourceCountQuery(frame, arrival),
    params: arrival.length === 0 ? {} : { [TILE_START]: isoTime(inquiry.tile.start) },
    filter: { time: { clocks: clockChains(frame), span }, excluded: [], only: [] },
    rowsMax: 1,
    deadlineMs: inquiry.deadlineMs,
  });
  const [row] = answer.rows;
  const newest = row?.get('newest');
  return {
    documents: Number(row?.get('documents') ?? 0),
    newest: typeof newest === 'string' ? Date.parse(newest) : null,
    lag: row === undefined ? null : lagOf(row),
  };
}

/** What the sources' silence means for the hunt, each with its reason. */
export function judgeSources(
  need: SourceNeed,
  seen: readonly SourceSeen[],
  sporadic: ReadonlySet<string>,
  tileEnd: Instant,
): Reason[] {
  return missedSources(need, seen, sporadic).map(({ verdict, source }) => quietReason(verdict, source, tileEnd));
}

/** A source whose silence keeps a hunt from seeing anything, or all. */
interface MissedSource {
  readonly verdict: 'blind' | 'degraded';
  readonly source: SourceSeen;
}

/**
 * `all_of`: one silent is blind. `any_of`: all silent is blind; one that is silent and sent anything in the 30 days before
 * is degraded; one never seen is only named on the run. Silence of a `sporadic` source means nothing.
 */
export function missedSources(
  need: SourceNeed,
  seen: readonly SourceSeen[],
  sporadic: ReadonlySet<string>,
): MissedSource[] {
  const quiet = seen.filter(
    (source) =>
      source.state !== 'sent' && !(sporadic.has(source.name) && !['no_index', 'no_clock'].includes(source.state)),
  );
  const missed = (verdict: MissedSource['verdict']) => (source: SourceSeen) => ({ verdict, source });
  if (need.need === 'all_of') return quiet.map(missed('blind'));
  if (seen.length > 0 && quiet.length === seen.length) return quiet.map(missed('blind'));
  return quiet.filter((source) => source.state === 'silent').map(missed('degraded'));
}

function quietReason(verdict: 'blind' | 'degraded', source: SourceSeen, tileEnd: Instant): Reason {
  const text = `Source "${source.name}" sent nothing${sinceWhen(source, tileEnd)}`;
  return { verdict, code: 'source_silent', text };
}

function sinceWhen({ state, newest }: SourceSeen, tileEnd: Instant): string {
  if (state === 'silent' && newest !== null)
    return ` since ${isoTime(newest)}, ${roughly(tileEnd - newest)} before the end of the tile`;
  if (state === 'no_index') return ': no index matches its patterns';
  if (state === 'no_clock') return ': its indices have no field of its clock, so they hold other data';
  return state === 'absent' ? ': the site declares it absent' : ' in the 30 days before either';
}
