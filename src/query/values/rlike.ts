/** Inclusive ranges of code points. */
export type CharRanges = readonly (readonly [first: number, last: number])[];

/** A Lucene regular expression as a tree; `max` is null where a repetition has no end. */
export type RegexNode =
  | { readonly kind: 'chars'; readonly ranges: CharRanges }
  | { readonly kind: 'concat' | 'union'; readonly parts: readonly RegexNode[] }
  | { readonly kind: 'repeat'; readonly part: RegexNode; readonly min: number; readonly max: number | null };

const LAST = 0x10ffff;
const REPEAT_MAX = 1_000;
const DEPTH_MAX = 200;
const CLASSES: ReadonlyMap<string, CharRanges> = new Map([
  ['d', [[0x30, 0x39]]],
  [
    'w',
    [
      [0x30, 0x39],
      [0x41, 0x5a],
      [0x5f, 0x5f],
      [0x61, 0x7a],
    ],
  ],
  [
    's',
    [
      [0x09, 0x0a],
      [0x0d, 0x0d],
      [0x20, 0x20],
    ],
  ],
] satisfies [string, CharRanges][]);
const ANY_CHAR: RegexNode = { kind: 'chars', ranges: [[0, LAST]] };

/** What of Lucene's syntax is refused, with the reason a message gives. */
const REFUSED: ReadonlyMap<string, string> = new Map([
  ['&', 'the intersection "&" cannot be evaluated on rows; write two RLIKE with AND, or \\& for the character'],
  ['~', 'the complement "~" cannot be evaluated on rows; write NOT RLIKE, or \\~ for the character'],
  ['<', 'the interval "<n-m>" cannot be evaluated on rows; write the digits out, or \\< for the character'],
]);

class RegexStop extends Error {}

/**
 * Reads Lucene's regular expressions as RLIKE takes them: whole string, `.` any character, no anchors, no flags, no lazy
 * quantifiers. One sentence where the pattern is none, or uses what rows cannot evaluate.
 */
export function parseRlike(pattern: string): RegexNode | string {
  if (pattern === '') return { kind: 'concat', parts: [] };
  const reader = { chars: Array.from(pattern), at: 0, depth: 0 };
  try {
    const node = union(reader);
    return reader.at < reader.chars.length
      ? `unexpected "${reader.chars[reader.at]}" at character ${reader.at + 1}`
      : node;
  } catch (error) {
    if (error instanceof RegexStop) return error.message;
    throw error;
  }
}

/** Whether a tree matches any string at all (`.*`, `@`): Elasticsearch rewrites such an RLIKE to IS NOT NULL. */
export function isTotal(node: RegexNode): boolean {
  if (node.kind === 'concat' && node.parts.length === 1) return isTotal(node.parts[0] ?? node);
  if (node.kind !== 'repeat' || node.min !== 0 || node.max !== null || node.part.kind !== 'chars') return false;
  return node.part.ranges.some(([first, last]) => first === 0 && last === LAST);
}

interface Reader {
  readonly chars: readonly string[];
  at: number;
  depth: number;
}

function union(reader: Reader): RegexNode {
  const parts = [concat(reader)];
  while (took(reader, '|')) parts.push(concat(reader));
  return parts.length === 1 ? (parts[0] ?? ANY_CHAR) : { kind: 'union', parts };
}

/** As in Lucene the first character is one whatever it is, so an empty alternative is a fault, not an empty string. */
function concat(reader: Reader): RegexNode {
  const parts: RegexNode[] = [];
  do {
    parts.push(repeated(reader));
  } while (reader.at < reader.chars.length && !')|'.includes(reader.chars[reader.at] ?? ''));
  return { kind: 'concat', parts };
}

function repeated(reader: Reader): RegexNode {
  let node = atom(reader);
  for (;;) {
    if (took(reader, '?')) node = { kind: 'repeat', part: node, min: 0, max: 1 };
    else if (took(reader, '*')) node = { kind: 'repeat', part: node, min: 0, max: null };
    else if (took(reader, '+')) node = { kind: 'repeat', part: node, min: 1, max: null };
    else if (took(reader, '{')) node = { kind: 'repeat', part: node, ...bounds(reader) };
    else return node;
  }
}

