const BACKSLASH = 0x5c;

/** What stands for a letter after a backslash; 0: nothing, or (`u`) more than one byte. */
const BYTE_OF_LETTER = new Uint8Array(256);
for (const [letter, text] of ['""', '\\\\', '//', 'b\b', 'f\f', 'n\n', 'r\r', 't\t']) {
  BYTE_OF_LETTER[letter!.charCodeAt(0)] = text!.charCodeAt(0);
}

/**
 * Decodes a text of JSON whose escapes are single letters, as in every path of Windows, into `to`, which has to have
 * room for it. Its size in bytes; -1 where the text has any other escape, which is left to JSON.parse.
 */
export function decodeLetters(bytes: Uint8Array, start: number, end: number, to: Uint8Array): number {
  let size = 0;
  for (let at = start; at < end; at++) {
    let byte = bytes[at]!;
    if (byte === BACKSLASH) {
      byte = BYTE_OF_LETTER[bytes[++at]!]!;
      if (byte === 0) return -1;
    }
    to[size++] = byte;
  }
  return size;
}
