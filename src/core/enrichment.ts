import type { PlacedText } from './place.ts';
import { type Value, valuesOf } from './row.ts';

/** Rows of one run that are enriched with other events: in order of fingerprint, new or not. */
export const ENRICHED_ROWS_MAX = 50;

/** A question about other events, asked for each row of a hunt. */
export interface EventEnrichment {
  readonly name: string;
  /** ES|QL in which `?column` stands for a value of the row, as in a drill-down. */
  readonly query: PlacedText;
  /** How far before the row's first event and after its last it reads, in event time, ms. */
  readonly withinMs: number;
  /** Rows of an answer that are kept. */
  readonly atMost: number;
  /** Condition over the rows of an answer: true for one of them, it drops the hunt's row; null: none. */
  readonly unless: PlacedText | null;
}

/**
 * `asked`: the rows are all that there is, up to the hunt's limit. `beyond`: the run had more rows than are enriched.
 * `no_data`: the sources it reads hold nothing around that time, so that an empty answer would say nothing. `failed`: no
 * answer, or a part of one. `unsure`: a value it asks for is absent, one of several or very long, so that the answer is no
 * ground to drop the row.
 */
export const ENRICHMENT_STATES = ['asked', 'beyond', 'no_data', 'failed', 'unsure'] as const;
export type EnrichmentState = (typeof ENRICHMENT_STATES)[number];

/** What other events said of one row. */
export interface EnrichmentAnswer {
  readonly name: string;
  readonly state: EnrichmentState;
  /** Cells of each row, by column in the order of the answer; null and long values are cut out. */
  readonly rows: readonly Readonly<Record<string, Value>>[];
  /** There were more rows, or longer values, than are kept. */
  readonly more: boolean;
}

const NOTES: Readonly<Record<Exclude<EnrichmentState, 'asked'>, string>> = {
  beyond: 'not asked: the run had more rows than are enriched',
  no_data: 'not asked: its sources hold nothing around that time',
  failed: 'no whole answer came',
  unsure: 'a value to ask for is absent, one of several or very long',
};

/** An answer for people: each row on a line, its cells by name, then why there are none, or not all. Nothing is escaped. */
export function answerLines({ state, rows, more }: EnrichmentAnswer): string[] {
  const told = rows.map((row) =>
    Object.entries(row)
      .map(([name, value]) => `${name} ${valuesOf(value).map(String).join(', ') || 'null'}`)
      .join('  '),
  );
  const note = state !== 'asked' ? NOTES[state] : rows.length === 0 ? 'none around that time' : null;
  return [...told, ...(note === null ? [] : [`(${note})`]), ...(more ? ['(and more)'] : [])];
}
