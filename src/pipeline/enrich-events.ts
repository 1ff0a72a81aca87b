import { ENRICHED_ROWS_MAX, type EnrichmentAnswer, type EnrichmentState } from '../core/enrichment.ts';
import { isFatal, isHuntError } from '../core/error.ts';
import { firstIdOf } from '../core/hunt.ts';
import { type HuntRow, valuesOf } from '../core/row.ts';
import { EVENT_TIME_FIELD } from '../core/source.ts';
import type { Span } from '../core/time.ts';
import type { Reason } from '../core/verdict.ts';
import type { Answer, Question } from '../engine/port.ts';
import { evidenceRows } from '../findings/evidence-rows.ts';
import { fingerprint } from '../findings/fingerprint.ts';
import { keyOf, timesOf } from '../findings/to-finding.ts';
import { anyEventQuery } from '../query/compile/any-event.ts';
import { askedColumns, enrichmentQuery, type EnrichmentPlan } from '../query/compile/enrichment.ts';
import { predicate } from '../query/evaluate/evaluate.ts';
import type { Account } from './account.ts';
import type { CheckedEnrichment } from './checked.ts';
import { frameOf } from './frame-of.ts';
import { eventCondition, type RunPlan } from './plan.ts';
import type { RunEffects } from './request.ts';

/** The rows that no `unless` drops, and what other events said of each. */
export interface Enriched {
  readonly rows: readonly HuntRow[];
  readonly answers: (row: HuntRow) => readonly EnrichmentAnswer[];
}

type Answers = Map<HuntRow, EnrichmentAnswer[]>;

/**
 * Asks other events about rows, at most 50 of a run: the first by fingerprint, so that each run over the same rows asks
 * about the same. The rows beyond are kept and flagged; where an `unless` might have dropped them, the run is degraded.
 * A question that fails is not asked again in this run, and drops nothing.
 */
export async function enrichEvents(
  plan: RunPlan,
  rows: readonly HuntRow[],
  effects: RunEffects,
  account: Account,
): Promise<Enriched> {
  const { enrichments } = plan.checked;
  if (enrichments.length === 0 || rows.length === 0) return { rows, answers: () => [] };
  const ordered = byFingerprint(rows, plan);
  const answers: Answers = new Map(rows.map((row) => [row, []]));
  const beyond = ordered.slice(ENRICHED_ROWS_MAX);
  for (const row of beyond)
    answers.set(
      row,
      enrichments.map((each) => noAnswer(each, 'beyond')),
    );
  let left = ordered.slice(0, ENRICHED_ROWS_MAX);
  for (const each of enrichments) left = await enrichWith(each, left, answers, { plan, effects, account });
  if (beyond.length > 0 && enrichments.some(({ unless }) => unless !== null))
    account.reasons.push(notAsked(rows.length));
  const kept = new Set([...left, ...beyond]);
  return { rows: rows.filter((row) => kept.has(row)), answers: (row) => answers.get(row) ?? [] };
}

interface Scene {
  readonly plan: RunPlan;
  readonly effects: RunEffects;
  readonly account: Account;
}

/** One question for each row; gives the rows that it does not drop. */
async function enrichWith(
  each: CheckedEnrichment,
  rows: readonly HuntRow[],
  answers: Answers,
  scene: Scene,
): Promise<HuntRow[]> {
  const { account } = scene;
  const spans = new Map(rows.map((row) => [row, spanOf(row, each, scene.plan)]));
  const reader = await openReader(each, union([...spans.values()]), scene);
  const kept: HuntRow[] = [];
  let state: EnrichmentState = typeof reader === 'string' ? reader : 'asked';
  for (const row of rows) {
    const asked =
      typeof reader !== 'string' && state === 'asked' ? await askAbout(row, each, reader, spans.get(row), scene) : null;
    if (asked?.answer.state === 'failed') state = 'failed';
    answers.get(row)?.push(asked?.answer ?? noAnswer(each, state));
    if (asked?.drops !== true) kept.push(row);
  }
  const dropped = rows.length - kept.length;
  if (dropped > 0) account.hidden.push({ by: 'enrichment', name: each.enrichment.name, unit: 'rows', count: dropped });
  return kept;
}

/** The events that are read, or why none are: where there are none around that time, no answer means anything. */
async function openReader(
  each: CheckedEnrichment,
  span: Span | null,
  scene: Scene,
): Promise<EnrichmentPlan | 'no_data' | 'failed'> {
  const { enrichment, sources, fields } = each;
  const { account, effects, plan } = scene;
  if (span === null) return 'no_data';
  const patterns = [...new Set(sources.flatMap(({ source }) => source.index))];
  const caps = patterns.length === 0 ? null : await account.awaited(effects.engine.fields(patterns, effects.signal));
  const frame = caps === null ? null : frameOf(sources, caps, 'event', fields);
  const read = (pattern: string) => each.patterns(pattern).filter((name) => caps?.unmatched.includes(name) === false);
  if (frame === null || !readsAnything(each, read)) return silent(each, account);
  const any = await tried(each, account, () => account.askForRow(question(each, anyEventQuery(frame), span, 1, plan)));
  if (any === null) return 'failed';
  if (Number(any.rows[0]?.get('documents') ?? 0) === 0) return silent(each, account);
  const { params } = plan.hunt;
  const { query, order } = each;
  return { query, frame, patterns: read, params, rowsMax: enrichment.atMost, order };
}

