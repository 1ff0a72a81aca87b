import { collectDefaultMetrics, Registry } from 'prom-client';
import type { RunRecord } from '../core/run.ts';
import { Streaks } from '../core/streaks.ts';
import { type Instant, SECOND_MS } from '../core/time.ts';
import type { Role, Tell, WorkEvent } from '../core/work-event.ts';
import { type QueueDepth, URGENCIES } from '../core/work-item.ts';
import { type Instruments, instrumentsOf } from './instruments.ts';
import { DataAges } from './data-ages.ts';
import type { Probe } from './probe.ts';

export interface MetricsInput {
  readonly role: Role;
  readonly version: string;
  readonly now: () => Instant;
  /** Asked at each scrape; null: this process has no queue to ask. */
  readonly depth: Probe<QueueDepth> | null;
}

/** What Prometheus reads, and the ear that hears what happens. */
export interface Metrics {
  readonly tell: Tell;
  /** The text of all metrics. Resolves within the time its probe allows, also where the queue is gone. */
  readonly text: () => Promise<string>;
  readonly contentType: string;
}

/**
 * How often Node looks whether its event loop is late. prom-client's default of 10 ms wakes an idle process a hundred
 * times a second; a loop that is late by less than this hurts nobody here.
 */
const LOOP_PRECISION_MS = 500;

/** Metrics of this process, in a registry of their own, beside those of Node and the process. */
export function openMetrics({ role, version, now, depth }: MetricsInput): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: LOOP_PRECISION_MS });
  const instruments = instrumentsOf(registry);
  instruments.info.set({ version, role }, 1);
  const listener = new Listener(instruments, now);
  return {
    tell: (event) => listener.hear(event),
    text: async () => {
      if (depth !== null) await readDepth(instruments, depth);
      return await registry.metrics();
    },
    contentType: registry.contentType,
  };
}

/** Depths of a queue that does not answer are left out: the last ones known would pass for the present. */
async function readDepth({ queueUp, queueDepth }: Instruments, depth: Probe<QueueDepth>): Promise<void> {
  const answer = await depth();
  queueUp.set(answer.ok ? 1 : 0);
  queueDepth.reset();
  if (!answer.ok) return;
  const { waiting, delayed, active } = answer.value;
  for (const urgency of URGENCIES) queueDepth.set({ state: 'waiting', urgency }, waiting[urgency]);
  queueDepth.set({ state: 'delayed', urgency: 'any' }, delayed);
  queueDepth.set({ state: 'active', urgency: 'any' }, active);
}

/** Turns events into numbers. */
class Listener {
  readonly #to: Instruments;
  readonly #now: () => Instant;
  readonly #streaks = new Streaks();
  readonly #ages = new DataAges();

  constructor(to: Instruments, now: () => Instant) {
    this.#to = to;
    this.#now = now;
  }

  hear(event: WorkEvent): void {
    const { lastTick, due, late, gaps, reloadProblems, reloadRefused, trouble } = this.#to;
    if (event.type === 'tick') {
      lastTick.set(this.#now() / SECOND_MS);
      due.set(event.due);
      late.set(event.late);
      for (const [reason, count] of Object.entries(event.gaps)) gaps.set({ reason }, count);
    } else if (event.type === 'tile_ended') {
      this.#tileEnded(event);
    } else if (event.type === 'reloaded' || event.type === 'reload_refused') {
      reloadProblems.set(event.problems.length);
      reloadRefused.set(event.type === 'reloaded' ? 0 : 1);
      if (event.type === 'reloaded') this.#forget();
    } else if (event.type === 'notice_ended') {
      this.#to.notices.inc({ outcome: event.outcome });
    } else if (event.type === 'outbox') {
      this.#to.outbox.set({ state: 'waiting' }, event.waiting);
      this.#to.outbox.set({ state: 'dead' }, event.dead);
    } else if (event.type === 'trouble') {
      trouble.inc({ where: event.where });
    }
  }

  /** A hunt or a source that is gone must not be told of for ever; those that are left come back with their next run. */
  #forget(): void {
    this.#to.failures.reset();
    this.#to.dataAge.reset();
  }

  #tileEnded({ item, record, outcome }: Extract<WorkEvent, { type: 'tile_ended' }>): void {
    const { examined, lag, failures } = this.#to;
    const { huntId: hunt, tile, urgency } = item;
    if (outcome === 'examined') {
      examined.inc({ hunt });
      lag.observe({ urgency }, Math.max(0, this.#now() - tile.end) / SECOND_MS);
    }
    if (record === null || outcome === 'put_back') return;
    failures.set({ hunt }, this.#streaks.count(hunt, record.verdict));
    this.#ran(record);
  }

  #ran(record: RunRecord): void {
    const { runs, findings, hidden, engine, dataAge } = this.#to;
    runs.inc({ verdict: record.verdict });
    engine.observe({ engine: record.engine }, record.engineMs / SECOND_MS);
    for (const [delta, count] of Object.entries(record.deltas)) findings.inc({ delta }, count);
    for (const { by, unit, count } of record.hidden) hidden.inc({ by, unit }, count);
    for (const source of record.sources) {
      const ageMs = this.#ages.ask(source, record.tile.end);
      if (ageMs !== null) dataAge.set({ source: source.name }, ageMs / SECOND_MS);
    }
  }
}
