// Asks both engines the same queries, and makes the smallest of each that differs.
import { differenceOf, kindOfDifference } from '../compare-outcomes.ts';
import type { Outcome } from '../differential.ts';
import { reasonFor, type Asked } from './reasons.ts';
import { shrink } from './shrink.ts';

/** Two engines over the same documents. */
export interface Engines {
  readonly elasticsearch: (esql: string) => Promise<Outcome>;
  readonly embedded: (esql: string) => Promise<Outcome>;
}

/** A query that both engines answer in different ways. */
interface Difference {
  readonly esql: string;
  /** The smallest query found that still differs in this way. */
  readonly smallest: string;
  readonly difference: string;
}

export interface Tally {
  asked: number;
  answered: number;
  refused: number;
  /** Differences by the stated reason that covers them. */
  readonly stated: Map<string, number>;
  readonly differences: Difference[];
}

export function emptyTally(): Tally {
  return { asked: 0, answered: 0, refused: 0, stated: new Map(), differences: [] };
}

/** Asks a batch, Elasticsearch all at once; what differs for no stated reason is shrunk, unless `known` has it already. */
export async function askBatch(engines: Engines, batch: readonly string[], tally: Tally): Promise<void> {
  const theirs = batch.map((esql) => engines.elasticsearch(esql));
  for (const [at, esql] of batch.entries()) {
    const embedded = await engines.embedded(esql);
    const elasticsearch = (await theirs[at]) as Outcome;
    await judge(engines, { esql, elasticsearch, embedded }, tally);
  }
}

async function judge(engines: Engines, asked: Asked, tally: Tally): Promise<void> {
  const kinds = [asked.elasticsearch.kind, asked.embedded.kind];
  tally.asked++;
  if (kinds.every((kind) => kind === 'answer')) tally.answered++;
  else if (kinds.every((kind) => kind !== 'answer')) tally.refused++;
  const difference = differenceOf(asked.esql, asked.elasticsearch, asked.embedded);
  if (difference === null) return;
  const stated = reasonFor(asked);
  if (stated !== null) {
    tally.stated.set(stated, (tally.stated.get(stated) ?? 0) + 1);
    return;
  }
  const kind = kindOfDifference(difference);
  const smallest = await shrink(asked.esql, async (esql) => {
    const again = await ask(engines, esql);
    const now = differenceOf(esql, again.elasticsearch, again.embedded);
    return now !== null && kindOfDifference(now) === kind && reasonFor(again) === null;
  });
  const last = await ask(engines, smallest);
  const left = differenceOf(smallest, last.elasticsearch, last.embedded);
  tally.differences.push({ esql: asked.esql, smallest, difference: left ?? difference });
}

async function ask({ elasticsearch, embedded }: Engines, esql: string): Promise<Asked> {
  const theirs = elasticsearch(esql);
  return { esql, embedded: await embedded(esql), elasticsearch: await theirs };
}