function bounds(reader: Reader): { min: number; max: number | null } {
  const close = reader.chars.indexOf('}', reader.at);
  const text = reader.chars.slice(reader.at, close < 0 ? undefined : close).join('');
  const match = /^(\d{1,6})(,(\d{0,6}))?$/.exec(text);
  if (match === null || close < 0)
    throw new RegexStop(`"{${text.slice(0, 20)}" is no repetition; write \\{ for the character`);
  reader.at = close + 1;
  const min = Number(match[1]);
  const max = match[2] === undefined ? min : match[3] === '' ? null : Number(match[3]);
  if (min > REPEAT_MAX || (max !== null && max > REPEAT_MAX)) throw new RegexStop(`a repetition above ${REPEAT_MAX}`);
  if (max !== null && max < min) throw new RegexStop(`"{${text}}" ends before it begins`);
  return { min, max };
}

function atom(reader: Reader): RegexNode {
  const char = reader.chars[reader.at++];
  if (char === undefined) throw new RegexStop('the pattern, or an alternative of it, ends too early');
  const refused = REFUSED.get(char);
  if (refused !== undefined) throw new RegexStop(refused);
  if (char === '.') return ANY_CHAR;
  if (char === '@') return { kind: 'repeat', part: ANY_CHAR, min: 0, max: null };
  if (char === '#') return { kind: 'union', parts: [] };
  if (char === '"') return quoted(reader);
  if (char === '(') return group(reader);
  if (char === '[') return charClass(reader);
  return char === '\\' ? escaped(reader) : literal(char);
}

function group(reader: Reader): RegexNode {
  if (took(reader, ')')) return { kind: 'concat', parts: [] };
  if (++reader.depth > DEPTH_MAX) throw new RegexStop(`more than ${DEPTH_MAX} parentheses inside each other`);
  const node = union(reader);
  if (!took(reader, ')')) throw new RegexStop('a "(" is not closed');
  reader.depth--;
  return node;
}

function quoted(reader: Reader): RegexNode {
  const close = reader.chars.indexOf('"', reader.at);
  if (close < 0) throw new RegexStop('a quote is not closed');
  const parts = reader.chars.slice(reader.at, close).map(literal);
  reader.at = close + 1;
  return { kind: 'concat', parts };
}

function escaped(reader: Reader): RegexNode {
  const char = reader.chars[reader.at++];
  if (char === undefined) throw new RegexStop('a backslash stands at the end');
  const known = CLASSES.get(char.toLowerCase());
  if (known === undefined) return literal(char);
  return { kind: 'chars', ranges: char === char.toLowerCase() ? known : inverted(known) };
}

function charClass(reader: Reader): RegexNode {
  const negated = took(reader, '^');
  const ranges: (readonly [number, number])[] = [];
  while (!took(reader, ']')) {
    if (reader.at >= reader.chars.length) throw new RegexStop('a "[" is not closed');
    ranges.push(...classItem(reader));
  }
  if (ranges.length === 0) throw new RegexStop('"[]" holds no character');
  return { kind: 'chars', ranges: negated ? inverted(ranges) : ranges };
}

function classItem(reader: Reader): CharRanges {
  const first = classChar(reader);
  if (typeof first !== 'number') return first;
  // Lucene takes a range wherever a "-" follows a character, before "]" too.
  if (!took(reader, '-')) return [[first, first]];
  const last = classChar(reader);
  if (typeof last !== 'number' || last < first) throw new RegexStop('a range of characters ends before it begins');
  return [[first, last]];
}

function classChar(reader: Reader): number | CharRanges {
  const char = reader.chars[reader.at++];
  if (char !== '\\') return codeOf(char);
  const node = escaped(reader);
  const only = node.kind === 'chars' ? node.ranges : [];
  const [range] = only;
  return only.length === 1 && range !== undefined && range[0] === range[1] ? range[0] : only;
}

function inverted(ranges: CharRanges): CharRanges {
  const out: (readonly [number, number])[] = [];
  let next = 0;
  for (const [first, last] of [...ranges].sort((a, b) => a[0] - b[0])) {
    if (first > next) out.push([next, first - 1]);
    next = Math.max(next, last + 1);
  }
  return next <= LAST ? [...out, [next, LAST]] : out;
}

function literal(char: string): RegexNode {
  const code = codeOf(char);
  return { kind: 'chars', ranges: [[code, code]] };
}

function codeOf(char: string | undefined): number {
  const code = char?.codePointAt(0);
  if (code === undefined) throw new RegexStop('the pattern ends too early');
  return code;
}

function took(reader: Reader, char: string): boolean {
  if (reader.chars[reader.at] !== char) return false;
  reader.at++;
  return true;
}
