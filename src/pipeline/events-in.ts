import { HuntError } from '../core/error.ts';
import { isoTime, type Span } from '../core/time.ts';
import type { Engine, FieldCaps } from '../engine/port.ts';
import { anyEventQuery } from '../query/compile/any-event.ts';
import { clockChains, type Frame, RANGE_END, RANGE_START } from '../query/compile/frame.ts';
import type { CheckedHunt } from './checked.ts';
import { frameOf } from './frame-of.ts';

/**
 * Whether a backfill of a span would read anything: some source of the hunt has an event in it (`there`), none has, any
 * more or ever (`gone`), or it could not be told (`unknown`: an error, a partial answer, indices that are closed or lost).
 */
export type EventsLeft = 'there' | 'gone' | 'unknown';

export interface EventsInquiry {
  readonly engine: Engine;
  /** Longest time for one question, ms. */
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
}

/** One answer for each span, on the clock of scheduled runs. Rejects only when it is called off. */
export async function eventsIn(
  { sources }: CheckedHunt,
  spans: readonly Span[],
  inquiry: EventsInquiry,
): Promise<readonly EventsLeft[]> {
  const patterns = [...new Set(sources.flatMap(({ source }) => source.index))];
  const caps = await orUnknown(() => inquiry.engine.fields(patterns, inquiry.signal), inquiry);
  if (caps === 'unknown') return spans.map(() => 'unknown');
  const frame = frameOf(sources, caps, 'ingest', new Set());
  const answers: EventsLeft[] = [];
  for (const span of spans)
    answers.push(frame === null ? unlessHidden(caps) : await eventsOf(frame, caps, span, inquiry));
  return answers;
}

async function eventsOf(frame: Frame, caps: FieldCaps, span: Span, inquiry: EventsInquiry): Promise<EventsLeft> {
  const { engine, deadlineMs, signal } = inquiry;
  const question = {
    purpose: 'events left',
    esql: anyEventQuery(frame),
    params: { [RANGE_START]: isoTime(span.start), [RANGE_END]: isoTime(span.end) },
    filter: { time: { clocks: clockChains(frame), span }, excluded: [], only: [] },
    rowsMax: 1,
    deadlineMs,
  };
  const answer = await orUnknown(() => engine.query(question, signal), inquiry);
  if (answer === 'unknown') return 'unknown';
  if (Number(answer.rows[0]?.get('documents') ?? 0) > 0) return 'there';
  return answer.partial.length > 0 ? 'unknown' : unlessHidden(caps);
}

/** What is not found may lie where nothing could look. */
function unlessHidden({ closed, missingShards }: FieldCaps): EventsLeft {
  return closed.length > 0 || missingShards > 0 ? 'unknown' : 'gone';
}

/** Gaps are looked at when things are broken: an engine that does not answer must not hide them. */
async function orUnknown<T>(work: () => Promise<T>, { signal }: EventsInquiry): Promise<T | 'unknown'> {
  try {
    return await work();
  } catch (error) {
    if (signal.aborted || !(error instanceof HuntError)) throw error;
    return 'unknown';
  }
}
