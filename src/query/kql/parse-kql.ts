/** A KQL query as a tree. Field names and values have their escapes removed. */
export type Kql =
  | { readonly kind: 'and'; readonly parts: readonly Kql[] }
  | { readonly kind: 'or'; readonly parts: readonly Kql[] }
  | { readonly kind: 'not'; readonly part: Kql }
  | { readonly kind: 'exists'; readonly field: string }
  | { readonly kind: 'is'; readonly field: string; readonly value: string; readonly quoted: boolean }
  /** `pieces` stand between the wildcards. */
  | { readonly kind: 'wildcard'; readonly field: string; readonly pieces: readonly string[] }
  | { readonly kind: 'range'; readonly field: string; readonly op: RangeOp; readonly value: string };

export type RangeOp = '<' | '<=' | '>' | '>=';

class KqlStop extends Error {}

/** A word, a phrase in quotes, or a sign. In `pieces` of a word an unescaped `*` stands between two. */
interface KqlToken {
  readonly kind: 'word' | 'phrase' | 'sign';
  readonly text: string;
  readonly pieces: readonly string[];
}

interface Reader {
  readonly tokens: readonly KqlToken[];
  at: number;
  depth: number;
}

const DEPTH_MAX = 100;
const NEEDS_FIELD = 'a value without a field (write field : value)';

/**
 * Reads KQL: `field : value`, `field : "a phrase"`, wildcards, `field > value`, lists in parentheses, `and`, `or`, `not`.
 * One sentence that names what is wrong, or what is not supported without Elasticsearch.
 */
export function parseKql(text: string): Kql | string {
  try {
    const reader: Reader = { tokens: tokensOf(text), at: 0, depth: 0 };
    if (reader.tokens.length === 0) return 'an empty query';
    const tree = anyOf(reader, primary);
    const rest = reader.tokens[reader.at];
    return rest === undefined ? tree : `unexpected "${rest.text.slice(0, 40)}"`;
  } catch (error) {
    if (error instanceof KqlStop) return error.message;
    throw error;
  }
}

type Read = (reader: Reader) => Kql;

function anyOf(reader: Reader, leaf: Read): Kql {
  return joined(reader, 'or', (inner) => joined(inner, 'and', (innermost) => negated(innermost, leaf)));
}

function joined(reader: Reader, kind: 'and' | 'or', read: Read): Kql {
  const parts = [read(reader)];
  while (tookWord(reader, kind)) parts.push(read(reader));
  return parts.length === 1 ? (parts[0] as Kql) : { kind, parts };
}

function negated(reader: Reader, leaf: Read): Kql {
  return tookWord(reader, 'not') ? { kind: 'not', part: grouped(reader, leaf) } : grouped(reader, leaf);
}

function grouped(reader: Reader, leaf: Read): Kql {
  if (!tookSign(reader, '(')) return leaf(reader);
  if (++reader.depth > DEPTH_MAX) throw new KqlStop(`more than ${DEPTH_MAX} parentheses inside each other`);
  const tree = anyOf(reader, leaf);
  if (!tookSign(reader, ')')) throw new KqlStop('a "(" is not closed');
  reader.depth--;
  return tree;
}

function primary(reader: Reader): Kql {
  const name = reader.tokens[reader.at];
  const sign = reader.tokens[reader.at + 1];
  if (name === undefined) throw new KqlStop('the query ends too early');
  if (name.kind === 'sign') throw new KqlStop(`unexpected "${name.text}"`);
  if (sign?.kind !== 'sign' || ['(', ')', '{', '}'].includes(sign.text)) throw new KqlStop(NEEDS_FIELD);
  if (name.pieces.length > 1) throw new KqlStop(`a field name with a wildcard ("${name.text.slice(0, 40)}")`);
  reader.at += 2;
  const field = name.text;
  if (sign.text !== ':') return rangeOf(reader, field, sign.text as RangeOp);
  if (tookSign(reader, '{')) throw new KqlStop('nested fields (field : { … })');
  return grouped(reader, (inner) => valueOf(inner, field));
}

