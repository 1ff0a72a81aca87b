import { paintFor, type Paint } from './views/paint.ts';
import { type SafeText, safeJson } from './views/safe-text.ts';

export type Format = 'text' | 'json' | 'ndjson';

/** What is needed of `process.stdout` and `process.stderr`. */
export interface Stream {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

/**
 * The one writer for both streams. Standard output carries the answer: text for people, one JSON value (`json`), or a
 * JSON value a line (`ndjson`). Words about the work go to standard error, whatever the format.
 */
export class Output {
  readonly format: Format;
  /** Colours of standard output, and of standard error. */
  readonly paint: Paint;
  readonly notePaint: Paint;
  readonly #stdout: Stream;
  readonly #stderr: Stream;
  /** Items of a JSON array that is not closed yet. */
  #items: unknown[] | null = null;

  constructor(streams: { readonly stdout: Stream; readonly stderr: Stream }, format: Format) {
    this.format = format;
    this.#stdout = streams.stdout;
    this.#stderr = streams.stderr;
    this.paint = paintFor(streams.stdout);
    this.notePaint = paintFor(streams.stderr);
  }

  /** Columns of the terminal; null where output is no terminal and lines may be of any length. */
  get width(): number | null {
    return this.#stdout.isTTY === true ? (this.#stdout.columns ?? 80) : null;
  }

  /** Whether progress may rewrite a line of standard error. */
  get rewritable(): boolean {
    return this.#stderr.isTTY === true;
  }

  /** The whole answer of a command: a list is a line per item in ndjson. */
  answer(value: unknown, human: () => SafeText): void {
    if (this.format === 'text') return this.#print(human().toString());
    if (this.format === 'json') return this.#print(safeJson(value, 2));
    for (const item of Array.isArray(value) ? value : [value]) this.#print(safeJson(item));
  }

  /** One of several parts of the answer, told as it comes; `end` closes the JSON array they make. */
  item(value: unknown, human: () => SafeText): void {
    if (this.format === 'json') (this.#items ??= []).push(value);
    else this.answer(this.format === 'ndjson' ? [value] : value, human);
  }

  /** After the last `item`, also when there was none. */
  end(): void {
    if (this.format === 'json') this.#print(safeJson(this.#items ?? [], 2));
    this.#items = null;
  }

  /** One of lines that never end: for a person at a terminal, else a JSON value, whatever the format. */
  line(value: unknown, human: () => SafeText): void {
    const forPeople = this.format === 'text' && this.#stdout.isTTY === true;
    this.#print(forPeople ? human().toString() : safeJson(value));
  }

  /** Words for a person, on standard error. */
  note(text: SafeText): void {
    this.#stderr.write(`${text.toString()}\n`);
  }

  /** Takes back the line that progress has written and writes another, without a line break. */
  rewrite(text: SafeText): void {
    this.#stderr.write(`\r\u001b[K${text.toString()}`);
  }

  #print(text: string): void {
    if (text !== '') this.#stdout.write(`${text}\n`);
  }
}
