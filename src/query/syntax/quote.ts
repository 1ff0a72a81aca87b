import { HuntError } from '../../core/error.ts';
import type { NamePattern } from './ast.ts';
import { excerpt } from './fault.ts';
import { isReservedSomewhere } from './words.ts';

/** One part of a bare name: a letter and more, or `_` or `@` and at least one more. */
const BARE_PART = /^(?:[A-Za-z]|[_@](?=[A-Za-z0-9_]))[A-Za-z0-9_]*$/;

/** The same where `*` may stand for any characters. */
const BARE_PATTERN_PART = /^(?:[A-Za-z*]|[_@](?=[A-Za-z0-9_*]))[A-Za-z0-9_*]*$/;

/** What FROM takes without quotes and without doubt. */
const BARE_SOURCE = /^-?(?:[A-Za-z0-9_.*-]+:)?[A-Za-z0-9_.*<][A-Za-z0-9_.*+-]*$/;

const ESCAPES: Readonly<Record<string, string>> = {
  '\t': '\\t',
  '\n': '\\n',
  '\r': '\\r',
  '"': '\\"',
  '\\': '\\\\',
};

/**
 * A string literal of any text. Only five characters need an escape; other control characters may stand as they are.
 * Throws DEFINITION on half of a surrogate pair: it is no text, and could not be sent.
 */
export function quoteString(text: string): string {
  assertText(text, 'string');
  return `"${text.replace(/[\t\n\r"\\]/g, (character) => ESCAPES[character] ?? character)}"`;
}

/**
 * A column's whole name as ES|QL reads it: bare where it can be, a reserved part in backticks, else the whole of it.
 * Throws DEFINITION on an empty name.
 */
export function quoteName(name: string): string {
  const parts = name.split('.');
  return parts.every((part) => BARE_PART.test(part))
    ? parts.map((part) => (isReservedSomewhere(part) ? backticked(part) : part)).join('.')
    : backticked(name);
}

/** A function's name; `FIRST` and `LAST` may be called although they are reserved. */
export function quoteFunction(name: string): string {
  return /^(?:FIRST|LAST)$/i.test(name) ? name : quoteName(name);
}

/** A name pattern as KEEP and DROP read it; only its wildcards stand outside of backticks where those are needed. */
export function quotePattern({ pieces, wild }: Pick<NamePattern, 'pieces' | 'wild'>): string {
  if (!wild) return quoteName(pieces[0] ?? '');
  const bare = pieces.join('*');
  const isBare =
    pieces.every((piece) => !piece.includes('*')) && bare.split('.').every((part) => BARE_PATTERN_PART.test(part));
  return isBare ? bare : pieces.map((piece) => (piece === '' ? '' : backticked(piece))).join('*');
}

/** An index pattern as FROM and LOOKUP JOIN read it. */
export function quoteSource(pattern: string): string {
  return BARE_SOURCE.test(pattern) && !isReservedSomewhere(pattern) ? pattern : quoteString(pattern);
}

function backticked(name: string): string {
  assertText(name, 'name');
  if (name === '') throw new HuntError('DEFINITION', 'Cannot write an empty column name in ES|QL');
  return `\`${name.replaceAll('`', '``')}\``;
}

function assertText(text: string, what: string): void {
  if (text.isWellFormed()) return;
  throw new HuntError(
    'DEFINITION',
    `Cannot write the ${what} "${excerpt(text)}" in ES|QL: it holds half of a surrogate pair`,
    {
      remedy: 'Remove the broken character',
    },
  );
}