function rangeOf(reader: Reader, field: string, op: RangeOp): Kql {
  const { text, pieces } = words(reader);
  if (pieces.length > 1) throw new KqlStop('a wildcard behind a comparison');
  return { kind: 'range', field, op, value: text };
}

function valueOf(reader: Reader, field: string): Kql {
  const value = words(reader);
  if (value.kind === 'phrase' || value.pieces.length === 1)
    return { kind: 'is', field, value: value.text, quoted: value.kind === 'phrase' };
  if (value.pieces.every((piece) => piece === '')) return { kind: 'exists', field };
  return { kind: 'wildcard', field, pieces: value.pieces };
}

/** A value: a phrase, or the words up to the next sign or `and`, `or`, `not`. */
function words(reader: Reader): KqlToken {
  const first = reader.tokens[reader.at];
  if (first === undefined || first.kind === 'sign') throw new KqlStop('a value is missing');
  reader.at++;
  if (first.kind === 'phrase') return first;
  let value = first;
  for (let next = reader.tokens[reader.at]; isPlainWord(reader, next); next = reader.tokens[reader.at]) {
    reader.at++;
    const [head = '', ...tail] = next.pieces;
    const pieces = [...value.pieces.slice(0, -1), `${value.pieces.at(-1) ?? ''} ${head}`, ...tail];
    value = { kind: 'word', text: `${value.text} ${next.text}`, pieces };
  }
  return value;
}

function isPlainWord(reader: Reader, token: KqlToken | undefined): token is KqlToken {
  if (token?.kind !== 'word' || /^(?:and|or|not)$/i.test(token.text)) return false;
  const next = reader.tokens[reader.at + 1];
  return next?.kind !== 'sign' || next.text === ')';
}

function tookWord(reader: Reader, word: string): boolean {
  const token = reader.tokens[reader.at];
  if (token?.kind !== 'word' || token.text.toLowerCase() !== word) return false;
  reader.at++;
  return true;
}

function tookSign(reader: Reader, sign: string): boolean {
  const token = reader.tokens[reader.at];
  if (token?.kind !== 'sign' || token.text !== sign) return false;
  reader.at++;
  return true;
}

const TOKEN = /\s+|"((?:[^"\\]|\\[\s\S])*)"|<=|>=|[():<>{}]|((?:[^\s():<>"{}\\]|\\[\s\S])+)/y;

function tokensOf(text: string): KqlToken[] {
  const tokens: KqlToken[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const from = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (match === null)
      throw new KqlStop(
        `"${text.slice(from, from + 20)}" cannot be read: a quote is not closed, or a backslash stands alone`,
      );
    const [whole, phrase, word] = match;
    if (phrase !== undefined) tokens.push({ kind: 'phrase', text: unescape(phrase), pieces: [unescape(phrase)] });
    else if (word !== undefined) tokens.push({ kind: 'word', text: unescape(word), pieces: piecesOf(word) });
    else if (whole.trim() !== '') tokens.push({ kind: 'sign', text: whole, pieces: [] });
  }
  return tokens;
}

/** What stands between wildcards; an escaped `*` is a character. */
function piecesOf(word: string): readonly string[] {
  const parts = word.match(/\*|(?:[^*\\]|\\[\s\S])+/g) ?? [];
  const pieces = [''];
  for (const part of parts) {
    if (part === '*') pieces.push('');
    else pieces[pieces.length - 1] += unescape(part);
  }
  return pieces;
}

function unescape(text: string): string {
  return text.replace(/\\(?:u([0-9a-fA-F]{4})|([\s\S]))/g, (_, code: string | undefined, char: string) =>
    code === undefined ? ({ t: '\t', n: '\n', r: '\r' }[char] ?? char) : String.fromCharCode(Number.parseInt(code, 16)),
  );
}
