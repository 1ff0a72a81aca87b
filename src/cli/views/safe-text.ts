// cli: argv to one command to an exit code. In: arguments, environment, signals. Out: text, JSON, an exit code.
// May import: everything in src.
import { harmlessJson, shortText } from '../../core/unsafe-text.ts';

/** Longest piece of foreign text that is shown; the rest is counted. A screen is about 10,000 characters. */
const SHOWN_MAX = 20_000;

/**
 * Text that may be written to a terminal. `safe` makes it out of foreign text by showing every unsafe character
 * escaped, so an output that takes only SafeText cannot be reached by an event or a definition that was not made safe.
 */
export class SafeText {
  readonly #text: string;

  private constructor(text: string) {
    this.#text = text;
  }

  /** For layout and colour alone: the caller vouches for the text. */
  static vouched(text: string): SafeText {
    return new SafeText(text);
  }

  toString(): string {
    return this.#text;
  }
}

/** Text from anywhere, or text that is safe already. */
export type Showable = string | number | SafeText;

/** A template whose own words stand as they are and whose values are made safe: safe`Hunt ${id}`. */
export function safe(words: TemplateStringsArray, ...values: readonly Showable[]): SafeText {
  return SafeText.vouched(words.map((word, index) => word + shown(values[index] ?? '')).join(''));
}

/** One value made safe. */
export function safeText(value: Showable): SafeText {
  return value instanceof SafeText ? value : SafeText.vouched(shown(value));
}

/** Foreign text of several lines, such as a query: each line made safe, the line breaks kept. */
export function safeLines(text: string, indent = ''): SafeText {
  return joined(
    text.split(/\r?\n/).map((line) => safe`${SafeText.vouched(indent)}${line}`),
    '\n',
  );
}

/** Pieces with the same words between them. */
export function joined(pieces: readonly Showable[], between: string): SafeText {
  return SafeText.vouched(pieces.map(shown).join(between));
}

/** JSON in which the characters that `safe` escapes stand as \u escapes: the same value, harmless on a terminal. */
export function safeJson(value: unknown, indent?: number): string {
  return harmlessJson(JSON.stringify(value, null, indent));
}

function shown(value: Showable): string {
  return value instanceof SafeText ? value.toString() : shortText(String(value), SHOWN_MAX);
}
