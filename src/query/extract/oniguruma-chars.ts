/** Ends the translation of a pattern; thrown and caught inside it only. */
export class RegexStop extends Error {}

/** A place in a pattern. */
export interface CharReader {
  readonly text: string;
  at: number;
}

/** Letters, marks, digits and connectors of any script: `\b` looks at these, `\w` at ASCII only [measured on 8.19.21]. */
const WORD = String.raw`[\p{L}\p{M}\p{N}\p{Pc}]`;
const END = String.raw`(?![\s\S])`;

/** Escapes of Ruby's dialect that stand outside of classes. */
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['A', String.raw`(?<![\s\S])`],
  ['z', END],
  ['Z', String.raw`(?=\n?${END})`],
  ['b', `(?:(?<=${WORD})(?!${WORD})|(?<!${WORD})(?=${WORD}))`],
  ['B', `(?:(?<=${WORD})(?=${WORD})|(?<!${WORD})(?!${WORD}))`],
  ['R', String.raw`(?:\r\n|[\n\v\f\r\u0085\u2028\u2029])`],
]);

/** Escapes for sets of characters, in a class and outside. */
const SET_ESCAPES: ReadonlyMap<string, string> = new Map([
  ['h', '[0-9A-Fa-f]'],
  ['H', '[^0-9A-Fa-f]'],
  ['d', '[0-9]'],
  ['D', '[^0-9]'],
  ['w', '[0-9A-Za-z_]'],
  ['W', '[^0-9A-Za-z_]'],
  ['s', String.raw`[\t-\r\u0020]`],
  ['S', String.raw`[^\t-\r\u0020]`],
]);

/** Escapes for one character, by its code. */
const CHAR_ESCAPES: ReadonlyMap<string, number> = new Map([
  ['t', 9],
  ['n', 10],
  ['v', 11],
  ['f', 12],
  ['r', 13],
  ['a', 7],
  ['e', 27],
]);

/** Bracket expressions of POSIX, over Unicode as the dialect has them. */
const POSIX: ReadonlyMap<string, string> = new Map([
  ['alpha', String.raw`\p{Alphabetic}`],
  ['digit', String.raw`\p{Nd}`],
  ['alnum', String.raw`\p{Alphabetic}\p{Nd}`],
  ['upper', String.raw`\p{Uppercase}`],
  ['lower', String.raw`\p{Lowercase}`],
  ['space', String.raw`\p{White_Space}`],
  ['blank', String.raw`\p{Zs}\t`],
  ['cntrl', String.raw`\p{Cc}`],
  ['punct', String.raw`\p{P}\p{S}`],
  ['xdigit', '0-9A-Fa-f'],
  ['word', String.raw`\p{L}\p{M}\p{N}\p{Pc}`],
]);

/** A character that stands for itself or, outside of classes, for any or for the border of a line. */
export function plain(char: string, dotAll: boolean): string {
  if (char === '.') return dotAll ? String.raw`[\s\S]` : String.raw`[^\n]`;
  if (char === '^') return String.raw`(?<![^\n])`;
  if (char === '$') return String.raw`(?=\n|${END})`;
  return literal(char);
}

/** Reads what follows a backslash outside of a class; `names` are those of the groups so far. */
export function escape(reader: CharReader, names: readonly string[]): string {
  const back = /^k<([^>]+)>/.exec(reader.text.slice(reader.at, reader.at + 200));
  if (back !== null) {
    const group = names.lastIndexOf(back[1] ?? '');
    if (group < 0) throw new RegexStop(`"\\${back[0]}" names no group before it`);
    reader.at += back[0].length;
    return `\\k<g${group}>`;
  }
  const char = reader.text[reader.at];
  const known = ESCAPES.get(char ?? '');
  if (known === undefined) return escapedSet(reader) ?? literal(String.fromCodePoint(escapedChar(reader)));
  reader.at++;
  return known;
}

/** Reads a class whose `[` has been read. */
export function charClass(reader: CharReader): string {
  const negated = took(reader, '^');
  const items: string[] = [];
  while (items.length === 0 || !took(reader, ']')) items.push(classItem(reader, items.length === 0));
  return `[${negated ? '^' : ''}${items.join('')}]`;
}

