import { readdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { isHuntError, messageOf, type HuntError } from '../../../src/core/error.ts';
import { CORPUS } from '../../query/corpus.ts';
import { adversarialLines, sparseLines } from '../adversarial.ts';
import { askEmbedded } from '../ask-embedded.ts';
import { embeddedOf } from '../differential.ts';
import { queryCases } from '../query-cases.ts';

/** What became of one input. `fault`: what is wrong with that, in words that are the same for the same fault. */
export interface Verdict {
  readonly outcome: string;
  readonly fault: string | null;
}

/** Something that is asked one input after the other. */
export interface Subject<I> extends AsyncDisposable {
  readonly attempt: (input: I) => Promise<Verdict>;
}

export interface QuerySubject extends Subject<string> {
  /** The HuntError that a query ends with; throws when it ends otherwise. */
  readonly refusal: (esql: string) => Promise<HuntError>;
}

const COMPILED = new URL('../../cases/compile/', import.meta.url);

/** Right queries that mutations begin with: those of the differential suite, of hunts as they are compiled, of the parser's tests. */
export function querySeeds(): readonly string[] {
  const compiled = readdirSync(COMPILED).filter((name) => name.endsWith('.esql'));
  return [
    ...queryCases('differential').map(({ esql }) => esql),
    ...compiled.map((name) => readFileSync(new URL(name, COMPILED), 'utf8')),
    ...CORPUS,
  ];
}

/** The ways in which a query may be refused. */
const REFUSALS = new Set(['QUERY_REJECTED', 'UNKNOWN_COLUMN', 'TYPE_CONFLICT', 'NO_INDEX']);
/** What only DuckDB, node or our own names in SQL would say. */
const LEAK =
  /on the embedded engine:|duckdb|\bf_[0-9a-f]{32}\b|\b(?:Binder|Parser|Catalog|Conversion|Internal|Invalid Input|Out of Range|Invalid) Error\b|undefined|\[object|is not a function/i;
/** Ten faults of 200 characters each, and some words. */
const MESSAGE_MAX = 6_000;

/** What is wrong with the way a query was refused; null where it was refused as it should be. */
export function faultOfRefusal(error: unknown): string | null {
  if (!isHuntError(error)) return `no HuntError: ${generalised(messageOf(error))}`;
  if (!REFUSALS.has(error.code)) return `${error.code}: ${generalised(error.message)}`;
  return faultOfWords(error);
}

function faultOfWords({ message, remedy }: HuntError): string | null {
  const leak = LEAK.exec(message.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""'));
  if (leak !== null) return `words of the engine: ${generalised(message)}`;
  if (message.length > MESSAGE_MAX) return 'a message that nobody reads to its end';
  return remedy === undefined || remedy === '' ? `no remedy: ${generalised(message)}` : null;
}

/** A message without what differs from one query to the next. */
function generalised(message: string): string {
  return message
    .slice(0, 400)
    .replaceAll(/"[^"]*"|'[^']*'|line \d+:\d+|\d+|[cfops]_?[0-9a-f]{8,}/g, '…')
    .slice(0, 160);
}

/** The embedded engine over documents that are hard on purpose, laid out as the differential suite has them. */
export async function querySubject(deadlineMs: number): Promise<QuerySubject> {
  const { store, engine, folder } = await embeddedOf([
    bodyOf('adv', adversarialLines()),
    bodyOf('adv-two', sparseLines()),
    bodyOf('lookup', adversarialLines().slice(0, 20)),
  ]);
  return {
    attempt: async (esql) => {
      try {
        const { columns, rows } = await askEmbedded(engine, esql, { deadlineMs });
        const lacking = rows.find((row) => columns.some(({ name }) => !row.has(name)));
        return { outcome: 'answer', fault: lacking === undefined ? null : 'a row lacks a column' };
      } catch (error) {
        return { outcome: isHuntError(error) ? error.code : 'thrown', fault: faultOfRefusal(error) };
      }
    },
    refusal: async (esql) => {
      const error = await askEmbedded(engine, esql, { deadlineMs }).catch((caught: unknown) => caught);
      if (isHuntError(error)) return error;
      throw error instanceof Error ? error : new Error('The query was answered');
    },
    async [Symbol.asyncDispose]() {
      await engine[Symbol.asyncDispose]();
      store[Symbol.dispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function bodyOf(index: string, lines: readonly string[]): string {
  return lines
    .map((line, at) => `${JSON.stringify({ create: { _index: index, _id: `${index}-${at}` } })}\n${line}\n`)
    .join('');
}
