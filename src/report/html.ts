import { shortText } from '../core/unsafe-text.ts';

/** Longest piece of foreign text on a page; the rest is counted. */
const SHOWN_MAX = 4_000;

/**
 * Text that may stand on a page. It is made by the tagged template `html` alone, which escapes every value, so no event
 * reaches a page unescaped. Attributes are always written in double quotes.
 */
export class Html {
  readonly #text: string;

  private constructor(text: string) {
    this.#text = text;
  }

  /** For text of our own: style, script, constants. The caller vouches for it. */
  static vouched(text: string): Html {
    return new Html(text);
  }

  toString(): string {
    return this.#text;
  }
}

/** What may stand in a template: foreign text, a number, pieces that are safe, lists of them, or nothing. */
export type Content = string | number | null | Html | readonly Content[];

/** A template whose own words stand as they are and whose values are escaped. */
export function html(words: TemplateStringsArray, ...values: readonly Content[]): Html {
  return Html.vouched(words.map((word, index) => word + shown(values[index] ?? null)).join(''));
}

/** Foreign text of several lines, such as a query, for `<pre>`: line breaks stay, everything else is escaped. */
export function lines(text: string): Html {
  return html`${text.split(/\r?\n/).flatMap((line, at): Content[] => (at === 0 ? [line] : [LINE_BREAK, line]))}`;
}

const LINE_BREAK = Html.vouched('\n');

function shown(value: Content): string {
  if (value === null) return '';
  if (value instanceof Html) return value.toString();
  if (typeof value === 'object') return value.map(shown).join('');
  return shortText(String(value), SHOWN_MAX).replace(/[&<>"'`]/g, (character) => ENTITIES[character] ?? '');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};