function classItem(reader: CharReader, first: boolean): string {
  const posix = /^\[:(\^?)(\w+):\]/.exec(reader.text.slice(reader.at, reader.at + 20));
  if (posix !== null) {
    const set = POSIX.get(posix[2] ?? '');
    if (set === undefined) throw new RegexStop(`there is no class "${posix[0]}"`);
    reader.at += posix[0].length;
    return `[${posix[1]}${set}]`;
  }
  if (reader.text.startsWith('&&', reader.at)) throw new RegexStop('"&&" in a class cannot be translated');
  if (took(reader, '[')) return charClass(reader);
  if (reader.text[reader.at] === '\\') {
    reader.at++;
    const set = escapedSet(reader);
    if (set !== null) return set;
    reader.at--;
  }
  const from = classChar(reader, first);
  const ranged =
    reader.text[reader.at] === '-' && !/^-(?:\]|\\[hHdDwWsS])/.test(reader.text.slice(reader.at, reader.at + 3));
  if (!ranged) return written(from);
  reader.at++;
  const to = classChar(reader, true);
  if (to < from) throw new RegexStop('a range of characters ends before it begins');
  return `${written(from)}-${written(to)}`;
}

function classChar(reader: CharReader, first: boolean): number {
  const code = reader.text.codePointAt(reader.at);
  if (code === undefined || (code === 0x5d && !first)) throw new RegexStop('a "[" is not closed');
  reader.at += code > 0xffff ? 2 : 1;
  return code === 0x5c ? escapedChar(reader) : code;
}

/** A set of characters behind a backslash, or null. */
function escapedSet(reader: CharReader): string | null {
  const char = reader.text[reader.at] ?? '';
  const property = /^[pP]\{\^?\w+\}/.exec(reader.text.slice(reader.at, reader.at + 60));
  const set = property === null ? SET_ESCAPES.get(char) : propertySet(property[0]);
  if (set === undefined) return null;
  reader.at += property?.[0].length ?? 1;
  return set;
}

function propertySet(text: string): string {
  const [, kind = '', inverse = '', name = ''] = /^([pP])\{(\^?)(\w+)\}$/.exec(text) ?? [];
  const set =
    POSIX.get(name.toLowerCase()) ??
    (/^(?:L[ultmo]?|N[dlo]?|P[cdseifo]?|S[mcko]?|Z[slp]?|M[nce]?|C[cfon]?)$/.test(name) ? `\\p{${name}}` : null);
  if (set === null) throw new RegexStop(`there is no property "${name}"`);
  return (kind === 'P') !== (inverse === '^') ? `[^${set}]` : `[${set}]`;
}

/** The code of one character behind a backslash. */
function escapedChar(reader: CharReader): number {
  const hex = /^(?:x([0-9A-Fa-f]{1,2})|x\{([0-9A-Fa-f]{1,6})\}|u([0-9A-Fa-f]{4}))/.exec(
    reader.text.slice(reader.at, reader.at + 10),
  );
  if (hex !== null) {
    reader.at += hex[0].length;
    const code = Number.parseInt(hex[1] ?? hex[2] ?? hex[3] ?? '', 16);
    if (code > 0x10ffff) throw new RegexStop(`"\\${hex[0]}" is no character`);
    return code;
  }
  const code = reader.text.codePointAt(reader.at);
  if (code === undefined) throw new RegexStop('a backslash stands at the end');
  const char = String.fromCodePoint(code);
  const known = CHAR_ESCAPES.get(char);
  if (known === undefined && /^[A-Za-z0-9]$/.test(char)) throw new RegexStop(`"\\${char}" cannot be translated`);
  reader.at += char.length;
  return known ?? code;
}

/** A character as itself, wherever it stands. */
function literal(char: string): string {
  return written(char.codePointAt(0) ?? 0);
}

function written(code: number): string {
  const char = String.fromCodePoint(code);
  return /^[A-Za-z0-9]$/.test(char) ? char : `\\u{${code.toString(16)}}`;
}

function took(reader: CharReader, char: string): boolean {
  if (reader.text[reader.at] !== char) return false;
  reader.at += char.length;
  return true;
}
