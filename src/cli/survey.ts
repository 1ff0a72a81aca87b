import { HuntError, isFatal } from '../core/error.ts';
import type { SourceSeen } from '../core/run.ts';
import type { Source } from '../core/source.ts';
import { DAY_MS, type Instant } from '../core/time.ts';
import type { Engine, PrivilegeReport } from '../engine/port.ts';
import { eventSpan } from '../pipeline/event-span.ts';
import { lookAtSources } from '../pipeline/sources.ts';
import { parseExpression } from '../query/syntax/parse.ts';

/** What one source of the site has sent. */
export interface SurveyedSource {
  readonly name: string;
  readonly patterns: readonly string[];
  /** `failed`: the question was not answered, `error` says why. */
  readonly state: SourceSeen['state'] | 'failed';
  /** Over the last day, or the source's heartbeat where that is longer; in the embedded store all, as they may be of any day. */
  readonly documents: number;
  readonly newest: Instant | null;
  /** Since the newest event by the source's own clock, ms. */
  readonly lagMs: number | null;
  readonly closed: readonly string[];
  readonly missingPrivileges: readonly string[];
  readonly error: string | null;
  /** How to switch it on, and what that costs, for a person. */
  readonly enable: string;
  readonly cost: string | null;
}

export interface Survey {
  readonly engine: Engine;
  readonly now: Instant;
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
}

/**
 * Asks every source what it sent, one after the other. A source whose question fails is told as such;
 * rejects only where no question could be answered: nobody there, nobody let in, or called off.
 */
export async function surveySources(sources: Iterable<Source>, survey: Survey): Promise<SurveyedSource[]> {
  const all = [...sources];
  const patterns = [...new Set(all.flatMap(({ absent, index }) => (absent ? [] : index)))];
  const privileges = patterns.length === 0 ? [] : await survey.engine.privileges(patterns, survey.signal);
  const surveyed: SurveyedSource[] = [];
  for (const source of all) surveyed.push(await surveyOne(source, privileges, survey));
  return surveyed;
}

async function surveyOne(
  source: Source,
  privileges: readonly PrivilegeReport[],
  survey: Survey,
): Promise<SurveyedSource> {
  const blank: SurveyedSource = {
    name: source.name,
    patterns: source.index,
    state: 'absent',
    documents: 0,
    newest: null,
    lagMs: null,
    closed: [],
    missingPrivileges: missingOn(source, privileges),
    error: null,
    enable: source.enable,
    cost: source.cost ?? null,
  };
  if (source.absent) return { ...blank, missingPrivileges: [] };
  try {
    return { ...blank, ...(await lookAt(source, survey)) };
  } catch (error) {
    if (!(error instanceof HuntError) || isFatal(error)) throw error;
    return { ...blank, state: 'failed', error: error.message };
  }
}

async function lookAt(source: Source, { engine, now, deadlineMs, signal }: Survey) {
  const caps = await engine.fields(source.index, signal);
  const sources = [{ source, where: predicateOf(source) }];
  const lastDay = { start: now - DAY_MS, end: now };
  const span =
    engine.name === 'embedded' ? await eventSpan(sources, { engine, clock: 'ingest', deadlineMs, signal }) : null;
  const [seen] = await lookAtSources({
    sources,
    absent: [],
    caps,
    tile: span ?? lastDay,
    clock: 'ingest',
    deadlineMs,
    measureLag: false,
    ask: (question) => engine.query(question, signal),
  });
  if (seen === undefined) throw new TypeError(`Source ${source.name} was asked about and nothing came back`);
  const { state, documents, newest } = seen;
  return { state, documents, newest, lagMs: newest === null ? null : now - newest, closed: caps.closed };
}

function predicateOf({ name, where }: Source) {
  if (where === null) return null;
  const parsed = parseExpression(where.text);
  if (parsed.ok) return parsed.value;
  const why = parsed.faults.map(({ message }) => message).join('; ');
  throw new HuntError('DEFINITION', `Cannot read "where" of source "${name}": ${why}`, { remedy: 'See hunt check' });
}

function missingOn({ index }: Source, privileges: readonly PrivilegeReport[]): string[] {
  const own = privileges.filter(({ pattern }) => index.includes(pattern));
  return [...new Set(own.flatMap(({ missing }) => missing ?? []))];
}
