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

/** Text in one line with each unsafe character shown as an escape: `\n`, `\x1b`, `\u202e`. */
function visibleText(text: string): string {
  return text.replace(UNSAFE, escape);
}

/** Visible text of at most `most` characters; what is left out is counted. */
export function shortText(text: string, most: number): string {
  const rest = text.length - most;
  return rest > 0 ? `${visibleText(text.slice(0, most))}… (${rest} more characters)` : visibleText(text);
}

const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function escape(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return (
    NAMED[character] ??
    (code < 0x100 ? `\\x${hex(code, 2)}` : code < 0x10000 ? `\\u${hex(code, 4)}` : `\\u{${hex(code, 5)}}`)
  );
}

function hex(code: number, width: number): string {
  return code.toString(16).padStart(width, '0');
}
