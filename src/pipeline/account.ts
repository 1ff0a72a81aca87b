import { type HuntError, messageOf } from '../core/error.ts';
import type { Delta } from '../core/finding.ts';
import type { Hunt } from '../core/hunt.ts';
import type { Hidden, RunRecord, SentQuery, SourceSeen, Stage } from '../core/run.ts';
import type { Column } from '../core/row.ts';
import type { Instant, Span } from '../core/time.ts';
import { type Reason, verdictOf } from '../core/verdict.ts';
import type { Answer, Question } from '../engine/port.ts';
import type { RunEffects, RunRequest } from './request.ts';
import { Stopwatch } from './stopwatch.ts';

const NO_DELTAS: Readonly<Record<Delta, number>> = { new: 0, reopened: 0, recurring: 0 };

/** What a run has come to know of itself, stage by stage; from it the run record is written, also when the run fails. */
export class Account {
  readonly reasons: Reason[] = [];
  readonly hidden: Hidden[] = [];
  readonly queries: SentQuery[] = [];
  readonly warnings = new Set<string>();
  sources: readonly SourceSeen[] = [];
  missingFields: readonly string[] = [];
  columns: readonly Column[] = [];
  rows = 0;
  carried = 0;
  unkeyed: RunRecord['unkeyed'] = null;
  population: number | null = null;
  tilePopulation: number | null = null;
  findings = 0;
  deltas = NO_DELTAS;
  tookMs = 0;

  readonly #hunt: Hunt;
  readonly #request: RunRequest;
  readonly #effects: RunEffects;
  readonly #range: Span;
  readonly #startedAt: Instant;
  readonly #watch: Stopwatch;

  constructor(hunt: Hunt, request: RunRequest, range: Span, effects: RunEffects) {
    this.#hunt = hunt;
    this.#request = request;
    this.#range = range;
    this.#effects = effects;
    this.#startedAt = effects.now();
    this.#watch = new Stopwatch(effects.monotonic);
  }

  /** Runs a stage, telling that it began; its time goes to the record. */
  async stage<T>(stage: Stage, work: () => T | Promise<T>): Promise<T> {
    this.#effects.report({ type: 'stage', huntId: this.#hunt.id, runId: this.#request.runId, stage });
    return await this.#watch.stage(stage, work);
  }

  /** Waits for a server; the time counts as awaited. */
  awaited<T>(answer: Promise<T>): Promise<T> {
    return this.#watch.awaited(answer);
  }

  /** Asks the engine; the query, its warnings and whatever is missing from the answer go to the record. */
  async ask(question: Question): Promise<Answer> {
    const answer = await this.#watch.awaited(this.#effects.engine.query(question, this.#effects.signal));
    this.queries.push({ purpose: question.purpose, esql: question.esql, tookMs: answer.tookMs });
    this.tookMs += answer.tookMs;
    for (const warning of answer.warnings) this.warnings.add(warning);
    if (answer.truncated) this.reasons.push(truncated(question));
    if (answer.partial.length > 0) this.reasons.push(partial(question, answer.partial));
    return answer;
  }

  /**
   * Asks one of many questions of one kind, each about a row: the record has the first of them, with the time of all. What
   * is missing from an answer the caller tells.
   */
  async askForRow(question: Question): Promise<Answer> {
    const answer = await this.#watch.awaited(this.#effects.engine.query(question, this.#effects.signal));
    const first = this.queries.findIndex(({ purpose }) => purpose === question.purpose);
    const known = this.queries[first];
    if (known === undefined)
      this.queries.push({ purpose: question.purpose, esql: question.esql, tookMs: answer.tookMs });
    else this.queries[first] = { ...known, tookMs: known.tookMs + answer.tookMs };
    this.tookMs += answer.tookMs;
    for (const warning of answer.warnings) this.warnings.add(warning);
    return answer;
  }

  /** The record of a run that came to its end. */
  finished(): RunRecord {
    return this.#record(null);
  }

  /** The record of a run that a failure ended; what is known by then is kept. */
  failed(error: HuntError): RunRecord {
    this.reasons.push({ verdict: 'failed', code: error.code.toLowerCase(), text: messageOf(error) });
    return this.#record({ code: error.code, message: error.message, remedy: error.remedy ?? null });
  }

  #record(error: RunRecord['error']): RunRecord {
    const { runId, job, tile, clock } = this.#request;
    const { id, name, version, params } = this.#hunt;
    const {
      reasons,
      hidden,
      queries,
      sources,
      missingFields,
      columns,
      rows,
      carried,
      unkeyed,
      findings,
      deltas,
      tookMs,
    } = this;
    return {
      runId,
      huntId: id,
      huntName: name,
      huntVersion: version,
      engine: this.#effects.engine.name,
      adHoc: job === null,
      job,
      saved: this.#effects.store !== null,
      startedAt: this.#startedAt,
      endedAt: this.#effects.now(),
      tile,
      range: this.#range,
      clock,
      params,
      verdict: verdictOf(reasons, findings),
      reasons,
      rows,
      carried,
      unkeyed,
      hidden,
      findings,
      deltas,
      population: this.population,
      tilePopulation: this.tilePopulation,
      sources,
      missingFields,
      columns,
      queries,
      warnings: [...this.warnings],
      engineMs: Math.round(this.#watch.awaitedMs),
      tookMs,
      stages: this.#watch.times(),
      error,
    };
  }
}

function truncated(question: Question): Reason {
  const text = `More than ${question.rowsMax} rows (${question.purpose}): the rest was not read`;
  return { verdict: 'degraded', code: 'truncated', text };
}

function partial(question: Question, why: readonly string[]): Reason {
  return { verdict: 'degraded', code: 'partial', text: `Partial answer (${question.purpose}): ${why.join('; ')}` };
}