function readsAnything({ query }: CheckedEnrichment, patterns: (pattern: string) => readonly string[]): boolean {
  const [from] = query.commands;
  return from?.kind === 'from' && from.sources.some((source) => patterns(source.pattern).length > 0);
}

/** Says that there is nothing to ask; without the events an `unless` drops nothing. */
function silent({ enrichment: { name }, unless, sources }: CheckedEnrichment, account: Account): 'no_data' {
  const text = `Enrichment "${name}" had no events to read around the rows`;
  if (unless !== null && sources.length > 0)
    account.reasons.push({ verdict: 'degraded', code: 'enrichment_silent', text });
  else account.warnings.add(text);
  return 'no_data';
}

async function askAbout(
  row: HuntRow,
  each: CheckedEnrichment,
  reader: EnrichmentPlan,
  span: Span | undefined,
  scene: Scene,
): Promise<{ readonly answer: EnrichmentAnswer; readonly drops: boolean } | null> {
  const { account, plan } = scene;
  const { name, atMost } = each.enrichment;
  const values = [...askedColumns(each.query, row).values()].map((column) => valuesOf(row.cells.get(column)));
  if (span === undefined || values.some(isTooLong)) return { answer: noAnswer(each, 'unsure'), drops: false };
  const esql = enrichmentQuery(reader, row);
  const answer = await tried(each, account, () => account.askForRow(question(each, esql, span, atMost, plan)));
  if (answer === null) return { answer: noAnswer(each, 'failed'), drops: false };
  const sure = isSure(row, each);
  const kept = evidenceRows(answer.rows.slice(0, atMost), answer.truncated);
  return {
    answer: { name, state: sure ? 'asked' : 'unsure', ...kept },
    drops: sure && isTrueOfOne(each, answer, plan),
  };
}

/** Asks; null where no whole answer comes, which the run says. What ends every other question too is thrown. */
async function tried(each: CheckedEnrichment, account: Account, ask: () => Promise<Answer>): Promise<Answer | null> {
  try {
    const answer = await ask();
    if (answer.partial.length === 0) return answer;
    account.reasons.push(failed(each, `a part of the answer is missing: ${answer.partial.join('; ')}`));
  } catch (error) {
    if (!isHuntError(error) || isFatal(error)) throw error;
    account.reasons.push(failed(each, error.message));
  }
  return null;
}

function failed({ enrichment }: CheckedEnrichment, why: string): Reason {
  return { verdict: 'degraded', code: 'enrichment_failed', text: `Enrichment "${enrichment.name}": ${why}` };
}

/** Whether every value asked for is the only one that the row has. */
function isSure(row: HuntRow, { query }: CheckedEnrichment): boolean {
  return [...askedColumns(query, row).values()].every(
    (column) => !row.more.has(column) && valuesOf(row.cells.get(column)).length === 1,
  );
}

/** A value as long as that is no name, address or path: it would only make the server refuse the query. */
const LITERAL_CHARS = 10_000;

function isTooLong(values: readonly unknown[]): boolean {
  return values.some((value) => typeof value === 'string' && value.length > LITERAL_CHARS);
}

function isTrueOfOne({ unless }: CheckedEnrichment, answer: Answer, { hunt }: RunPlan): boolean {
  if (unless === null || answer.rows.length === 0) return false;
  const types = new Map(answer.columns.map(({ name, type }) => [name, type]));
  const holds = predicate(eventCondition(unless, hunt), { types, params: hunt.params });
  return answer.rows.some((row) => holds(row) === true);
}

function question(each: CheckedEnrichment, esql: string, span: Span, rowsMax: number, plan: RunPlan): Question {
  return {
    purpose: `enrichment ${each.enrichment.name}`,
    esql,
    params: {},
    filter: { time: { clocks: [[EVENT_TIME_FIELD]], span }, excluded: [], only: [] },
    rowsMax,
    deadlineMs: plan.request.deadlineMs,
  };
}

function noAnswer({ enrichment }: CheckedEnrichment, state: EnrichmentState): EnrichmentAnswer {
  return { name: enrichment.name, state, rows: [], more: false };
}

function notAsked(rows: number): Reason {
  const text = `${ENRICHED_ROWS_MAX} of ${rows} rows were compared with other events: the rest is kept`;
  return { verdict: 'degraded', code: 'enrichment_beyond', text };
}

function byFingerprint(rows: readonly HuntRow[], { hunt }: RunPlan): HuntRow[] {
  const named = rows.map((row) => ({ row, id: fingerprint(firstIdOf(hunt), keyOf(row, hunt.finding.key)) }));
  return named.sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)).map(({ row }) => row);
}

/** Event time around the row's own events, closed at its end. */
function spanOf(row: HuntRow, { enrichment }: CheckedEnrichment, { hunt, request }: RunPlan): Span {
  const { eventStart, eventEnd } = timesOf(row, { hunt, tile: request.tile, lookBackMs: request.lookBackMs });
  return { start: eventStart - enrichment.withinMs, end: eventEnd + enrichment.withinMs + 1 };
}

function union(spans: readonly Span[]): Span | null {
  if (spans.length === 0) return null;
  return { start: Math.min(...spans.map(({ start }) => start)), end: Math.max(...spans.map(({ end }) => end)) };
}
