// Names: dotted columns in expressions, patterns in KEEP and DROP, plain names where a pattern cannot stand.
import type { ColumnRef, NamePattern, TextSpan } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { excerpt } from './fault.ts';
import type { SyntaxStop } from './fault.ts';
import { isReserved } from './words.ts';

/** How many tokens from the cursor on form a dotted name; 0 for none. Reserved words count: they are refused later. */
export function lengthOfName(cursor: Cursor): number {
  const isPart = (at: number): boolean => ['word', 'name'].includes(cursor.ahead(at).kind);
  if (!isPart(0)) return 0;
  let length = 1;
  while (cursor.ahead(length).kind === 'symbol' && cursor.ahead(length).text === '.' && isPart(length + 1)) length += 2;
  return length;
}

/** A column in expression mode; the cursor stands at a word or a name in backticks. */
export function parseColumn(cursor: Cursor): ColumnRef {
  const { start } = cursor.current.span;
  const parts = [parsePart(cursor)];
  while (cursor.acceptSymbol('.')) parts.push(parsePart(cursor));
  return { kind: 'column', name: parts.join('.'), span: cursor.spanFrom(start) };
}

function parsePart(cursor: Cursor): string {
  const { kind, text } = cursor.current;
  if (kind === 'param') throw paramAsName(cursor);
  if (kind !== 'word' && kind !== 'name') throw cursor.unexpected('a column');
  if (kind === 'word' && isReserved(text)) throw reservedWord(cursor);
  return cursor.take().value;
}

/** A reserved word where a value or a column is wanted. */
export function reservedWord(cursor: Cursor): SyntaxStop {
  const { text } = cursor.current;
  const hint = `Write the value that is missing here, or put a column that is called so in backticks: \`${text}\``;
  return cursor.stop('reserved-word', `"${text}" is a reserved word and no column`, hint);
}

/** A parameter where ES|QL wants a name that stands in the text. */
export function paramAsName(cursor: Cursor): SyntaxStop {
  const hint = 'Write the name itself; a parameter may stand for a value, or with ?? for a column inside an expression';
  return cursor.stop('param-as-name', `The parameter "${excerpt(cursor.current.text)}" cannot give a name here`, hint);
}

/** A column name in pattern mode, in which `*` stands for any characters unless it is in backticks. */
export function parsePattern(cursor: Cursor): NamePattern {
  const { start } = cursor.current.span;
  const parts = [parsePatternPart(cursor)];
  while (cursor.acceptSymbol('.')) parts.push(parsePatternPart(cursor));
  const pieces = piecesOf(parts.join('.'));
  return { name: pieces.join('*'), wild: pieces.length > 1, pieces, span: cursor.spanFrom(start) };
}

function parsePatternPart(cursor: Cursor): string {
  const { kind, text, span } = cursor.current;
  if (kind === 'param') throw paramAsName(cursor);
  if (kind !== 'pattern') throw cursor.unexpected('a column');
  if (/^(?:\d|[_@]$)/.test(text)) {
    throw cursor.stop(
      'bad-name',
      `"${excerpt(text)}" is no column name`,
      `Put it in backticks: \`${excerpt(text)}\``,
      span,
    );
  }
  return cursor.take().text;
}

/** The text between the wildcards of a pattern as written; quoted pieces lose their backticks and keep their `*`. */
function piecesOf(written: string): string[] {
  const pieces = [''];
  for (const [run] of written.matchAll(/\*|`(?:[^`]|``)*`|[^*`]+/g)) {
    if (run === '*') pieces.push('');
    else pieces.push(`${pieces.pop() ?? ''}${run.startsWith('`') ? run.slice(1, -1).replaceAll('``', '`') : run}`);
  }
  return pieces;
}

/** A name in pattern mode where no wildcard may stand. */
export function parsePlainName(cursor: Cursor): { readonly name: string; readonly span: TextSpan } {
  const { name, wild, span } = parsePattern(cursor);
  if (wild)
    throw cursor.stop(
      'wildcard',
      `"${excerpt(name)}" holds a wildcard where one column is expected`,
      'Write the whole name',
      span,
    );
  return { name, span };
}
