// core: the nouns and the arithmetic of Tracehound. In: nothing. Out: types and pure functions. May import: nothing.

/** Where something stands in a file a person wrote; line and column count from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/**
 * A piece of text inside a file, with what is needed to find an offset of it again. A YAML block scalar has one `margin`
 * (its indentation) on every line; any other scalar is one line whose first character stands at `place`.
 */
export interface PlacedText {
  readonly text: string;
  readonly place: Place;
  /** Columns that the file has before each further line of the text. */
  readonly margin: number;
  /** For text that folding or quoting changed: pieces that stand in the file as they are, in order; they decide. */
  readonly joints?: readonly Joint[];
}

/** From character `at` of the text on, the file continues at `place`. */
export interface Joint {
  readonly at: number;
  readonly place: Place;
}

/** The place of character `offset` (UTF-16 units) of the text. */
export function placeAt(source: PlacedText, offset: number): Place {
  const joint = source.joints?.findLast(({ at }) => at <= offset);
  if (joint !== undefined) return { ...joint.place, column: joint.place.column + offset - joint.at };
  const before = source.text.slice(0, offset).split('\n');
  const column = (before.at(-1) ?? '').length;
  const { file, line, column: first } = source.place;
  return before.length === 1
    ? { file, line, column: first + column }
    : { file, line: line + before.length - 1, column: source.margin + 1 + column };
}

/** Text that no file holds (a flag, a test): its places count from the first character. */
export function unplaced(text: string, file = '<text>'): PlacedText {
  return { text, place: { file, line: 1, column: 1 }, margin: 0 };
}
