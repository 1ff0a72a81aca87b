import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { HuntError, messageOf } from '../../core/error.ts';
import { type DocumentBlock, refusal, type Refusal } from '../../ingest/document-block.ts';
import type { InputFormat, LogContext } from '../../ingest/input-format.ts';
import { type Input, openInput } from '../../ingest/open.ts';
import { readDocuments } from '../../ingest/read-documents.ts';

import { Mapping } from './mapping.ts';
import type { Manifest } from './manifest.ts';
import { RejectFile } from './reject-file.ts';
import { SegmentWriter } from './segment-writer.ts';
import { type Conflict, Stage } from './stage.ts';

/** What came of one input. */
interface InputCount {
  readonly name: string;
  readonly documents: number;
  readonly refused: number;
  /** Where refused lines are; null where there are none. */
  readonly rejects: string | null;
  /** The first lines that were refused, for people. */
  readonly examples: readonly Refusal[];
  /** Why the input ended early; null where it did not. */
  readonly cut: string | null;
  /** What had to be assumed of it, for people. */
  readonly notes: readonly string[];
}

/** What came of an ingest: documents added, documents the store had, lines refused, values that did not fit. */
export interface IngestCount {
  taken: number;
  seen: number;
  refused: number;
  readonly inputs: InputCount[];
  /** By field, the most first. */
  conflicts: readonly (Conflict & { readonly field: string })[];
}

export interface IngestOptions {
  /** Null: each input is recognised by its first line. */
  readonly format: InputFormat | null;
  /** What logs do not say of themselves. */
  readonly context?: LogContext;
  readonly signal: AbortSignal;
  readonly stdin: () => AsyncIterable<Buffer>;
  /** Told now and then while a file is read. */
  readonly progress?: (input: Input, documents: number) => void;
  /** Rows and bytes of documents that make a segment; smaller in tests. */
  readonly segmentRows?: number;
  readonly segmentBytes?: number;
}

/** A segment of this size is read in parallel by DuckDB (its row groups have 122,880 rows), and its making stays in memory. */
const SEGMENT_ROWS = 262_144;
const SEGMENT_BYTES = 128 * 1_048_576;
/** DuckDB holds 16 bytes for each cell of a text column while it writes: sources with 400 fields make shorter segments. */
const SEGMENT_CELLS = 16_000_000;
const EXAMPLES = 3;

/** Reads inputs into segments. What was committed stays, whatever ends it; the same inputs again add only the rest. */
export async function ingestInto(
  folder: string,
  manifest: Manifest,
  inputs: readonly Input[],
  options: IngestOptions,
): Promise<IngestCount> {
  using writer = await SegmentWriter.open(manifest);
  using ingest = new Ingest(folder, manifest, writer, options);
  try {
    for (const [number, input] of inputs.entries()) await ingest.read(input, number);
    return await ingest.finish();
  } catch (error) {
    throw isDiskFull(error) ? diskFull(error) : error;
  }
}

/** As the system tells it, or DuckDB in its words. */
function isDiskFull(error: unknown): boolean {
  return /\b(?:ENOSPC|EDQUOT)\b|no space left on device/i.test(messageOf(error));
}

function diskFull(cause: unknown): HuntError {
  return new HuntError('STORE_REFUSED', 'Cannot keep events: the disk is full; what was committed until then stays', {
    cause,
    remedy: 'Make room, or name a folder on another disk in TRACEHOUND_HOME, and run the same command again',
  });
}

/** One ingest under way. */
class Ingest implements Disposable {
  readonly #options: IngestOptions;
  readonly #rejects: string;
  readonly #stage: Stage;
  readonly #writer: SegmentWriter;
  readonly #count: IngestCount = { taken: 0, seen: 0, refused: 0, inputs: [], conflicts: [] };
  /** The segment that is being written while the next is read. */
  #writing: Promise<void> = Promise.resolve();

  constructor(folder: string, manifest: Manifest, writer: SegmentWriter, options: IngestOptions) {
    this.#rejects = join(folder, 'rejected');
    this.#options = options;
    this.#writer = writer;
    const mapping = new Mapping(manifest.fields(), (name, type) => manifest.define(name, type));
    this.#stage = new Stage(mapping, join(manifest.spillFolder, `${process.pid}`));
  }

  async read(input: Input, number: number): Promise<void> {
    const { format, context, stdin, signal, progress } = this.#options;
    const { bytes, cut } = openInput(input, stdin);
    using rejects = new RejectFile(this.#rejects, input);
    const examples: Refusal[] = [];
    const notes = new Set<string>();
    let [documents, refused] = [0, 0];
    for await (const block of readDocuments(bytes, { as: format, ...(context === undefined ? {} : { context }) })) {
      if (signal.aborted) throw calledOff();
      const refusals = [...block.refusals, ...(await this.#add(block, number))];
      rejects.add(refusals);
      for (const note of block.notes ?? []) notes.add(note);
      examples.push(...refusals.slice(0, EXAMPLES - examples.length));
      refused += refusals.length;
      documents += block.documents.length + block.refusals.length - refusals.length;
      progress?.(input, documents);
    }
    this.#count.refused += refused;
    const path = refused === 0 ? null : rejects.path;
    this.#count.inputs.push({
      name: input.name,
      documents,
      refused,
      rejects: path,
      examples,
      cut: cut(),
      notes: [...notes],
    });
  }

  async finish(): Promise<IngestCount> {
    await this.#flush(null);
    await this.#writing;
    this.#count.conflicts = [...this.#stage.conflicts]
      .map(([field, conflict]) => ({ field, ...conflict }))
      .sort((a, b) => b.unfit + b.cut - a.unfit - a.cut);
    return this.#count;
  }

  /** Stages the documents of a block; those that are none after all. */
  async #add({ bytes: source, documents }: DocumentBlock, file: number): Promise<Refusal[]> {
    const { segmentRows = SEGMENT_ROWS, segmentBytes = SEGMENT_BYTES } = this.#options;
    const refusals: Refusal[] = [];
    for (const document of documents) {
      try {
        this.#stage.add(source, document, file);
      } catch (error) {
        refusals.push(refusal(source, document, error));
      }
      const { rows, bytes, cells } = this.#stage;
      if (rows >= segmentRows || bytes >= segmentBytes || cells >= SEGMENT_CELLS) await this.#flush(file);
    }
    return refusals;
  }

  /** Begins to write what is staged, after what is being written; at most one segment waits in memory. */
  async #flush(goesOn: number | null): Promise<void> {
    await this.#writing;
    if (this.#stage.rows === 0) return;
    const writing = this.#write(goesOn);
    // Whoever awaits it next hears of a failure; until then it is not unhandled.
    writing.catch(() => {});
    this.#writing = writing;
  }

  async #write(goesOn: number | null): Promise<void> {
    const staged = this.#stage.take();
    const { taken, seen } = await this.#writer.write(staged, goesOn);
    rmSync(staged.path);
    this.#count.taken += taken;
    this.#count.seen += seen;
  }

  [Symbol.dispose](): void {
    this.#stage[Symbol.dispose]();
  }
}

function calledOff(): HuntError {
  return new HuntError('CANCELLED', 'Called off: what was committed until then stays', {
    remedy: 'Run the same command again: it adds only the rest',
  });
}
