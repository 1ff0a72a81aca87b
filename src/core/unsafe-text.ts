/**
 * What could move the cursor, colour, hide or reorder text: control and format characters (escape sequences,
 * bidirectional marks, zero-width joiners), line and paragraph separators, lone surrogates.
 */
export const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** JSON text with each unsafe character but line breaks as its \u escapes: the same value, harmless on a terminal. */
export function harmlessJson(json: string): string {
  return json.replace(UNSAFE, (character) =>
    character === '\n'
      ? character
      : character.replace(/[^]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
  );
}
